"""Classes in Lua: a table of methods that objects look things up in.

`Class.new(…)` makes an object, `object:method(…)` calls it, `setmetatable` joins it to its class
and a class to what it inherits from.
"""

import ast

from featurefate.corpora.lua.annotations import of_annotation
from featurefate.corpora.lua.names import Untranslatable, lua_name
from featurefate.corpora.lua.types import Types, base

METAMETHODS = {
    "__call__": "__call", "__str__": "__tostring", "__repr__": "__tostring", "__eq__": "__eq",
    "__lt__": "__lt", "__le__": "__le", "__add__": "__add", "__sub__": "__sub", "__mul__": "__mul",
    "__truediv__": "__div", "__mod__": "__mod", "__neg__": "__unm", "__len__": "__len",
    "__pow__": "__pow", "__floordiv__": "__idiv",
}  # fmt: skip


class ClassOutline:
    """What the methods of a class may rely on: its name, what it inherits, its fields' types."""

    def __init__(self, node: ast.ClassDef) -> None:
        if len(node.bases) > 1 or node.keywords:
            raise Untranslatable("a class with several bases")
        self.name = lua_name(node.name)
        parent = node.bases[0] if node.bases else None
        if isinstance(parent, ast.Name) and parent.id == "object":
            parent = None
        if parent is not None and not isinstance(parent, ast.Name | ast.Attribute):
            raise Untranslatable("a class with a computed base")
        self.parent = parent
        self.methods = {n.name for n in node.body if isinstance(n, ast.FunctionDef)}
        self.fields: dict[str, str | None] = {}
        self.nilable: set[str] = set()
        for method in node.body:
            if isinstance(method, ast.FunctionDef):
                self._note_fields(method)

    def _note_fields(self, method: ast.FunctionDef) -> None:
        """A field has a type when everything that is assigned to it has the same."""
        assignments = [n for n in ast.walk(method) if isinstance(n, ast.Assign | ast.AnnAssign)]
        if not any("self." in ast.unparse(_target(node)) for node in assignments):
            return
        types = Types(method)
        for node in assignments:
            match node:
                case ast.Assign(targets=[target, *_], value=value):
                    kind = types.of(value)
                case ast.AnnAssign(target=target, annotation=annotation):
                    kind, optional = of_annotation(annotation)
                    kind = "none" if optional else kind
            match target:
                case ast.Attribute(value=ast.Name(id="self"), attr=name):
                    if kind == "none":
                        self.nilable.add(name)
                    elif self.fields.setdefault(name, kind) != kind:
                        same = base(self.fields[name]) == base(kind)
                        self.fields[name] = base(kind) if same else None
                case ast.Tuple(elts=parts):
                    for part in parts:
                        if isinstance(part, ast.Attribute):
                            self.fields[part.attr] = None


def _target(node: ast.Assign | ast.AnnAssign) -> ast.expr:
    return node.targets[0] if isinstance(node, ast.Assign) else node.target


def constructor_parts(node: ast.FunctionDef) -> tuple[ast.Call | None, list[ast.stmt]]:
    """The call of the parent's `__init__` that an `__init__` begins with, and the rest of it."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    if any(isinstance(n, ast.Return | ast.Yield) for n in ast.walk(node)):
        raise Untranslatable("a constructor that returns")
    match body:
        case [
            ast.Expr(value=ast.Call(func=ast.Attribute(attr="__init__") as named) as call),
            *rest,
        ]:
            if isinstance(named.value, ast.Call) and ast.unparse(named.value.func) == "super":
                return call, rest
    return None, body
