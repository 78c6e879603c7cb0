"""Exact and near duplicates, found while documents arrive one after another.

A near duplicate shares at least `SIMILARITY` of its five-word pieces with an earlier document
(Jaccard similarity, estimated by MinHash: Broder 1997, "On the resemblance and containment of
documents"). The first of two stays, whatever split either is in, so nothing that was trained on
comes back in evaluation.
"""

import re

from rensa import RMinHash, RMinHashDeduplicator

SIMILARITY = 0.7
PERMUTATIONS = 64
BANDS = 16
WORDS_IN_A_PIECE = 5

_WORD = re.compile(r"\w+|[^\w\s]")


def pieces(text: str) -> set[str]:
    """Every run of five words (or signs) of a text; the whole text where it is shorter."""
    words = _WORD.findall(text)
    last = max(1, len(words) - WORDS_IN_A_PIECE + 1)
    return {" ".join(words[start : start + WORDS_IN_A_PIECE]) for start in range(last)}


class Duplicates:
    """Remembers what has been seen. One object per domain; order of calls decides what stays."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._seen: set[str] = set()
        self._near = RMinHashDeduplicator(
            SIMILARITY, PERMUTATIONS, use_lsh=True, num_bands=BANDS, seed=seed
        )

    def is_new(self, text: str) -> bool:
        """True, and remembered, unless an equal or nearly equal text came before."""
        key = " ".join(text.split())
        if key in self._seen:
            return False
        sketch = RMinHash(PERMUTATIONS, self._seed)
        sketch.update(sorted(pieces(text)))
        if not self._near.add(str(len(self._seen)), sketch):
            return False
        self._seen.add(key)
        return True
