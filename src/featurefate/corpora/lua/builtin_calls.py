"""Calls of Python's builtins and of its `math`."""

import ast

from featurefate.corpora.lua.collecting import Collecting
from featurefate.corpora.lua.names import Untranslatable, is_field_name
from featurefate.corpora.lua.strength import ADD, ATOM, COMPARE, MULTIPLY, OR, UNARY
from featurefate.corpora.lua.types import base

_MATH = {
    "sqrt", "floor", "ceil", "sin", "cos", "tan", "asin", "acos", "atan", "exp", "log", "fabs",
    "fmod",
}  # fmt: skip
_TYPE_TESTS = {
    "str": 'type({}) == "string"', "bool": 'type({}) == "boolean"',
    "float": 'math.type({}) == "float"', "int": 'math.type({}) == "integer"',
    "list": 'type({}) == "table"', "tuple": 'type({}) == "table"',
    "dict": 'type({}) == "table"', "bytes": None, "type": None, "object": None, "set": None,
    "complex": None, "frozenset": None, "Callable": None,
}  # fmt: skip


class BuiltinCalls(Collecting):
    """Mixed into the function translator."""

    def _math(self, name: str, node: ast.Call) -> tuple[str, int]:
        if node.keywords:
            raise Untranslatable("a part of Python's math that Lua lacks")
        match name, node.args:
            case "atan2", [_, _]:
                return f"math.atan({self.arguments(node)})", ATOM
            case "pow", [one, other]:
                return self.expr(ast.BinOp(one, ast.Pow(), other), MULTIPLY), MULTIPLY
            case "radians", [angle]:
                return f"math.rad({self.expr(angle)})", ATOM
            case "degrees", [angle]:
                return f"math.deg({self.expr(angle)})", ATOM
            case "log2" | "log10", [number]:
                return f"math.log({self.expr(number)}, {name[3:]})", ATOM
            case "isinf", [ast.Name() as number]:
                return f"math.abs({self.expr(number)}) == math.huge", COMPARE
            case "isnan", [ast.Name() as number]:
                return f"{self.expr(number)} ~= {self.expr(number)}", COMPARE
        if name not in _MATH:
            raise Untranslatable("a part of Python's math that Lua lacks")
        return f"math.{ {'fabs': 'abs'}.get(name, name) }({self.arguments(node)})", ATOM

    def _builtin(self, name: str, node: ast.Call) -> tuple[str, int]:
        if name in ("print", "isinstance", "callable", "hasattr", "getattr", "setattr", "type"):
            return self._about_objects(name, node)
        if node.keywords and name not in ("dict", "sorted"):
            raise Untranslatable(f"{name}() with keywords")
        kinds = [base(self.types.of(argument)) for argument in node.args]
        found = self._conversion(name, node.args, kinds) or self._arithmetic(node, name, kinds)
        found = found or self.collection(name, node, kinds)
        if found is None:
            raise Untranslatable(f"{name}()")
        return found

    def _conversion(
        self, name: str, args: list[ast.expr], kinds: list[str | None]
    ) -> tuple[str, int] | None:
        match name, args:
            case "str", [value]:
                return f"tostring({self.expr(value)})", ATOM
            case "repr", [value] if self.in_message:
                return f"tostring({self.expr(value)})", ATOM
            case "int", [ast.BinOp(left=left, op=ast.Div(), right=right)] if all(
                low is not None and low >= 0 for low in map(self.types.bounds.lower, (left, right))
            ):
                return self.expr(ast.BinOp(left, ast.FloorDiv(), right), ATOM), ATOM
            case "int", [ast.Call(func=ast.Attribute(attr="floor" | "ceil")) as value]:
                return self.expr(value), ATOM
            case "int", [value]:
                return f"{self.support('to_integer')}({self.expr(value)})", ATOM
            case "float", [ast.Constant(value="inf" | "Infinity")]:
                return "math.huge", ATOM
            case "float", [ast.Constant(value="-inf")]:
                return "-math.huge", UNARY
            case "float", [value] if kinds[0] == "number":
                return f"{self.expr(value, ADD + 1)} + 0.0", ADD
            case "float", [value] if kinds[0] == "str" and not isinstance(value, ast.Constant):
                return f"{self.support('to_number')}({self.expr(value)})", ATOM
            case "bool", [value]:
                return self.boolean(value)
            case "ord", [value]:
                return f"{self.receiver(value)}:byte()", ATOM
            case "chr", [value]:
                return f"string.char({self.expr(value)})", ATOM
        return None

    def _arithmetic(
        self, node: ast.Call, name: str, kinds: list[str | None]
    ) -> tuple[str, int] | None:
        match name, node.args:
            case "abs", [value]:
                return f"math.abs({self.expr(value)})", ATOM
            case "round", [_] | [_, _]:
                return f"{self.support('round')}({self.arguments(node)})", ATOM
            case "pow", [one, other]:
                return self.expr(ast.BinOp(one, ast.Pow(), other), MULTIPLY), MULTIPLY
            case "min" | "max", [_, _, *_]:
                if any(kind in ("list", "str", "dict", "set") for kind in kinds):
                    raise Untranslatable(f"{name} of something other than numbers")
                return f"math.{name}({self.arguments(node)})", ATOM
            case "min" | "max", [value] if self.types.of(value) == "list:number":
                return f"math.{name}(table.unpack({self.expr(value)}))", ATOM
            case "min" | "max", [ast.GeneratorExp(elt=item, generators=loops)] if (
                self.types.of(item) == "number"
            ):
                listed = self.comprehension(ast.ListComp(item, loops))
                return f"math.{name}(table.unpack({listed}))", ATOM
        return None

    def _about_objects(self, name: str, node: ast.Call) -> tuple[str, int]:
        match name, node.args:
            case "print", _:
                return self._print(node), ATOM
            case "isinstance", [value, classes]:
                return self._is_instance(value, classes)
            case "callable", [value]:
                return f'type({self.expr(value)}) == "function"', COMPARE
            case "hasattr", [owner, ast.Constant(value=str(field))] if is_field_name(field):
                return f"{self.expr(owner, ATOM)}.{field} ~= nil", COMPARE
            case "getattr", [_, ast.Constant(value=str(field)), *default] if is_field_name(field):
                found = f"{self.expr(node.args[0], ATOM)}.{field}"
                return self._with_default(found, default)
            case "getattr", [owner, key, *default]:
                return self._with_default(f"{self.expr(owner, ATOM)}[{self.expr(key)}]", default)
            case "type", [value]:
                return f"getmetatable({self.expr(value)})", ATOM
        raise Untranslatable(f"{name}()")

    def _with_default(self, found: str, default: list[ast.expr]) -> tuple[str, int]:
        match default:
            case [] | [ast.Constant(value=None)]:
                return found, ATOM
            case [ast.Constant(value=False)]:
                return f"{found} or false", OR
        self.hoist()
        value = self.fresh("value")
        self.line(f"local {value} = {found}")
        with self.block(f"if {value} == nil then"):
            self.line(f"{value} = {self.expr(default[0])}")
        return value, ATOM

    def _print(self, node: ast.Call) -> str:
        if node.keywords:
            raise Untranslatable("print with keywords")
        if len(node.args) <= 1:
            return f"print({self.arguments(node)})"
        return "print(" + ' .. " " .. '.join(self.shown(a) for a in node.args) + ")"

    def _is_instance(self, value: ast.expr, classes: ast.expr) -> tuple[str, int]:
        several = classes.elts if isinstance(classes, ast.Tuple) else [classes]
        if len(several) > 1 and self.may_act(value):
            raise Untranslatable("isinstance of a call")
        code = self.expr(value)
        names = [one.id for one in several if isinstance(one, ast.Name)]
        if {"int", "float"} <= set(names):
            several = [one for one in several if ast.unparse(one) not in ("int", "float")]
            tests = [f'type({code}) == "number"']
        else:
            tests = []
        tables = {"dict"} & set(names) | ({"list"} if {"list", "tuple"} & set(names) else set())
        self.tables_tested |= tables
        if len(self.tables_tested) > 1:
            raise Untranslatable("isinstance that tells lists from dicts")
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
