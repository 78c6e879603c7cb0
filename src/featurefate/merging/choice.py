"""Which t is the merge? Three rules, each read off curves along t.

The curves are rates of one method on the two children's domains, at the same points t from 0 to
1. Choose on validation, report on test.
"""

import numpy as np

from featurefate.language_model.bootstrap import TAILS, resampled_ratios
from featurefate.language_model.evaluation import Scores


def crossing(t: np.ndarray, falling: np.ndarray, rising: np.ndarray) -> float:
    """Return the t where two curves over the same points meet, by linear interpolation.

    `falling` starts above `rising`; the first point where it no longer is counts. Raises
    ValueError where they do not meet.
    """
    gap = np.asarray(falling, dtype=np.float64) - np.asarray(rising, dtype=np.float64)
    below = np.flatnonzero(gap <= 0)
    if gap[0] <= 0 or not len(below):
        raise ValueError(f"the two curves do not meet: the gap goes from {gap[0]} to {gap[-1]}")
    after = below[0]
    share = gap[after - 1] / (gap[after - 1] - gap[after])
    return float(t[after - 1] + share * (t[after] - t[after - 1]))


def same_share(t: np.ndarray, first: np.ndarray, second: np.ndarray) -> float:
    """Return the t where both children keep the same share of their own accuracy.

    first, second: accuracy on the first and on the second child's domain, (points,).
    """
    return crossing(t, first / first[0], second / second[-1])


def same_accuracy(t: np.ndarray, first: np.ndarray, second: np.ndarray) -> float:
    """Return the t where both accuracies are equal (Horn & Elliott)."""
    return crossing(t, first, second)


def best_mean(t: np.ndarray, first: np.ndarray, second: np.ndarray) -> float:
    """Return the point with the best mean accuracy over both domains."""
    return float(t[np.argmax(first + second)])


RULES = {"same share kept": same_share, "same accuracy": same_accuracy, "best mean": best_mean}


def interval_of_choice(
    rule: str, t: np.ndarray, first: list[Scores], second: list[Scores], seed: int = 0
) -> tuple[float, float]:
    """Return the 95 % interval of the t that a rule chooses, by drawing documents again.

    first, second: scores on the two domains at every t. Draws where the curves do not meet are
    left out.
    """
    draws = [
        resampled_ratios(
            np.stack([s.correct for s in scores], 1),
            np.stack([s.tokens for s in scores], 1),
            seed + domain,
        )
        for domain, scores in enumerate((first, second))
    ]
    chosen = []
    for on_first, on_second in zip(*draws, strict=True):
        try:
            chosen.append(RULES[rule](t, on_first, on_second))
        except ValueError:
            continue
    low, high = np.quantile(chosen, TAILS)
    return float(low), float(high)
