"""Writing Lua line by line: indentation, fresh names, and what the lines need from elsewhere."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager

from featurefate.corpora.lua.names import Untranslatable, lua_name
from featurefate.corpora.lua.types import Types


class Writer:
    """The state of one function's translation.

    `lines` are written so far; `shifted` holds variables that count from 1 in Lua and from 0 in
    Python; `needs` maps a name at the top of the module to the line that defines it.
    """

    def __init__(self, types: Types, used: set[str]) -> None:
        self.lines: list[str] = []
        self.indent = ""
        self.types = types
        self.shifted: set[str] = set()
        self.bound: list[set[str]] = []
        self.needs: dict[str, str] = {}
        self.in_message = False
        self.strictly = False  # whether a condition must be true or false, not just count as it
        self.tries = 0  # how many `try` the code being written stands in
        self._used = set(used)
        self._conditions = 0

    def line(self, text: str) -> None:
        self.lines.append(self.indent + text if text else "")

    @contextmanager
    def block(self, opening: str, closing: str = "end") -> Iterator[None]:
        """Lines between an opening and a closing one, indented."""
        self.line(opening)
        self.indent += "  "
        yield
        self.indent = self.indent[2:]
        if closing:
            self.line(closing)

    @contextmanager
    def conditional(self) -> Iterator[None]:
        """Inside, nothing may be written before the statement: it may never be evaluated."""
        self._conditions += 1
        yield
        self._conditions -= 1

    def hoist(self) -> None:
        """Ask to write lines before the statement at hand. Raises Untranslatable if forbidden."""
        if self._conditions:
            raise Untranslatable("a loop or choice inside a condition")

    def fresh(self, name: str) -> str:
        """A local name that the function does not use."""
        number = 1
        candidate = lua_name(name)
        while candidate in self._used:
            number += 1
            candidate = f"{name}{number}"
        self._used.add(candidate)
        return candidate

    def support(self, name: str) -> str:
        """A helper that Lua's library lacks, from the module `support`."""
        self.needs[name] = f'local {name} = require("support").{name}'
        return name

    def is_object(self, node: ast.expr) -> bool:
        """True for a name that is surely not a str, list, dict or set: `self` or a class."""
        if not isinstance(node, ast.Name) or self.types.of(node) is not None:
            return False
        return node.id == "self" or node.id[:1].isupper()
