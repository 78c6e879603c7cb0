"""What tokens are by their letters and by what stood before; lines and indentation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from featurefate.corpora.concepts.alignment import align
from featurefate.corpora.concepts.indentation import indentation_marks
from featurefate.corpora.concepts.layout import layout_marks
from featurefate.corpora.concepts.surface import RECENT, surface_labels

PIECES = ["The", " fox", "_tail", " is", "n", "'", "t", " A", "1", " OK", "é", "\n\n", " ", "("]


def labels_of(texts: list[list[str]]) -> dict[str, list[str]]:
    """Concept → the pieces that carry it, for documents given as pieces."""
    flat = [piece for pieces in texts for piece in pieces]
    numbers = {piece: number for number, piece in enumerate(dict.fromkeys(flat))}
    tokens = np.array([numbers[piece] for piece in flat])
    alignment = align(["".join(t) for t in texts], tokens, [piece.encode() for piece in numbers])
    starts = np.cumsum([0, *map(len, texts)])
    labels = surface_labels(alignment, tokens, starts)
    return {c: [flat[i] for i in np.flatnonzero(flags)] for c, flags in labels.items()}


@pytest.mark.parametrize(
    "concept, pieces",
    {
        "word start": ["The", " fox", " is", "t", " A", " OK"],
        "word piece": ["_tail", "n", "1", "é"],
        "whole word": ["The", "t"],
        "single character": ["n", "'", "t", " A", "1", "é", "("],
        "capital letter first": ["The", " A", " OK"],
        "all capitals": [" OK"],
        "digit": ["1"],
        "punctuation": ["'", "("],
        "white space": ["\n\n", " "],
        "beyond ASCII": ["é"],
        "document start": ["The"],
        "recent copy": [],
    }.items(),
)
def test_surface_of_pieces(concept, pieces):
    assert labels_of([PIECES])[concept] == pieces


def test_a_word_does_not_run_on_into_the_next_document():
    labels = labels_of([["a", "b"], ["c"]])
    assert labels["word start"] == ["a", "c"] and labels["word piece"] == ["b"]
    assert labels["whole word"] == ["c"] and labels["document start"] == ["a", "c"]


@settings(max_examples=60)
@given(st.lists(st.lists(st.sampled_from("abc"), max_size=40), min_size=1, max_size=3))
def test_copies_and_repeated_pairs_by_brute_force(texts):
    if not any(texts):
        return
    copies, pairs = [], []
    for text in texts:
        for i, piece in enumerate(text):
            copies += [piece] if piece in text[max(0, i - RECENT) : i] else []
            pair = text[i - 1 : i + 1]
            earlier = [text[j - 1 : j + 1] for j in range(1, i)]
            pairs += [piece] if i and pair in earlier else []
    labels = labels_of(texts)
    assert labels["recent copy"] == copies
    assert labels["repeated pair"] == pairs


def test_lines():
    text = "  ab\n\n \nc d\n"
    marks = layout_marks(text)
    assert marks["line start"] == [(2, 3), (8, 9)]
    assert marks["line end"] == [(4, 5), (5, 6), (7, 8), (11, 12)]
    assert marks["blank line"] == [(4, 8)]


@pytest.mark.parametrize("unit", ["  ", "    ", "\t"])
def test_indentation_in_levels(unit):
    text = f"a\n{unit}b\n{unit * 2}c\n\n{unit * 2}d\n{unit * 4}e\n{unit}f\ng"
    marks = indentation_marks(text, opaque=[])
    lines = {c: [text[end] for _, end in spans] for c, spans in marks.items()}
    assert lines == {
        "indentation 1": ["b", "f"],
        "indentation 2": ["c", "d"],
        "indentation 3+": ["e"],
    }


def test_indentation_inside_long_strings_is_not_the_codes():
    text = 'a\n  b = """\n    no\n    """\n  c'
    start = text.index('"""')
    marks = indentation_marks(text, opaque=[(start, text.rindex('"""') + 3)])
    assert marks == {"indentation 1": [(2, 4), (len(text) - 3, len(text) - 1)]}
