"""Is one kind of model better than another? P_B, with intervals over the runs that made them.

P_B(A better than B) is the share of all pairs of a model of A and one of B in which the first has
no higher loss (Gueta et al., arXiv 2302.04863). The mean difference of their losses is a mean over
the same pairs.

A trained model is one draw of a seed, and the text it is measured on is a draw of documents. The
intervals resample both: documents within each data set, the same ones for both samples, and runs. A
mixture is no draw of its own: it is a function of the runs that it mixes. So runs are drawn with
replacement, and a mixture counts as often as its runs occur together: the product of their counts.
Nothing has to be mixed or measured again. (These are the bootstrap weights of a U-statistic; a draw
with fewer runs than a mixture takes is drawn again.) Samples that share no run are drawn apart. An
interval holds the middle 95 % of the draws, a percentile bootstrap: of few runs it is rather too
narrow. The data sets are held fixed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from featurefate.language_model.bootstrap import TAILS

DRAWS = 1_000


@dataclass(frozen=True)
class Sample:
    """Models of one kind: their losses, and the runs that each was made of.

    texts: for each data set that they are measured on, the loss of each model on each document
    (models, documents). runs: one tuple of seeds a model, an empty one for a model that was made of
    no run; points: the number of each model in the table that it comes from.
    """

    texts: Sequence[np.ndarray]
    runs: Sequence[tuple[int, ...]]
    points: Sequence[int] = ()

    @property
    def losses(self) -> np.ndarray:
        """The mean loss of each model over documents, then over data sets (models,)."""
        return self.read([np.full(text.shape[1], 1 / text.shape[1]) for text in self.texts])

    def read(self, shares: Sequence[np.ndarray]) -> np.ndarray:
        """Return the losses where each document counts by its share of its data set.

        shares: for each data set (…, documents). Returns (…, models).
        """
        by_text = [share @ text.T for share, text in zip(shares, self.texts, strict=True)]
        return np.mean(by_text, axis=0)


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float


Kernel = Callable[[np.ndarray, np.ndarray], np.ndarray]


def better(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return for each pair whether the first has no higher loss: 0 or 1 (…, first, second)."""
    return (first[..., :, None] <= second[..., None, :]).astype(float)


def ahead(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return for each pair by how many nats the first's loss is lower (…, first, second)."""
    return second[..., None, :] - first[..., :, None]


def over_pairs(
    kernel: Kernel, groups: Sequence[tuple[Sample, Sample]], seed: int, draws: int = DRAWS
) -> Estimate:
    """Return the mean of `kernel` over all pairs of a group, averaged over groups.

    groups: both samples of each group (a data set, a family), each with runs of its own.
    """
    random = np.random.default_rng(seed)
    value = np.mean([kernel(first.losses, second.losses).mean() for first, second in groups])
    drawn = [_resampled(kernel, *pair, random, draws) for pair in groups]
    low, high = np.quantile(np.mean(drawn, axis=0), TAILS)
    return Estimate(float(value), float(low), float(high))


def _resampled(
    kernel: Kernel, first: Sample, second: Sample, random: np.random.Generator, draws: int
) -> np.ndarray:
    """The weighted mean over pairs for each draw of the documents and the runs, (draws,)."""
    shares = [_drawn(text.shape[1], random, draws) / text.shape[1] for text in first.texts]
    values = kernel(first.read(shares), second.read(shares))
    a, b = _weights_of_draws(first, second, random, draws)
    return np.einsum("di,dij,dj->d", a, values, b) / a.sum(axis=1) / b.sum(axis=1)


def _weights_of_draws(
    first: Sample, second: Sample, random: np.random.Generator, draws: int
) -> tuple[np.ndarray, np.ndarray]:
    """How often each model of both samples counts in each draw of the runs, (draws, models)."""
    mine, theirs = ({run for made_of in each.runs for run in made_of} for each in (first, second))
    pools = [mine | theirs] if mine & theirs else [mine, theirs]
    pools = [sorted(pool) for pool in pools if pool]
    runs = [run for pool in pools for run in pool]
    kept: list[tuple[np.ndarray, np.ndarray]] = []
    while sum(len(a) for a, _ in kept) < draws:
        counts = [_drawn(len(pool), random, draws) for pool in pools]
        counts = np.hstack([np.empty((draws, 0), int), *counts])
        a, b = (_weights(sample, runs, counts) for sample in (first, second))
        there = a.any(axis=1) & b.any(axis=1)
        kept.append((a[there], b[there]))
    a, b = (np.concatenate(parts)[:draws] for parts in zip(*kept, strict=True))
    return a, b


def _drawn(size: int, random: np.random.Generator, draws: int) -> np.ndarray:
    """How often each of `size` things is drawn, with replacement, in as many (draws, size)."""
    return random.multinomial(size, np.full(size, 1 / size), size=draws)


def _weights(sample: Sample, runs: list[int], counts: np.ndarray) -> np.ndarray:
    """How often each model counts in each draw: the product of its runs' counts (draws, models)."""
    made_of = [[runs.index(run) for run in model] for model in sample.runs]
    return np.stack([counts[:, places].prod(axis=1) for places in made_of], axis=1).astype(float)
