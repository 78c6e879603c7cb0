"""Calibration: when a model says 70 %, is it right seven times in ten? (Guo et al. 2017)"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from featurefate.corpora.tokens import EvaluationRows
from featurefate.language_model.bootstrap import (
    TAILS,
    intervals,
    resampled_sums,
    sums_by_document,
)
from featurefate.language_model.evaluation import TokenScores, document_of_tokens


@dataclass(frozen=True)
class Calibration:
    """How confidence and accuracy agree, in bins with equally many tokens.

    reliability: one row a bin, by rising confidence: `tokens`, `confidence` (mean probability of
    the likeliest token), `accuracy` with `low` and `high` (95 %, over documents).
    error: expected calibration error, Σ share of bin · |accuracy − confidence|; low, high: 95 %,
    from draws of documents, centred on it because every draw adds noise to the error.
    floor: what noise alone would give a predictor without any error on as many such documents, as
    |accuracy − confidence| counts noise of either sign.
    """

    reliability: pd.DataFrame
    error: float
    low: float
    high: float
    floor: float


def calibration(
    scores: TokenScores, evaluation: EvaluationRows, bins: int = 15, seed: int = 0
) -> Calibration:
    """Measure the calibration of a predictor from its scores on `evaluation`.

    Tokens of equal confidence share a bin, so there are fewer than `bins` where many are equal.
    """
    inner = np.quantile(scores.confidence, np.arange(1, bins) / bins)
    bin_of = np.searchsorted(np.unique(inner), scores.confidence, side="left")
    _, bin_of = np.unique(bin_of, return_inverse=True)  # no empty bins
    document = document_of_tokens(evaluation)
    tokens, confidence, correct = (
        sums_by_document(values, document, bin_of)
        for values in (np.ones(len(bin_of)), scores.confidence, scores.correct)
    )
    low, high = intervals(correct, tokens, seed)
    size = tokens.sum(axis=0)
    reliability = pd.DataFrame(
        {
            "tokens": size.astype(int),
            "confidence": confidence.sum(axis=0) / size,
            "accuracy": correct.sum(axis=0) / size,
            "low": low,
            "high": high,
        }
    )
    gaps = correct - confidence  # (documents, bins)
    centred = gaps - tokens * (gaps.sum(axis=0) / size)  # as if every bin were calibrated
    drawn_tokens = resampled_sums(tokens.sum(axis=1), seed)
    drawn, noise = (
        np.abs(resampled_sums(sums, seed)).sum(axis=1) / drawn_tokens for sums in (gaps, centred)
    )
    error = np.abs(gaps.sum(axis=0)).sum() / size.sum()
    low, high = np.maximum(error + np.quantile(drawn, TAILS) - drawn.mean(), 0)
    return Calibration(reliability, float(error), float(low), float(high), float(noise.mean()))
