"""The correlation of the paper's code: averaged per token string, where both features fire.

As in `evaluation/autoencoder/correlation.py` of nilq/feature-dynamics, the code of Horn & Elliott
(arXiv 2410.12391): a feature's activations are averaged over the places where it fires on a string;
two features are compared on the strings on which both fire, of which two are enough. Here to show
what that does: two points always lie on a line, so among a thousand unrelated features nearly each
finds one with which it "correlates" at r = 1.
"""

import numpy as np
from scipy import sparse

LEAST_STRINGS = 2
FEATURES_AT_A_TIME = 512  # rows of the result computed at once: bounds the sums in memory


def string_correlation(
    first: sparse.csr_array, second: sparse.csr_array, token: np.ndarray
) -> np.ndarray:
    """Return r over strings between every feature of `first` and of `second`, float32 (F1, F2).

    first, second: csr (tokens, features) without explicit zeros; token: (tokens,), which string
    each token is. 0 where fewer than two strings are shared or one side is the same on all.
    """
    first, second = mean_by_string(first, token).tocsc(), mean_by_string(second, token)
    r = np.empty((first.shape[1], second.shape[1]), dtype=np.float32)
    for start in range(0, len(r), FEATURES_AT_A_TIME):
        part = slice(start, start + FEATURES_AT_A_TIME)
        r[part] = _where_both_fire(first[:, part], second)
    return r


def mean_by_string(values: sparse.csr_array, token: np.ndarray) -> sparse.csr_array:
    """Return each feature's mean activation where it fires on a string, csr (strings, features)."""
    _, string = np.unique(token, return_inverse=True)
    tokens = np.arange(len(token))
    member = sparse.csr_array((np.ones(len(token)), (string, tokens)))
    total, fired = member @ values.astype(np.float64), member @ (values != 0).astype(np.float64)
    return total.multiply(fired.power(-1))  # the powers of what is stored, not of the zeros


def _where_both_fire(first: sparse.csc_array, second: sparse.csr_array) -> np.ndarray:
    """Pearson of each pair over the rows where neither is zero, (F1, F2)."""
    fires, other_fires = (first != 0).astype(np.float64), (second != 0).astype(np.float64)
    shared = (fires.T @ other_fires).toarray()
    sum_first, sum_second = (first.T @ other_fires).toarray(), (fires.T @ second).toarray()
    spread = _spread(shared * (first.power(2).T @ other_fires).toarray(), sum_first)
    other_spread = _spread(shared * (fires.T @ second.power(2)).toarray(), sum_second)
    covariance = shared * (first.T @ second).toarray() - sum_first * sum_second
    scale = np.sqrt(spread * other_spread)
    r = np.divide(covariance, scale, out=np.zeros_like(scale), where=scale > 0)
    return np.where(shared >= LEAST_STRINGS, np.clip(r, -1, 1), 0)


def _spread(squares: np.ndarray, total: np.ndarray) -> np.ndarray:
    """n Σx² − (Σx)², and 0 where that is nothing but rounding."""
    spread = squares - total**2
    return np.where(spread > 1e-12 * squares, spread, 0)
