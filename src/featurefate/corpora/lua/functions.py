"""One Python function as one Lua function: parameters, defaults, constructors, inner functions.

The translator is put together from one class per idea, each building on the one before: writing
(`writer`), truth, tables, formats, expressions, methods, calls, loops, assignments, errors,
statements.
"""

import ast

from featurefate.corpora.lua.classes import ClassOutline, constructor_parts
from featurefate.corpora.lua.names import LUA_GLOBALS, Untranslatable, lua_name
from featurefate.corpora.lua.program import Program
from featurefate.corpora.lua.results import functions_of_several
from featurefate.corpora.lua.scopes import Scopes, parameter_names
from featurefate.corpora.lua.signatures import Signature, passes_all_on, signature_of
from featurefate.corpora.lua.statements import Statements
from featurefate.corpora.lua.tables import is_none
from featurefate.corpora.lua.tree import nodes_of, own_nodes
from featurefate.corpora.lua.types import Types, base


class FunctionTranslator(Statements):
    """Writes one function. `program` knows the module around it, `outline` the class."""

    def __init__(
        self, function: ast.FunctionDef, program: Program, outline: ClassOutline | None = None
    ) -> None:
        mentioned = {n.id for n in nodes_of(function) if isinstance(n, ast.Name)}
        types = Types(function, around=program.surroundings(outline))
        own = names_bound_in(function)
        others = {name for name in mentioned - own if not program.is_builtin(name)}
        if len({lua_name(name) for name in own | others}) < len(own | others):
            raise Untranslatable("two names that are one in Lua")
        super().__init__(types, set(map(lua_name, mentioned)), set(map(lua_name, own)))
        self.outline = outline
        self.tables_tested: set[str] = set()
        self._program = program
        self._functions = [function]
        self._scopes = [Scopes(function)]
        self._locals = [_local_names(function)]
        self._loops: list[str] = []
        self._protected = 0
        self._spread: str | None = None
        self._error_name: list[str] = []
        self._several = functions_of_several(
            n for n in nodes_of(function) if isinstance(n, ast.FunctionDef) and n is not function
        )
        self._all_kept: ast.expr | None = None  # the call of which every result has a place
        self._comments = program.comments.of(function)
        self._commented = _first_line_of_body(function)

    def is_local(self, name: str) -> bool:
        return any(name in names for names in [*self._locals, *self.bound])

    def declare(self, name: str) -> None:
        """Take a fresh name for a variable of the function."""
        self._locals[-1].add(name)

    def is_builtin(self, name: str) -> bool:
        return self._program.is_builtin(name)

    def is_module(self, name: str) -> bool:
        return not self.is_local(name) and self._program.imports_module(name)

    def signature_of(self, name: str) -> Signature | None:
        """What a function of the module, or the constructor of a class, takes."""
        if name in self._program.classes:
            made = self._program.classes[name].methods.get("__init__")
            return signature_of(made, method=True) if made else None
        return self._program.signature_of(name)

    def signature_of_method(self, node: ast.Attribute) -> Signature | None:
        outline = self.outline_of(node.value)
        method = outline.methods.get(node.attr) if outline is not None else None
        bound = method is not None and node.attr not in outline.static_methods
        if method is None or bound and self._method_sign(node) == ".":
            return None
        return signature_of(method, bound)

    def outline_of(self, node: ast.expr) -> ClassOutline | None:
        """The class that a name stands for or is an object of, where that is known."""
        match node:
            case ast.Name(id="self" | "cls"):
                return self.outline
            case ast.Name(id=name) if not self.is_local(name):
                return self._program.classes.get(name)
        return None

    def is_class(self, node: ast.expr) -> bool:
        """True for the name of a class: what it holds is called with `.`"""
        if not isinstance(node, ast.Name) or node.id == "self":
            return False
        if node.id == "cls" or node.id in self._program.functions:
            return node.id == "cls"
        return not self.is_local(node.id) and self.is_object(node)

    def is_property_name(self, name: str) -> bool:
        return name in self._program.properties

    def owner_name(self) -> str:
        """What a method calls what it was called on."""
        return "cls" if self.is_local("cls") else "self"

    def name(self, name: str) -> str:
        if self.is_local(name):
            return lua_name(name)
        code, needs = self._program.name(name)
        for needed in needs.items():
            self.need(*needed)
        return code

    def module_member(self, node: ast.Attribute) -> str | None:
        """`module.name` where a module was imported, else None."""
        if not isinstance(node.value, ast.Name | ast.Attribute):
            return None
        root = node.value
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name) or self.is_local(root.id):
            return None
        found = self._program.member(node)
        if found is None:
            return None
        for needed in found[1].items():
            self.need(*needed)
        return found[0]

    def is_generator(self, node: ast.Call) -> bool:
        return isinstance(node.func, ast.Name) and self._program.is_generator(node.func.id)

    def may_give_several(self, node: ast.expr) -> bool:
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name | ast.Attribute)
            and (not self.is_builtin(getattr(node.func, "id", "")) and self.types.of(node) is None)
        )

    def gives_several(self, node: ast.expr) -> bool:
        """True for a call of what returns a tuple, here or elsewhere in the module."""
        match node:
            case ast.Call(func=ast.Name(id=name)):
                return name in self._several or (
                    not self.is_local(name) and self._program.returns_several(name)
                )
            case ast.Call(func=ast.Attribute(attr=name)):
                return self._program.method_returns_several(name)
        return False

    def function(self, node: ast.FunctionDef, heading: str, method: bool = False) -> None:
        """Write `heading(parameters)`, the body and `end`. A method's `self` is not written."""
        self._spread = None
        if node.args.vararg and passes_all_on(node):
            self._spread = node.args.vararg.arg
        own = own_nodes(node)
        returns = [n for n in own if isinstance(n, ast.Return)]
        several = {isinstance(n.value, ast.Tuple) for n in returns if not is_none(n.value)}
        if len(several) > 1:
            raise Untranslatable("a function that returns a tuple or something else")
        with self.block(f"{heading}({', '.join(self._parameters(node.args, method))})"):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            if node.name == "__init__":
                body = self._constructor_start(node)
            self._defaults(node.args)
            if any(isinstance(n, ast.Yield) for n in own):
                with self.block("return coroutine.wrap(function()", "end)"):
                    self.statements(body)
            else:
                self.statements(body)
            if node.name == "__init__":
                self.line("return self")

    def _parameters(self, arguments: ast.arguments, method: bool) -> list[str]:
        positional = [*arguments.posonlyargs, *arguments.args]
        if method and not (positional and positional[0].arg == "self"):
            raise Untranslatable("a method without self")
        names = [lua_name(argument.arg) for argument in positional[method:]]
        if arguments.kwonlyargs:
            if arguments.vararg or arguments.kwarg or self.is_local("options"):
                raise Untranslatable("keyword-only parameters with *args or **keywords")
            names.append("options")
            self.own_names.add("options")
        if arguments.vararg:
            if self._spread is None and arguments.kwarg:
                raise Untranslatable("*args with **keywords")
            return [*names, "..."]
        return [*names, lua_name(arguments.kwarg.arg)] if arguments.kwarg else names

    def _constructor_start(self, node: ast.FunctionDef) -> list[ast.stmt]:
        """The line that makes `self`; gives the statements that are left."""
        call, rest = constructor_parts(node)
        if call is None:
            self.line(f"local self = setmetatable({{}}, {self.outline.name})")
            return rest
        if self.outline.parent is None:
            raise Untranslatable("super without a known parent")
        made = f"{self.expr(self.outline.parent)}.new({self.arguments(call)})"
        self.line(f"local self = setmetatable({made}, {self.outline.name})")
        return rest

    def _defaults(self, arguments: ast.arguments) -> None:
        if arguments.vararg and self._spread is None:
            self.line(f"local {lua_name(arguments.vararg.arg)} = {{...}}")
        positional = [*arguments.posonlyargs, *arguments.args]
        start = len(positional) - len(arguments.defaults)
        for argument, default in zip(positional[start:], arguments.defaults, strict=True):
            self._default(lua_name(argument.arg), default)
            self._check_none(argument.arg, default)
        if arguments.kwonlyargs:
            self.line("options = options or {}")
        if arguments.kwarg and not arguments.vararg and self._kept(arguments.kwarg.arg):
            name = lua_name(arguments.kwarg.arg)
            self.line(f"{name} = {name} or {{}}")
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            name = lua_name(argument.arg)
            self.line(f"local {name} = options.{argument.arg}")
            if default is not None:
                self._default(name, default)
                self._check_none(argument.arg, default)

    def _kept(self, name: str) -> bool:
        """True where `**name` is used for more than to be passed on."""
        function = self._functions[-1]
        passed = [
            keyword.value for call in nodes_of(function) if isinstance(call, ast.Call)
            for keyword in call.keywords if keyword.arg is None and len(call.keywords) == 1
        ]  # fmt: skip
        return any(
            isinstance(n, ast.Name) and n.id == name and n not in passed for n in nodes_of(function)
        )

    def _default(self, name: str, default: ast.expr) -> None:
        if isinstance(default, ast.Constant) and default.value is None:
            return
        if not isinstance(default, ast.Constant | ast.Name | ast.UnaryOp | ast.Tuple):
            raise Untranslatable("a default that is computed")
        names = {n.id for n in nodes_of(default) if isinstance(n, ast.Name)}
        if any(map(self.is_local, names)):
            raise Untranslatable("a default that a local hides")
        if base(self.types.of(default)) in ("number", "str"):
            self.line(f"{name} = {name} or {self.expr(default)}")
        else:
            self.line(f"if {name} == nil then {name} = {self.expr(default)} end")

    def _check_none(self, name: str, default: ast.expr) -> None:
        """In Lua a parameter that has a default is never nil."""
        if is_none(default):
            return
        for node in nodes_of(self._functions[-1]):
            match node:
                case ast.Compare(left=ast.Name(id=tested), comparators=[other]) if (
                    tested == name and is_none(other)
                ):
                    raise Untranslatable("None where a parameter has a default")

    def nested_function(self, node: ast.FunctionDef) -> None:
        if self._protected or node.decorator_list or node.name in LUA_GLOBALS:
            raise Untranslatable("a function inside try, or with a decorator")
        if node.name == "__init__":
            raise Untranslatable("a method made outside its class")
        outer_types, outer_loops = self.types, self._loops
        self.types, self._loops = Types(node, outer_types), []
        self._functions.append(node)
        self._scopes.append(Scopes(node))
        self._locals.append(_local_names(node))
        word = (
            ""
            if node.name in {n for s in self._scopes[-2].before.values() for n in s}
            else "local "
        )
        if word:
            self.function(node, f"local function {lua_name(node.name)}")
        else:
            self.function(node, f"{lua_name(node.name)} = function")
        self._functions.pop()
        self._scopes.pop()
        self._locals.pop()
        self.types, self._loops = outer_types, outer_loops


def names_bound_in(function: ast.FunctionDef) -> set[str]:
    """Every name that is a variable somewhere in the function, in what is defined there too."""
    names = set(parameter_names(function))
    for node in nodes_of(function):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.ExceptHandler(name=str(name)):
                names.add(name)
            case ast.FunctionDef() if node is not function:
                names |= {node.name, *parameter_names(node)}
            case ast.Lambda():
                names |= set(parameter_names(node))
    return names


def _local_names(function: ast.FunctionDef) -> set[str]:
    """Parameters and every name that the function itself assigns."""
    names = set(parameter_names(function))
    for node in own_nodes(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef) and node is not function:
            names.add(node.name)
    return names


def _first_line_of_body(function: ast.FunctionDef) -> int:
    """The line after the docstring, or of the end of the signature."""
    if ast.get_docstring(function) is not None:
        return function.body[0].end_lineno + 1
    parts = [n.end_lineno for n in nodes_of(function.args) if hasattr(n, "end_lineno")]
    return max([function.lineno, *parts, getattr(function.returns, "end_lineno", 0)]) + 1
