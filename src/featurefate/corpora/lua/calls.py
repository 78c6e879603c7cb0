"""Calls: Python's builtins and the methods of str, list and dict, in Lua's own idiom.

Everything else that is called keeps its name: `obj.method(x)` is `obj:method(x)`, a class is made
with `Class.new(x)`, and what comes from another module is required from a module of that name.
Keyword arguments become a table at the end, as is usual in Lua.
"""

import ast

from featurefate.corpora.lua.methods import Methods
from featurefate.corpora.lua.names import (
    Untranslatable,
    is_field_name,
)  # fmt: skip
from featurefate.corpora.lua.strength import ATOM, COMPARE, OR, UNARY
from featurefate.corpora.lua.types import (
    base,
)  # fmt: skip

LONGEST_ARGUMENTS = 64  # characters; longer ones stand on lines of their own
_MATH = {
    "sqrt", "floor", "ceil", "sin", "cos", "tan", "asin", "acos", "atan", "exp", "log", "pi",
    "inf", "fabs", "fmod",
}  # fmt: skip
_TYPE_TESTS = {
    "str": 'type({}) == "string"', "bool": 'type({}) == "boolean"',
    "float": 'math.type({}) == "float"', "int": 'math.type({}) == "integer"',
    "list": 'type({}) == "table"', "tuple": 'type({}) == "table"',
    "dict": 'type({}) == "table"', "bytes": None, "type": None, "object": None, "set": None,
    "complex": None, "frozenset": None, "Callable": None,
}  # fmt: skip


