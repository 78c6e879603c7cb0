"""Which word of a Python function became which word of its Lua translation.

The translator keeps the order of what it says, so the pairs are those of the best alignment that
keeps the order too (Needleman & Wunsch 1970): a word with itself, or with what the translator makes
of it (`None` with `nil`). What has no counterpart stays alone. How often this pairs words of
statements that the translator did not make from each other is measured in the tests.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from featurefate.corpora.parallel.words import Word

SAID_AS = {
    "None": "nil", "True": "true", "False": "false", "def": "function", "lambda": "function",
    "elif": "elseif", "raise": "error", "try": "pcall", "continue": "goto", "!=": "~=", "is": "==",
    "is not": "~=", "**": "^", "+": "..", "%": "format", ".": ":", "+=": "=", "-=": "=", "*=": "=",
    "len": "# length size", "str": "tostring", "int": "to_integer floor", "float": "to_number",
    "isinstance": "type is_a", "type": "getmetatable", "enumerate": "ipairs", "items": "pairs",
    "keys": "pairs", "values": "pairs", "append": "insert", "pop": "remove", "join": "concat",
    "startswith": "sub", "endswith": "sub", "strip": "match", "lstrip": "match",
    "rstrip": "match", "replace": "gsub", "ord": "byte", "chr": "char", "__init__": "new",
    "__str__": "__tostring", "__repr__": "__tostring", "__len__": "__len", "__eq__": "__eq",
    "__call__": "__call", "__add__": "__add", "__lt__": "__lt",
}  # fmt: skip
"""What the translator may make of a word, besides leaving it as it is."""
SAID_INSIDE = {
    (":", "pair"): "=", (":", "if_statement"): "then", (":", "elif_clause"): "then",
    (":", "for_statement"): "do", (":", "while_statement"): "do",
    ("[", "list"): "{", ("]", "list"): "}",
    ("[", "list_comprehension"): "{", ("]", "list_comprehension"): "}",
    ("{", "interpolation"): "", ("}", "interpolation"): "", ("in", "comparison_operator"): "",
}  # fmt: skip
"""What it makes, and nothing else, of signs that mean different things in different places."""
SIGN, CHANGED, WORD = 1.0, 1.5, 3.0  # what a pair of each is worth: words anchor, signs follow
NEIGHBOURS = 0.5  # for each side on which the neighbours fit too


class Pair(NamedTuple):
    """A word and its translation, as their places in the two lists of words."""

    python: int
    lua: int


def matched(python: Sequence[Word], lua: Sequence[Word]) -> list[Pair]:
    """Return the pairs of an alignment of the greatest worth, in order."""
    if not python or not lua:
        return []
    worth = _worth(python, lua)
    best = np.zeros((len(python) + 1, len(lua) + 1))
    for row, of_row in enumerate(worth, start=1):
        best[row, 1:] = np.maximum(best[row - 1, 1:], best[row - 1, :-1] + of_row)
        np.maximum.accumulate(best[row], out=best[row])
    pairs, row, column = [], len(python), len(lua)
    while row and column:
        here = best[row, column]
        if here == best[row - 1, column]:
            row -= 1
        elif here == best[row, column - 1]:
            column -= 1
        else:
            row, column = row - 1, column - 1
            pairs.append(Pair(row, column))
    return pairs[::-1]


def _worth(python: Sequence[Word], lua: Sequence[Word]) -> np.ndarray:
    """What each pair is worth, float64 (python, lua); 0 for words that never fit."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(lua):
        places.setdefault(_plain(word), []).append(place)
    worth = np.zeros((len(python), len(lua)))
    for row, word in enumerate(python):
        same = _plain(word)
        for other in _may_become(word):
            like_itself = WORD if same[0].isalnum() or same[0] == "_" else SIGN
            worth[row, places.get(other, [])] = like_itself if other == same else CHANGED
    fits = worth > 0
    worth[1:, 1:] += NEIGHBOURS * (fits[1:, 1:] & fits[:-1, :-1])
    worth[:-1, :-1] += NEIGHBOURS * (fits[:-1, :-1] & fits[1:, 1:])
    return worth


def _plain(word: Word) -> str:
    """A word as both languages write it, as far as they differ in spelling alone."""
    if word.kind == "comment mark":
        return "(comment)"
    if word.kind in ("string_start", "string_end") or word.text in ('"', "'", "[[", "]]"):
        return "(quotation mark)"
    return word.text


def _may_become(word: Word) -> list[str]:
    """The plain Lua words that may translate this one."""
    inside = SAID_INSIDE.get((word.text, word.inside))
    if inside is not None or word.text == ":":
        return (inside or "").split()
    return [_plain(word), *SAID_AS.get(word.text, "").split()]
