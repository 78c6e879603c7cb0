"""The step that pairs the words of Python functions with those of their Lua translations.

Each function is a text of its own in either language, read by a model from its first token on, so
that what stands before a word is the function alone, on both sides.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from pyarrow.parquet import ParquetFile

from featurefate.artifacts.store import Artifact
from featurefate.corpora.concepts.alignment import align, bytes_of_tokens
from featurefate.corpora.installed.python_source import without_docstrings
from featurefate.corpora.installed.syntax import parse
from featurefate.corpora.parallel.matching import matched
from featurefate.corpora.parallel.words import Word, words_of
from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.corpora.tokens import END_OF_TEXT_ID

LANGUAGES = ("python", "lua")
SAME_TOKEN, SAME_WORD, CHANGED = "same token", "same word, other tokens", "another word"
KINDS = (SAME_TOKEN, SAME_WORD, CHANGED)


class Function(NamedTuple):
    """One function in both languages; `document`: the row of the Lua table that it stands in."""

    document: int
    origin: str
    name: str
    python: str
    lua: str


def is_translated(documents: Artifact) -> bool:
    """True where the Lua was translated from Python and its functions are known."""
    with ParquetFile(documents.file("documents/lua.parquet")) as table:
        return "functions" in table.schema_arrow.names


def parallel_functions(
    folder: Path,
    *,
    documents: Artifact,
    tokenizer: Artifact,
    split: str,
    context: int,
    functions: int,
    per_document: int,
) -> None:
    """Step: the first `functions` functions of a split, at most `per_document` of a Lua document.

    Python is without docstrings, as in its own domain; Lua as it stands in the corpus. Of either
    text the first `context` − 1 tokens are kept. Writes

    - `rows.npz`: `python` and `lua`, int32 (functions, context), each begun by `<|endoftext|>` and
      padded with it;
    - `functions.parquet`, a row a function: document, origin, name, python, lua;
    - `words.parquet`, a row a Lua word: function, line (of the Lua text), text, first and last (its
      tokens' places in the row);
    - `pairs.parquet`, a row a pair of words: function, python and lua (the words), kind (of KINDS),
      first, last (of the Python word), word (the row of the Lua word in `words.parquet`).

    Words that are cut off, and pairs of different words that share a token, are left out. Raises
    ValueError for Lua that was not translated.
    """
    if not is_translated(documents):
        raise ValueError(f"{documents.name}: its Lua was not translated from Python")
    words = load_tokenizer(tokenizer)
    pieces = bytes_of_tokens(words)
    chosen = list(_functions(documents, split, functions, per_document))
    rows = {name: np.full((len(chosen), context), END_OF_TEXT_ID, np.int32) for name in LANGUAGES}
    every, pairs = [], []
    for number, function in enumerate(chosen):
        sides = {}
        for name, text in zip(LANGUAGES, (function.python, function.lua), strict=True):
            tokens = np.array(words.encode(text, add_special_tokens=False))
            kept = tokens[: context - 1]
            rows[name][number, 1 : 1 + len(kept)] = kept
            sides[name] = _Side(text, name, tokens, pieces, context)
        python, lua = sides["python"], sides["lua"]
        first_row = len(every)
        every += [(number, *lua.row(place)) for place in range(len(lua.words))]
        for pair in matched(python.words, lua.words):
            kind = _kind(python, pair.python, lua, pair.lua)
            if kind and python.is_whole(pair.python) and lua.is_whole(pair.lua):
                texts = python.words[pair.python].text, lua.words[pair.lua].text
                place = python.first[pair.python], python.last[pair.python]
                pairs.append((number, *texts, kind, *place, first_row + pair.lua))
    np.savez(folder / "rows.npz", **rows)
    pd.DataFrame(chosen).to_parquet(folder / "functions.parquet")
    columns = ["function", "line", "text", "first", "last"]
    known = pd.DataFrame(every, columns=columns)
    inside = (known["last"] < context) & (known["last"] >= known["first"])
    columns = ["function", "python", "lua", "kind", "first", "last", "word"]
    found = pd.DataFrame(pairs, columns=columns)
    found["word"] = (np.cumsum(inside) - 1).to_numpy()[found["word"].to_numpy(int)]
    known[inside].reset_index(drop=True).to_parquet(folder / "words.parquet")
    found.to_parquet(folder / "pairs.parquet")


class _Side:
    """One text of a function: its words and the tokens that hold them, as places in the row."""

    def __init__(
        self, text: str, language: str, tokens: np.ndarray, pieces: list[bytes], context: int
    ) -> None:
        self.text, self.tokens, self.context = text, tokens, context
        self.words: list[Word] = words_of(text, language)
        starts, ends = (np.array([w[at] for w in self.words], np.int64) for at in (1, 2))
        spans, held = align([text], tokens, pieces).tokens_with(
            starts, ends, np.zeros(len(starts), bool)
        )
        self.first = np.full(len(starts), len(tokens) + 1)
        self.last = np.zeros(len(starts), int)
        np.minimum.at(self.first, spans, held + 1)  # place 0 of a row is <|endoftext|>
        np.maximum.at(self.last, spans, held + 1)

    def is_whole(self, place: int) -> bool:
        """True where all tokens of the word are in the row."""
        return bool(self.first[place] <= self.last[place] < self.context)

    def held(self, place: int) -> list[int]:
        """The tokens of a word."""
        return self.tokens[self.first[place] - 1 : self.last[place]].tolist()

    def row(self, place: int) -> tuple[int, str, int, int]:
        word = self.words[place]
        line = self.text.count("\n", 0, word.start)
        return line, word.text, int(self.first[place]), int(self.last[place])


def _kind(python: _Side, one: int, lua: _Side, other: int) -> str:
    mine, theirs = python.held(one), lua.held(other)
    if python.words[one].text == lua.words[other].text:
        return SAME_TOKEN if mine == theirs else SAME_WORD
    return "" if set(mine) & set(theirs) else CHANGED


def _functions(
    documents: Artifact, split: str, functions: int, per_document: int
) -> Iterator[Function]:
    """The functions of a split in the order of the table, a first one of every document first."""
    columns = ["text", "origin", "split", "functions"]
    table = pd.read_parquet(documents.file("documents/lua.parquet"), columns=columns)
    table = table[table["split"] == split]
    found = [
        (turn, place, Function(place, row.origin, f["name"], _plain(f["python"]),
                               row.text[f["start"] : f["end"]]))
        for place, row in zip(table.index, table.itertuples(), strict=True)
        for turn, f in enumerate(row.functions[:per_document])
    ]  # fmt: skip
    found.sort(key=lambda entry: entry[:2])
    yield from (function for _, _, function in found[:functions])


def _plain(python: str) -> str:
    return without_docstrings(parse(python)).rstrip("\n") + "\n"
