"""Intervals for best correlations: documents are resampled, and the best partner chosen again.

Correlating everything anew in each draw would cost a full pass a draw. Instead: pass 1 is the full
matrix on all documents. Pass 2 keeps, for the 8 best candidates of every feature, the sums that r
is made of, separately for each block of documents. A draw weights the blocks, which gives r of
every candidate, and the best of them. A partner from outside the 8 could win only where 9 features
are nearly equal, and then it hardly matters which.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from featurefate.dictionaries.correlation import FEATURES_AT_A_TIME, safe_ratio
from featurefate.dictionaries.encoding import SparseActivations

CANDIDATES = 8
BLOCKS_PER_DOMAIN = 32
DRAWS_AT_A_TIME = 50  # bounds the (draws, features × candidates) arrays in memory


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
    return (
        _best_in_draws(r, first.values, second.values, blocks, times),
        _best_in_draws(r.T, second.values, first.values, blocks, times),
    )


def _best_in_draws(
    r: np.ndarray,
    own: sparse.csr_array,
    other: sparse.csr_array,
    blocks: DocumentBlocks,
    times: np.ndarray,
) -> np.ndarray:
    """The best r of each of `own`'s features in each draw, (draws, features)."""
    partner = strongest_candidates(r)  # (features, candidates)
    feature = np.arange(len(r))[:, None].repeat(partner.shape[1], axis=1)
    products = _sums_of_products(own, other, feature.ravel(), partner.ravel(), blocks)
    own_sums, other_sums = _block_sums(own, blocks), _block_sums(other, blocks)
    tokens = np.diff(blocks.starts).astype(np.float64)
    best = np.empty((len(times), len(r)), dtype=np.float32)
    for start in range(0, len(times), DRAWS_AT_A_TIME):
        part = slice(start, start + DRAWS_AT_A_TIME)
        weights = times[part] / (times[part] @ tokens)[:, None]  # of a token of each block
        own_mean, own_deviation = _drawn_mean_and_deviation(weights, *own_sums)
        other_mean, other_deviation = _drawn_mean_and_deviation(weights, *other_sums)
        mean_product = (weights @ products).reshape(-1, *partner.shape)
        covariance = mean_product - own_mean[:, feature] * other_mean[:, partner]
        drawn = safe_ratio(covariance, own_deviation[:, feature] * other_deviation[:, partner])
        best[part] = drawn.max(axis=2)
    return best


def _drawn_mean_and_deviation(
    weights: np.ndarray, plain: np.ndarray, squares: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each feature in each draw, (draws, features) each."""
    mean = weights @ plain
    return mean, np.sqrt(np.maximum(weights @ squares - mean**2, 0))


def strongest_candidates(r: np.ndarray) -> np.ndarray:
    """Return the 8 columns (or all, if fewer) with the largest r of each row, (rows, 8)."""
    columns = r.shape[1]
    rest = columns - min(CANDIDATES, columns)
    parts = [
        np.argpartition(r[start : start + FEATURES_AT_A_TIME], rest, axis=1)[:, rest:]
        for start in range(0, len(r), FEATURES_AT_A_TIME)
    ]
    return np.concatenate(parts)


def _block_sums(values: sparse.csr_array, blocks: DocumentBlocks) -> tuple[np.ndarray, np.ndarray]:
    """Σx and Σx² of each feature in each block, float64 (blocks, features) each."""
    tokens = values.shape[0]
    block = np.repeat(np.arange(len(blocks.domain)), np.diff(blocks.starts))
    member = sparse.csr_array((np.ones(tokens), (block, np.arange(tokens))))
    values = values.astype(np.float64)
    return (member @ values).toarray(), (member @ values.multiply(values)).toarray()


def _sums_of_products(
    first: sparse.csr_array,
    second: sparse.csr_array,
    here: np.ndarray,
    there: np.ndarray,
    blocks: DocumentBlocks,
) -> np.ndarray:
    """Σxy of the pairs (here, there) of features in each block, float64 (blocks, pairs)."""
    first, second = first.astype(np.float64), second.astype(np.float64)
    sums = np.empty((len(blocks.domain), len(here)))
    for number, (start, stop) in enumerate(zip(blocks.starts[:-1], blocks.starts[1:], strict=True)):
        product = (first[start:stop].T @ second[start:stop]).tocsr()
        product.sum_duplicates()
        sums[number] = product[here, there]
    return sums
