"""One merge against another: paired differences, what was kept of a child, the Pareto front."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from featurefate.language_model.bootstrap import TAILS, interval, resampled_ratios
from featurefate.language_model.evaluation import Scores


def mean_difference(
    one: Sequence[Scores], other: Sequence[Scores], of: str = "nats", seed: int = 0
) -> tuple[float, float, float]:
    """Return by how much `one` exceeds `other` in the mean over domains, with the 95 % interval.

    one, other: scores of two models, one entry a domain, on the same documents. of: "nats" for the
    loss, "correct" for the accuracy. Documents are resampled within each domain, and every domain
    counts alike.
    """
    excess = [Scores(a.tokens, a.nats - b.nats, a.correct - b.correct)
              for a, b in zip(one, other, strict=True)]  # fmt: skip
    return mean_of_domains(excess, of, seed)


def mean_of_domains(
    scores: Sequence[Scores], of: str = "nats", seed: int = 0
) -> tuple[float, float, float]:
    """Return a model's loss or accuracy in the mean over domains, with the 95 % interval.

    scores: one entry a domain; of: as in `mean_difference`. Documents are resampled within each
    domain, and every domain counts alike.
    """
    sums = [(getattr(score, of), score.tokens) for score in scores]
    draws = [resampled_ratios(*each, seed + domain) for domain, each in enumerate(sums)]
    low, high = np.quantile(np.mean(draws, axis=0), TAILS)
    value = np.mean([above.sum() / tokens.sum() for above, tokens in sums])
    return float(value), float(low), float(high)


def coin_toss(one: Scores, other: Scores) -> Scores:
    """Return the scores to expect of answering with one of two models at random, half and half."""
    return Scores(one.tokens, (one.nats + other.nats) / 2, (one.correct + other.correct) / 2)


def beyond(better: Scores, worse: Scores) -> Scores:
    """Return what `better` gains on `worse`, a document each: nats saved, tokens more right."""
    return Scores(better.tokens, worse.nats - better.nats, better.correct - worse.correct)


def share_kept(merge: Scores, child: Scores, seed: int = 0) -> tuple[float, float, float]:
    """Return which share of a child's accuracy its merge keeps, with the 95 % interval.

    Both on the same documents, which are resampled together.
    """
    low, high = interval(merge.correct, child.correct, seed)
    return float(merge.correct.sum() / child.correct.sum()), low, high


def more_kept(
    one: tuple[Scores, Scores], other: tuple[Scores, Scores], seed: int = 0
) -> tuple[float, float, float]:
    """Return by how much the `share_kept` of `one` (merge, child) exceeds that of `other`.

    All four on the same documents; the 95 % interval is of the difference, draw by draw.
    """
    draws = [resampled_ratios(merge.correct, child.correct, seed) for merge, child in (one, other)]
    low, high = np.quantile(draws[0] - draws[1], TAILS)
    return share_kept(*one)[0] - share_kept(*other)[0], float(low), float(high)


def on_the_front(losses: pd.DataFrame) -> np.ndarray:
    """Return which rows no other row beats, bool (rows,): the Pareto front of low losses.

    losses: one column a domain. A row is beaten by one that is as low everywhere and lower
    somewhere.
    """
    values = losses.to_numpy()
    as_low = (values[:, None] <= values[None]).all(-1)  # [i, j]: i is as low as j everywhere
    lower = (values[:, None] < values[None]).any(-1)
    return ~(as_low & lower).any(0)
