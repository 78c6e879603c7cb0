"""What detectors score on labels that are not theirs, and how surprising their own score is.

The labels are turned round against the text within each domain (`circular_shift`): concepts keep
how often they occur and their runs, detectors their calls, and no document meets its own labels.
Shuffling single tokens would break the runs and make chance look smaller than it is.
"""

import numpy as np
from scipy import sparse

from featurefate.dictionaries.circular_shift import random_shifts, turned
from featurefate.dictionaries.labelled_text import LabelledText

PAIRS_AT_A_TIME = 256  # bounds the dense (tokens, pairs) matrices in memory


def circular_chance(
    called: sparse.csc_array,
    concept: np.ndarray,
    text: LabelledText,
    shifts: int,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean F1 of detectors on shifted labels, and their p-values, float64 (pairs,) each.

    called: (tokens, pairs), True where a detector says that its concept is there; concept: int
    (pairs,), the column of `text` it is asked about. p is corrected for the number of pairs with
    the maximum statistic (Westfall & Young 1993): the share of shifts in which *any* pair's F1
    exceeds that pair's own mean by as much. The actual labels count as one of the shifts.
    """
    chunks = [slice(at, at + PAIRS_AT_A_TIME) for at in range(0, len(concept), PAIRS_AT_A_TIME)]
    calls = [_packed(called[:, chunk].toarray()) for chunk in chunks]
    carried, there = text.carried.toarray() > 0, text.carriers[concept]
    scores = []
    for shift in (0, *random_shifts(text.domain, shifts, seed)):
        labels = _packed(carried[turned(text.domain, shift)])
        hits = [
            np.bitwise_count(said & labels[concept[chunk]]).sum(axis=1)
            for said, chunk in zip(calls, chunks, strict=True)
        ]
        scores.append(f1_of(np.concatenate(hits), np.diff(called.indptr), there))
    excess = np.array(scores) - np.mean(scores, axis=0)
    largest = excess.max(axis=1)
    p = (largest[:, None] >= excess[0]).mean(axis=0)
    return np.mean(scores[1:], axis=0), p


def f1_of(hits: np.ndarray, called: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Return 2 · hits / (called + there), 0 where nothing is called and nothing is there."""
    total = called + there
    return np.divide(2 * hits, total, out=np.zeros(np.shape(total)), where=total > 0)


def _packed(columns: np.ndarray) -> np.ndarray:
    """The columns of a bool matrix (tokens, columns) as bits, uint64 (columns, words)."""
    padded = np.pad(columns, ((0, -len(columns) % 64), (0, 0)))
    return np.packbits(np.ascontiguousarray(padded.T), axis=1).view(np.uint64)
