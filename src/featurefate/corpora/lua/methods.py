"""Method calls: those of str, list and dict by what Lua has for them; others keep their name.

A method whose name only one of these types has says which type its owner is.
"""

import ast

from featurefate.corpora.lua.names import Untranslatable, is_field_name, is_special
from featurefate.corpora.lua.signatures import in_order
from featurefate.corpora.lua.strength import ATOM
from featurefate.corpora.lua.table_methods import TableMethods
from featurefate.corpora.lua.types import DICT_METHODS, LIST_METHODS, STR_METHODS, base

_OF_BUILTIN_TYPES = {  # methods that an object of unknown type may have from Python itself
    name for kind in (str, list, dict, set) for name in dir(kind)
}


class Methods(TableMethods):
    """Mixed into the function translator."""

    def _method(self, node: ast.Call) -> tuple[str, int]:
        owner, name = node.func.value, node.func.attr
        if self.module_member(node.func):
            made = ".new" if name[:1].isupper() else ""
            return f"{self.attribute(node.func)}{made}({self.arguments(node)})", ATOM
        kind = "object" if self.is_object(owner) else base(self.types.of(owner))
        if kind == "str" or (kind is None and self._is_of_text(node)):
            if kind is None and self.is_element_of_unknown(owner):
                raise Untranslatable("an element of a text or a list")
            return self.text_method(node)
        if kind == "dict" or (kind is None and name == "get" and len(node.args) in (1, 2)):
            return self.dict_method(owner, name, node)
        if kind == "list" or (kind is None and name in LIST_METHODS | DICT_METHODS):
            if node.keywords:
                raise Untranslatable(f"list.{name} with keywords")
            return self.list_method(owner, name, node.args)
        if kind == "set":
            raise Untranslatable(f"set.{name}")
        if kind in ("number", "bool"):
            raise Untranslatable("a method of a number")
        if kind != "object" and name in _OF_BUILTIN_TYPES and not self.is_known_object(owner):
            raise Untranslatable(f".{name}() of an unknown type")
        if is_special(name):
            raise Untranslatable("a name with double underscores")
        if not is_field_name(name):
            raise Untranslatable("a method whose name Lua reserves")
        signature = self.signature_of_method(node.func)
        if signature is not None:
            node = in_order(node, signature)
        sign = self._method_sign(node.func)
        return f"{self.expr(owner, ATOM)}{sign}{name}({self.arguments(node)})", ATOM

    def _is_of_text(self, node: ast.Call) -> bool:
        """True for a method that only str has: by its name, or by taking two texts."""
        if node.func.attr == "replace" and len(node.args) == 2:
            return all(self.types.of(argument) == "str" for argument in node.args)
        return node.func.attr in STR_METHODS

    def _method_sign(self, method: ast.Attribute) -> str:
        """`:` hands the owner over, `.` does not: for what a class or field holds as a function."""
        owner, name = method.value, method.attr
        outline = self.outline_of(owner)
        if outline is not None and name in outline.static_methods:
            return "."
        if outline is not None and name in outline.class_methods:
            return ":"
        if self.is_own_field(method):
            return "."
        return "." if self.is_class(owner) else ":"
