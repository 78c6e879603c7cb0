"""Text from parts: f-strings, `%` and `str.format`, by `..` and `string.format`."""

import ast
import re

from featurefate.corpora.lua.names import Untranslatable, lua_string
from featurefate.corpora.lua.strength import ATOM, CONCAT
from featurefate.corpora.lua.tables import Tables


class Formats(Tables):
    """Mixed into the function translator."""

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

    def formatted(self, node: ast.JoinedStr) -> str:
        """An f-string with format codes, by string.format."""
        form, values = "", []
        for value in node.values:
            if isinstance(value, ast.Constant):
                form += value.value.replace("%", "%%")
                continue
            code = ast.unparse(value.format_spec)[2:-1] if value.format_spec else ""
            form += _format_code(code)
            self._check_sign(code, value.value)
            values.append(self.expr(value.value))
        return f"string.format({', '.join([lua_string(form), *values])})"

    def percent_format(self, node: ast.BinOp) -> str:
        """`"..." % values`, by string.format."""
        if not isinstance(node.left, ast.Constant):
            raise Untranslatable("% of a text that is not written out")
        form = node.left.value
        codes = re.findall(r"%(.?[^a-zA-Z%]*[a-zA-Z%])", form)
        if any(not re.fullmatch(r"[-0 ]*\d*(\.\d+)?[sdifgexXc%]", code) for code in codes):
            if not (self.in_message and all(re.fullmatch(r"[srd%]", code) for code in codes)):
                raise Untranslatable("a % format that Lua lacks")
            form = form.replace("%r", "%s")
        several = isinstance(node.right, ast.Tuple)
        values = node.right.elts if several else [node.right]
        for code, value in zip([c for c in codes if not c.endswith("%")], values, strict=False):
            self._check_sign(code, value)
        if not several and not (self.types.of(node.right) in ("str", "number") or self.in_message):
            raise Untranslatable("% with an unknown type")
        if len(values) != sum(not code.endswith("%") for code in codes):
            raise Untranslatable("% with another number of values")
        return f"string.format({', '.join([lua_string(form), *map(self.expr, values)])})"

    def brace_format(
        self, owner: ast.expr, args: list[ast.expr], keywords: list[ast.keyword]
    ) -> str:
        """`"{} {}".format(a, b)`, by string.format."""
        if not isinstance(owner, ast.Constant):
            raise Untranslatable("format of a text that is not written out")
        form = owner.value.replace("%", "%%").replace("{{", "\0").replace("}}", "\1")
        fields = re.findall(r"\{([^}]*)\}", form)
        order = [re.match(r"\w*", field)[0] for field in fields]
        rest = [field[len(name) :] for field, name in zip(fields, order, strict=True)]
        given = {str(place): value for place, value in enumerate(args)}
        given |= {keyword.arg: keyword.value for keyword in keywords}
        if not any(order):
            order = [str(place) for place in range(len(order))]
        if not set(order) <= given.keys() or any(r and r[0] not in ":!" for r in rest):
            raise Untranslatable("format with fields of objects")
        args = [given[name] for name in order]
        values: list[str] = []
        for field, code in zip(fields, rest, strict=True):
            if code == "!r" and not self.in_message:
                raise Untranslatable("repr outside an error message")
            self._check_sign(code, args[len(values)])
            values.append(self.expr(args[len(values)]))
            code = "" if code in ("!r", "!s") else code.removeprefix(":")
            form = form.replace("{" + field + "}", _format_code(code), 1)
        form = form.replace("\0", "{").replace("\1", "}")
        return f"string.format({', '.join([lua_string(form), *values])})"

    def _check_sign(self, code: str, value: ast.expr) -> None:
        """C shows the bits of a negative number where Python shows a minus."""
        low = self.types.bounds.lower(value)
        if code.endswith(("x", "X")) and (low is None or low < 0):
            raise Untranslatable("hexadecimal of a number that may be negative")


def _format_code(code: str) -> str:
    """A Python format code as one of C's."""
    found = re.fullmatch(r"([<>]?)(0?\d*)(\.\d+)?([sdfgexX]?)", code)
    if not found:
        raise Untranslatable("a format code that Lua lacks")
    side, width, digits, kind = found.groups()
    if not kind and (digits or width.startswith("0")):
        raise Untranslatable("a format code that Lua lacks")
    if width and not side and not kind:
        raise Untranslatable("a format code that Lua lacks")
    return f"%{'-' if side == '<' and width else ''}{width}{digits or ''}{kind or 's'}"
