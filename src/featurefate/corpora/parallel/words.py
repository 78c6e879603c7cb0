"""The words of a function in either language: the leaves of its syntax tree.

A word here is a name, number, keyword, operator, bracket, quotation mark or the inside of a string
or comment: whatever the grammar does not divide further.
"""

from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from featurefate.corpora.concepts import lua_roles, python_roles
from featurefate.corpora.concepts.syntax import Tree

GRAMMARS = {"python": python_roles, "lua": lua_roles}
WHOLE = ("string_content", "comment")  # what the grammar may divide and a reader would not
COMMENT_MARKS = {"python": "#", "lua": "--"}


class Word(NamedTuple):
    """Characters `start` to `end` of a text, and the kind of node that holds them.

    `inside`: the type of the node above, which tells the colon of a block from that of a slice.
    """

    text: str
    start: int
    end: int
    kind: str
    inside: str


def words_of(text: str, language: str) -> list[Word]:
    """All words of a text in the order in which they stand. language: "python" or "lua"."""
    tree = Tree(text, GRAMMARS[language].language(), "(_) @_node")
    found = []
    for node in _leaves(_root(tree)) if text.strip() else ():
        start, end = tree.span(node)
        kind, inside = node.type, node.parent.type if node.parent else ""
        if kind == "comment":
            found += _comment(text, start, end, COMMENT_MARKS[language])
        elif text[start:end].strip():
            found.append(Word(text[start:end], start, end, kind, inside))
    return found


def _root(tree: Tree) -> Node:
    node = next(iter(tree.nodes["_node"]))
    while node.parent:
        node = node.parent
    return node


def _leaves(node: Node) -> Iterator[Node]:
    if node.type in WHOLE or not node.children:
        yield node
    else:
        for child in node.children:
            yield from _leaves(child)


def _comment(text: str, start: int, end: int, mark: str) -> list[Word]:
    """A comment's mark, and what it says."""
    inside = start + len(mark)
    body = text[inside:end].strip(" \n-[]")
    found = [Word(mark, start, inside, "comment mark", "comment")]
    if body:
        at = text.index(body, inside)
        found.append(Word(body, at, at + len(body), "comment body", "comment"))
    return found
