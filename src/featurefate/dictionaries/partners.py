"""Each feature's best partner in another dictionary, and which features count.

The rule is the paper's: a feature persists when *some* feature of the other model correlates with
it strongly enough (Horn & Elliott 2024, arXiv 2410.12391). Many may choose the same partner.
"""

from dataclasses import dataclass

import numpy as np

from featurefate.dictionaries.encoding import SparseActivations, firing_counts

LEAST_TOKENS = 30  # below this, one lucky token can make or break r
LEAST_DOCUMENTS = 10


@dataclass(frozen=True)
class Best:
    """The best partner of each feature of one dictionary in another.

    r: float32 (features,), the largest correlation; partner: int (features,), which feature has it;
    counted: bool (features,), whether the feature fires often enough to be judged.
    """

    r: np.ndarray
    partner: np.ndarray
    counted: np.ndarray

    def share_at_least(self, threshold: float) -> float:
        """Return the share of counted features with a partner at r ≥ threshold (NaN: none)."""
        judged = self.r[self.counted]
        return float((judged >= threshold).mean()) if len(judged) else float("nan")


def counted_features(activations: SparseActivations) -> np.ndarray:
    """Return which features fire on ≥ 30 tokens in ≥ 10 documents, bool (features,)."""
    tokens, documents = firing_counts(activations.values, activations.document)
    return (tokens >= LEAST_TOKENS) & (documents >= LEAST_DOCUMENTS)


def best_partners(
    r: np.ndarray, first: SparseActivations, second: SparseActivations
) -> tuple[Best, Best]:
    """Return the partners of `first`'s features in `second`, and of `second`'s in `first`.

    r: (F1, F2). Only features that count are judged; any feature can be a partner, since one that
    matches a counted feature fires about as often.
    """
    return best_of_rows(r, counted_features(first)), best_of_rows(r.T, counted_features(second))


def best_of_rows(r: np.ndarray, counted: np.ndarray) -> Best:
    """Return the best partner of each row's feature: r (F1, F2), counted (F1,)."""
    partner = r.argmax(axis=1)
    return Best(r[np.arange(len(r)), partner], partner, counted)
