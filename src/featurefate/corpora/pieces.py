"""Texts as hashes of their words, and of runs of neighbouring words, many texts at once.

What duplicates are found by. A word is a run of ASCII letters, digits and underscores, or a run of
characters beyond ASCII; every ASCII sign is a word too, and so is every character of the scripts
that are written without spaces (Chinese, Japanese, …). White space only parts words. The hashes
are the same on every machine.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

SHORT, LONG = 5, 16  # words in a run
AT_ONCE = 16  # texts: about as many as the processor's nearest memory holds with their hashes

_SPACE, _SIGN, _LETTER, _BEYOND = range(4)
_KIND = np.full(256, _SIGN, np.uint8)
_KIND[:33] = _SPACE
_KIND[[*b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"]] = _LETTER
_KIND[128:] = _BEYOND
_FIRST_UNSPACED_LEAD = 0xE3  # UTF-8 lead bytes from here on: U+3000 and above

_odd = np.random.PCG64(0).random_raw(256 + 64 + 9) | np.uint64(1)  # tuned to no text
_OF_BYTE, _OF_PLACE, _STEP = np.split(_odd, [256, 320])
_OF_BYTE[_KIND == _SPACE] = 0


class Pieces(NamedTuple):
    """One text: the hashes of its runs of neighbouring words, uint64, by the length of the run."""

    short: np.ndarray
    long: np.ndarray


def pieces_of(texts: Sequence[str]) -> list[Pieces]:
    """The runs of `SHORT` and of `LONG` words of each text.

    A text of fewer words than `SHORT` has its words as short runs; one of fewer than `LONG` has no
    long runs.
    """
    some = [texts[first : first + AT_ONCE] for first in range(0, len(texts), AT_ONCE)]
    return [pieces for part in some for pieces in _pieces_of(part)]


def _pieces_of(texts: Sequence[str]) -> list[Pieces]:
    words, borders = _words(texts)
    two = _joined(words, words, 1)
    four = _joined(two, two, 2)
    short = _mixed(_joined(four, words, 4))
    eight = _joined(four, four, 4)
    long = _mixed(_joined(eight, eight, 8))
    found = []
    for first, last in pairwise(borders):
        enough = last - first >= SHORT
        shorts = short[first : last - SHORT + 1] if enough else words[first:last]
        found.append(Pieces(shorts, long[first : max(first, last - LONG + 1)]))
    return found


def _words(texts: Sequence[str]) -> tuple[np.ndarray, list[int]]:
    """The words of all texts as uint64 [words], and where each text begins and ends in it."""
    encoded = [text.encode() for text in texts]
    data = np.frombuffer(b"\n".join(encoded), np.uint8)
    kind = _KIND[data]
    begins = kind != _SPACE
    begins[1:] &= (kind[1:] != kind[:-1]) | (kind[1:] == _SIGN)
    begins |= data >= _FIRST_UNSPACED_LEAD
    starts = np.flatnonzero(begins)
    if not len(starts):
        return np.empty(0, np.uint64), [0] * (len(texts) + 1)
    place = np.arange(starts[0], len(data)) - np.repeat(starts, np.diff(starts, append=len(data)))
    of_byte = _OF_BYTE[data[starts[0] :]] * _OF_PLACE[place & 63]
    hashes = np.add.reduceat(of_byte, starts - starts[0])
    hashes ^= hashes >> np.uint64(31)
    ends = np.cumsum([0, *(len(text) + 1 for text in encoded)])
    return hashes, np.searchsorted(starts, ends).tolist()


def _joined(first: np.ndarray, second: np.ndarray, distance: int) -> np.ndarray:
    """Hashes of runs that begin as `first` says and go on, `distance` words later, as `second`."""
    return first[: max(0, len(second) - distance)] * _STEP[distance] + second[distance:]


def _mixed(hashes: np.ndarray) -> np.ndarray:
    """The same hashes with all bits as good as random."""
    hashes ^= hashes >> np.uint64(32)
    hashes *= _STEP[0]
    hashes ^= hashes >> np.uint64(29)
    return hashes
