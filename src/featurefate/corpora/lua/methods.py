"""Methods of str, list and dict in Lua's own idiom; all others keep their name.

A method whose name only one of these types has says which type its owner is.
"""

import ast
import re

from featurefate.corpora.lua.expressions import Expressions
from featurefate.corpora.lua.names import (
    Untranslatable,
    is_field_name,
    lua_pattern,
    lua_string,
)  # fmt: skip
from featurefate.corpora.lua.strength import ADD, ATOM, COMPARE, CONCAT, OR
from featurefate.corpora.lua.types import DICT_METHODS, LIST_METHODS, STR_METHODS, base

_OF_SEVERAL_TYPES = {  # methods that do not tell the type of their owner
    "join", "pop", "update", "index", "remove", "count", "copy", "clear", "add", "format",
    "replace", "find", "discard", "encode", "union",
}  # fmt: skip
_IS_ALL = {  # str methods that say what all characters are
    "isdigit": "%d", "isalpha": "%a", "isalnum": "%w", "isspace": "%s",
}  # fmt: skip
_STRIP = {"strip": "^%s*(.-)%s*$", "lstrip": "^%s*(.*)$", "rstrip": "^(.-)%s*$"}


class Methods(Expressions):
    """Mixed into the function translator."""

    def _method(self, node: ast.Call) -> tuple[str, int]:
        owner, name = node.func.value, node.func.attr
        if self.module_member(node.func):
            made = ".new" if name[:1].isupper() else ""
            return f"{self.attribute(node.func)}{made}({self.arguments(node)})", ATOM
        kind = "object" if self.is_object(owner) else base(self.types.of(owner))
        if kind == "str" or (kind is None and name in STR_METHODS):
            return self._str_method(owner, name, node.args, node.keywords)
        if kind == "dict" or (kind is None and name == "get" and len(node.args) in (1, 2)):
            return self._dict_method(owner, name, node)
        if kind == "list" or (kind is None and name in LIST_METHODS | DICT_METHODS):
            return self._list_method(owner, name, node.args)
        if kind == "set":
            return self._set_method(owner, name, node.args)
        if kind != "object" and name in _OF_SEVERAL_TYPES:
            raise Untranslatable(f".{name}() of an unknown type")
        if name.startswith("__"):
            raise Untranslatable("a name with double underscores")
        if not is_field_name(name):
            raise Untranslatable("a method whose name Lua reserves")
        if kind == "object" and owner.id != "self" and not self.is_local(owner.id):
            return f"{self.expr(owner)}.{name}({self.arguments(node)})", ATOM
        sign = "." if self.is_own_field(node.func) else ":"  # a field may hold a function
        return f"{self.expr(owner, ATOM)}{sign}{name}({self.arguments(node)})", ATOM

    def receiver(self, owner: ast.expr) -> str:
        """A text before `:method`, in parentheses where it is a literal."""
        code = self.expr(owner, ATOM)
        return f"({code})" if code.startswith('"') else code

    def _str_method(
        self, owner: ast.expr, name: str, args: list[ast.expr], keywords: list
    ) -> tuple[str, int]:
        if keywords:
            raise Untranslatable(f"str.{name} with keywords")
        constant = args and isinstance(args[0], ast.Constant) and isinstance(args[0].value, str)
        literal = args[0].value if constant else None
        if name == "join" and len(args) == 1:
            return self._join(owner, args[0]), ATOM
        if name == "format":
            return self.brace_format(owner, args), ATOM
        text = self.receiver(owner)
        match name, args:
            case "upper" | "lower", []:
                return f"{text}:{name}()", ATOM
            case "strip" | "lstrip" | "rstrip", []:
                return f'{text}:match("{_STRIP[name]}")', ATOM
            case "strip" | "lstrip" | "rstrip", [_] if literal:
                letters = "[" + re.sub(r"([\^\]%\-])", r"%\1", literal) + "]"
                pattern = _STRIP[name].replace("%s", letters)
                return f"{text}:match({lua_string(pattern)})", ATOM
            case "startswith", [_] if literal:
                return f"{text}:sub(1, {len(literal)}) == {lua_string(literal)}", COMPARE
            case "endswith", [_] if literal:
                return f"{text}:sub(-{len(literal)}) == {lua_string(literal)}", COMPARE
            case "startswith", [ast.Name() as part] if self.types.of(part) == "str":
                start = self.expr(part)
                return f"{text}:sub(1, #{start}) == {start}", COMPARE
            case "endswith", [ast.Name() as part] if self.types.of(part) == "str":
                end = self.expr(part)
                return f'{end} == "" or {text}:sub(-#{end}) == {end}', OR
            case "replace", [_, new] if literal:
                if isinstance(new, ast.Constant):
                    put = lua_string(new.value.replace("%", "%%"))
                    return f"({text}:gsub({lua_string(lua_pattern(literal))}, {put}))", ATOM
                return (
                    f"{self.support('replace')}({text}, {self.expr(args[0])}, {self.expr(new)})",
                    ATOM,
                )
            case "split", []:
                return f"{self.support('split')}({text})", ATOM
            case "split", [separator] if not (constant and not literal):
                if isinstance(separator, ast.Constant) and separator.value is None:
                    return f"{self.support('split')}({text})", ATOM
                return f"{self.support('split')}({text}, {self.expr(separator)})", ATOM
            case "find", [part]:
                return f"({text}:find({self.expr(part)}, 1, true) or 0) - 1", ADD
            case "removeprefix" | "removesuffix", [_] if literal:
                pattern = lua_pattern(literal)
                pattern = f"^{pattern}" if name == "removeprefix" else f"{pattern}$"
                return f'({text}:gsub({lua_string(pattern)}, ""))', ATOM
            case (("isdigit" | "isalpha" | "isalnum" | "isspace"), []):
                return f'{text}:match("^{_IS_ALL[name]}+$") ~= nil', COMPARE
            case "capitalize", []:
                if isinstance(owner, ast.Name):
                    return f"{text}:sub(1, 1):upper() .. {text}:sub(2):lower()", CONCAT
        raise Untranslatable(f"str.{name}")

    def _join(self, separator: ast.expr, items: ast.expr) -> str:
        if isinstance(items, ast.GeneratorExp):
            listed = self.comprehension(items)
        elif base(self.types.of(items)) == "list":
            listed = self.expr(items)
        else:
            raise Untranslatable("join of an unknown type")
        if isinstance(separator, ast.Constant) and separator.value == "":
            return f"table.concat({listed})"
        return f"table.concat({listed}, {self.expr(separator)})"

    def _dict_method(self, owner: ast.expr, name: str, node: ast.Call) -> tuple[str, int]:
        args = node.args
        if node.keywords:
            raise Untranslatable(f"dict.{name} with keywords")
        table = self.expr(owner, ATOM)
        if name == "get" and args:
            key = args[0]
            plain = isinstance(key, ast.Constant) and isinstance(key.value, str)
            found = f"{table}.{key.value}" if plain and is_field_name(key.value) else (
                f"{table}[{self.expr(key)}]")  # fmt: skip
            if len(args) == 1 or (isinstance(args[1], ast.Constant) and args[1].value is None):
                return found, ATOM
            if isinstance(args[1], ast.Constant) and args[1].value is False:
                return f"{found} or false", OR
            if base(self.types.of(args[1])) in ("number", "str", "list", "dict"):
                with self.conditional():
                    return f"{found} or {self.expr(args[1], OR + 1)}", OR
        raise Untranslatable(f"dict.{name}")

    def _list_method(self, owner: ast.expr, name: str, args: list[ast.expr]) -> tuple[str, int]:
        items = self.expr(owner, ATOM)
        match name, args:
            case "append", [value]:
                return f"table.insert({items}, {self._single(value)})", ATOM
            case "insert", [place, value]:
                return f"table.insert({items}, {self.index(place)}, {self._single(value)})", ATOM
            case "pop", []:
                return f"table.remove({items})", ATOM
            case "pop", [place]:
                position = self.index(place)
                if position == "-1":
                    return f"table.remove({items})", ATOM
                if not position.startswith("-"):
                    return f"table.remove({items}, {position})", ATOM
            case "sort", []:
                return f"table.sort({items})", ATOM
            case "extend", [more] if base(self.types.of(more)) == "list":
                added = self.expr(more, ATOM)
                if isinstance(more, ast.Name):
                    return f"table.move({added}, 1, #{added}, #{items} + 1, {items})", ATOM
            case "copy", []:
                return f"table.move({items}, 1, #{items}, 1, {{}})", ATOM
        raise Untranslatable(f"list.{name}")

    def _single(self, value: ast.expr) -> str:
        """A call as a last argument gives all its values; only the first is meant here."""
        if isinstance(value, ast.Constant) and value.value is None:
            raise Untranslatable("None inside a dict or list")
        code = self.expr(value)
        return f"({code})" if self.may_give_several(value) else code

    def _set_method(self, owner: ast.expr, name: str, args: list[ast.expr]) -> tuple[str, int]:
        raise Untranslatable(f"set.{name}")
