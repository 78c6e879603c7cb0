"""Every view against numpy on the tokens that it looks at."""

import numpy as np
import pytest

from featurefate.corpora.domains import DOMAINS
from featurefate.dictionaries.partners import counted_features
from featurefate.tracking import readings
from featurefate.tracking.readings import VIEWS, Reading, correlations


@pytest.fixture(scope="module")
def two(partly_shared):
    return [Reading.of(stream) for stream in partly_shared(0.5, seed=3, features=24)]


def dense(first, second):
    r = np.corrcoef(first.T, second.T)[: first.shape[1], first.shape[1] :]
    return np.nan_to_num(r)


def looked_at(stream, view):
    """The dense activations that a view correlates, by numpy alone."""
    values = stream.values.toarray().astype(np.float64)
    if view == "all":
        return values
    if view == "centred":
        for domain in range(len(DOMAINS)):
            values[stream.domain == domain] -= values[stream.domain == domain].mean(axis=0)
        return values
    return values[stream.domain == DOMAINS.index(view)]


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_equals_numpy(two, view):
    reference = dense(*(looked_at(reading.activations, view) for reading in two))
    np.testing.assert_allclose(correlations(*two)[view], reference, atol=1e-6)


def test_blocks_of_features_change_nothing(two, monkeypatch):
    whole = correlations(*two)
    monkeypatch.setattr(readings, "FEATURES_AT_A_TIME", 7)
    for view, r in correlations(*two).items():
        np.testing.assert_allclose(r, whole[view], atol=1e-6)


def test_domain_alone_does_not_correlate_once_it_is_centred(plant, as_stream):
    """Two features that fire independently, but only in one domain."""
    values = plant(6, rate=0.3, seed=9).values.toarray()
    home = as_stream(values).domain == 3
    values[~home, :2] = 0
    reading = Reading.of(as_stream(values))
    r = correlations(reading, reading)
    assert r["all"][0, 1] > 0.1 and abs(r["centred"][0, 1]) < 0.05


def test_a_feature_counts_where_it_fires_often_enough(plant, as_stream):
    values = plant(4, seed=2).values.toarray()
    values[as_stream(values).domain != 1, 0] = 0
    activations = as_stream(values)
    counted = Reading.of(activations).counted
    np.testing.assert_array_equal(counted["all"], counted_features(activations))
    assert counted["python"][0] and not counted["english"][0]
