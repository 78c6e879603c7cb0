"""Calibration against planted truths."""

import numpy as np
import pytest
from planted_text import rows_of

from featurefate.language_model.baselines import UniformBaseline
from featurefate.language_model.calibration import calibration
from featurefate.language_model.evaluation import TokenScores

TOKENS = 6_000


@pytest.fixture(scope="module")
def evaluation():
    """150 documents of 40 tokens."""
    return rows_of([[1] * 40] * (TOKENS // 40), context=41)


def planted(seed: int, too_sure_by: float) -> TokenScores:
    """A predictor that is right less often than it says, by the same amount everywhere."""
    rng = np.random.default_rng(seed)
    confidence = rng.uniform(0.3, 0.9, TOKENS)
    correct = rng.uniform(size=TOKENS) < confidence - too_sure_by
    return TokenScores(*(a.astype(np.float32) for a in (confidence, correct, confidence)))


def test_bins_and_plain_error_equal_a_loop(evaluation):
    scores = planted(1, 0.1)
    measured = calibration(scores, evaluation, bins=10)
    order = np.argsort(scores.confidence)
    total = 0.0
    for row, part in zip(measured.reliability.itertuples(), np.array_split(order, 10), strict=True):
        accuracy, confidence = scores.correct[part].mean(), scores.confidence[part].mean()
        assert row.tokens == len(part)
        assert row.accuracy == pytest.approx(accuracy)
        assert row.confidence == pytest.approx(confidence)
        assert row.low < row.accuracy < row.high
        total += len(part) / TOKENS * abs(accuracy - confidence)
    assert measured.error == pytest.approx(total, rel=1e-5)


def test_a_known_gap_is_found(evaluation):
    covered = 0
    for seed in range(20):
        measured = calibration(planted(seed, 0.1), evaluation)
        assert measured.low <= measured.error <= measured.high
        assert measured.floor < measured.low
        covered += measured.low <= 0.1 <= measured.high
    assert covered >= 17


def test_a_predictor_without_error_stands_at_the_floor(evaluation):
    errors, floors, above = [], [], 0
    for seed in range(20):
        measured = calibration(planted(seed, 0.0), evaluation)
        errors.append(measured.error)
        floors.append(measured.floor)
        above += measured.low > measured.floor
    assert np.mean(errors) == pytest.approx(np.mean(floors), rel=0.15)
    assert above <= 3


def test_equal_confidences_share_a_bin(evaluation):
    measured = calibration(UniformBaseline(64).score_tokens(evaluation), evaluation)
    assert len(measured.reliability) == 1
    assert measured.error == pytest.approx(0, abs=1e-6)
