"""How far two dictionaries agree: the best partners of all features, and rates with intervals.

Equal seeds share their initial weights and inflate agreement, so it is always a dictionary of seed
a with one of another seed b. Where there are several pairs, a rate is the mean over the pairs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.encoding import SparseActivations
from featurefate.dictionaries.partners import Best, best_partners
from featurefate.dictionaries.resampling import DocumentBlocks, resampled_best

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
        """The 95 % percentile interval, stretched to the value where draws hardly vary."""
        low, high = np.quantile(self.draws, [0.025, 0.975])
        return min(float(low), self.value), max(float(high), self.value)


def match(
    first: Encoded,
    second: Encoded,
    pairs: Iterable[tuple[int, int]],
    blocks: DocumentBlocks,
    times: np.ndarray,
) -> tuple[list[Matched], list[Matched]]:
    """Return `first`'s features looked up in `second`, and the reverse, one entry a pair of seeds.

    times: (draws, blocks). Raises ValueError where there is no pair.
    """
    forward, backward = [], []
    for a, b in pairs:
        one, other = first[a], second[b]
        r = correlation(one.values, other.values)
        best = best_partners(r, one, other)
        resampled = resampled_best(r, one, other, blocks, times)
        forward.append(Matched(a, b, best[0], resampled[0]))
        backward.append(Matched(b, a, best[1], resampled[1]))
    if not forward:
        raise ValueError(
            f"SAE seeds {sorted(first)} and {sorted(second)}: no pair of unequal seeds to compare"
        )
    return forward, backward


def ceiling(model: Encoded, blocks: DocumentBlocks, times: np.ndarray) -> list[Matched]:
    """Compare a model's dictionaries with each other: each pair of seeds, in both directions."""
    forward, backward = match(model, model, combinations(model, 2), blocks, times)
    return forward + backward


def rate_at_least(matched: list[Matched], threshold: float) -> Rate:
    """Return the share of counted features with a partner at r ≥ threshold, mean over the pairs."""
    values = [m.best.share_at_least(threshold) for m in matched]
    draws = [
        moved_to(value, (m.resampled[:, m.best.counted] >= threshold).mean(axis=1), m.best.counted)
        for value, m in zip(values, matched, strict=True)
    ]
    return Rate(float(np.mean(values)), np.mean(draws, axis=0))


def moved_to(value: float, draws: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Return draws of a share of the counted features, moved to lie around its value, (draws,).

    The best of several resampled correlations is lucky, so draws lie a little too high (about half
    a standard deviation). They are moved by whole features, in steps of which a share is made:
    moved by parts of one, intervals of few features are too short (`interval_coverage.py` of the
    benchmarks).
    """
    features = max(int(counted.sum()), 1)
    return draws - np.round((draws.mean() - value) * features) / features


def share_of_all(matched: list[Matched], threshold: float) -> Rate:
    """Return the share of *all* features that count and have a partner at r ≥ threshold.

    One that fires too rarely to be counted is not found. Mean over the pairs.
    """
    found = [(m.best.r >= threshold) & m.best.counted for m in matched]
    value = float(np.mean([of_pair.mean() for of_pair in found]))
    draws = np.mean(
        [((m.resampled >= threshold) & m.best.counted).mean(axis=1) for m in matched], axis=0
    )
    return Rate(value, draws - draws.mean() + value)


def median_r(matched: list[Matched]) -> float:
    """Return the median of the counted features' best r, over all pairs."""
    return float(np.median(np.concatenate([m.best.r[m.best.counted] for m in matched])))
