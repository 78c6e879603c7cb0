"""Clusters against planted ones; matching against all permutations; the null against chance."""

from collections import Counter
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier

from featurefate.regions.clustering import (
    _some_seeds,
    accuracy,
    cluster,
    contingency,
    matching,
    neighbour_accuracy,
    spectral_clusters,
)

LABELS = [label for label in ("prose", "code", "verse") for _ in range(5)]
SEEDS = list(range(5)) * 3


def directions(noise, seed=1, dimensions=400):
    """Cosines of points around one direction a label."""
    rng = np.random.default_rng(seed)
    centres = {label: rng.standard_normal(dimensions) for label in sorted(set(LABELS))}
    points = [centres[label] + noise * rng.standard_normal(dimensions) for label in LABELS]
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return points @ points.T


def test_planted_clusters_are_found_whatever_they_are_called():
    found = cluster(directions(noise=0.5), LABELS, SEEDS)
    assert (found.accuracy, found.low, found.high, found.neighbour) == (1, 1, 1, 1)
    assert found.clusters == LABELS
    assert found.floor < found.floor_high < 0.8


def test_directions_without_clusters_are_no_better_than_permuted_labels():
    found = [cluster(directions(noise=1e4, seed=s), LABELS, SEEDS, draws=10) for s in range(2, 10)]
    assert np.mean([each.accuracy - each.floor for each in found]) == pytest.approx(0, abs=0.06)
    assert np.mean([each.neighbour for each in found]) == pytest.approx(4 / 14, abs=0.12)
    assert max(each.floor_high for each in found) < 0.75


def test_with_two_seeds_a_label_nothing_is_left_out():
    labels, seeds = ["a", "a", "b", "b"], [1, 2, 1, 2]
    near = np.array([[1, 0.9, 0, 0.1], [0.9, 1, 0.1, 0], [0, 0.1, 1, 0.9], [0.1, 0, 0.9, 1]])
    found = cluster(near, labels, seeds)
    assert found.accuracy == 1
    assert found.low is None and found.high is None


@pytest.mark.parametrize("labels", [["a", "a", "a"], ["a", "b", "c"]])
def test_one_label_or_one_for_every_point_cannot_be_clustered(labels):
    with pytest.raises(ValueError, match="3 points with . labels cannot be clustered"):
        cluster(np.eye(3), labels, [1, 2, 3])


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30))
def test_the_matching_is_the_best_of_all(pairs):
    clusters, labels = np.array(pairs).T
    table = contingency(clusters, labels)
    best = max(
        np.mean(np.array(names)[clusters] == labels) for names in permutations(range(len(table)))
    )
    assert accuracy(table) == pytest.approx(best)
    assert sorted(matching(table)) == list(range(len(table)))


def test_clusters_bear_the_names_of_the_matched_labels():
    found = cluster(directions(noise=5.0, seed=3), LABELS, SEEDS, draws=2)
    assert 0.4 < found.accuracy < 1, "noisy enough to be wrong somewhere"
    assert found.accuracy == np.mean(np.array(found.clusters) == LABELS)


def test_seeds_are_left_out_within_strata():
    strata = ["one"] * 5 + ["two"] * 5 + ["three"] * 2
    seeds = np.array([*range(5), *range(5), 7, 8])
    for draw in range(10):
        kept = _some_seeds(np.array(strata), seeds, np.random.default_rng(draw))
        assert Counter(strata[place] for place in kept) == {"one": 3, "two": 3, "three": 2}


def test_the_nearest_neighbour_is_that_of_scikit_learn():
    near = directions(noise=5.0, seed=3)
    reference = KNeighborsClassifier(1, metric="precomputed")
    away = np.clip(1 - near, 0, None)
    predicted = cross_val_predict(reference, away, LABELS, cv=LeaveOneOut())
    expected = np.mean(predicted == np.array(LABELS))
    assert neighbour_accuracy(near, np.array(LABELS)) == pytest.approx(expected)
    assert 0 < expected < 1


def test_the_order_of_the_points_and_negative_cosines_do_not_matter():
    near = directions(noise=0.5)
    order = np.random.default_rng(4).permutation(len(near))
    again = spectral_clusters(near[np.ix_(order, order)], 3)
    one = spectral_clusters(near, 3)[order]
    same = one[:, None] == one
    assert (same == (again[:, None] == again)).all()
    apart = np.where(near < 0.3, -0.5, near)
    other = spectral_clusters(apart, 3)[order]
    assert (same == (other[:, None] == other)).all()
