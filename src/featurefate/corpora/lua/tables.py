"""Lists, dicts and the places in them: tables that count from 1."""

import ast

from featurefate.corpora.lua.names import Untranslatable, is_field_name
from featurefate.corpora.lua.strength import ADD, AND, ATOM, COMPARE, OR, UNARY
from featurefate.corpora.lua.truth import Truth
from featurefate.corpora.lua.types import base


class Tables(Truth):
    """Mixed into the function translator."""

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
                if not is_plain(node.value):
                    raise Untranslatable("a negative index of a longer expression")
                back = int(position[1:]) - 1
                position = f"#{owner} - {back}" if back else f"#{owner}"
            return f"{owner}[{position}]"
        raise Untranslatable("a subscript of unknown type")

    def is_element_of_unknown(self, node: ast.expr) -> bool:
        """True for `x[0]` where x may be a text as well as a list."""
        match node:
            case ast.Subscript(value=value, slice=key) if not isinstance(key, ast.Slice):
                return self.types.of(value) is None and self._is_position(key)
        return False

    def _is_position(self, key: ast.expr) -> bool:
        return (
            isinstance(key, ast.Constant)
            and isinstance(key.value, int)
            or (self.types.of(key) == "number" and self.types.bounds.lower(key) is not None)
        )

    def index(self, key: ast.expr) -> str:
        """A Python index as Lua counts: from 1, and -1 the last. Its sign must be known."""
        match key:
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
                return f"-{value}"
        low = self.types.bounds.lower(key)
        if low is None or low < 0:
            raise Untranslatable("an index that may be negative")
        return self.offset(key, 1)[0]

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

    def slice(self, value: ast.expr, part: ast.Slice, kind: str | None) -> str:
        """`value[a:b]` of a string or list."""
        if part.step is not None:
            backwards = ast.unparse(part.step) == "-1" and not part.lower and not part.upper
            if backwards and kind == "str":
                return f"{self.receiver(value)}:reverse()"
            raise Untranslatable("a slice with a step")
        first = self.index(part.lower) if part.lower else "1"
        if kind == "str":
            last = self._slice_end(part.upper)
            return f"{self.receiver(value)}:sub({first}{f', {last}' if last else ''})"
        if kind == "list" and is_plain(value) and not isinstance(value, ast.Constant):
            items = self.expr(value, ATOM)
            last = self._slice_end(part.upper) or f"#{items}"
            if first.startswith("-"):
                raise Untranslatable("a list slice from the end")
            if last.startswith("-"):
                last = f"#{items} - {int(last[1:]) - 1}"
            return f"{{table.unpack({items}, {first}, {last})}}"
        raise Untranslatable("a slice of unknown type")

    def _slice_end(self, end: ast.expr | None) -> str:
        """Python ends before `end`, Lua at the one before it."""
        if end is None:
            return ""
        if isinstance(end, ast.UnaryOp):
            return f"-{int(self.index(end)[1:]) + 1}"
        low = self.types.bounds.lower(end)
        if low is None or low < 0:
            raise Untranslatable("a slice whose end may be negative")
        return self.offset(end, 0)[0]

    def concatenated(self, left: ast.expr, right: ast.expr) -> str:
        """`a + b` of two lists, as a new table."""
        if base(self.types.of(left)) != "list" or base(self.types.of(right)) != "list":
            raise Untranslatable("+ of a list and an unknown type")
        self.hoist()
        first, second = self.expr(left, ATOM), self.expr(right, ATOM)
        if not is_plain(right):
            second, code = self.fresh("more"), second
            self.line(f"local {second} = {code}")
        name = self.fresh("joined")
        self.line(f"local {name} = {{table.unpack({first})}}")
        self.line(f"table.move({second}, 1, #{second}, #{name} + 1, {name})")
        return name

    def membership(self, left: ast.expr, right: ast.expr, inside: bool) -> tuple[str, int]:
        """`left in right`, by what `right` is."""
        kind = base(self.types.of(right))
        sign = "~=" if inside else "=="
        if kind == "str":
            return f"{self.receiver(right)}:find({self.expr(left)}, 1, true) {sign} nil", COMPARE
        if kind in ("dict", "set") and not isinstance(right, ast.Set):
            return f"{self.expr(right, ATOM)}[{self.expr(left)}] {sign} nil", COMPARE
        if isinstance(right, ast.Tuple | ast.List | ast.Set) and right.elts:
            plain = isinstance(left, ast.Name | ast.Attribute) and len(right.elts) <= 6
            truths = any(isinstance(getattr(e, "value", None), bool) for e in right.elts)
            if truths and self.types.of(left) != "bool":
                raise Untranslatable("== of a truth value and an unknown type")
            if plain and all(isinstance(e, ast.Constant) for e in right.elts):
                tested, equal = self.expr(left, COMPARE + 1), "==" if inside else "~="
                tests = [f"{tested} {equal} {self.expr(e)}" for e in right.elts]
                word, strength = ("or", OR) if inside else ("and", AND)
                return f" {word} ".join(tests), strength if len(tests) > 1 else COMPARE
        if kind == "list":
            code = f"{self.support('contains')}({self.expr(right)}, {self.expr(left)})"
            return (code, ATOM) if inside else (f"not {code}", UNARY)
        raise Untranslatable("`in` something of unknown type")


def _with_step(code: str, step: int, strength: int = ATOM) -> tuple[str, int]:
    if step == 0:
        return code, strength
    return f"{code} {'+' if step > 0 else '-'} {abs(step)}", ADD


def is_plain(node: ast.expr) -> bool:
    """True for what may be written twice: a name, a constant or a field of what is plain."""
    if isinstance(node, ast.Attribute):
        return is_plain(node.value)
    return isinstance(node, ast.Name | ast.Constant)


def is_none(node: ast.expr | None) -> bool:
    """True for `None`, written or left out."""
    return node is None or isinstance(node, ast.Constant) and node.value is None
