"""Is one kind of model better than another? P_B, with intervals over the runs that made them.

P_B(A better than B) is the share of all pairs of a model of A and one of B in which the first has
no higher loss (Gueta et al., arXiv 2302.04863). The mean difference of their losses is a mean over
the same pairs.

A trained model is one draw of a seed, and that is what the intervals resample. A mixture is no
draw of its own: it is a function of the runs that it mixes. So runs are drawn with replacement,
and a mixture counts as often as its runs occur together: the product of their counts. Nothing has
to be mixed or measured again. (These are the bootstrap weights of a U-statistic; a draw with fewer
runs than a mixture takes is drawn again.) Samples that share no run are drawn apart. An interval
holds the middle 95 % of the draws, a percentile bootstrap: of few runs it is rather too narrow. The
text and the data sets are held fixed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from featurefate.language_model.bootstrap import TAILS

DRAWS = 1_000


@dataclass(frozen=True)
class Sample:
    """Models of one kind: their losses (models,), and the runs that each was made of.

    runs: one tuple of seeds a model, an empty one for a model that was made of no run; points: the
    number of each model in the table that it comes from.
    """

    losses: np.ndarray
    runs: Sequence[tuple[int, ...]]
    points: Sequence[int] = ()


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float


Kernel = Callable[[Sample, Sample], np.ndarray]


def better(first: Sample, second: Sample) -> np.ndarray:
    """Return for each pair whether the first has no higher loss: 0 or 1 (first, second)."""
    return (first.losses[:, None] <= second.losses[None, :]).astype(float)


def ahead(first: Sample, second: Sample) -> np.ndarray:
    """Return for each pair by how many nats the first's loss is lower (first, second)."""
    return second.losses[None, :] - first.losses[:, None]


def over_pairs(
    kernel: Kernel, groups: Sequence[tuple[Sample, Sample]], seed: int, draws: int = DRAWS
) -> Estimate:
    """Return the mean of `kernel` over all pairs of a group, averaged over groups.

    groups: both samples of each group (a data set, a family), each with runs of its own.
    """
    random = np.random.default_rng(seed)
    value = np.mean([kernel(*pair).mean() for pair in groups])
    drawn = [_resampled(kernel(*pair), *pair, random, draws) for pair in groups]
    low, high = np.quantile(np.mean(drawn, axis=0), TAILS)
    return Estimate(float(value), float(low), float(high))


def _resampled(
    values: np.ndarray, first: Sample, second: Sample, random: np.random.Generator, draws: int
) -> np.ndarray:
    """The weighted mean of `values` (first, second) for each draw of the runs, (draws,)."""
    mine, theirs = ({run for made_of in each.runs for run in made_of} for each in (first, second))
    pools = [mine | theirs] if mine & theirs else [mine, theirs]
    pools = [sorted(pool) for pool in pools if pool]
    if not pools:
        return np.full(draws, values.mean())
    runs = [run for pool in pools for run in pool]
    kept: list[np.ndarray] = []
    while sum(map(len, kept)) < draws:
        counts = np.hstack([_drawn(len(pool), random, draws) for pool in pools])
        a, b = (_weights(sample, runs, counts) for sample in (first, second))
        there = a.any(axis=1) & b.any(axis=1)
        a, b = a[there], b[there]
        kept.append(((a @ values) * b).sum(axis=1) / a.sum(axis=1) / b.sum(axis=1))
    return np.concatenate(kept)[:draws]


def _drawn(runs: int, random: np.random.Generator, draws: int) -> np.ndarray:
    """How often each run is drawn when as many are drawn with replacement (draws, runs)."""
    return random.multinomial(runs, np.full(runs, 1 / runs), size=draws)


def _weights(sample: Sample, runs: list[int], counts: np.ndarray) -> np.ndarray:
    """How often each model counts in each draw: the product of its runs' counts (draws, models)."""
    made_of = [[runs.index(run) for run in model] for model in sample.runs]
    return np.stack([counts[:, places].prod(axis=1) for places in made_of], axis=1).astype(float)