class Calls(Methods):
    """Mixed into the function translator; `call` is the entrance."""

    def call(self, node: ast.Call) -> tuple[str, int]:
        if any(isinstance(argument, ast.Starred) for argument in node.args[:-1]):
            raise Untranslatable("*unpacking in a call")
        match node.func:
            case ast.Name(id=name) if not self.is_local(name) and self.is_builtin(name):
                return self._builtin(name, node)
            case ast.Name(id=name):
                return self._plain_call(name, node), ATOM
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=name):
                return self._parent_call(name, node), ATOM
            case ast.Attribute(value=ast.Name(id="math"), attr=name) if self.is_module("math"):
                return self._math(name, node), ATOM
            case ast.Attribute():
                return self._method(node)
        return f"{self.expr(node.func, ATOM)}({self.arguments(node)})", ATOM

    def arguments(self, node: ast.Call) -> str:
        """The arguments of a call; keyword arguments become a last table."""
        parts = []
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                parts.append(f"table.unpack({self.expr(argument.value)})")
            else:
                parts.append(self.expr(argument))
        if node.keywords:
            if node.args and isinstance(node.args[-1], ast.Starred):
                raise Untranslatable("*unpacking in a call")
            fields = []
            for keyword in node.keywords:
                if keyword.arg is None:
                    raise Untranslatable("**keywords in a call")
                name = keyword.arg if is_field_name(keyword.arg) else f'["{keyword.arg}"]'
                fields.append(f"{name} = {self.expr(keyword.value)}")
            options = self.table(fields)
            room = LONGEST_ARGUMENTS - len(", ".join([*parts, self.indent]))
            parts.append(options if len(options) < room else self.table(fields, long=True))
        line = ", ".join(parts)
        if len(parts) < 2 or len(line) + len(self.indent) < LONGEST_ARGUMENTS or "\n" in line:
            return line
        inner = self.indent + "  "
        return f"\n{inner}" + f",\n{inner}".join(parts) + f"\n{self.indent}"

    def _plain_call(self, name: str, node: ast.Call) -> str:
        signature = None if self.is_local(name) else self.signature_of(name)
        if signature is not None:
            node = _in_order(node, signature)
        if name[:1].isupper() and not self.is_local(name):
            return f"{self.name(name)}.new({self.arguments(node)})"
        return f"{self.name(name)}({self.arguments(node)})"

    def _parent_call(self, name: str, node: ast.Call) -> str:
        """`super().name(x)` as `Parent.name(self, x)`."""
        if self.outline is None or self.outline.parent is None or not is_field_name(name):
            raise Untranslatable("super without a known parent")
        if name.startswith("__"):
            raise Untranslatable("super of a special method")
        arguments = self.arguments(node)
        joined = f"self, {arguments}" if arguments else "self"
        return f"{self.expr(self.outline.parent)}.{name}({joined})"

    def _math(self, name: str, node: ast.Call) -> str:
        if name not in _MATH or node.keywords:
            raise Untranslatable("a part of Python's math that Lua lacks")
        return f"math.{ {'fabs': 'abs'}.get(name, name) }({self.arguments(node)})"

    def _builtin(self, name: str, node: ast.Call) -> tuple[str, int]:
        args = node.args
        if node.keywords and name not in ("print", "dict", "sorted"):
            raise Untranslatable(f"{name}() with keywords")
        kinds = [base(self.types.of(argument)) for argument in args]
        match name, args:
            case "len", [value]:
                if kinds[0] in ("dict", "set"):
                    raise Untranslatable("len of a dict or set")
                if isinstance(value, ast.Constant):
                    raise Untranslatable("len of a constant")
                return f"#{self.expr(value, ATOM)}", UNARY
            case "str", [value]:
                return f"tostring({self.expr(value)})", ATOM
            case "repr", [value] if self.in_message:
                return f"tostring({self.expr(value)})", ATOM
            case "int", [value] if kinds[0] == "str":
                return f"math.tointeger(tonumber({self.expr(value)}))", ATOM
            case "int", [ast.BinOp(op=ast.Div())] if (
                self.types.bounds.lower(args[0].left) is not None
            ):
                return self.expr(ast.BinOp(args[0].left, ast.FloorDiv(), args[0].right), ATOM), ATOM
            case "float", [value] if kinds[0] in ("str", "number"):
                return f"tonumber({self.expr(value)})", ATOM
            case "float", [ast.Constant(value="inf")]:
                return "math.huge", ATOM
            case "abs", [value]:
                return f"math.abs({self.expr(value)})", ATOM
            case "min" | "max", [_, _, *_]:
                if any(kind in ("list", "str", "dict", "set") for kind in kinds):
                    raise Untranslatable(f"{name} of something other than numbers")
                return f"math.{name}({self.arguments(node)})", ATOM
            case "min" | "max", [value] if self.types.of(value) == "list:number":
                return f"math.{name}(table.unpack({self.expr(value)}))", ATOM
            case "ord", [value]:
                return f"{self.expr(value, ATOM)}:byte()", ATOM
            case "chr", [value]:
                return f"string.char({self.expr(value)})", ATOM
            case "print", _:
                return self._print(node), ATOM
            case "isinstance", [value, classes]:
                return self._is_instance(value, classes)
            case "callable", [value]:
                return f'type({self.expr(value)}) == "function"', COMPARE
            case "bool", [value]:
                return self.test(value)
            case "getattr", [owner, ast.Constant(value=str(field))] if is_field_name(field):
                return f"{self.expr(owner, ATOM)}.{field}", ATOM
            case "getattr", [owner, key, ast.Constant(value=None)] | [owner, key]:
                return f"{self.expr(owner, ATOM)}[{self.expr(key)}]", ATOM
            case "setattr", [owner, key, value]:
                raise Untranslatable("setattr")
            case "hasattr", [owner, ast.Constant(value=str(field))] if is_field_name(field):
                return f"{self.expr(owner, ATOM)}.{field} ~= nil", COMPARE
            case "list" | "tuple" | "dict" | "set", []:
                return self.table([f"{k.arg} = {self.expr(k.value)}" for k in node.keywords
                                   if k.arg or _no_mapping()]), ATOM  # fmt: skip
            case "list" | "tuple", [ast.GeneratorExp() as generator]:
                return self.comprehension(generator), ATOM
            case "list" | "tuple", [value] if kinds[0] == "list":
                items = self.expr(value, ATOM)
                return f"table.move({items}, 1, #{items}, 1, {{}})", ATOM
            case "set", [ast.GeneratorExp() as generator]:
                return self.comprehension(ast.SetComp(generator.elt, generator.generators)), ATOM
            case "any" | "all", [ast.GeneratorExp() as generator]:
                return self.quantified(generator, name == "any"), ATOM
            case "sum", [ast.GeneratorExp() | ast.ListComp() as generator]:
                return self.total(generator.elt, generator.generators), ATOM
            case "sum", [value] if kinds[0] == "list":
                item = ast.Name("value", ast.Load())
                loop = ast.comprehension(ast.Name("value", ast.Store()), value, [], 0)
                return self.total(item, [loop]), ATOM
            case "sorted", [value]:
                return self._sorted(value, node), ATOM
            case "next", [value]:
                return f"{self.expr(value, ATOM)}()", ATOM
            case "type", [value]:
                return f"getmetatable({self.expr(value)})", ATOM
        raise Untranslatable(f"{name}()")

    def _print(self, node: ast.Call) -> str:
        if node.keywords:
            raise Untranslatable("print with keywords")
        if len(node.args) <= 1:
            return f"print({self.arguments(node)})"
        return "print(" + ' .. " " .. '.join(self.shown(a) for a in node.args) + ")"

    def _is_instance(self, value: ast.expr, classes: ast.expr) -> tuple[str, int]:
        several = classes.elts if isinstance(classes, ast.Tuple) else [classes]
        code = self.expr(value)
        names = [one.id for one in several if isinstance(one, ast.Name)]
        if {"int", "float"} <= set(names):
            several = [one for one in several if ast.unparse(one) not in ("int", "float")]
            tests = [f'type({code}) == "number"']
        else:
            tests = []
        if len(self.tables_tested | ({"dict"} & set(names)) | ({"list"} if {"list", "tuple"}
               & set(names) else set())) > 1:  # fmt: skip
            raise Untranslatable("isinstance that tells lists from dicts")
        self.tables_tested |= {"dict"} & set(names)
        self.tables_tested |= {"list"} if {"list", "tuple"} & set(names) else set()
        for one in several:
            form = _TYPE_TESTS.get(one.id, "") if isinstance(one, ast.Name) else ""
            if form is None:
                raise Untranslatable("isinstance of a type that Lua lacks")
            test = form.format(code) or f"{self.support('is_a')}({code}, {self.expr(one)})"
            if test not in tests:
                tests.append(test)
        if len(tests) == 1:
            return tests[0], ATOM if tests[0].startswith("is_a(") else COMPARE
        return " or ".join(tests), OR

    def _sorted(self, value: ast.expr, node: ast.Call) -> str:
        if node.keywords or base(self.types.of(value)) != "list":
            raise Untranslatable("sorted with a key, or of an unknown type")
        self.hoist()
        name, items = self.fresh("sorted"), self.expr(value, ATOM)
        self.line(f"local {name} = table.move({items}, 1, #{items}, 1, {{}})")
        self.line(f"table.sort({name})")
        return name

    # -- text from parts ---------------------------------------------------------------------


def _in_order(node: ast.Call, signature: list[str]) -> ast.Call:
    """A call of a function of the same module, with keywords where their parameters stand."""
    if not node.keywords:
        return node
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    if None in given or any(isinstance(a, ast.Starred) for a in node.args):
        raise Untranslatable("**keywords in a call")
    args = list(node.args)
    for name in signature[len(args) :]:
        if not given:
            break
        args.append(given.pop(name, ast.Constant(None)))
    if given:
        raise Untranslatable("a keyword that the function does not name")
    return ast.Call(node.func, args, [])


def _no_mapping() -> bool:
    raise Untranslatable("**mapping")
