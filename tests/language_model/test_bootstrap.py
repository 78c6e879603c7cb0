"""Intervals over documents: against scipy's bootstrap, and their coverage on known truth."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from featurefate.language_model.bootstrap import (
    interval,
    intervals,
    resampled_ratios,
    sums_by_document,
)


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


@pytest.mark.parametrize("numerators, denominators", [([1, 2], [1]), ([], []), ([[[1]]], [[[1]]])])
def test_refuses_what_is_not_one_pair_a_document(numerators, denominators):
    with pytest.raises(ValueError, match="one numerator and one denominator"):
        interval(numerators, denominators, seed=0)


def test_groups_are_resampled_as_if_each_stood_alone():
    rng = np.random.default_rng(6)
    nats, tokens = rng.normal(4, 1, (40, 3)), rng.integers(1, 9, (40, 3))
    low, high = intervals(nats, tokens, seed=3)
    for group in range(3):
        alone = interval(nats[:, group], tokens[:, group], seed=3)
        np.testing.assert_allclose((low[group], high[group]), alone)


def test_a_draw_without_the_group_is_left_out():
    tokens = np.array([[5.0], [0], [0]])  # a third of the documents: missed by 8 draws of 27
    draws = resampled_ratios(2 * tokens, tokens, seed=1)
    assert 0.2 < np.isnan(draws).mean() < 0.4
    assert intervals(2 * tokens, tokens, seed=1) == (2, 2)


def test_sums_by_document_and_group():
    rng = np.random.default_rng(7)
    frame = pd.DataFrame(rng.integers(0, 4, (60, 2)), columns=["document", "group"])
    frame["value"] = rng.normal(size=60)
    columns = [frame[name].to_numpy() for name in ("value", "document", "group")]
    expected = frame.pivot_table("value", "document", "group", aggfunc="sum", fill_value=0)
    np.testing.assert_allclose(sums_by_document(*columns), expected)
    np.testing.assert_allclose(
        sums_by_document(*columns[:2]), frame.groupby("document").value.sum()
    )
