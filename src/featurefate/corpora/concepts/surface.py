"""What a token is by its own letters, and whether it was there just before."""

import numpy as np

from featurefate.corpora.concepts.alignment import Alignment

RECENT = 16  # tokens


def surface_labels(
    alignment: Alignment, tokens: np.ndarray, starts: np.ndarray
) -> dict[str, np.ndarray]:
    """Concept → bool [tokens], for documents that follow each other.

    `tokens`: int [n]; document d is `tokens[starts[d]:starts[d + 1]]`.
    """
    codes, white = alignment.codes, alignment.is_white
    characters = codes.view("U1") if len(codes) else np.empty(0, "U1")
    letter = np.char.isalpha(characters)
    digit = np.char.isdigit(characters)
    upper = np.char.isupper(characters)
    wordly = letter | digit | (characters == "_")
    begins = wordly & ~np.concatenate([[False], wordly[:-1]])
    ends = wordly & ~np.concatenate([wordly[1:], [False]])
    opening = np.zeros(len(tokens), bool)
    opening[starts[:-1][np.diff(starts) > 0]] = True
    document_starts = alignment.starts[opening]
    begins[document_starts] = wordly[document_starts]
    before_next = document_starts[document_starts > 0] - 1
    ends[before_next] = wordly[before_next]

    def count(flags: np.ndarray) -> np.ndarray:
        total = np.concatenate([[0], np.cumsum(flags)])
        return total[alignment.ends] - total[alignment.starts]

    def first_is(flags: np.ndarray) -> np.ndarray:
        return (black > 0) & flags[first_black]

    black, letters, digits = count(~white), count(letter), count(digit)
    word_characters = count(wordly)
    first_black = _first(~white, alignment)
    whole = (black == word_characters) & (count(begins) == 1) & (count(ends) == 1)
    return {
        "word start": count(begins) > 0,
        "word piece": first_is(wordly & ~begins) & ~white[alignment.starts],
        "whole word": whole,
        "single character": black == 1,
        "capital letter first": first_is(upper),
        "all capitals": (letters >= 2) & (count(upper) == letters),
        "digit": digits > 0,
        "punctuation": (black > 0) & (letters + digits == 0),
        "white space": black == 0,
        "beyond ASCII": count(codes >= 0x80) > 0,
        "document start": opening,
        "recent copy": _recent_copy(tokens, starts),
        "repeated pair": _repeated_pair(tokens, starts),
    }


def _first(flags: np.ndarray, alignment: Alignment) -> np.ndarray:
    """For each token the first character at or after its start where `flags` holds."""
    places = np.append(np.flatnonzero(flags), max(len(flags) - 1, 0))
    return places[np.searchsorted(places[:-1], alignment.starts)]


def _recent_copy(tokens: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """bool [tokens]: the same token is among the `RECENT` before it in its document."""
    document = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    copy = np.zeros(len(tokens), bool)
    for distance in range(1, min(RECENT, len(tokens) - 1) + 1):
        same = tokens[distance:] == tokens[:-distance]
        copy[distance:] |= same & (document[distance:] == document[:-distance])
    return copy


def _repeated_pair(tokens: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """bool [tokens]: the token and the one before it stood together earlier in the document."""
    repeated = np.zeros(len(tokens), bool)
    document = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    inside = np.flatnonzero(document[1:] == document[:-1]) + 1
    keys = np.stack([document[inside], tokens[inside - 1], tokens[inside]])
    order = np.lexsort(keys[::-1])  # stable: equal pairs stay in the order of the text
    again = (np.diff(keys[:, order], axis=1) == 0).all(axis=0)
    repeated[inside[order[1:][again]]] = True
    return repeated
