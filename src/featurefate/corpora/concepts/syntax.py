"""Spans of code from its syntax tree: a query says which nodes are which concept.

Queries are written in tree-sitter's own language (https://tree-sitter.github.io, "Queries"). A
capture is named for its concept, with "-" for a blank and "." for a stroke (`@raise.error` is
"raise/error"); captures that begin with "_" are helpers. The parser accepts fragments: what it
cannot read is left without roles, and what surrounds it is read as ever.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate

from tree_sitter import Language, Node, Parser, Query, QueryCursor

Marks = defaultdict[str, list[tuple[int, int]]]
"""Concept → the characters [start, end) that are it, in any order."""


def concept_of(capture: str) -> str:
    """The concept that a capture is named for."""
    return capture.replace("-", " ").replace(".", "/")


@cache
def compiled(language: Language, query: str) -> tuple[Parser, Query]:
    """The parser of a language and a query over its trees."""
    return Parser(language), Query(language, query)


class Tree:
    """A parsed text with all that a query finds in it; positions are characters."""

    def __init__(self, text: str, language: Language, query: str) -> None:
        parser, compiled_query = compiled(language, query)
        encoded = text.encode()
        self.text = text
        self._character = _characters(text, encoded)
        self.nodes: Mapping[str, list[Node]] = QueryCursor(compiled_query).captures(
            parser.parse(encoded).root_node
        )

    def span(self, node: Node) -> tuple[int, int]:
        """The characters of a node."""
        return self._character[node.start_byte], self._character[node.end_byte]

    def spans(self, capture: str) -> list[tuple[int, int]]:
        """The characters of all that one capture found."""
        return [self.span(node) for node in self.nodes.get(capture, ())]

    def marks(self, unless: Mapping[str, Sequence[str]]) -> Marks:
        """What the query found, by concept. `unless`: capture → captures that take its nodes."""
        found = Marks(list)
        for capture in self.nodes:
            if not capture.startswith("_"):
                taken = {span for other in unless.get(capture, ()) for span in self.spans(other)}
                found[concept_of(capture)] = [
                    span
                    for span in dict.fromkeys(self.spans(capture))
                    if span not in taken and span[0] < span[1]  # what the parser missed is empty
                ]
        return found


def _characters(text: str, encoded: bytes) -> Sequence[int]:
    """For each byte, and the end, the characters that began before it."""
    if len(text) == len(encoded):
        return range(len(text) + 1)
    return list(accumulate(((byte & 0xC0) != 0x80 for byte in encoded), initial=0))
