"""Intervals over documents: against scipy's bootstrap, and their coverage on known truth."""

import numpy as np
import pytest
from scipy import stats

from featurefate.language_model.bootstrap import interval, resampled_ratios


def test_agrees_with_scipy():
    rng = np.random.default_rng(3)
    tokens = rng.integers(50, 257, 80).astype(float)
    nats = tokens * rng.normal(4, 0.5, 80)
    reference = stats.bootstrap(
        (nats, tokens),
        lambda n, d, axis=-1: n.sum(axis) / d.sum(axis),
        paired=True,
        vectorized=True,
        method="percentile",
        n_resamples=4000,
        random_state=1,
    ).confidence_interval
    assert interval(nats, tokens, seed=2, draws=4000) == pytest.approx(reference, abs=0.012)


def test_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(4)
    covered = 0
    for _ in range(200):
        low, high = interval(rng.normal(1, 1, 100), np.ones(100), seed=5, draws=400)
        covered += low <= 1 <= high
    assert 0.89 <= covered / 200 <= 0.99


def test_same_seed_same_documents():
    ones = np.ones(9)
    first, second = (resampled_ratios(np.arange(9), ones, seed=1) for _ in range(2))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, resampled_ratios(np.arange(9), ones, seed=2))


@pytest.mark.parametrize("numerators, denominators", [([1, 2], [1]), ([], []), ([[1]], [[1]])])
def test_refuses_what_is_not_one_pair_a_document(numerators, denominators):
    with pytest.raises(ValueError, match="one numerator and one denominator"):
        interval(numerators, denominators, seed=0)
