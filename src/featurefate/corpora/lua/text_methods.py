"""Methods of str in Lua's own idiom."""

import ast
import re

from featurefate.corpora.lua.expressions import Expressions
from featurefate.corpora.lua.names import Untranslatable, lua_pattern, lua_string
from featurefate.corpora.lua.strength import ADD, AND, ATOM, COMPARE, CONCAT, OR
from featurefate.corpora.lua.types import base

_IS_ALL = {  # str methods that say what all characters are
    "isdigit": "%d", "isalpha": "%a", "isalnum": "%w", "isspace": "%s", "isdecimal": "%d",
    "isnumeric": "%d",
}  # fmt: skip
_STRIP = {"strip": "^%s*(.-)%s*$", "lstrip": "^%s*(.*)$", "rstrip": "^(.-)%s*$"}


class TextMethods(Expressions):
    """Mixed into the function translator."""

    def receiver(self, owner: ast.expr) -> str:
        """A text before `:method`, in parentheses where it is a literal."""
        code = self.expr(owner, ATOM)
        return f"({code})" if code.startswith('"') else code

    def text_method(self, node: ast.Call) -> tuple[str, int]:
        """A call of a method of a text."""
        owner, name, args = node.func.value, node.func.attr, node.args
        if name == "format":
            return self.brace_format(owner, args, node.keywords), ATOM
        if node.keywords:
            raise Untranslatable(f"str.{name} with keywords")
        if name == "join" and len(args) == 1:
            return self._join(owner, args[0]), ATOM
        text = self.receiver(owner)
        literal = _literal(args[0]) if args else None
        match name, args:
            case "upper" | "lower", []:
                return f"{text}:{name}()", ATOM
            case "casefold", []:
                return f"{text}:lower()", ATOM
            case "strip" | "lstrip" | "rstrip", []:
                return f'{text}:match("{_STRIP[name]}")', ATOM
            case "strip" | "lstrip" | "rstrip", [_] if literal:
                letters = "[" + re.sub(r"([\^\]%\-])", r"%\1", literal) + "]"
                pattern = _STRIP[name].replace("%s", letters)
                return f"{text}:match({lua_string(pattern)})", ATOM
            case "startswith" | "endswith", [part]:
                return self._at_the_edge(owner, text, name == "startswith", part)
            case "find", [part]:
                return f"({text}:find({self.expr(part)}, 1, true) or 0) - 1", ADD
            case (("isupper" | "islower"), []) if isinstance(owner, ast.Name):
                same, other = ("upper", "lower") if name == "isupper" else ("lower", "upper")
                return f"{text} == {text}:{same}() and {text} ~= {text}:{other}()", AND
            case method, [] if method in _IS_ALL:
                return f'{text}:match("^{_IS_ALL[method]}+$") ~= nil', COMPARE
            case "capitalize", [] if isinstance(owner, ast.Name):
                return f"{text}:sub(1, 1):upper() .. {text}:sub(2):lower()", CONCAT
        return self._pieces(text, name, args, literal)

    def _pieces(
        self, text: str, name: str, args: list[ast.expr], literal: str | None
    ) -> tuple[str, int]:
        """Methods that take a text apart or put something in its place."""
        match name, args:
            case "replace", [_, new] if literal:
                if isinstance(new, ast.Constant):
                    put = lua_string(new.value.replace("%", "%%"))
                    return f"({text}:gsub({lua_string(lua_pattern(literal))}, {put}))", ATOM
                return self._helped("replace", text, args)
            case "replace", [old, _] if self.types.of(old) == "str" and literal is None:
                return self._helped("replace", text, args)
            case "count", [_] if literal:
                pattern = lua_string(lua_pattern(literal))
                return f'select(2, {text}:gsub({pattern}, ""))', ATOM
            case "split", [] | [ast.Constant(value=None)]:
                return self._helped("split", text, [])
            case "split", [_] if literal != "":
                return self._helped("split", text, args)
            case "split", [_, most] if literal and self.types.bounds.lower(most) is not None:
                return self._helped("split", text, args)
            case (("partition" | "rpartition"), [_]) if literal != "":
                return self._helped(name, text, args)
            case "splitlines", []:
                return self._helped("lines", text, [])
            case "removeprefix" | "removesuffix", [_] if literal:
                pattern = lua_pattern(literal)
                pattern = f"^{pattern}" if name == "removeprefix" else f"{pattern}$"
                return f'({text}:gsub({lua_string(pattern)}, ""))', ATOM
            case (("ljust" | "rjust"), [ast.Constant(value=int(width))]) if width < 100:
                side = "-" if name == "ljust" else ""
                return f'string.format("%{side}{width}s", {self._bare(text)})', ATOM
            case (("ljust" | "rjust"), [width]) if text.isidentifier():
                blanks = f'(" "):rep({self.expr(width, ADD)} - #{text})'
                parts = (text, blanks) if name == "ljust" else (blanks, text)
                return " .. ".join(parts), CONCAT
            case "zfill", [width] if text.isidentifier():
                return self._helped("zfill", text, [width])
        raise Untranslatable(f"str.{name}")

    def _helped(self, helper: str, text: str, args: list[ast.expr]) -> tuple[str, int]:
        code = ", ".join([self._bare(text), *map(self.expr, args)])
        return f"{self.support(helper)}({code})", ATOM

    def _bare(self, text: str) -> str:
        return text[1:-1] if text.startswith('("') else text

    def _at_the_edge(
        self, owner: ast.expr, text: str, at_start: bool, part: ast.expr
    ) -> tuple[str, int]:
        """startswith and endswith, of one text or any of several."""
        literal = _literal(part)
        if isinstance(part, ast.Tuple) and part.elts and isinstance(owner, ast.Name):
            tests = [self._at_the_edge(owner, text, at_start, one)[0] for one in part.elts]
            return " or ".join(tests), OR if len(tests) > 1 else COMPARE
        if literal:
            place = f"1, {len(literal)}" if at_start else f"-{len(literal)}"
            return f"{text}:sub({place}) == {lua_string(literal)}", COMPARE
        if self.types.of(part) != "str":
            raise Untranslatable("startswith of an unknown type")
        if not isinstance(part, ast.Name):
            return self._helped("starts_with" if at_start else "ends_with", text, [part])
        edge = self.expr(part)
        if at_start:
            return f"{text}:sub(1, #{edge}) == {edge}", COMPARE
        return f'{edge} == "" or {text}:sub(-#{edge}) == {edge}', OR

    def _join(self, separator: ast.expr, items: ast.expr) -> str:
        if isinstance(items, ast.GeneratorExp):
            listed = self.comprehension(items)
        elif base(self.types.of(items)) == "list":
            listed = self.expr(items)
        else:
            listed = self.listed(items, "join of an unknown type")
        if isinstance(separator, ast.Constant) and separator.value == "":
            return f"table.concat({listed})"
        return f"table.concat({listed}, {self.expr(separator)})"


def _literal(node: ast.expr) -> str | None:
    """The text of a constant, None for anything else."""
    constant = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if constant else None
