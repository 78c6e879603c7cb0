"""Methods of list, dict and set in Lua's own idiom."""

import ast

from featurefate.corpora.lua.names import Untranslatable, is_field_name
from featurefate.corpora.lua.strength import ATOM, OR
from featurefate.corpora.lua.tables import is_plain
from featurefate.corpora.lua.text_methods import TextMethods
from featurefate.corpora.lua.types import base
from featurefate.corpora.lua.writer import NAME


class TableMethods(TextMethods):
    """Mixed into the function translator. What changes a table is a statement of its own."""

    def changes_table(self, node: ast.Call) -> bool:
        """Write a call that only changes a table, as a statement; False where it is not one."""
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr=name), args=args, keywords=[]):
                kind = base(self.types.of(owner))
            case _:
                return False
        if kind is not None and self.is_object(owner):
            return False
        match kind, name, args:
            case "set", "add", [item]:
                self.line(f"{self.expr(owner, ATOM)}[{self._key(item)}] = true")
            case "set", "discard", [item]:
                self.line(f"{self.expr(owner, ATOM)}[{self._key(item)}] = nil")
            case "dict", "pop", [key, ast.Constant()]:
                self.line(f"{self._place(owner, key)} = nil")
            case (("dict" | "set"), "update", [other]):
                self._update(owner, other, kind)
            case "dict", "setdefault", [key, value]:
                self._set_default(owner, key, value)
            case "list", "extend", [more]:
                self._extend(owner, more)
            case _:
                return False
        return True

    def dict_method(self, owner: ast.expr, name: str, node: ast.Call) -> tuple[str, int]:
        args = node.args
        if node.keywords:
            raise Untranslatable(f"dict.{name} with keywords")
        match name, args:
            case "get", [key] | [key, ast.Constant(value=None)]:
                return self._place(owner, key), ATOM
            case "get", [key, ast.Constant(value=False)]:
                return f"{self._place(owner, key)} or false", OR
            case "get", [key, other] if base(self.types.of(other)) in (
                "number", "str", "list", "dict", "set"
            ):  # fmt: skip
                if self.may_act(other):
                    raise Untranslatable("dict.get with a call")
                found = self._place(owner, key)
                with self.conditional():
                    return f"{found} or {self.expr(other, OR + 1)}", OR
            case "pop", [key] | [key, ast.Constant()] if is_plain(owner) and is_plain(key):
                self.hoist(after=NAME)
                value, place = self.fresh("value"), self._place(owner, key)
                self.line(f"local {value} = {place}")
                self.line(f"{place} = nil")
                if len(args) == 2 and args[1].value is not None:
                    with self.block(f"if {value} == nil then"):
                        self.line(f"{value} = {self.expr(args[1])}")
                return value, ATOM
            case "setdefault", [key, value] if is_plain(owner):
                self.hoist(after=NAME)
                if not is_plain(key):
                    key = self.kept(key, "key")
                self._set_default(owner, key, value)
                return self._place(owner, key), ATOM
            case "copy", []:
                return f"{self.support('merge')}({self.expr(owner)})", ATOM
        raise Untranslatable(f"dict.{name}")

    def list_method(self, owner: ast.expr, name: str, args: list[ast.expr]) -> tuple[str, int]:
        items = self.expr(owner, ATOM)
        match name, args:
            case "append", [value]:
                return f"table.insert({items}, {self._single(value)})", ATOM
            case "insert", [ast.Constant(value=0) as place, value]:
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
            case "copy", []:
                return f"table.move({items}, 1, #{items}, 1, {{}})", ATOM
        raise Untranslatable(f"list.{name}")

    def _place(self, owner: ast.expr, key: ast.expr) -> str:
        """`t.key` or `t[key]`."""
        table = self.expr(owner, ATOM)
        plain = isinstance(key, ast.Constant) and isinstance(key.value, str)
        if plain and is_field_name(key.value):
            return f"{table}.{key.value}"
        return f"{table}[{self._key(key)}]"

    def _key(self, key: ast.expr) -> str:
        if isinstance(key, ast.Tuple) or base(self.types.of(key)) == "list":
            raise Untranslatable("a tuple as a key")
        return self.expr(key)

    def kept(self, value: ast.expr, name: str) -> ast.Name:
        """The value in a variable of its own, written before the statement."""
        name = self.fresh(name)
        self.line(f"local {name} = {self.expr(value)}")
        self.declare(name)
        return ast.Name(name, ast.Load())

    def _set_default(self, owner: ast.expr, key: ast.expr, value: ast.expr) -> None:
        if not is_plain(owner) or self.may_act(value):
            raise Untranslatable("setdefault with a call")
        if not is_plain(key):
            key = self.kept(key, "key")
        place = self._place(owner, key)
        with self.block(f"if {place} == nil then"):
            self.line(f"{place} = {self.expr(value)}")

    def _update(self, owner: ast.expr, other: ast.expr, kind: str) -> None:
        if not is_plain(owner):
            raise Untranslatable(f"{kind}.update of a longer expression")
        target = self.expr(owner, ATOM)
        if base(self.types.of(other)) == "list" and kind == "set":
            item = self.fresh("item")
            with self.block(f"for _, {item} in ipairs({self.expr(other)}) do"):
                self.line(f"{target}[{item}] = true")
        elif base(self.types.of(other)) == kind:
            key, value = self.fresh("key"), self.fresh("value")
            with self.block(f"for {key}, {value} in pairs({self.expr(other)}) do"):
                self.line(f"{target}[{key}] = {value}")
        else:
            raise Untranslatable(f"{kind}.update of an unknown type")

    def _extend(self, owner: ast.expr, more: ast.expr) -> None:
        if not is_plain(owner):
            raise Untranslatable("list.extend of a longer expression")
        items = self.expr(owner, ATOM)
        if isinstance(more, ast.GeneratorExp | ast.ListComp):
            self.nested(
                more.generators, [more.elt],
                lambda: self.line(f"table.insert({items}, {self._single(more.elt)})"),
            )  # fmt: skip
            return
        if base(self.types.of(more)) != "list":
            raise Untranslatable("list.extend by an unknown type")
        added = self.expr(more, ATOM)
        if not isinstance(more, ast.Name):
            name = self.fresh("more")
            self.line(f"local {name} = {added}")
            added = name
        self.line(f"table.move({added}, 1, #{added}, #{items} + 1, {items})")

    def _single(self, value: ast.expr) -> str:
        """A call as a last argument gives all its values; only the first is meant here."""
        if isinstance(value, ast.Constant) and value.value is None:
            raise Untranslatable("None inside a dict or list")
        code = self.expr(value)
        return f"({code})" if self.may_give_several(value) else code
