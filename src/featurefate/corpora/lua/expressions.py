"""Python expressions as Lua expressions.

Precedence is kept by giving each piece of Lua its strength and asking for parentheses where a
weaker piece stands in a stronger place.
"""

import ast

from featurefate.corpora.lua.formats import Formats
from featurefate.corpora.lua.names import (
    Untranslatable,
    is_field_name,
    is_special,
    lua_name,
    lua_string,
)  # fmt: skip
from featurefate.corpora.lua.strength import (
    ADD,
    AND,
    ATOM,
    COMPARE,
    CONCAT,
    MULTIPLY,
    POWER,
    UNARY,
)  # fmt: skip
from featurefate.corpora.lua.tables import is_none, is_plain
from featurefate.corpora.lua.types import base
from featurefate.corpora.lua.writer import CALL, NAME, NOTHING, READ

_ARITHMETIC = {
    ast.Sub: ("-", ADD), ast.Mult: ("*", MULTIPLY), ast.Div: ("/", MULTIPLY),
    ast.FloorDiv: ("//", MULTIPLY), ast.Mod: ("%", MULTIPLY), ast.BitOr: ("|", 4),
    ast.BitXor: ("~", 5), ast.BitAnd: ("&", 6), ast.LShift: ("<<", 7), ast.RShift: (">>", 7),
}  # fmt: skip
_COMPARE = {
    ast.Eq: "==", ast.NotEq: "~=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "==", ast.IsNot: "~=",
}  # fmt: skip
_SCALARS = ("number", "str", "bool", "none")


