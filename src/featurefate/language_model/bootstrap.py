"""Intervals by resampling documents.

Tokens of one document resemble each other, so a token is not an independent observation; a
document is. Every rate of the study is a ratio of two sums over documents, and its interval comes
from drawing documents with replacement (Efron & Tibshirani 1993, chapter 13).
"""

import numpy as np
from numpy.typing import ArrayLike

LEVEL = 0.95
TAILS = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]


def sums_by_document(
    values: np.ndarray, document: np.ndarray, group: np.ndarray | None = None
) -> np.ndarray:
    """Return what each document (and group) sums to, float64 (documents,) or (documents, groups).

    values: one a token, (tokens,); document, group: which one each token belongs to, int from 0.
    """
    documents = int(document.max()) + 1
    if group is None:
        return np.bincount(document, weights=values, minlength=documents)
    groups = int(group.max()) + 1
    cell = document * groups + group
    return np.bincount(cell, values, minlength=documents * groups).reshape(documents, groups)


def resampled_sums(sums: ArrayLike, seed: int, draws: int = 1000) -> np.ndarray:
    """Return the sums over documents of `draws` bootstrap samples, float64 (draws, …).

    sums: (documents, …), one row a document. The same seed draws the same documents, so sums over
    the same documents can be compared draw by draw.
    """
    sums = np.asarray(sums, dtype=np.float64)
    documents = len(sums)
    times_drawn = np.random.default_rng(seed).multinomial(
        documents, np.full(documents, 1 / documents), size=draws
    )
    return times_drawn.astype(np.float64) @ sums


def resampled_ratios(
    numerators: ArrayLike, denominators: ArrayLike, seed: int, draws: int = 1000
) -> np.ndarray:
    """Return `draws` bootstrap values of Σ numerators / Σ denominators, float64 (draws, …).

    numerators, denominators: one value a document, (documents,), or one a document and group,
    (documents, groups). A draw without a single document of a group has no ratio there: NaN.
    """
    numerators = np.asarray(numerators, dtype=np.float64)
    denominators = np.asarray(denominators, dtype=np.float64)
    if (
        numerators.shape != denominators.shape
        or numerators.ndim not in (1, 2)
        or not len(numerators)
    ):
        raise ValueError(
            f"one numerator and one denominator a document are needed, "
            f"not {numerators.shape} and {denominators.shape}"
        )
    above, below = (resampled_sums(sums, seed, draws) for sums in (numerators, denominators))
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0)


def interval(
    numerators: ArrayLike, denominators: ArrayLike, seed: int, draws: int = 1000
) -> tuple[float, float]:
    """Return the 95 % percentile interval of Σ numerators / Σ denominators over documents."""
    low, high = np.quantile(resampled_ratios(numerators, denominators, seed, draws), TAILS)
    return float(low), float(high)


def intervals(
    numerators: np.ndarray, denominators: np.ndarray, seed: int, draws: int = 1000
) -> tuple[np.ndarray, np.ndarray]:
    """Return the interval of every group, two arrays (groups,); both arguments (documents, groups).

    Draws in which a group does not occur are left out for that group.
    """
    low, high = np.nanquantile(
        resampled_ratios(numerators, denominators, seed, draws), TAILS, axis=0
    )
    return low, high
