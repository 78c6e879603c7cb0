"""What a Python module gives its functions: imports, constants, other functions, comments."""

import ast
import builtins
import io
import re
import tokenize
from pathlib import Path

from featurefate.corpora.lua.names import (
    LUA_GLOBALS,
    Untranslatable,
    is_field_name,
    lua_name,
    lua_string,
)  # fmt: skip

SIBLING = "\x00{}\x00"  # stands for a function of the same module until its place is known
_NOT_A_COMMENT = re.compile(r"\s*(type:|noqa|pragma|pylint|mypy|fmt:|!|-\*-|flake8|ruff|yapf)")


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
        self._root = root  # the folder that `origin` is in, to tell modules from their members
        self._comments = _comments_of(text)
        for node in tree.body:
            self._note(node)

    def is_builtin(self, name: str) -> bool:
        known = name in self.functions or name in self._others or name in self._constants
        known = known or name in self._modules or name in self._members
        return not known and hasattr(builtins, name) and not name[:1].isupper()

    def imports_module(self, name: str) -> bool:
        return self._modules.get(name) == name

    def signature_of(self, name: str) -> list[str] | None:
        function = self.functions.get(name)
        if function is None or function.args.vararg or function.args.kwonlyargs:
            return None
        return [a.arg for a in (*function.args.posonlyargs, *function.args.args)]

    def returns_several(self, name: str) -> bool:
        function = self.functions.get(name)
        return function is not None and any(
            isinstance(n, ast.Return) and isinstance(n.value, ast.Tuple) for n in ast.walk(function)
        )

    def is_generator(self, name: str) -> bool:
        function = self.functions.get(name)
        return function is not None and any(isinstance(n, ast.Yield) for n in ast.walk(function))

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
        raise Untranslatable("a builtin that Lua lacks" if hasattr(builtins, name) else
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

    def comments_between(self, start: int, end: int) -> list[tuple[int, str]]:
        """(line, text) of the comments from one line to before the other, trailing ones too."""
        return [(n, self._comments[n]) for n in range(start, end) if n in self._comments]

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
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value)):
                simple = isinstance(value, bool | str | int | float) and len(str(value)) < 60
                if simple and name not in self._others:
                    self._constants[name] = _constant(value)
                else:
                    self._others.add(name)
            case ast.ClassDef(name=name):
                self._others.add(name)
            case ast.Assign(targets=targets):
                self._others |= {
                    n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)
                }
            case ast.AnnAssign(target=ast.Name(id=name)):
                self._others.add(name)
            case ast.If(body=body, orelse=orelse) | ast.Try(body=body, orelse=orelse):
                for inner in [*body, *orelse]:
                    if not isinstance(inner, ast.FunctionDef):
                        self._note(inner)

    def note_imports(self, function: ast.FunctionDef) -> None:
        """Know what a function imports for itself. Raises Untranslatable where a name is taken."""
        taken = self._others | set(self.functions) | set(self._constants)
        for node in ast.walk(function):
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


def _constant(value: bool | str | int | float) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return lua_string(value) if isinstance(value, str) else repr(value)


def _comments_of(text: str) -> dict[int, str]:
    found = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                words = token.string.lstrip("#").strip()
                if words and not _NOT_A_COMMENT.match(words):
                    found[token.start[0]] = words
    except (tokenize.TokenError, IndentationError):
        return {}
    return found


_SAME_IN_LUA = {("os", "getenv"), ("os", "remove"), ("os", "rename"), ("math", "pi")}
