"""Writing Lua line by line: indentation, fresh names, and what the lines need from elsewhere."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager

from featurefate.corpora.lua.names import Untranslatable, lua_name
from featurefate.corpora.lua.types import Types

NOTHING, NAME, READ, CALL = range(4)  # what a piece of code may depend on, or do


class Writer:
    """The state of one function's translation.

    `lines` are written so far; `shifted` holds variables that count from 1 in Lua and from 0 in
    Python; `needs` maps a name at the top of the module to the line that defines it; `own_names`
    are the Lua names of the function's variables, which hide what the module calls so.
    """

    def __init__(self, types: Types, used: set[str], own_names: set[str]) -> None:
        self.lines: list[str] = []
        self.indent = ""
        self.types = types
        self.shifted: set[str] = set()
        self.bound: list[set[str]] = []
        self.needs: dict[str, str] = {}
        self.in_message = False
        self.strictly = False  # whether a condition must be true or false, not just count as it
        self.tries = 0  # how many `try` the code being written stands in
        self.own_names = set(own_names)
        self.written = NOTHING  # what of the statement stands left of what comes now
        self._waiting = NOTHING  # what of it still does after a line was written
        self._used = used | own_names
        self._conditions = 0

    def line(self, text: str) -> None:
        self.lines.append(self.indent + text if text else "")
        self.written = self._waiting

    def begin_statement(self) -> None:
        self.written = self._waiting = NOTHING

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

    def hoist(self, after: int = READ) -> None:
        """Ask to write lines before the statement at hand. Raises Untranslatable if forbidden.

        They are then run before what stands left of them, where nothing may act: `after` is the
        most that may be there, less than READ for lines that change something.
        """
        if self._conditions:
            raise Untranslatable("a loop or choice inside a condition")
        if self.written > after:
            raise Untranslatable("a loop or choice that would run too early")
        self._waiting = max(self._waiting, self.written)

    @contextmanager
    def piece(self, kind: int) -> Iterator[None]:
        """Around writing a piece of a statement, which is something READ or a CALL."""
        before, waiting, lines = self.written, self._waiting, len(self.lines)
        yield
        if len(self.lines) > lines:  # what stands in lines of its own no longer waits
            self.written = before
        self._waiting = waiting
        self.written = max(self.written, kind)

    def fresh(self, name: str) -> str:
        """A local name that the function does not use."""
        number = 1
        candidate = lua_name(name)
        while candidate in self._used:
            number += 1
            candidate = f"{name}{number}"
        self._used.add(candidate)
        self.own_names.add(candidate)
        return candidate

    def need(self, name: str, line: str) -> None:
        """Have a line at the top of the module that defines a name."""
        if self.needs.setdefault(name, line) != line:
            raise Untranslatable("two things of one name")

    def support(self, name: str) -> str:
        """A helper that Lua's library lacks, from the module `support`."""
        self.need(name, f'local {name} = require("support").{name}')
        return name

    def is_object(self, node: ast.expr) -> bool:
        """True for a name that is surely not a str, list, dict or set: `self` or a class."""
        if not isinstance(node, ast.Name) or self.types.of(node) is not None:
            return False
        return node.id == "self" or node.id[:1].isupper()
