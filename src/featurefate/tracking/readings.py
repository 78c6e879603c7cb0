"""Ways to look at the same tokens, all from one pass over two dictionaries.

*all*: every evaluation token, the domains equal: what the study reports. *centred*: the same
tokens, but each feature's mean is removed within each domain, so that two features cannot correlate
only because both are at home in one domain. *english*, *python*, *stories*, *lua*: the tokens of
one domain.

A view is a list of groups of domains; within each group a feature's mean is removed. The products
Σxy are computed domain by domain; every view adds up the ones it needs.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from scipy import sparse

from featurefate.artifacts.store import Artifact
from featurefate.corpora.domains import DOMAINS
from featurefate.dictionaries.encoding import SparseActivations, encoded_seeds
from featurefate.dictionaries.partners import counted_features
from featurefate.dictionaries.resampling import DocumentBlocks
from featurefate.tracking.candidate_pairs import BlockSums, one_over_root

FEATURES_AT_A_TIME = 256  # rows of r computed at once: bounds the float64 products in memory
EVERY = tuple(range(len(DOMAINS)))
VIEWS: dict[str, list[tuple[int, ...]]] = {
    "all": [EVERY],
    "centred": [(number,) for number in EVERY],
    **{name: [(number,)] for number, name in enumerate(DOMAINS)},
}


def groups_of_blocks(view: str, blocks: DocumentBlocks) -> list[np.ndarray]:
    """Return the blocks (their numbers) of each group of a view."""
    return [np.flatnonzero(np.isin(blocks.domain, group)) for group in VIEWS[view]]


@dataclass(frozen=True)
class Reading:
    """One dictionary on the evaluation stream; what comparisons need of it is kept once computed.

    counted: by view, which features fire often enough there to be judged, bool (features,).
    """

    activations: SparseActivations
    blocks: DocumentBlocks
    counted: dict[str, np.ndarray]

    @classmethod
    def of(cls, activations: SparseActivations) -> "Reading":
        """Read one dictionary's activations."""
        blocks = DocumentBlocks.of(activations.document, activations.domain)
        counted = {view: counted_features(_on(activations, view)) for view in VIEWS}
        return cls(activations, blocks, counted)

    @cached_property
    def rows(self) -> list[sparse.csr_array]:
        """Its activations by domain, for the right side of a product: (tokens, features) each."""
        values = self.activations.values.astype(np.float64)
        return [values[self.activations.domain == number] for number in EVERY]

    @cached_property
    def columns(self) -> list[sparse.csc_array]:
        """The same for the left side."""
        return [part.tocsc() for part in self.rows]

    @cached_property
    def whole(self) -> sparse.csc_array:
        """All activations, float64 (tokens, features)."""
        return self.activations.values.astype(np.float64).tocsc()

    @cached_property
    def sums(self) -> BlockSums:
        """Its sums by block."""
        return BlockSums.of(self.whole, self.blocks)

    def moments(self, view: str) -> tuple[list[np.ndarray], np.ndarray, list[float]]:
        """Return Σx of each group of a view, 1 / √Σ(x − x̄)² over all, and each group's tokens."""
        plain, tokens, variance = [], [], 0.0
        for group in groups_of_blocks(view, self.blocks):
            plain.append(self.sums.plain[group].sum(axis=0))
            tokens.append(self.sums.tokens[group].sum())
            variance += self.sums.squares[group].sum(axis=0) - plain[-1] ** 2 / tokens[-1]
        return plain, one_over_root(variance), tokens


def readings_of(encoded: Artifact) -> dict[int, Reading]:
    """Return the reading of every dictionary that `encode` read, by SAE seed."""
    return {seed: reading_of(encoded, seed) for seed in encoded_seeds(encoded)}


def reading_of(encoded: Artifact, seed: int) -> Reading:
    """Return the reading of one of them."""
    return _reading(encoded.file(f"seed_{seed}.npz"), encoded.identity)


@lru_cache(maxsize=12)  # of about 100 MB each at laptop size: bounds what a process keeps
def _reading(file: Path, identity: str) -> Reading:
    """A dictionary is in several comparisons; `identity` tells a file's content from an older."""
    return Reading.of(SparseActivations.load(file))


def correlations(first: Reading, second: Reading) -> dict[str, np.ndarray]:
    """Return r of all pairs of features in every view, float32 (F1, F2) each.

    A feature that never varies in a view has r = 0 with everything there.
    """
    features, others = first.activations.features, second.activations.features
    r = {view: np.empty((features, others), np.float32) for view in VIEWS}
    moments = {view: (first.moments(view), second.moments(view)) for view in VIEWS}
    for start in range(0, features, FEATURES_AT_A_TIME):
        part = slice(start, start + FEATURES_AT_A_TIME)
        products = [
            (own[:, part].T @ other).toarray()
            for own, other in zip(first.columns, second.rows, strict=True)
        ]
        for view, groups in VIEWS.items():
            (own, own_scale, tokens), (other, other_scale, _) = moments[view]
            covariance = sum(products[domain] for group in groups for domain in group)
            for x, y, number in zip(own, other, tokens, strict=True):
                covariance = covariance - np.outer(x[part] / number, y)
            r[view][part] = covariance * np.outer(own_scale[part], other_scale)
    return r


def _on(activations: SparseActivations, view: str) -> SparseActivations:
    """The tokens of a view's domains."""
    here = np.isin(activations.domain, sum(VIEWS[view], ()))
    if here.all():
        return activations
    return SparseActivations(
        values=activations.values[here],
        document=activations.document[here],
        domain=activations.domain[here],
        token=activations.token[here],
    )
