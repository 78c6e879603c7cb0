"""Classes in Lua: a table of methods that objects look things up in.

`Class.new(…)` makes an object, `object:method(…)` calls it, `setmetatable` joins it to its class
and a class to what it inherits from. A property is a method that gets (`object:name()`) and one
that sets (`object:set_name(value)`); a class method takes the class as `cls`.
"""

import ast

from featurefate.corpora.lua.annotations import of_annotation
from featurefate.corpora.lua.names import Untranslatable, lua_name
from featurefate.corpora.lua.results import NO_TYPES, results_of
from featurefate.corpora.lua.tree import nodes_of
from featurefate.corpora.lua.types import Types, base

METAMETHODS = {
    "__call__": "__call", "__str__": "__tostring", "__repr__": "__tostring", "__eq__": "__eq",
    "__lt__": "__lt", "__le__": "__le", "__add__": "__add", "__sub__": "__sub", "__mul__": "__mul",
    "__truediv__": "__div", "__mod__": "__mod", "__neg__": "__unm", "__len__": "__len",
    "__pow__": "__pow", "__floordiv__": "__idiv",
}  # fmt: skip
CONTAINER_METHODS = {  # Lua has no metamethods for these; a class has methods of these names
    "__contains__": "contains", "__getitem__": "get", "__setitem__": "set", "__iter__": "iter",
    "__delitem__": "remove",
}  # fmt: skip
_PROPERTIES = {"property", "cached_property", "functools.cached_property", "abc.abstractproperty"}
_NO_BASES = {"object", "ABC", "abc.ABC", "Generic", "typing.Generic", "t.Generic", "Protocol",
             "typing.Protocol", "t.Protocol"}  # fmt: skip
_DYNAMIC = {"__getattr__", "__getattribute__", "__setattr__"}
_PLAIN_METACLASSES = {"ABCMeta", "abc.ABCMeta"}


class ClassOutline:
    """What the methods of a class may rely on: its name, what it inherits, its fields' types."""

    def __init__(self, node: ast.ClassDef) -> None:
        for keyword in node.keywords:
            if keyword.arg != "metaclass" or ast.unparse(keyword.value) not in _PLAIN_METACLASSES:
                raise Untranslatable("a class with a metaclass or options")
        self.name = lua_name(node.name)
        self.parents = [parent for parent in map(_base, node.bases) if parent is not None]
        self.methods: dict[str, ast.FunctionDef] = {}
        self.static_methods: set[str] = set()
        self.class_methods: set[str] = set()
        self.properties: dict[str, ast.FunctionDef] = {}
        self.setters: set[str] = set()
        self.fields: dict[str, str | None] = {}
        self.nilable: set[str] = set()
        self.constants: set[str] = set()
        for statement in node.body:
            match statement:
                case ast.FunctionDef():
                    self._note_method(statement)
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                    kind, optional = of_annotation(annotation)
                    self.fields[name] = kind
                    self.nilable |= {name} if optional else set()
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    kind = NO_TYPES.of(value)
                    self.fields[name] = kind if kind != "none" else None
                    self.constants.add(name)
                    self.nilable |= {name} if kind == "none" else set()
        for method in node.body:
            if isinstance(method, ast.FunctionDef):
                self._note_fields(method)
        if _DYNAMIC & self.methods.keys():
            raise Untranslatable("a class that makes its attributes itself")
        self.special = METAMETHODS.keys() & self.methods.keys()
        self.results = results_of(self.methods.values())
        for name, kind in results_of(self.properties.values()).items():
            self.fields[name] = kind

    @property
    def parent(self) -> ast.expr | None:
        """The one class that this one inherits from, None where there is none or several."""
        return self.parents[0] if len(self.parents) == 1 else None

    def inherit(self, outlines: dict[str, "ClassOutline"], depth: int = 0) -> None:
        """Know the methods, properties and fields of parents in the same module."""
        for parent in self.parents:
            found = outlines.get(parent.id) if isinstance(parent, ast.Name) else None
            if found is None or found is self or depth > 20:
                continue
            found.inherit(outlines, depth + 1)
            own = self.methods.keys() | self.properties.keys()
            self.static_methods |= found.static_methods - own
            self.class_methods |= found.class_methods - own
            self.setters |= found.setters - own
            for name, method in found.properties.items():
                if name not in own:
                    self.properties[name] = method
            for name, method in found.methods.items():
                if name not in own:
                    self.methods[name] = method
            self.results = found.results | self.results
            for name, kind in found.fields.items():
                if self.fields.setdefault(name, kind) != kind:
                    self.fields[name] = None
            self.nilable |= found.nilable
            self.constants |= found.constants

    def inherited_metamethods(self) -> list[str]:
        """Those that a parent defines and this class does not: Lua does not look for them there."""
        names = METAMETHODS.keys() & self.methods.keys()
        if "__str__" in names:
            names -= {"__repr__"}
        return sorted({METAMETHODS[name] for name in names - self.special})

    def has(self, special: str) -> bool:
        """True where the class defines this special method and says it by a method's name."""
        return special in self.methods and CONTAINER_METHODS[special] not in self.methods

    def _note_method(self, method: ast.FunctionDef) -> None:
        marks = {ast.unparse(mark).partition("(")[0] for mark in method.decorator_list}
        if marks & _PROPERTIES:
            self.properties[method.name] = method
        elif f"{method.name}.setter" in marks:
            self.setters.add(method.name)
        else:
            self.methods[method.name] = method
            if "staticmethod" in marks:
                self.static_methods.add(method.name)
            elif "classmethod" in marks:
                self.class_methods.add(method.name)

    def _note_fields(self, method: ast.FunctionDef) -> None:
        """A field has a type when everything that is assigned to it has the same."""
        assignments = [n for n in nodes_of(method) if isinstance(n, ast.Assign | ast.AnnAssign)]
        if not any(_is_of_self(_target(node)) for node in assignments):
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


def is_property(mark: str) -> bool:
    """True for a decorator that makes a method a property, or sets one."""
    return mark in _PROPERTIES or mark.endswith(".setter")


def _base(node: ast.expr) -> ast.expr | None:
    """A base class without type arguments; None for one that means nothing at run time."""
    if isinstance(node, ast.Subscript):
        node = node.value
    if not isinstance(node, ast.Name | ast.Attribute):
        raise Untranslatable("a class with a computed base")
    return None if ast.unparse(node) in _NO_BASES else node


def _target(node: ast.Assign | ast.AnnAssign) -> ast.expr:
    return node.targets[0] if isinstance(node, ast.Assign) else node.target


def _is_of_self(target: ast.expr) -> bool:
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    return any(
        isinstance(part, ast.Attribute)
        and isinstance(part.value, ast.Name)
        and part.value.id == "self"
        for part in parts
    )


def constructor_parts(node: ast.FunctionDef) -> tuple[ast.Call | None, list[ast.stmt]]:
    """The call of the parent's `__init__` that an `__init__` begins with, and the rest of it."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    if any(isinstance(n, ast.Return | ast.Yield) for n in nodes_of(node)):
        raise Untranslatable("a constructor that returns")
    match body:
        case [
            ast.Expr(value=ast.Call(func=ast.Attribute(attr="__init__") as named) as call),
            *rest,
        ]:
            if isinstance(named.value, ast.Call) and ast.unparse(named.value.func) == "super":
                return call, rest
    return None, body
