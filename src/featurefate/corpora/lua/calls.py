"""Calls: Python's builtins and the methods of str, list and dict, in Lua's own idiom.

Everything else that is called keeps its name: `obj.method(x)` is `obj:method(x)`, a class is made
with `Class.new(x)`, and what comes from another module is required from a module of that name.
Keyword arguments become a table at the end, as is usual in Lua.
"""

import ast

from featurefate.corpora.lua.builtin_calls import BuiltinCalls
from featurefate.corpora.lua.names import Untranslatable, is_field_name
from featurefate.corpora.lua.signatures import in_order
from featurefate.corpora.lua.strength import ATOM
from featurefate.corpora.lua.tree import nodes_of
from featurefate.corpora.lua.types import STR_METHODS, base

_READS = ("get", "keys", "values", "items", "copy")
LONGEST_ARGUMENTS = 64  # characters; longer ones stand on lines of their own


class Calls(BuiltinCalls):
    """Mixed into the function translator; `call` is the entrance."""

    def call(self, node: ast.Call) -> tuple[str, int]:
        if any(isinstance(argument, ast.Starred) for argument in node.args[:-1]):
            raise Untranslatable("*unpacking in a call")
        match node.func:
            case ast.Name(id=name) if not self.is_local(name) and self.is_builtin(name):
                return self._builtin(name, node)
            case ast.Name(id=name):
                return self._plain_call(name, node), ATOM
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=name):
                return self._parent_call(name, node), ATOM
            case ast.Attribute(value=ast.Name(id="math"), attr=name) if self.is_module("math"):
                return self._math(name, node)
            case ast.Attribute():
                return self._method(node)
        return f"{self.expr(node.func, ATOM)}({self.arguments(node)})", ATOM

    def acts(self, node: ast.Call) -> bool:
        """False for a call that changes nothing: most builtins, and the methods of texts."""
        match node.func:
            case ast.Name(id=name) if not self.is_local(name) and self.is_builtin(name):
                return name in ("print", "next", "setattr")
            case ast.Attribute(value=ast.Name(id="math")) if self.is_module("math"):
                return False
            case ast.Attribute(value=owner, attr=name):
                kind = base(self.types.of(owner))
                return not (
                    kind == "str" or name in STR_METHODS or kind == "dict" and name in _READS
                )
        return True

    def may_act(self, node: ast.expr) -> bool:
        """True where a call in the expression may do more than give a value."""
        return any(isinstance(n, ast.Call) and self.acts(n) for n in nodes_of(node))

    def arguments(self, node: ast.Call) -> str:
        """The arguments of a call; keyword arguments become a last table."""
        parts = []
        for argument in node.args:
            if self._spread is not None and _spread_name(argument) == self._spread:
                return ", ".join([*parts, "..."])
            if isinstance(argument, ast.Starred):
                parts.append(f"table.unpack({self.expr(argument.value)})")
            else:
                parts.append(self.expr(argument))
        if node.keywords:
            if node.args and isinstance(node.args[-1], ast.Starred):
                raise Untranslatable("*unpacking in a call")
            parts.append(self._options(node.keywords, len(", ".join([*parts, self.indent]))))
        line = ", ".join(parts)
        if len(parts) < 2 or len(line) + len(self.indent) < LONGEST_ARGUMENTS or "\n" in line:
            return line
        inner = self.indent + "  "
        return f"\n{inner}" + f",\n{inner}".join(parts) + f"\n{self.indent}"

    def _options(self, keywords: list[ast.keyword], before: int) -> str:
        """Keyword arguments as a table; `before` characters stand on the line already."""
        fields, mappings = [], []
        for keyword in keywords:
            if keyword.arg is None:
                mappings.append(self.expr(keyword.value))
                continue
            name = keyword.arg if is_field_name(keyword.arg) else f'["{keyword.arg}"]'
            fields.append(f"{name} = {self.expr(keyword.value)}")
        if len(keywords) == len(mappings) == 1:
            return mappings[0]
        options = self.table(fields)
        if len(options) >= LONGEST_ARGUMENTS - before:
            options = self.table(fields, long=True)
        if not mappings:
            return options
        return f"{self.support('merge')}({', '.join([options, *mappings])})"

    def _plain_call(self, name: str, node: ast.Call) -> str:
        signature = None if self.is_local(name) else self.signature_of(name)
        if signature is not None:
            node = in_order(node, signature)
        if name == "cls" or self.is_class(node.func):
            return f"{self.name(name)}.new({self.arguments(node)})"
        return f"{self.name(name)}({self.arguments(node)})"

    def _parent_call(self, name: str, node: ast.Call) -> str:
        """`super().name(x)` as `Parent.name(self, x)`."""
        if self.outline is None or self.outline.parent is None or not is_field_name(name):
            raise Untranslatable("super without a known parent")
        if name.startswith("__"):
            raise Untranslatable("super of a special method")
        arguments = self.arguments(node)
        owner = self.owner_name()
        joined = f"{owner}, {arguments}" if arguments else owner
        return f"{self.expr(self.outline.parent)}.{name}({joined})"


def _spread_name(node: ast.expr) -> str | None:
    """The name in `*name`."""
    starred = isinstance(node, ast.Starred) and isinstance(node.value, ast.Name)
    return node.value.id if starred else None
