"""Which pairs of features a bootstrap over documents follows, and the best of them in every draw.

As `dictionaries.resampling` does for plain r, here for a mean that is removed within groups of
blocks. Followed are the up to 8 best candidates of every feature, but below r = 0.3 only the best:
no draw lifts the others to a threshold that anybody asks for. That leaves a few pairs a feature.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from featurefate.dictionaries.resampling import CANDIDATES, DRAWS_AT_A_TIME, DocumentBlocks

LEAST_R = 0.3
PAIRS_AT_A_TIME = 1_024  # bounds the sparse (tokens, pairs) products in memory


@dataclass(frozen=True)
class BlockSums:
    """Σx and Σx² of every feature in every block, and its tokens.

    plain, squares: float64 (blocks, features); tokens: (blocks,).
    """

    plain: np.ndarray
    squares: np.ndarray
    tokens: np.ndarray

    @classmethod
    def of(cls, values: sparse.csc_array, blocks: DocumentBlocks) -> "BlockSums":
        """Sum over each block; values: float64 (tokens, features)."""
        tokens = np.diff(blocks.starts).astype(np.float64)
        return cls(blocks.sums(values), blocks.sums(values.power(2)), tokens)


@dataclass(frozen=True)
class Pairs:
    """Chosen pairs of features, int (pairs,) each.

    `strongest` orders them by `here`, then `there`, and has every feature of either dictionary in a
    pair, which is what `best` rests on.
    """

    here: np.ndarray
    there: np.ndarray

    @classmethod
    def strongest(cls, r: np.ndarray) -> "Pairs":
        """Take the candidates of each row and of each column of r (F1, F2)."""
        here, there = _strongest_of_rows(r)
        of_column, of_row = _strongest_of_rows(r.T)
        here, there = np.concatenate([here, of_row]), np.concatenate([there, of_column])
        return cls.of_codes(cls(here, there).codes(r.shape[1]), r.shape[1])

    @classmethod
    def of_codes(cls, codes: np.ndarray, columns: int) -> "Pairs":
        """Take every pair once, in order; codes: see `codes`."""
        return cls(*np.divmod(np.unique(codes), columns))

    def codes(self, columns: int) -> np.ndarray:
        """Return one number a pair, its place in a matrix with so many columns; they sort alike."""
        return self.here * columns + self.there

    def best(self, r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the largest r of every feature of either side, given those of the pairs.

        r: (..., pairs); the result: (..., F1) and (..., F2).
        """
        by_there = np.argsort(self.there, kind="stable")
        return (
            np.maximum.reduceat(r, _firsts(self.here), axis=-1),
            np.maximum.reduceat(r[..., by_there], _firsts(self.there[by_there]), axis=-1),
        )


def sums_of_products(
    first: sparse.csc_array, second: sparse.csc_array, pairs: Pairs, blocks: DocumentBlocks
) -> np.ndarray:
    """Return Σxy of each pair of features in each block, float64 (blocks, pairs).

    first: (tokens, F1), second: (tokens, F2). A pair costs as many steps as its two features fire.
    """
    parts = [slice(at, at + PAIRS_AT_A_TIME) for at in range(0, len(pairs.here), PAIRS_AT_A_TIME)]
    products = (first[:, pairs.here[part]].multiply(second[:, pairs.there[part]]) for part in parts)
    return np.concatenate([blocks.sums(product) for product in products], axis=1)


def r_in_draws(
    pairs: Pairs,
    products: np.ndarray,
    first: BlockSums,
    second: BlockSums,
    times: np.ndarray,
    groups: Sequence[np.ndarray],
) -> np.ndarray:
    """Return r of the pairs in every draw, float32 (draws, pairs).

    products: (blocks, pairs), of `sums_of_products`; times: (draws, blocks); groups: the blocks
    that are looked at, in groups within each of which a feature's mean is removed (one group:
    plain r). What is float64 in between is held for a few draws at a time.
    """
    r = np.empty((len(times), len(pairs.here)), np.float32)
    for start in range(0, len(times), DRAWS_AT_A_TIME):
        part = slice(start, start + DRAWS_AT_A_TIME)
        covariance, own, other = 0.0, 0.0, 0.0
        for group in groups:
            weights = times[part, group]
            drawn = (weights @ first.tokens[group])[:, None]
            x, y = weights @ first.plain[group], weights @ second.plain[group]
            covariance += weights @ products[group]
            covariance -= x[:, pairs.here] * y[:, pairs.there] / drawn
            own += weights @ first.squares[group] - x**2 / drawn
            other += weights @ second.squares[group] - y**2 / drawn
        covariance *= one_over_root(own)[:, pairs.here]
        r[part] = covariance * one_over_root(other)[:, pairs.there]
    return r


def r_of_columns(
    products: np.ndarray, first: BlockSums, second: BlockSums, times: np.ndarray
) -> np.ndarray:
    """Return r of each feature of `first` with that of the same number in `second`, in every draw.

    products: Σxy in each block, (blocks, features); float32 (draws, features).
    """
    blocks, features = map(np.arange, products.shape)
    pairs = Pairs(features, features)
    return r_in_draws(pairs, products, first, second, times, [blocks])


def one_over_root(variance: np.ndarray) -> np.ndarray:
    """Return 1 / √variance, and 0 where nothing varies: so r comes out as 0."""
    varies = variance > 0
    return np.where(varies, 1 / np.sqrt(np.where(varies, variance, 1)), 0)


def _firsts(feature: np.ndarray) -> np.ndarray:
    """Where each feature's pairs begin; `feature` of each pair, ascending."""
    return np.flatnonzero(np.diff(feature, prepend=-1))


def _strongest_of_rows(r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the candidates: of each row the best, and up to 8 of at least LEAST_R."""
    rows, columns = np.nonzero(r >= LEAST_R)
    order = np.lexsort((-r[rows, columns], rows))
    rows, columns = rows[order], columns[order]
    rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
    every = np.arange(len(r))
    return (
        np.concatenate([every, rows[rank < CANDIDATES]]),
        np.concatenate([r.argmax(axis=1), columns[rank < CANDIDATES]]),
    )
