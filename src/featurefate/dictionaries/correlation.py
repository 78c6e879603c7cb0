"""Position-wise Pearson correlation between all features of two dictionaries, exact.

r needs Σxy, Σx, Σx², Σy, Σy² over tokens. Most activations are zero, and a token adds to Σxy only
for the pairs of features that are both active on it: k² of them, not F². So Σxy for all pairs is
one product of sparse matrices, ZᵀZ'. As it is a sum over tokens, the text may come in shards, and
sums over different shards may be made apart and added.

*Exact* means: a product of two float32 is exact in float64, and float64 is what is summed. So the
order and the number of shards change nothing but the rounding of a sum of n terms, by at most
n · 2⁻⁵³ of √(Σx² Σy²), which is the scale of r. At the end r is rounded once, to float32.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from operator import iadd

import numpy as np
import torch
from scipy import sparse

from featurefate.artifacts.parallel import parallel_map

# The activations of several dictionaries on the same tokens: the parent's, then its children's.
Shard = Sequence[sparse.csr_array]

FEATURES_AT_A_TIME = 2_048  # of the parent: their Σxy are held while the text is walked
ROWS_AT_A_TIME = 32  # rows of a product that are dense at once
PAIRS_AT_A_TIME = 2**18  # co-active pairs that are written out at once: a cacheful
CONSTANT = 1e-12  # of the mean square: a smaller variance is rounding
NO_SHARDS = "no shards: there are no tokens to correlate over"


def correlation(first: sparse.csr_array, second: sparse.csr_array) -> np.ndarray:
    """Return r between every feature of `first` and every feature of `second`.

    first: (tokens, F1), second: (tokens, F2), row t of both is the same token. float32 (F1, F2).
    A feature with no variance on these tokens (it never fires) has r = 0 with everything. Raises
    ValueError where the numbers of tokens differ.
    """
    return correlations([[first, second]])[0]


def correlations(*parts: Iterable[Shard]) -> list[np.ndarray]:
    """Return r between the features of a parent and of each child, float32 (F1, F2) a child.

    A part is some shards. One part is walked in this process. Several are walked side by side, by
    `parallel_map`, and their sums added; it does not matter how the shards are dealt to them.

    Where shards can be walked again (a list, `StoredShards`), they are walked once for every 2 048
    features of the parent, and the memory needed is that of the result, of 2 048 rows in float64
    and of one shard. An iterator can be walked only once: then Σxy of all pairs are held together,
    8 bytes a pair beside the 4 of the result. Raises ValueError for several parts of which one is
    an iterator, for no shards, and for shards that do not fit together.
    """
    if any(isinstance(part, Iterator) for part in parts):
        if len(parts) > 1:
            raise ValueError("an iterator cannot be sent to another process: give a list of shards")
        return CrossSums.over(parts[0]).correlations()
    features = [values.shape[1] for values in next(iter(parts[0]), ())]
    if not features:
        raise ValueError(NO_SHARDS)
    results = [np.empty((features[0], width), np.float32) for width in features[1:]]
    for start in range(0, features[0], FEATURES_AT_A_TIME):
        here = slice(start, start + FEATURES_AT_A_TIME)
        for r, of_these in zip(results, _sums(parts, here).correlations(), strict=True):
            r[here] = of_these
    return results


def _sums(parts: Sequence[Iterable[Shard]], features: slice) -> "CrossSums":
    if len(parts) == 1:
        return CrossSums.over(parts[0], features)
    calls = [{"shards": part, "features": features} for part in parts]
    return reduce(iadd, parallel_map(CrossSums.over, calls))


@dataclass
class CrossSums:
    """What r between features of a parent and of its children is made of, over some tokens.

    tokens: how many; plain, squares: Σx and Σx², (features,) of the parent, then of each child;
    products: Σxy, (parent's features, child's features) for each child. All float64.
    """

    tokens: int
    plain: list[np.ndarray]
    squares: list[np.ndarray]
    products: list[np.ndarray]

    @classmethod
    def over(cls, shards: Iterable[Shard], features: slice = slice(None)) -> "CrossSums":
        """Sum over all shards, walking them once; of the parent, only `features` take part."""
        sums = known = None
        for shard in shards:
            known = _checked(shard, known)
            parent, *children = shard
            taking_part = [parent[:, features], *children]
            sums = sums or cls._zero([values.shape[1] for values in taking_part])
            sums._include([_in_double(values) for values in taking_part])
        if sums is None:
            raise ValueError(NO_SHARDS)
        return sums

    @classmethod
    def _zero(cls, features: list[int]) -> "CrossSums":
        plain, squares = ([np.zeros(width) for width in features] for _ in range(2))
        return cls(0, plain, squares, [np.zeros((features[0], width)) for width in features[1:]])

    def _include(self, shard: Shard) -> None:
        self.tokens += shard[0].shape[0]
        for plain, squares, values in zip(self.plain, self.squares, shard, strict=True):
            plain += np.bincount(values.indices, values.data, len(plain))
            squares += np.bincount(values.indices, values.data**2, len(squares))
        by_feature = shard[0].tocsc().T  # csr (features, tokens)
        for products, child in zip(self.products, shard[1:], strict=True):
            _add_product(products, by_feature, child)

    def __iadd__(self, other: "CrossSums") -> "CrossSums":
        """Add the sums over other tokens."""
        self.tokens += other.tokens
        for name in ("plain", "squares", "products"):
            for mine, theirs in zip(getattr(self, name), getattr(other, name), strict=True):
                mine += theirs
        return self

    def correlations(self) -> list[np.ndarray]:
        """Return r, float32 (parent's features, child's features), for each child."""
        means = [plain / self.tokens for plain in self.plain]
        scales = [
            one_over_deviation(mean, squares / self.tokens)
            for mean, squares in zip(means, self.squares, strict=True)
        ]
        parent, *children = zip(means, scales, strict=True)
        return [
            _correlation_of(products, self.tokens, parent, child)
            for products, child in zip(self.products, children, strict=True)
        ]


def one_over_deviation(mean: np.ndarray, mean_square: np.ndarray) -> np.ndarray:
    """Return 1 / the standard deviation, and 0 where it is none: so r comes out as 0."""
    variance = mean_square - mean**2
    varies = variance > CONSTANT * mean_square
    return np.where(varies, 1 / np.sqrt(np.where(varies, variance, 1)), 0)


def _correlation_of(
    products: np.ndarray, tokens: int, parent: tuple[np.ndarray, ...], child: tuple[np.ndarray, ...]
) -> np.ndarray:
    """r from Σxy, and from mean and 1 / deviation of the features of either side."""
    (mean, scale), (child_mean, child_scale) = parent, child
    r = np.empty(products.shape, np.float32)

    def fill(rows: slice) -> None:
        covariance = products[rows] / tokens - np.outer(mean[rows], child_mean)
        r[rows] = covariance * np.outer(scale[rows], child_scale)

    _side_by_side(fill, len(r))
    return r


def _checked(shard: Shard, known: list[int] | None) -> list[int]:
    """The numbers of features in a shard; ValueError where they are not the `known` ones."""
    tokens = sorted({values.shape[0] for values in shard})
    if len(tokens) > 1:
        raise ValueError(f"{' and '.join(map(str, tokens))} tokens: not the same text")
    features = [values.shape[1] for values in shard]
    if known not in (None, features):
        raise ValueError(f"shards of {known} and of {features} features: other dictionaries")
    return features


def _in_double(values: sparse.csr_array) -> sparse.csr_array:
    """The same matrix in float64, with indices as small as scipy's products can use."""
    whole = np.int32 if values.nnz < 2**31 else np.int64
    indices, ends = (a.astype(whole, copy=False) for a in (values.indices, values.indptr))
    return sparse.csr_array((values.data.astype(np.float64), indices, ends), shape=values.shape)