class Expressions(Formats):
    """Mixed into the function translator; `expr` is the entrance."""

    def expr(self, node: ast.expr, at_least: int = 0) -> str:
        """The expression, in parentheses where it is weaker than `at_least`."""
        code, strength = self._strong(node)
        return f"({code})" if strength < at_least else code

    def all_of(self, call: ast.expr) -> str:
        """The expression where all that it gives has a place: returned, or taken apart."""
        self._all_kept = call
        return self.expr(call)

    def _strong(self, node: ast.expr) -> tuple[str, int]:
        if isinstance(node, ast.Constant):
            return self._write(node)
        if isinstance(node, ast.Name):
            self.written = max(self.written, NAME)
            return self._write(node)
        acts = isinstance(node, ast.Yield) or isinstance(node, ast.Call) and self.acts(node)
        with self.piece(CALL if acts else READ):
            return self._write(node)

    def _write(self, node: ast.expr) -> tuple[str, int]:
        match node:
            case ast.Constant():
                return self._constant(node.value)
            case ast.Name(id="NotImplemented") if self._functions[-1].name in ("__eq__", "__ne__"):
                return "false", ATOM
            case ast.Name(id=name):
                if name in self.shifted:
                    return self.offset(node, 0)
                return self.name(name), ATOM
            case ast.JoinedStr():
                return self._joined(node)
            case ast.BinOp():
                return self._operation(node)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.negation(operand)
            case ast.UnaryOp(op=op, operand=operand):
                sign = {ast.USub: "-", ast.Invert: "~", ast.UAdd: ""}[type(op)]
                inner = self.expr(operand, UNARY)
                return (f"{sign} {inner}" if inner.startswith(sign) else sign + inner), UNARY
            case ast.Compare():
                return self._comparison(node)
            case ast.BoolOp():
                return self._bool_value(node)
            case ast.IfExp():
                return self._choice(node)
            case ast.Attribute():
                return self.attribute(node), ATOM
            case ast.Subscript():
                return self._subscript(node)
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                if any(self.may_be_nil(e) for e in elements if isinstance(e, ast.Name)):
                    raise Untranslatable("None inside a dict or list")
                return self.table([self._element(e) for e in elements]), ATOM
            case ast.Dict():
                return self._dict(node), ATOM
            case ast.Set(elts=elements):
                return self.table([f"[{self.expr(e)}] = true" for e in elements]), ATOM
            case ast.Call():
                if node is not self._all_kept and self.gives_several(node):
                    raise Untranslatable("several results kept as one tuple")
                return self.call(node)
            case ast.Lambda():
                return self._lambda(node), ATOM
            case ast.ListComp() | ast.SetComp() | ast.DictComp():
                return self.comprehension(node), ATOM
            case ast.NamedExpr(target=target, value=value):
                self.hoist(after=NOTHING)
                self.line(f"{self.name(target.id)} = {self.expr(value)}")
                return self.name(target.id), ATOM
            case ast.Yield(value=value):
                if value is None or is_none(value) or self.may_be_nil(value):
                    raise Untranslatable("a generator that gives None")
                return f"coroutine.yield({self.expr(value)})", ATOM
        raise Untranslatable(_KINDS.get(type(node), type(node).__name__))

    def _constant(self, value: object) -> tuple[str, int]:
        if value is None or isinstance(value, bool):
            return {None: "nil", True: "true", False: "false"}[value], ATOM
        if isinstance(value, str):
            return lua_string(value), ATOM
        if isinstance(value, int) and abs(value) < 2**63 or isinstance(value, float):
            if value in (float("inf"), float("-inf")):
                return "math.huge", ATOM
            return repr(value), ATOM if value >= 0 else UNARY
        kinds = {bytes: "bytes", complex: "a complex number", int: "a number beyond 64 bits"}
        raise Untranslatable(kinds.get(type(value), "..."))

    def _operation(self, node: ast.BinOp) -> tuple[str, int]:
        left, right = self.types.of(node.left), self.types.of(node.right)
        if isinstance(node.op, ast.Mod) and left == "str":
            return self.percent_format(node), ATOM
        if isinstance(node.op, ast.Add) and "bool" not in (left, right):
            return self._plus(node, left, right)
        if isinstance(node.op, ast.Mult) and "str" in (left, right):
            text, times = (node.left, node.right) if left == "str" else (node.right, node.left)
            return f"{self.receiver(text)}:rep({self.expr(times)})", ATOM
        if base(left) in ("list", "dict", "set") or base(right) in ("list", "dict", "set"):
            raise Untranslatable("an operator on lists, dicts or sets")
        if "bool" in (left, right):
            raise Untranslatable("arithmetic on truth values")
        if isinstance(node.op, ast.Mod) and left != "number" and right != "number":
            raise Untranslatable("% of unknown types")
        if isinstance(node.op, ast.Mult) and "number" not in (left, right) and (left or right):
            raise Untranslatable("* of unknown types")
        if isinstance(node.op, ast.Pow):
            return self._power(node)
        if type(node.op) not in _ARITHMETIC:
            raise Untranslatable("the @ operator")
        sign, strength = _ARITHMETIC[type(node.op)]
        bitwise = strength in (4, 5, 6, 7)
        if isinstance(node.op, ast.RShift) or (bitwise and "number" not in (left, right)):
            raise Untranslatable("a bit or set operator of unknown types")
        first, second = self.expr(node.left, strength), self.expr(node.right, strength + 1)
        return f"{first} {sign} {second}", strength

    def _plus(self, node: ast.BinOp, left: str | None, right: str | None) -> tuple[str, int]:
        if "str" in (left, right):
            return f"{self.expr(node.left, CONCAT + 1)} .. {self.expr(node.right, CONCAT)}", CONCAT
        if "number" in (left, right):
            return self.offset(node, 0)
        if base(left) == "list" or base(right) == "list":
            return self.concatenated(node.left, node.right), ATOM
        raise Untranslatable("+ of unknown types")

    def _power(self, node: ast.BinOp) -> tuple[str, int]:
        match node.left, node.right:
            case ast.Name(), ast.Constant(value=2):
                name = self.expr(node.left, MULTIPLY + 1)
                return f"{name} * {name}", MULTIPLY
        return f"{self.expr(node.left, POWER + 1)} ^ {self.expr(node.right, POWER)}", POWER

    def _comparison(self, node: ast.Compare) -> tuple[str, int]:
        parts = []
        left = node.left
        if len(node.ops) > 1 and not all(is_plain(c) for c in node.comparators[:-1]):
            raise Untranslatable("a chained comparison of calls")
        for operator, right in zip(node.ops, node.comparators, strict=True):
            parts.append(self._compare(left, operator, right))
            left = right
        if len(parts) == 1:
            return parts[0]
        return " and ".join(code if s > AND else f"({code})" for code, s in parts), AND

    def _compare(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> tuple[str, int]:
        if isinstance(operator, ast.In | ast.NotIn):
            return self.membership(left, right, isinstance(operator, ast.In))
        kinds = (self.types.of(left), self.types.of(right))
        if "str" in kinds and any(map(self.is_element_of_unknown, (left, right))):
            raise Untranslatable("an element of a text or a list")
        if isinstance(operator, ast.Eq | ast.NotEq):
            constants = [n.value for n in (left, right) if isinstance(n, ast.Constant)]
            if any(isinstance(c, bool) for c in constants) and kinds != ("bool", "bool"):
                raise Untranslatable("== of a truth value and an unknown type")
            if any(base(kind) in ("list", "dict", "set") for kind in kinds):
                empty = self._compared_to_empty(left, right, isinstance(operator, ast.Eq))
                if empty:
                    return empty
                same = f"{self.support('equal')}({self.expr(left)}, {self.expr(right)})"
                if isinstance(operator, ast.Eq):
                    return same, ATOM
                return f"not {same}", UNARY
            if not any(kind in _SCALARS for kind in kinds):
                objects = [self.is_object(n) or self.is_known_object(n) for n in (left, right)]
                if not any(objects):
                    return self._unknown_equal(left, operator, right)
            elif set(kinds) == {"bool", "number"}:
                raise Untranslatable("== of a truth value and a number")
        elif not isinstance(operator, ast.Is | ast.IsNot) and any(
            base(kind) in ("list", "dict", "set", "bool") for kind in kinds
        ):
            raise Untranslatable("< of lists, dicts or sets")
        sign = _COMPARE[type(operator)]
        return f"{self.expr(left, COMPARE + 1)} {sign} {self.expr(right, COMPARE + 1)}", COMPARE

    def _unknown_equal(
        self, left: ast.expr, operator: ast.cmpop, right: ast.expr
    ) -> tuple[str, int]:
        """`a.x == b.y`: fields may hold lists; one in capitals is taken for a constant."""
        fields = [n.attr for n in (left, right) if isinstance(n, ast.Attribute)]
        if not fields:
            raise Untranslatable("== of unknown types")
        same = isinstance(operator, ast.Eq)
        if any(name.isupper() for name in fields):
            sign = "==" if same else "~="
            return f"{self.expr(left, COMPARE + 1)} {sign} {self.expr(right, COMPARE + 1)}", COMPARE
        code = f"{self.support('equal')}({self.expr(left)}, {self.expr(right)})"
        return (code, ATOM) if same else (f"not {code}", UNARY)

    def _compared_to_empty(
        self, left: ast.expr, right: ast.expr, equal: bool
    ) -> tuple[str, int] | None:
        if isinstance(right, ast.List) and not right.elts and base(self.types.of(left)) == "list":
            return f"#{self.expr(left, ATOM)} {'==' if equal else '>'} 0", COMPARE
        return None

    def attribute(self, node: ast.Attribute) -> str:
        """`a.b`; a name that Lua reserves becomes a["end"]."""
        module = self.module_member(node)
        if module:
            return module
        if base(self.types.of(node.value)) in ("number", "str", "list", "dict", "set"):
            raise Untranslatable("an attribute of a number, str, list or dict")
        if node.attr == "__class__":
            return f"getmetatable({self.expr(node.value)})"
        if ast.unparse(node) in ("self.__class__.__name__", "type(self).__name__"):
            return "getmetatable(self).__name"
        if is_special(node.attr):
            raise Untranslatable("a name with double underscores")
        outline = self.outline_of(node.value)
        owner = self.expr(node.value, ATOM)
        if outline is not None and node.attr in outline.properties and owner != "cls":
            if not isinstance(node.ctx, ast.Load):
                raise Untranslatable("a property that is assigned to")
            if self._program.method_returns_several(node.attr):
                raise Untranslatable("several results kept as one tuple")
            return f"{owner}:{node.attr}()"
        if outline is None and self.is_property_name(node.attr):
            raise Untranslatable("a property of another object")
        if outline is not None and node.attr in outline.methods and owner in ("self", "cls"):
            if node.attr in outline.static_methods:
                return f"{owner}.{node.attr}"
            return f"function(...) return {owner}:{node.attr}(...) end"
        return f"{owner}.{node.attr}" if is_field_name(node.attr) else f'{owner}["{node.attr}"]'

    def is_own_field(self, node: ast.Attribute) -> bool:
        """True for `self.name` where the class assigns to it and has no method of that name."""
        outline = self.outline_of(node.value)
        return outline is not None and node.attr in outline.fields and (
            node.attr not in outline.methods
        )  # fmt: skip

    def _lambda(self, node: ast.Lambda) -> str:
        if node.args.defaults or node.args.vararg or node.args.kwonlyargs or node.args.kwarg:
            raise Untranslatable("a lambda with defaults")
        names = ", ".join(lua_name(argument.arg) for argument in node.args.args)
        with self.conditional():
            self.bound.append({argument.arg for argument in node.args.args})
            body = self.expr(node.body)
            self.bound.pop()
        return f"function({names}) return {body} end"


_KINDS = {
    ast.Starred: "*unpacking in a call", ast.GeneratorExp: "a generator expression",
    ast.Await: "async", ast.YieldFrom: "yield from",
}  # fmt: skip
