"""What a Python module gives its functions: imports, constants, other functions, comments."""

import ast
from collections import Counter
from pathlib import Path

from featurefate.corpora.lua.annotations import of_annotation
from featurefate.corpora.lua.classes import ClassOutline, is_property
from featurefate.corpora.lua.comments import Comments
from featurefate.corpora.lua.constants import constant_in_lua
from featurefate.corpora.lua.names import (
    LUA_GLOBALS,
    Untranslatable,
    is_field_name,
    lua_name,
)  # fmt: skip
from featurefate.corpora.lua.results import NO_TYPES, functions_of_several, results_of
from featurefate.corpora.lua.signatures import Signature, signature_of
from featurefate.corpora.lua.tree import nodes_of
from featurefate.corpora.lua.types import Surroundings
from featurefate.corpora.python_builtins import PYTHON_BUILTINS

SIBLING = "\x00{}\x00"  # stands for a function of the same module until its place is known


class Program:
    """One Python module as its functions see it. `origin` is its path: "json/decoder.py"."""

    def __init__(self, text: str, tree: ast.Module, origin: str, root: Path | None = None) -> None:
        path = origin.removeprefix("python/").removesuffix(".py").removesuffix("/__init__")
        self.module = path.replace("/", ".")
        self._package = self.module if origin.endswith("__init__.py") else (
            self.module.rpartition(".")[0])  # fmt: skip
        self.functions: dict[str, ast.FunctionDef] = {}
        self._modules: dict[str, str] = {}  # name in Python → module
        self._members: dict[str, tuple[str, str]] = {}  # name in Python → module, member
        self._constants: dict[str, str] = {}
        self._others: set[str] = set()
        self.classes: dict[str, ClassOutline] = {}  # those that Lua can say
        self.properties: set[str] = set()  # of any class of the module
        self._root = root  # the folder that `origin` is in, to tell modules from their members
        self._types: dict[str, str] = {}  # of names of the module
        self.comments = Comments(text)
        for node in tree.body:
            self._note(node)
        self._results = results_of(self.functions.values())
        classes = [n for n in nodes_of(tree) if isinstance(n, ast.ClassDef)]
        methods = [n for c in classes for n in c.body if isinstance(n, ast.FunctionDef)]
        several = functions_of_several([*self.functions.values(), *methods])
        self._several = several & self.functions.keys()
        self._several_methods = several & {method.name for method in methods}
        self.parents = {_last_name(parent) for c in classes for parent in c.bases}

    def _note_class(self, node: ast.ClassDef, reasons: Counter[str]) -> None:
        methods = [n for n in node.body if isinstance(n, ast.FunctionDef)]
        marks = {m.name: {ast.unparse(k) for k in m.decorator_list} for m in methods}
        self.properties |= {name for name, of in marks.items() if any(map(is_property, of))}
        try:
            self.classes[node.name] = ClassOutline(node)
        except Untranslatable as reason:
            if methods:
                reasons[str(reason)] += len(methods)

    def note_classes(self, tree: ast.Module) -> Counter[str]:
        """Know the classes of the module; gives how many methods are lost for which reason."""
        reasons: Counter[str] = Counter()
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                self._note_class(node, reasons)
        for outline in self.classes.values():
            outline.inherit(self.classes)
        return reasons

    def surroundings(self, outline: ClassOutline | None = None) -> Surroundings:
        """The types known around a function of the module, or a method of this class."""
        if outline is None:
            return Surroundings(self._types, self._results)
        return Surroundings(self._types, self._results, outline.fields, outline.results)

    def is_builtin(self, name: str) -> bool:
        known = name in self.functions or name in self._others or name in self._constants
        known = known or name in self._modules or name in self._members
        return not known and name in PYTHON_BUILTINS and not name[:1].isupper()

    def imports_module(self, name: str) -> bool:
        return self._modules.get(name) == name

    def signature_of(self, name: str) -> Signature | None:
        function = self.functions.get(name)
        return signature_of(function) if function else None

    def returns_several(self, name: str) -> bool:
        return name in self._several

    def method_returns_several(self, name: str) -> bool:
        """True where a method or property of this name, of any class here, returns a tuple."""
        return name in self._several_methods

    def is_generator(self, name: str) -> bool:
        function = self.functions.get(name)
        return function is not None and any(isinstance(n, ast.Yield) for n in nodes_of(function))

    def name(self, name: str) -> tuple[str, dict[str, str]]:
        """A name that is not local: how Lua says it, and the lines it needs at the top."""
        if name in self.functions:
            return SIBLING.format(name), {}
        if name in self._constants:
            return lua_name(name), {
                lua_name(name): f"local {lua_name(name)} = {self._constants[name]}"
            }
        if name in self._modules:
            return self._required(self._modules[name], lua_name(name))
        if name in self._members:
            module, member = self._members[name]
            if module == "math" or not is_field_name(member):
                raise Untranslatable("a part of Python's math that Lua lacks")
            if name in LUA_GLOBALS:
                raise Untranslatable("an import that hides a name of Lua")
            line = f'local {lua_name(name)} = require("{module}").{member}'
            return lua_name(name), {lua_name(name): line}
        if name in self._others:
            return SIBLING.format(name), {}
        raise Untranslatable("a builtin that Lua lacks" if name in PYTHON_BUILTINS else
                             "a name that the module does not define")  # fmt: skip

    def own_member(self, name: str) -> tuple[str, dict[str, str]]:
        """Something of the same module that is not in the document."""
        short, needs = self._required(self.module, self.module.rpartition(".")[2])
        return f"{short}.{lua_name(name)}", needs

    def member(self, node: ast.Attribute) -> tuple[str, dict[str, str]] | None:
        """`a.b.name` where `a.b` or `a` is an imported module, else None."""
        parts = ast.unparse(node).split(".")
        if parts[0] not in self._modules:
            return None
        module = self._modules[parts[0]]
        if module in LUA_GLOBALS and len(parts) == 2:
            if (module, parts[1]) in _SAME_IN_LUA:
                return f"{module}.{parts[1]}", {}
            raise Untranslatable(f"a part of Python's {module} that Lua lacks")
        if len(parts) > 2 and parts[0] == module and parts[1].islower():
            inner = ".".join(parts[:-1])
            short, needs = self._required(inner, "_".join(parts[1:-1]))
        else:
            short, needs = self._required(module, lua_name(parts[0]))
            if len(parts) > 2:
                short = ".".join([short, *parts[1:-1]])
        if not all(map(is_field_name, parts)):
            raise Untranslatable("a member whose name Lua reserves")
        return f"{short}.{parts[-1]}", needs

    def _required(self, module: str, name: str) -> tuple[str, dict[str, str]]:
        name = lua_name(name.lstrip("_") or "module")
        return name, {name: f'local {name} = require("{module}")'}

    def _note(self, node: ast.stmt) -> None:
        match node:
            case ast.FunctionDef(name=name):
                self.functions[name] = node
            case ast.Import(names=names):
                for alias in names:
                    if alias.asname:
                        self._modules[alias.asname] = alias.name
                    else:
                        root = alias.name.partition(".")[0]
                        self._modules[root] = root
            case ast.ImportFrom(module=module, names=names, level=level):
                source = self._absolute(module, level)
                for alias in names:
                    name = alias.asname or alias.name
                    if self._is_module(source, alias.name):
                        self._modules[name] = f"{source}.{alias.name}"
                    else:
                        self._members[name] = (source, alias.name)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._set(name, NO_TYPES.of(value), value)
            case ast.ClassDef(name=name):
                self._others.add(name)
            case ast.Assign(targets=targets):
                self._others |= {
                    n.id for t in targets for n in nodes_of(t) if isinstance(n, ast.Name)
                }
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                kind, optional = of_annotation(annotation)
                self._set(name, None if optional else kind, node.value)
            case ast.AugAssign(target=ast.Name(id=name)):
                self._set(name, None, None)
            case ast.If(body=body, orelse=orelse) | ast.Try(body=body, orelse=orelse):
                for inner in [*body, *orelse]:
                    if not isinstance(inner, ast.FunctionDef):
                        self._note(inner)

    def _set(self, name: str, kind: str | None, value: ast.expr | None) -> None:
        """Something is assigned to a name of the module; a second time, it is no constant.

        A table is one only where its name is in capitals: others may be changed.
        """
        again = name in self._others or name in self._constants
        self._constants.pop(name, None)
        self._types.pop(name, None)
        if not again and kind not in (None, "none"):
            self._types[name] = kind
            if name.isupper() or kind in ("number", "str", "bool"):
                constant = constant_in_lua(value) if value is not None else None
                if constant is not None:
                    self._constants[name] = constant
                    return
        self._others.add(name)

    def note_imports(self, function: ast.FunctionDef) -> None:
        """Know what a function imports for itself. Raises Untranslatable where a name is taken."""
        taken = self._others | set(self.functions) | set(self._constants)
        for node in nodes_of(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
                if names & taken or "*" in names:
                    raise Untranslatable("an import that hides a name of the module")
                self._note(node)

    def _is_module(self, source: str, name: str) -> bool:
        if self._root is None or not source:
            return False
        path = self._root.joinpath(*source.split("."), name)
        return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()

    def _absolute(self, module: str | None, level: int) -> str:
        if not level:
            return module or ""
        package = self._package.split(".")
        package = package[: len(package) - level + 1]
        return ".".join([*package, *([module] if module else [])])


def _last_name(node: ast.expr) -> str:
    """`a.b.Name[T]` → `Name`."""
    return ast.unparse(node).partition("[")[0].rpartition(".")[2]


_SAME_IN_LUA = {("os", "getenv"), ("os", "remove"), ("os", "rename"), ("math", "pi")}