def _add_product(sums: np.ndarray, by_feature: sparse.csr_array, child: sparse.csr_array) -> None:
    """Add `by_feature` (F1, tokens) · `child` (tokens, F2) to the dense `sums`, for float64.

    Wherever a feature fires, the token's row of `child` is fetched and scaled; `toarray` adds up
    what falls on one place. So pairs cost the same whether or not they were met before (scipy's
    own product keeps a list of those, and is three times slower).
    """
    entries_at_a_time = max(1, PAIRS_AT_A_TIME * child.shape[0] // max(1, child.nnz))

    def add(part: slice) -> None:
        own = by_feature[part]
        for start in range(0, own.nnz, entries_at_a_time):
            here = slice(start, start + entries_at_a_time)
            pairs = child[own.indices[here]]
            pairs.data *= np.repeat(own.data[here], np.diff(pairs.indptr))
            ends = pairs.indptr[np.clip(own.indptr - start, 0, pairs.shape[0])]
            product = sparse.csr_array((pairs.data, pairs.indices, ends), sums[part].shape)
            sums[part] += product.toarray()

    _side_by_side(add, len(sums))


def _side_by_side(function: Callable[[slice], None], rows: int) -> None:
    """Call `function` for slices that cover `rows`, on as many threads as torch may use.

    numpy and scipy let threads run while they work. Every row is computed by one thread, so the
    result does not depend on how many there are.
    """
    slices = [slice(at, at + ROWS_AT_A_TIME) for at in range(0, rows, ROWS_AT_A_TIME)]
    with ThreadPoolExecutor(torch.get_num_threads()) as threads:
        list(threads.map(function, slices))  # a list, so that an error in a thread is raised here
