"""One comparison of two models' dictionaries, over all their pairs of unequal SAE seeds.

Equal seeds share their initial weights and inflate agreement, so edges, ceilings and strangers all
pair seed a with another seed b (DESIGN: tracking). Where there are several pairs, a rate is the
mean over the pairs.
"""

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from featurefate.dictionaries.encoding import SparseActivations
from featurefate.tracking.correlation import correlation
from featurefate.tracking.intervals import DocumentBlocks, resampled_best
from featurefate.tracking.matching import Best, best_partners

Encoded = dict[int, SparseActivations]  # one model's dictionaries, by SAE seed


@dataclass(frozen=True)
class Matched:
    """The features of one dictionary looked up in another, with their resampled best r.

    seed, partner_seed: of the two dictionaries; resampled: float32 (draws, features).
    """

    seed: int
    partner_seed: int
    best: Best
    resampled: np.ndarray


@dataclass(frozen=True)
class Rate:
    """A share of features with its bootstrap draws (draws,)."""

    value: float
    draws: np.ndarray

    def __sub__(self, other: "Rate") -> "Rate":
        return Rate(self.value - other.value, self.draws - other.draws)

    def complement(self) -> "Rate":
        """The share of all other features."""
        return Rate(1 - self.value, 1 - self.draws)

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % percentile interval."""
        low, high = np.quantile(self.draws, [0.025, 0.975])
        return float(low), float(high)


@dataclass(frozen=True)
class Comparison:
    """Both directions: the parent's features looked up in the child, the child's in the parent."""

    parent: list[Matched]
    child: list[Matched]


def compare(
    parent: Encoded, child: Encoded, blocks: DocumentBlocks, times: np.ndarray
) -> Comparison:
    """Compare two models over every pair of unequal seeds. times: (draws, blocks)."""
    pairs = [(a, b) for a, b in product(parent, child) if a != b]
    return _over_pairs(parent, child, pairs, blocks, times)


def ceiling(model: Encoded, blocks: DocumentBlocks, times: np.ndarray) -> list[Matched]:
    """Compare a model's dictionaries with each other: each pair of seeds, in both directions."""
    both = _over_pairs(model, model, list(combinations(model, 2)), blocks, times)
    return both.parent + both.child


def rate_at_least(matched: list[Matched], threshold: float) -> Rate:
    """Return the share of counted features with a partner at r ≥ threshold, mean over the pairs.

    The best of several resampled correlations is lucky, so draws lie a little above the value
    (about half a standard deviation). They are moved to have the value as their mean.
    """
    value = float(np.mean([m.best.share_at_least(threshold) for m in matched]))
    draws = np.mean(
        [(m.resampled[:, m.best.counted] >= threshold).mean(axis=1) for m in matched], axis=0
    )
    return Rate(value, draws - draws.mean() + value)


def median_r(matched: list[Matched]) -> float:
    """Return the median of the counted features' best r, over all pairs."""
    return float(np.median(np.concatenate([m.best.r[m.best.counted] for m in matched])))


def _over_pairs(parent: Encoded, child: Encoded, pairs, blocks, times) -> Comparison:
    if not pairs:
        raise ValueError(
            f"SAE seeds {sorted(parent)} and {sorted(child)}: no pair of unequal seeds to compare"
        )
    result = Comparison([], [])
    for a, b in pairs:
        first, second = parent[a], child[b]
        r = correlation(first.values, second.values)
        best = best_partners(r, first, second)
        resampled = resampled_best(r, first, second, blocks, times)
        result.parent.append(Matched(a, b, best[0], resampled[0]))
        result.child.append(Matched(b, a, best[1], resampled[1]))
    return result
