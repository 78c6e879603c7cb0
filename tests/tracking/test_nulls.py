"""Chance and token streams: what they keep, and what they take away."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_streams import stream

from featurefate.dictionaries.circular_shift import random_shifts
from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.partners import best_partners
from featurefate.tracking.nulls import (
    cycles_within,
    moves_by_chance,
    moves_within_tokens,
    shifted,
    shuffled_within_tokens,
)


def test_a_shift_keeps_everything_but_the_correspondence(plant):
    activations = plant(seed=4)
    moved = shifted(activations, 700)
    before, after = activations.values.toarray(), moved.values.toarray()
    for domain in np.unique(activations.domain):
        here = activations.domain == domain
        np.testing.assert_array_equal(after[here], np.roll(before[here], 700, axis=0))
    np.testing.assert_array_equal(
        shifted(moved, -700).values.toarray(), activations.values.toarray()
    )
    r = correlation(activations.values, moved.values)
    assert best_partners(r, activations, moved)[0].share_at_least(0.5) == 0


def test_a_shuffle_within_tokens_spares_functions_of_the_token_alone(plant):
    """Half of the features are read off the token; the others fire at random."""
    values = plant(40, seed=5).values.toarray()
    generator = np.random.default_rng(6)
    token = generator.integers(50, size=len(values))
    of_token = generator.lognormal(size=(50, 20)) * (generator.random((50, 20)) < 0.1)
    values[:, :20] = of_token[token]
    activations = stream(values, token=token)
    moved = shuffled_within_tokens(activations, seed=7)
    after = moved.values.toarray()
    np.testing.assert_allclose(after[:, :20], values[:, :20], rtol=1e-6)
    r = np.diag(correlation(activations.values, moved.values))
    assert (np.abs(r[20:]) < 0.1).all()
    np.testing.assert_array_equal(moved.token, token)
    assert (after != shuffled_within_tokens(activations, seed=8).values.toarray()).any()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=30), st.integers(0, 1_000))
def test_every_position_takes_the_place_of_another_of_its_token(token, seed):
    token = np.array(token)
    order = cycles_within(token, np.random.default_rng(seed))
    np.testing.assert_array_equal(np.sort(order), np.arange(len(token)))
    np.testing.assert_array_equal(token[order], token)
    alone = np.bincount(token)[token] == 1
    np.testing.assert_array_equal(order == np.arange(len(token)), alone)


def test_moves_are_the_shifts_and_shuffles_of_their_seeds(plant):
    activations = plant(seed=8)
    turns = random_shifts(activations.domain, 3, seed=9)
    expected = [shifted(activations, turn) for turn in turns]
    expected += [shuffled_within_tokens(activations, seed) for seed in (10, 11)]
    moves = moves_by_chance(activations.domain, 3, seed=9) + moves_within_tokens(2, seed=10)
    assert len(moves) == 5
    for move, other in zip(moves, expected, strict=True):
        np.testing.assert_array_equal(move(activations).values.toarray(), other.values.toarray())
