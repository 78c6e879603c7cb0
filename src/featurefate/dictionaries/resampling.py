"""Intervals for best correlations: documents are resampled, and the best partner chosen again.

Correlating everything anew in each draw would cost a full pass a draw. Instead: pass 1 is the full
matrix on all documents. Pass 2 keeps, for the 8 best candidates of every feature, the sums that r
is made of, separately for each block of documents. A draw weights the blocks, which gives r of
every candidate, and the best of them.

A feature without a partner can, in a draw, find luck outside of the 8 that the second pass does not
see. Set against correlating everything anew in each draw, fewer than one in a thousand best r of a
draw came out lower (dictionaries of chapter 07), and none that a threshold of .3 or above would
have counted; the tests hold it to that at 256 features.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse

from featurefate.dictionaries.correlation import ROWS_AT_A_TIME, one_over_deviation
from featurefate.dictionaries.encoding import SparseActivations

CANDIDATES = 8
BLOCKS_PER_DOMAIN = 32
DRAWS_AT_A_TIME = 50  # bounds the (draws, features × candidates) arrays in memory
ENTRIES_AT_A_TIME = 2**22  # activations of pairs of features that are looked through at once


@dataclass(frozen=True)
class DocumentBlocks:
    """The evaluation stream in blocks of whole documents of one domain.

    starts: (blocks + 1,), offsets in the stream; domain: (blocks,).
    """

    starts: np.ndarray
    domain: np.ndarray

    @classmethod
    def of(cls, document: np.ndarray, domain: np.ndarray) -> "DocumentBlocks":
        """Cut a stream, given document and domain of each token (tokens,), both in runs.

        Each domain gives 32 blocks, or one a document where it has fewer.
        """
        first_of_document = np.flatnonzero(np.diff(document, prepend=document[0] - 1))
        starts, domains = [], []
        for name in np.unique(domain):
            of_domain = first_of_document[domain[first_of_document] == name]
            parts = np.array_split(of_domain, min(BLOCKS_PER_DOMAIN, len(of_domain)))
            starts += [part[0] for part in parts]
            domains += [name] * len(parts)
        return cls(np.asarray([*starts, len(document)]), np.asarray(domains))

    def draws(self, draws: int, seed: int) -> np.ndarray:
        """Return how often each block is drawn, (draws, blocks).

        Blocks are drawn with replacement within their domain, so domains keep their weight. All
        comparisons of one analysis use the same draws and can be subtracted draw by draw.
        """
        generator = np.random.default_rng(seed)
        times = np.zeros((draws, len(self.domain)))
        for name in np.unique(self.domain):
            here = np.flatnonzero(self.domain == name)
            equal = np.full(len(here), 1 / len(here))
            times[:, here] = generator.multinomial(len(here), equal, draws)
        return times

    def sums(self, values: sparse.csc_array) -> np.ndarray:
        """Return the sum over each block of every column, float64 (blocks, columns).

        values: (tokens, columns).
        """
        shape = len(self.domain), values.shape[1]
        block = np.repeat(np.arange(shape[0]), np.diff(self.starts))
        column = np.repeat(np.arange(shape[1]), np.diff(values.indptr))
        cell = block[values.indices] * shape[1] + column
        return np.bincount(cell, values.data, np.prod(shape)).reshape(shape)


def resampled_best(
    r: np.ndarray,
    first: SparseActivations,
    second: SparseActivations,
    blocks: DocumentBlocks,
    times: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the best r of every feature in every draw: (draws, F1) and (draws, F2), float32.

    r: (F1, F2), from pass 1; times: (draws, blocks), from `blocks.draws`.
    """
    one, other = (_ByBlock.of(activations.values, blocks) for activations in (first, second))
    return (
        _best_in_draws(r, one, other, blocks, times),
        _best_in_draws(r.T, other, one, blocks, times),
    )


@dataclass(frozen=True)
class _ByBlock:
    """A dictionary's activations, and their Σx and Σx² in each block, (blocks, features) each."""

    values: sparse.csc_array
    plain: np.ndarray
    squares: np.ndarray

    @classmethod
    def of(cls, values: sparse.csr_array, blocks: DocumentBlocks) -> "_ByBlock":
        by_feature = values.astype(np.float64).tocsc()
        return cls(by_feature, blocks.sums(by_feature), blocks.sums(by_feature.power(2)))

    def drawn(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and 1 / standard deviation of each feature in each draw, (draws, features) each."""
        mean = weights @ self.plain
        return mean, one_over_deviation(mean, weights @ self.squares)


def _best_in_draws(
    r: np.ndarray, own: _ByBlock, other: _ByBlock, blocks: DocumentBlocks, times: np.ndarray
) -> np.ndarray:
    """The best r of each of `own`'s features in each draw, (draws, features)."""
    partner = strongest_candidates(r)  # (features, candidates)
    products = sums_of_products(own.values, other.values, partner, blocks)
    tokens = np.diff(blocks.starts).astype(np.float64)
    best = np.empty((len(times), len(r)), dtype=np.float32)
    for start in range(0, len(times), DRAWS_AT_A_TIME):
        part = slice(start, start + DRAWS_AT_A_TIME)
        weights = times[part] / (times[part] @ tokens)[:, None]  # of a token of each block
        own_mean, own_scale = own.drawn(weights)
        other_mean, other_scale = other.drawn(weights)
        drawn = np.tensordot(weights, products, 1)  # the mean of xy; in the end r
        drawn -= own_mean[:, :, None] * other_mean[:, partner]
        drawn *= own_scale[:, :, None] * other_scale[:, partner]
        best[part] = drawn.max(axis=2)
    return best


def strongest_candidates(r: np.ndarray) -> np.ndarray:
    """Return the 8 columns (or all, if fewer) with the largest r of each row, (rows, 8)."""
    columns = r.shape[1]
    rest = columns - min(CANDIDATES, columns)
    parts = [
        np.argpartition(r[start : start + ROWS_AT_A_TIME], rest, axis=1)[:, rest:]
        for start in range(0, len(r), ROWS_AT_A_TIME)
    ]
    return np.concatenate(parts)


def sums_of_products(
    first: sparse.csc_array, second: sparse.csc_array, partner: np.ndarray, blocks: DocumentBlocks
) -> np.ndarray:
    """Return Σxy of every feature of `first` and its partners: (blocks, features, partners).

    first, second: (tokens, features); partner: (features, partners); numbers are float64. A pair
    costs as many steps as its two features fire.
    """
    here, there = np.arange(len(partner)).repeat(partner.shape[1]), partner.ravel()
    entries = np.cumsum(np.diff(first.indptr)[here] + np.diff(second.indptr)[there])
    full = np.searchsorted(entries, np.arange(ENTRIES_AT_A_TIME, entries[-1], ENTRIES_AT_A_TIME))
    sums = np.empty((len(blocks.domain), len(here)))
    for start, stop in pairwise(np.unique([0, *(full + 1), len(here)])):
        both_fire = first[:, here[start:stop]].multiply(second[:, there[start:stop]])
        sums[:, start:stop] = blocks.sums(both_fire)
    return sums.reshape(-1, *partner.shape)
