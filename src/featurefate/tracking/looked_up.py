"""Some features of one dictionary looked up in others: which are found again, and how well?

In a draw of the bootstrap the partner stays the one chosen on all documents, so that a rate can
lose by the draw what a second candidate would have made good: intervals are a little too wide
rather than too narrow.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.resampling import DocumentBlocks
from featurefate.tracking.candidate_pairs import BlockSums, Pairs, r_in_draws, sums_of_products


@dataclass(frozen=True)
class Summed:
    """The activations of one dictionary, csc float64 (tokens, features), and what r needs of them.

    blocks: of documents; sums: what the features add up to in each of them.
    """

    values: sparse.csc_array
    blocks: DocumentBlocks
    sums: BlockSums

    @cached_property
    def rows(self) -> sparse.csr_array:
        """The same activations token by token."""
        return self.values.tocsr()

    @classmethod
    def of(cls, values: sparse.csr_array, blocks: DocumentBlocks) -> "Summed":
        """Sum over the blocks; values: (tokens, features)."""
        values = values.astype(np.float64).tocsc()
        return cls(values, blocks, BlockSums.of(values, blocks))


@dataclass(frozen=True)
class Partners:
    """The best partners of some features in one other dictionary.

    partner: int (features,); r: float32 (features,); drawn: float32 (draws, features), r of the
    same partner on resampled documents.
    """

    partner: np.ndarray
    r: np.ndarray
    drawn: np.ndarray


def partners_of(features: np.ndarray, own: Summed, other: Summed, times: np.ndarray) -> Partners:
    """Return the best partners in `other` of `features`, int (features,), of `own`.

    times: (draws, blocks), from `blocks.draws`.
    """
    r = correlation(own.values[:, features].tocsr(), other.rows)
    partner = r.argmax(axis=1)
    drawn = drawn_correlations(features, own, partner, other, times)
    return Partners(partner, r[np.arange(len(r)), partner], drawn)


def drawn_correlations(
    here: np.ndarray, own: Summed, there: np.ndarray, other: Summed, times: np.ndarray
) -> np.ndarray:
    """Return r of feature here[i] of `own` and there[i] of `other` in every draw.

    here, there: int (pairs,); times: (draws, blocks). float32 (draws, pairs); 0 where a feature
    does not vary.
    """
    pairs = Pairs(np.asarray(here), np.asarray(there))
    products = sums_of_products(own.values, other.values, pairs, own.blocks)
    every_block = [np.arange(len(own.blocks.domain))]
    return r_in_draws(pairs, products, own.sums, other.sums, times, every_block)


def with_itself(own: Summed, other: Summed, times: np.ndarray | None = None) -> np.ndarray:
    """Return r of every feature with itself, where one dictionary has read two models.

    No partner is looked for, so nothing is maximised. times: (draws, blocks), None for all
    documents once. float32 (draws, features). Raises ValueError for two dictionaries, or two texts.
    """
    if own.values.shape != other.values.shape:
        shapes = f"{own.values.shape} and {other.values.shape}"
        raise ValueError(f"{shapes}: not one dictionary on one text")
    every = np.arange(own.values.shape[1])
    times = np.ones((1, len(own.blocks.domain))) if times is None else times
    return drawn_correlations(every, own, every, other, times)


@dataclass(frozen=True)
class FoundAgain:
    """Which features have a partner at r ≥ a threshold: the share of the dictionaries asked.

    share: (features,), from 0 to 1; drawn: (draws, features), the same on resampled documents.
    """

    share: np.ndarray
    drawn: np.ndarray

    @classmethod
    def among(cls, looked_up: Iterable[Partners], threshold: float) -> "FoundAgain":
        """Average over the dictionaries that the features were looked up in."""
        each = list(looked_up)
        return cls(
            np.mean([partners.r >= threshold for partners in each], axis=0),
            np.mean([partners.drawn >= threshold for partners in each], axis=0),
        )
