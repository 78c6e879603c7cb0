"""Builtins that take what can be looped over: list, set, dict, sorted, any, all, sum, len."""

import ast

from featurefate.corpora.lua.methods import Methods
from featurefate.corpora.lua.names import Untranslatable
from featurefate.corpora.lua.strength import ATOM, UNARY
from featurefate.corpora.lua.tables import is_plain
from featurefate.corpora.lua.types import base


class Collecting(Methods):
    """Mixed into the function translator."""

    def collection(
        self, name: str, node: ast.Call, kinds: list[str | None]
    ) -> tuple[str, int] | None:
        """A call of one of these builtins; None where it is none that Lua can say."""
        match name, node.args:
            case "len", [value]:
                return self._length(value, kinds[0])
            case "list" | "tuple" | "dict" | "set" | "frozenset", []:
                if any(keyword.arg is None for keyword in node.keywords):
                    raise Untranslatable("**mapping")
                return self.table([f"{k.arg} = {self.expr(k.value)}" for k in node.keywords]), ATOM
            case "dict", [value] if kinds[0] == "dict" and not node.keywords:
                return f"{self.support('merge')}({self.expr(value)})", ATOM
            case "list" | "tuple", [value] if kinds[0] == "list" and _is_kept(value):
                items = self.expr(value, ATOM)
                return f"table.move({items}, 1, #{items}, 1, {{}})", ATOM
            case "list" | "tuple", [value]:
                return self.listed(value, f"{name}()"), ATOM
            case "set" | "frozenset", [ast.GeneratorExp(elt=item, generators=loops)]:
                return self.comprehension(ast.SetComp(item, loops)), ATOM
            case "set" | "frozenset", [value]:
                item, loop = self._loop_over(value, "set()")
                return self.comprehension(ast.SetComp(item, [loop])), ATOM
            case "any" | "all", [ast.GeneratorExp() as generator]:
                return self.quantified(generator, name == "any"), ATOM
            case "any" | "all", [value]:
                item, loop = self._loop_over(value, f"{name}()")
                return self.quantified(ast.GeneratorExp(item, [loop]), name == "any"), ATOM
            case "sum", [ast.GeneratorExp() | ast.ListComp() as generator]:
                return self.total(generator.elt, generator.generators), ATOM
            case "sum", [value]:
                item, loop = self._loop_over(value, "sum()")
                return self.total(item, [loop]), ATOM
            case "sorted", [value]:
                return self._sorted(value, node.keywords), ATOM
            case "next", [value]:
                return f"{self.expr(value, ATOM)}()", ATOM
        return None

    def listed(self, items: ast.expr, why: str) -> str:
        """A new list of what can be looped over. Raises Untranslatable(why) for the rest."""
        if isinstance(items, ast.GeneratorExp):
            return self.comprehension(items)
        match items:
            case ast.Call(func=ast.Name(id="map"), args=[ast.Name() | ast.Lambda() as made, of]):
                item, loop = self._loop_over(of, why)
                return self.comprehension(ast.ListComp(ast.Call(made, [item], []), [loop]))
        item, loop = self._loop_over(items, why)
        return self.comprehension(ast.ListComp(item, [loop]))

    def _loop_over(self, items: ast.expr, why: str) -> tuple[ast.Name, ast.comprehension]:
        """An item, and the loop `for item in items`."""
        match items:
            case ast.Call(func=ast.Name(id="range" | "reversed")):
                pass
            case ast.Call(func=ast.Attribute(attr="keys" | "values"), args=[]):
                pass
            case _ if base(self.types.of(items)) not in ("list", "str", "dict", "set"):
                raise Untranslatable(why)
        name = self.fresh("item")
        return ast.Name(name, ast.Load()), ast.comprehension(
            ast.Name(name, ast.Store()), items, [], 0
        )

    def _length(self, value: ast.expr, kind: str | None) -> tuple[str, int]:
        if isinstance(value, ast.Constant):
            raise Untranslatable("len of a constant")
        if kind in ("dict", "set"):
            return f"{self.support('size')}({self.expr(value)})", ATOM
        if kind is None:
            return f"{self.support('length')}({self.expr(value)})", ATOM
        return f"#{self.expr(value, ATOM)}", UNARY

    def _sorted(self, value: ast.expr, keywords: list[ast.keyword]) -> str:
        named = {keyword.arg: keyword.value for keyword in keywords}
        backwards = named.pop("reverse", ast.Constant(False))
        key = named.pop("key", None)
        if named or not isinstance(backwards, ast.Constant):
            raise Untranslatable("sorted in a computed direction")
        self.hoist()
        if base(self.types.of(value)) == "list" and _is_kept(value):
            items = self.expr(value, ATOM)
            copied = f"table.move({items}, 1, #{items}, 1, {{}})"
        else:
            items = copied = self.listed(value, "sorted of an unknown type")
        name = self.fresh("ordered")
        if key is not None:
            rest = ", true" if backwards.value else ""
            self.line(
                f"local {name} = {self.support('sorted_by')}({items}, {self._key_of(key)}{rest})"
            )
            return name
        self.line(f"local {name} = {copied}")
        order = ", function(a, b) return a > b end" if backwards.value else ""
        self.line(f"table.sort({name}{order})")
        return name

    def _key_of(self, key: ast.expr) -> str:
        match key:
            case ast.Lambda(body=body) if not isinstance(body, ast.Tuple):
                return self.expr(key)
            case ast.Name(id="len") if not self.is_local("len"):
                return self.support("length")
            case ast.Name(id=name) if not self.is_builtin(name):
                return self.expr(key)
            case ast.Attribute(value=ast.Name(id="str"), attr="lower" | "upper"):
                return f"string.{key.attr}"
        raise Untranslatable("sorted with a key of several parts")


def _is_kept(value: ast.expr) -> bool:
    """True for a list that something else holds: only then must it be copied."""
    return isinstance(value, ast.Name | ast.Attribute) and is_plain(value)
