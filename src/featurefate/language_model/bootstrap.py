"""Intervals by resampling documents.

Tokens of one document resemble each other, so a token is not an independent observation; a
document is. Every rate of the study is a ratio of two sums over documents, and its interval comes
from drawing documents with replacement (Efron & Tibshirani 1993, chapter 13).
"""

import numpy as np
from numpy.typing import ArrayLike

LEVEL = 0.95


def resampled_ratios(
    numerators: ArrayLike, denominators: ArrayLike, seed: int, draws: int = 1000
) -> np.ndarray:
    """Return `draws` bootstrap values of Σ numerators / Σ denominators, float64 (draws,).

    numerators, denominators: one value a document, (documents,). The same seed draws the same
    documents, so ratios over the same documents can be compared draw by draw.
    """
    numerators = np.asarray(numerators, dtype=np.float64)
    denominators = np.asarray(denominators, dtype=np.float64)
    if numerators.shape != denominators.shape or numerators.ndim != 1 or not len(numerators):
        raise ValueError(
            f"one numerator and one denominator a document are needed, "
            f"not {numerators.shape} and {denominators.shape}"
        )
    documents = len(numerators)
    times_drawn = np.random.default_rng(seed).multinomial(
        documents, np.full(documents, 1 / documents), size=draws
    )
    return (times_drawn @ numerators) / (times_drawn @ denominators)


def interval(
    numerators: ArrayLike, denominators: ArrayLike, seed: int, draws: int = 1000
) -> tuple[float, float]:
    """Return the 95 % percentile interval of Σ numerators / Σ denominators over documents."""
    values = resampled_ratios(numerators, denominators, seed, draws)
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
