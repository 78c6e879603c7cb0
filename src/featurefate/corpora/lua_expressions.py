"""Python expressions as Lua expressions.

Precedence is kept by giving each piece of Lua its strength and asking for parentheses where a
weaker piece stands in a stronger place.
"""

import ast

from featurefate.corpora.lua_names import (
    Untranslatable, is_field_name, lua_name, lua_string,
)  # fmt: skip
from featurefate.corpora.lua_types import base
from featurefate.corpora.lua_writer import Writer

OR, AND, COMPARE, CONCAT, ADD, MULTIPLY, UNARY, POWER, ATOM = 1, 2, 3, 9, 10, 11, 12, 13, 20

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


class Expressions(Writer):
    """Mixed into the function translator; `expr` is the entrance."""

    def expr(self, node: ast.expr, at_least: int = 0) -> str:
        """The expression, in parentheses where it is weaker than `at_least`."""
        code, strength = self._strong(node)
        return f"({code})" if strength < at_least else code

    def _strong(self, node: ast.expr) -> tuple[str, int]:
        match node:
            case ast.Constant():
                return self._constant(node.value)
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
                return self.table([self._element(e) for e in elements]), ATOM
            case ast.Dict():
                return self._dict(node), ATOM
            case ast.Set(elts=elements):
                return self.table([f"[{self.expr(e)}] = true" for e in elements]), ATOM
            case ast.Call():
                return self.call(node)
            case ast.Lambda():
                return self._lambda(node), ATOM
            case ast.ListComp() | ast.SetComp() | ast.DictComp():
                return self.comprehension(node), ATOM
            case ast.Yield(value=value):
                return f"coroutine.yield({self.expr(value) if value else ''})", ATOM
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
        raise Untranslatable({bytes: "bytes", complex: "a complex number"}.get(
            type(value), "a number beyond 64 bits" if isinstance(value, int) else "..."))  # fmt: skip

    def _operation(self, node: ast.BinOp) -> tuple[str, int]:
        left, right = self.types.of(node.left), self.types.of(node.right)
        if isinstance(node.op, ast.Mod) and left == "str":
            return self.percent_format(node), ATOM
        if isinstance(node.op, ast.Add):
            return self._plus(node, left, right)
        if isinstance(node.op, ast.Mult) and "str" in (left, right):
            text, times = (node.left, node.right) if left == "str" else (node.right, node.left)
            return f"{self.expr(text, ATOM + 1 if _is_literal(text) else ATOM)}:rep({self.expr(times)})", ATOM
        if base(left) in ("list", "dict", "set") or base(right) in ("list", "dict", "set"):
            raise Untranslatable("an operator on lists, dicts or sets")
        if isinstance(node.op, ast.Mod) and left != "number" and right != "number":
            raise Untranslatable("% of unknown types")
        if isinstance(node.op, ast.Mult) and left != "number" and right != "number":
            if left or right:
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

    def offset(self, node: ast.expr, step: int) -> tuple[str, int]:
        """node + step, with steps added up: an index that Lua counts from 1 needs step 1."""
        match node:
            case ast.Constant(value=int(value)) if not isinstance(value, bool):
                return self._constant(value + step)
            case ast.Name(id=name) if name in self.shifted:
                return _with_step(self.name(name), step - 1)
            case ast.BinOp(left=left, op=ast.Add(), right=ast.Constant(value=int(value))):
                return self.offset(left, step + value)
            case ast.BinOp(left=left, op=ast.Sub(), right=ast.Constant(value=int(value))):
                return self.offset(left, step - value)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                first, strength = self.offset(left, step)
                if strength < ADD:
                    first = f"({first})"
                return f"{first} + {self.expr(right, ADD + 1)}", ADD
        code, strength = self._strong(node)
        return _with_step(f"({code})" if step and strength < ADD else code, step, strength)

    def _comparison(self, node: ast.Compare) -> tuple[str, int]:
        parts = []
        left = node.left
        if len(node.ops) > 1 and not all(_is_plain(c) for c in node.comparators[:-1]):
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
        if isinstance(operator, ast.Eq | ast.NotEq):
            if any(base(kind) in ("list", "dict", "set") for kind in kinds):
                empty = self._compared_to_empty(left, right, isinstance(operator, ast.Eq))
                if empty:
                    return empty
                raise Untranslatable("== of lists, dicts or sets")
            if not any(kind in _SCALARS for kind in kinds):
                both = isinstance(left, ast.Attribute) or isinstance(right, ast.Attribute)
                if not both and not self.is_object(left) and not self.is_object(right):
                    raise Untranslatable("== of unknown types")
        elif isinstance(operator, ast.Lt | ast.Gt | ast.LtE | ast.GtE):
            if any(base(kind) in ("list", "dict", "set", "bool") for kind in kinds):
                raise Untranslatable("< of lists, dicts or sets")
        sign = _COMPARE[type(operator)]
        return f"{self.expr(left, COMPARE + 1)} {sign} {self.expr(right, COMPARE + 1)}", COMPARE

    def _compared_to_empty(
        self, left: ast.expr, right: ast.expr, equal: bool
    ) -> tuple[str, int] | None:
        if isinstance(right, ast.List) and not right.elts and base(self.types.of(left)) == "list":
            return f"#{self.expr(left, ATOM)} {'==' if equal else '>'} 0", COMPARE
        return None

    def _bool_value(self, node: ast.BoolOp) -> tuple[str, int]:
        """`a or b` as a value. What is false differs, so the left sides must be truly boolean,
        or be tested by `truthy`."""
        is_or = isinstance(node.op, ast.Or)
        word, strength = ("or", OR) if is_or else ("and", AND)
        if all(self.types.of(value) == "bool" for value in node.values[:-1]):
            return self._joined_by(node.values, word, strength, self.expr)
        if not is_or:
            raise Untranslatable("the value of `and`")
        parts = []
        for value in node.values[:-1]:
            tested = self.test(value)[0]
            code = self.expr(value, AND)
            parts.append(code if tested == code else f"{self.test(value, AND)[0]} and {code}")
        with self.conditional():
            return f" {word} ".join([*parts, self.expr(node.values[-1], strength + 1)]), strength

    def _joined_by(self, values, word: str, strength: int, write) -> tuple[str, int]:
        parts = [write(values[0], strength)]
        with self.conditional():
            parts += [write(value, strength + 1) for value in values[1:]]
        return f" {word} ".join(parts), strength

    def test(self, node: ast.expr, at_least: int = 0) -> tuple[str, int]:
        """The expression as a condition: what Python takes for true, Lua must take for true."""
        code, strength = self._test(node)
        return (f"({code})", ATOM) if strength < at_least else (code, strength)

    def _test(self, node: ast.expr) -> tuple[str, int]:
        match node:
            case ast.BoolOp(op=op, values=values):
                word, strength = ("or", OR) if isinstance(op, ast.Or) else ("and", AND)
                return self._joined_by(
                    values, word, strength, lambda value, least: self.test(value, least)[0]
                )
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.negation(operand)
            case ast.Call(func=ast.Name(id="bool"), args=[value]):
                return self.test(value)
        kind = base(self.types.of(node))
        if kind in ("bool", "none"):
            return self._strong(node)
        code = self.expr(node, ATOM)
        nilable = self.may_be_nil(node)
        full = {"number": f"{code} ~= 0", "str": f'{code} ~= ""', "list": f"#{code} > 0",
                "dict": f"next({code}) ~= nil", "set": f"next({code}) ~= nil"}.get(kind)  # fmt: skip
        if full is None:
            return f"{self.support('truthy')}({self.expr(node)})", ATOM
        return (f"{code} and {full}", AND) if nilable else (full, COMPARE)

    def negation(self, node: ast.expr) -> tuple[str, int]:
        """`not node`, said the short way where there is one."""
        code, strength = self._test(node)
        for one, other in ((" ~= 0", " == 0"), (' ~= ""', ' == ""'), (" > 0", " == 0"),
                           (" ~= nil", " == nil")):  # fmt: skip
            if strength == COMPARE and not isinstance(node, ast.Compare) and code.endswith(one):
                return code.removesuffix(one) + other, COMPARE
        return f"not {code if strength >= UNARY else f'({code})'}", UNARY

    def _choice(self, node: ast.IfExp) -> tuple[str, int]:
        """`c and a or b`, where a is never false; else a variable and an if statement."""
        sure = base(self.types.of(node.body)) in ("number", "str", "list", "dict", "set")
        sure = sure and not self.may_be_nil(node.body)
        if sure:
            test = self.test(node.test, AND)[0]
            with self.conditional():
                body, other = self.expr(node.body, AND + 1), self.expr(node.orelse, OR + 1)
            return f"{test} and {body} or {other}", OR
        name = self.fresh("value")
        self.hoist()
        self.line(f"local {name}")
        self.assign_choice(name, node)
        return name, ATOM

    def attribute(self, node: ast.Attribute) -> str:
        """`a.b`; a name that Lua reserves becomes a["end"]."""
        module = self.module_member(node)
        if module:
            return module
        if base(self.types.of(node.value)) in ("number", "str", "list", "dict", "set"):
            raise Untranslatable("an attribute of a number, str, list or dict")
        if node.attr == "__class__":
            return f"getmetatable({self.expr(node.value)})"
        if node.attr.startswith("__"):
            raise Untranslatable("a name with double underscores")
        if self.is_own_method(node):
            raise Untranslatable("a method as a value")
        owner = self.expr(node.value, ATOM)
        return f"{owner}.{node.attr}" if is_field_name(node.attr) else f'{owner}["{node.attr}"]'

    def may_be_nil(self, node: ast.expr) -> bool:
        """True for a variable or field of known type that may also be None."""
        match node:
            case ast.Name(id=name):
                return name in self.types.nilable
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                return self.outline is not None and name in self.outline.nilable
        return False

    def is_own_method(self, node: ast.Attribute) -> bool:
        """True for `self.name` where the class defines a method of that name."""
        own = isinstance(node.value, ast.Name) and node.value.id == "self"
        return own and self.outline is not None and node.attr in self.outline.methods

    def _subscript(self, node: ast.Subscript) -> tuple[str, int]:
        kind = self.types.of(node.value)
        if isinstance(node.slice, ast.Slice):
            return self.slice(node.value, node.slice, base(kind)), ATOM
        if base(kind) == "str":
            first, last = self.index(node.slice), self.index(node.slice)
            return f"{self.receiver(node.value)}:sub({first}, {last})", ATOM
        return self.element_at(node), ATOM

    def element_at(self, node: ast.Subscript) -> str:
        """`t[k]`, to be read or assigned to."""
        kind, key = base(self.types.of(node.value)), node.slice
        owner = self.expr(node.value, ATOM)
        literal = isinstance(key, ast.Constant) and isinstance(key.value, str)
        if kind in (None, "dict") and literal and is_field_name(key.value):
            return f"{owner}.{key.value}"
        if kind == "dict" or (kind is None and (literal or self.types.of(key) == "str")):
            return f"{owner}[{self.expr(key)}]"
        if kind == "list" or (kind is None and self._is_position(key)):
            position = self.index(key)
            if position.startswith("-"):
                if not isinstance(node.value, ast.Name):
                    raise Untranslatable("a negative index of a longer expression")
                back = int(position[1:]) - 1
                position = f"#{owner} - {back}" if back else f"#{owner}"
            return f"{owner}[{position}]"
        raise Untranslatable("a subscript of unknown type")

    def _is_position(self, key: ast.expr) -> bool:
        return isinstance(key, ast.Constant) and isinstance(key.value, int) or (
            self.types.of(key) == "number" and self.types.lower(key) is not None
        )

    def index(self, key: ast.expr) -> str:
        """A Python index as Lua counts: from 1, and -1 the last. Its sign must be known."""
        match key:
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
                return f"-{value}"
        low = self.types.lower(key)
        if low is None or low < 0:
            raise Untranslatable("an index that may be negative")
        return self.offset(key, 1)[0]

    def _dict(self, node: ast.Dict) -> str:
        fields = []
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                raise Untranslatable("**mapping")
            if isinstance(value, ast.Constant) and value.value is None:
                raise Untranslatable("None inside a dict or list")
            plain = isinstance(key, ast.Constant) and isinstance(key.value, str)
            if plain and is_field_name(key.value):
                fields.append(f"{key.value} = {self.expr(value)}")
            elif isinstance(key, ast.Tuple):
                raise Untranslatable("a tuple as a key")
            else:
                fields.append(f"[{self.expr(key)}] = {self.expr(value)}")
        return self.table(fields)

    def _element(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant) and node.value is None:
            raise Untranslatable("None inside a dict or list")
        if isinstance(node, ast.Starred):
            raise Untranslatable("*unpacking inside a list")
        return self.expr(node)

    def table(self, fields: list[str], long: bool = False) -> str:
        """A table constructor on one line, or a field a line where that is too long."""
        line = ", ".join(fields)
        if not fields:
            return "{}"
        if len(line) + len(self.indent) < 72 and not long:
            return f"{{ {line} }}" if "=" in fields[0] else f"{{{line}}}"
        inner = self.indent + "  "
        lines = [field.replace("\n", "\n  ") for field in fields]
        return "{\n" + "".join(f"{inner}{field},\n" for field in lines) + self.indent + "}"

    def _lambda(self, node: ast.Lambda) -> str:
        if node.args.defaults or node.args.vararg or node.args.kwonlyargs or node.args.kwarg:
            raise Untranslatable("a lambda with defaults")
        names = ", ".join(lua_name(argument.arg) for argument in node.args.args)
        with self.conditional():
            self.bound.append({argument.arg for argument in node.args.args})
            body = self.expr(node.body)
            self.bound.pop()
        return f"function({names}) return {body} end"

    def _joined(self, node: ast.JoinedStr) -> tuple[str, int]:
        if any(isinstance(v, ast.FormattedValue) and v.format_spec for v in node.values):
            return self.formatted(node), ATOM
        parts = []
        for value in node.values:
            if isinstance(value, ast.Constant):
                parts.append(lua_string(value.value))
            else:
                parts.append(self.shown(value.value, value.conversion))
        if not parts:
            return '""', ATOM
        return " .. ".join(parts), CONCAT if len(parts) > 1 else ATOM

    def shown(self, node: ast.expr, conversion: int = -1) -> str:
        """The expression as a piece of a longer text."""
        if conversion != -1 and not self.in_message:
            raise Untranslatable("repr outside an error message")
        if self.types.of(node) == "str":
            return self.expr(node, CONCAT + 1)
        if self.types.of(node) == "number":
            code = self.expr(node, CONCAT + 1)
            return f"({code})" if code[:1].isdigit() or code[:1] == "-" else code
        return f"tostring({self.expr(node)})"


def _with_step(code: str, step: int, strength: int = ATOM) -> tuple[str, int]:
    if step == 0:
        return code, strength
    return f"{code} {'+' if step > 0 else '-'} {abs(step)}", ADD


def _is_plain(node: ast.expr) -> bool:
    return isinstance(node, ast.Name | ast.Constant | ast.Attribute)


def _is_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


_KINDS = {
    ast.Starred: "*unpacking in a call", ast.GeneratorExp: "a generator expression",
    ast.Await: "async", ast.YieldFrom: "yield from", ast.NamedExpr: "an assignment inside an expression",
}  # fmt: skip
