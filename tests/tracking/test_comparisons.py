"""Comparisons of planted streams in every view, and rates over pairs of seeds with intervals."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from featurefate.dictionaries.agreement import match, rate_at_least
from featurefate.dictionaries.resampling import DocumentBlocks
from featurefate.tracking import candidate_pairs, comparisons
from featurefate.tracking.comparisons import compare, rate, shares_on_grid
from featurefate.tracking.readings import VIEWS, Reading, correlations

NONE_CHOSEN = {"parent": {}, "child": {}}


def those(found, view="all", selection="counted", side=None):
    return [
        each
        for each in found
        if (each.view, each.selection) == (view, selection) and side in (None, each.side)
    ]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 1.0])
def test_planted_overlap_lies_in_its_interval(partly_shared, share):
    covered = 0
    for seed in range(5):
        one, other = (Reading.of(each) for each in partly_shared(share, seed=20 + seed))
        times = one.blocks.draws(100, seed=900 + seed)
        found = compare({1: one}, {2: other}, [(1, 2)], times, NONE_CHOSEN)
        truth = round(share * one.activations.features) / one.activations.features
        for side in ("parent", "child"):
            low, high = rate(those(found, side=side), 0.8).interval
            covered += low <= truth <= high
    assert covered == 10


def test_all_tokens_give_what_matching_dictionaries_gives(partly_shared):
    """The view of all tokens against chapter 07's own code, value and every draw."""
    pairs = [partly_shared(0.5, seed=seed, features=40) for seed in (3, 4)]
    first, second = ({n: p[side] for n, p in enumerate(pairs)} for side in (0, 1))
    blocks = DocumentBlocks.of(first[0].document, first[0].domain)
    times = blocks.draws(20, seed=5)
    wanted = [(a, b) for a, b in product(first, second) if a != b]
    references = match(first, second, wanted, blocks, times)
    readings = [{n: Reading.of(each) for n, each in model.items()} for model in (first, second)]
    found = compare(*readings, wanted, times, NONE_CHOSEN)
    for side, reference in zip(("parent", "child"), references, strict=True):
        for threshold in (0.3, 0.8, 0.95):
            ours, theirs = (
                rate(those(found, side=side), threshold),
                rate_at_least(reference, threshold),
            )
            assert ours.value == pytest.approx(theirs.value)
            np.testing.assert_allclose(ours.draws, theirs.draws, atol=1e-6)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_drawn_again_as_by_brute_force(partly_shared, view, monkeypatch):
    monkeypatch.setattr(candidate_pairs, "CANDIDATES", 12)
    monkeypatch.setattr(candidate_pairs, "LEAST_R", -1)
    one, other = (Reading.of(each) for each in partly_shared(0.5, seed=7, features=12))
    times = one.blocks.draws(4, seed=3)
    r = correlations(one, other)
    ours, _ = comparisons._drawn(r, one, other, times)[view]
    for draw, drawn in enumerate(times.astype(int)):
        tokens = np.concatenate(
            [
                np.tile(np.arange(start, stop), n)
                for start, stop, n in zip(
                    one.blocks.starts, one.blocks.starts[1:], drawn, strict=False
                )
            ]
        )
        again = [
            Reading.of(
                type(each)(each.values[tokens], np.arange(len(tokens)) // 60,
                           each.domain[tokens], each.token[tokens])
            )
            for each in (one.activations, other.activations)
        ]  # fmt: skip
        reference = correlations(*again)[view]
        np.testing.assert_allclose(ours[0][draw], reference.max(axis=1), atol=1e-5)
        np.testing.assert_allclose(ours[1][draw], reference.max(axis=0), atol=1e-5)


def test_intervals_of_partners_are_those_of_the_pairs_drawn_again(partly_shared):
    one, other = (Reading.of(each) for each in partly_shared(0.5, seed=7, features=12))
    times = one.blocks.draws(30, seed=3)
    found = compare({1: one}, {2: other}, [(1, 2)], times, NONE_CHOSEN)
    assert {each.view for each in found if each.interval is not None} == {"all"}
    block = np.repeat(np.arange(len(one.blocks.domain)), np.diff(one.blocks.starts))
    x, y = (each.activations.values.toarray() for each in (one, other))
    for each, own, partners in zip(those(found), (x, y), (y, x), strict=True):
        pairs = list(enumerate(each.best.partner))
        r = [[weighted_r(own[:, i], partners[:, j], t[block]) for i, j in pairs] for t in times]
        bounds = np.quantile(r, [0.025, 0.975], axis=0)
        np.testing.assert_allclose(each.interval, bounds, atol=1e-5)
        assert (each.interval[0] <= each.best.r).all() and (each.best.r <= each.interval[1]).all()


def weighted_r(x, y, weights):
    (own, covariance), (_, other) = np.cov(x, y, aweights=weights, ddof=0)
    return covariance / np.sqrt(own * other)


def test_stable_features_are_asked_about_apart(partly_shared):
    one, other = (Reading.of(each) for each in partly_shared(0.5, seed=7, features=12))
    mask = np.arange(12) < 5
    chosen = {"parent": {1: mask}, "child": {}}
    found = compare({1: one}, {2: other}, [(1, 2)], one.blocks.draws(5, seed=1), chosen)
    (stable,) = those(found, selection="stable")
    (counted,) = those(found, side="parent")
    assert stable.side == "parent" and stable.features == 5 and counted.features == 12
    wanted = (counted.best.r[:5] >= 0.8).mean()
    assert rate([stable], 0.8).value == pytest.approx(wanted)
    assert rate([], 0.8) is None


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 4), st.integers(0, 20), st.integers(0, 1_000))
def test_shares_on_the_grid_are_counted(rows, columns, seed):
    r = np.random.default_rng(seed).uniform(-0.2, 1, (rows, columns)).astype(np.float32)
    shares = shares_on_grid(r)
    assert shares.shape == (rows, 101)
    for step in (0, 50, 80, 100):
        wanted = (r >= step / 100).sum(axis=1) / max(columns, 1)
        np.testing.assert_allclose(shares[:, step], wanted, atol=1e-6)


def test_no_pair_of_seeds_is_refused(plant):
    reading = Reading.of(plant(4, seed=1))
    with pytest.raises(ValueError, match="no pair of unequal seeds"):
        compare({1: reading}, {1: reading}, [], reading.blocks.draws(2, seed=1), NONE_CHOSEN)
