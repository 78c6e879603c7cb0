"""Each token with those before it in its row: what came before, and how often it was seen so."""

import numpy as np

from featurefate.corpora.tokens import END_OF_TEXT_ID, EvaluationRows


def token_windows(rows: np.ndarray, size: int) -> np.ndarray:
    """Return each token of `rows` with the `size` − 1 before it, the token itself last.

    rows: token ids (rows, position); int64 (rows, position, size). Before a row stands
    <|endoftext|>, as often as needed.
    """
    before = ((0, 0), (size - 1, 0))
    padded = np.pad(rows.astype(np.int64), before, constant_values=END_OF_TEXT_ID)
    return np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)


def measured_windows(evaluation: EvaluationRows, size: int) -> np.ndarray:
    """Return the windows of the measured tokens, int64 (tokens, size), in the order of scores."""
    return token_windows(evaluation.rows, size)[evaluation.mask]


def times_seen(rows: np.ndarray, evaluation: EvaluationRows, size: int) -> np.ndarray:
    """Return how often each measured token followed the `size` − 1 before it in `rows`.

    rows: training token ids (rows, position); the first position is never predicted. int64
    (tokens,).
    """
    vocabulary = 1 + int(max(rows.max(), evaluation.rows.max()))
    digits = vocabulary ** np.arange(size)[::-1]  # a window as one number
    kept, times = np.unique(token_windows(rows, size)[:, 1:] @ digits, return_counts=True)
    asked = measured_windows(evaluation, size) @ digits
    place = np.searchsorted(kept, asked).clip(max=len(kept) - 1)
    return np.where(kept[place] == asked, times[place], 0)
