"""Is a label's mean far from that of all? Asked of many labels at once, with one correction.

Under the null, labels say nothing, and any deal of them to the features is as likely as the one at
hand. The p-value of a label is the share of deals in which the label that stands out most, of all
that are asked about, stands out as much as this one (maximum statistic, Westfall & Young 1993).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Asked:
    """Labels whose means are tested against each other.

    labels: str (n,), one a member; values: (n,); names: the labels to be tested; of: what the
    members are, so that where one set of members has several values its labels are dealt once.
    """

    of: str
    labels: np.ndarray
    values: np.ndarray
    names: Sequence[str]


def corrected_p(asked: Sequence[Asked], permutations: int, seed: int) -> list[np.ndarray]:
    """Return the corrected p-values of each entry's names, float64 (names,) each.

    The actual labels count as one of the deals. Raises ValueError for a name that is no label.
    """
    generator = np.random.default_rng(seed)
    members = {each.of: len(each.labels) for each in asked}
    tests = [_Test(each) for each in asked]
    actual = [
        test.scores(np.arange(len(each.labels))) for test, each in zip(tests, asked, strict=True)
    ]
    largest = np.zeros(permutations)
    for number in range(permutations):
        deal = {of: generator.permutation(n) for of, n in members.items()}
        scores = [test.scores(deal[each.of]) for test, each in zip(tests, asked, strict=True)]
        largest[number] = max(np.abs(s).max(initial=0) for s in scores)
    return [
        (1 + (largest >= np.abs(scores)[:, None] - 1e-9).sum(axis=1)) / (1 + permutations)
        for scores in actual
    ]


class _Test:
    """One entry's labels as numbers, and what does not change from deal to deal."""

    def __init__(self, asked: Asked):
        every, self.label = np.unique(asked.labels, return_inverse=True)
        unknown = sorted(set(asked.names) - set(every))
        if unknown:
            raise ValueError(f"no member of {asked.of} is labelled {', '.join(unknown)}")
        self.tested = np.searchsorted(every, np.array(asked.names, dtype=every.dtype))
        self.excess = asked.values - asked.values.mean()
        self.count = np.bincount(self.label)[self.tested]
        spread = asked.values.std(ddof=1) if len(asked.values) > 1 else 0.0
        self.error = spread * np.sqrt(1 / self.count - 1 / len(asked.values))

    def scores(self, deal: np.ndarray) -> np.ndarray:
        """How far each label's mean is from that of all, in standard errors, (names,)."""
        sums = np.bincount(self.label[deal], self.excess)[self.tested]
        mean = sums / self.count
        return np.divide(mean, self.error, out=np.zeros(len(mean)), where=self.error > 0)
