"""One merge against another: paired differences over two domains, and the Pareto front."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from featurefate.language_model.bootstrap import TAILS, resampled_ratios
from featurefate.language_model.evaluation import Scores


def mean_difference(
    one: Sequence[Scores], other: Sequence[Scores], of: str = "nats", seed: int = 0
) -> tuple[float, float, float]:
    """Return by how much `one` exceeds `other` in the mean over domains, with the 95 % interval.

    one, other: scores of two models, one entry a domain, on the same documents. of: "nats" for the
    loss, "correct" for the accuracy. Documents are resampled within each domain, and every domain
    counts alike.
    """
    excess = [(getattr(a, of) - getattr(b, of), a.tokens) for a, b in zip(one, other, strict=True)]
    draws = [resampled_ratios(*sums, seed + domain) for domain, sums in enumerate(excess)]
    low, high = np.quantile(np.mean(draws, axis=0), TAILS)
    value = np.mean([sums.sum() / tokens.sum() for sums, tokens in excess])
    return float(value), float(low), float(high)


def on_the_front(losses: pd.DataFrame) -> np.ndarray:
    """Return which rows no other row beats, bool (rows,): the Pareto front of low losses.

    losses: one column a domain. A row is beaten by one that is as low everywhere and lower
    somewhere.
    """
    values = losses.to_numpy()
    as_low = (values[:, None] <= values[None]).all(-1)  # [i, j]: i is as low as j everywhere
    lower = (values[:, None] < values[None]).any(-1)
    return ~(as_low & lower).any(0)
