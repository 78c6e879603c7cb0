"""Position-wise Pearson correlation between all features of two dictionaries, exact.

r needs Σxy, Σx, Σx², Σy, Σy² over tokens. Most activations are zero, and a token adds to Σxy only
for the pairs of features that are both active on it: k² of them, not F². So Σxy for all pairs is
one product of sparse matrices, ZᵀZ'. Sums are float64; r is float32.
"""

import numpy as np
from scipy import sparse

FEATURES_AT_A_TIME = 512  # rows of the result computed at once: bounds the float64 sums in memory


def correlation(first: sparse.csr_array, second: sparse.csr_array) -> np.ndarray:
    """Return r between every feature of `first` and every feature of `second`.

    first: (tokens, F1), second: (tokens, F2), row t of both is the same token. float32 (F1, F2).
    A feature with no variance on these tokens (it never fires) has r = 0 with everything. Raises
    ValueError where the numbers of tokens differ.
    """
    tokens = first.shape[0]
    if second.shape[0] != tokens:
        raise ValueError(f"{tokens} and {second.shape[0]} tokens: not the same text")
    first, second = first.astype(np.float64).tocsc(), second.astype(np.float64)
    first_mean, first_deviation = mean_and_deviation(first)
    second_mean, second_deviation = mean_and_deviation(second)
    r = np.empty((first.shape[1], second.shape[1]), dtype=np.float32)
    for start in range(0, len(r), FEATURES_AT_A_TIME):
        part = slice(start, start + FEATURES_AT_A_TIME)
        mean_product = (first[:, part].T @ second).toarray() / tokens
        covariance = mean_product - np.outer(first_mean[part], second_mean)
        r[part] = safe_ratio(covariance, np.outer(first_deviation[part], second_deviation))
    return r


def mean_and_deviation(values: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of each column, float64 (features,) each."""
    mean = values.sum(axis=0) / values.shape[0]
    mean_square = values.multiply(values).sum(axis=0) / values.shape[0]
    return mean, np.sqrt(np.maximum(mean_square - mean**2, 0))


def safe_ratio(covariance: np.ndarray, deviations: np.ndarray) -> np.ndarray:
    """Return covariance / deviations, 0 where a deviation is 0."""
    return np.divide(covariance, deviations, out=np.zeros_like(covariance), where=deviations > 0)
