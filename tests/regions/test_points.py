"""Recipes against the weights that they stand for."""

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from featurefate.language_model.movement import UNEMBEDDING
from featurefate.merging.state import IncompatibleModels
from featurefate.regions.points import (
    BASE,
    Point,
    between,
    centroid,
    distance,
    mean_lengths,
    mixture,
    place,
    random_step,
    scaled,
    tensor_lengths,
)

NAMES = [BASE, "a", "b", "c"]


def read(name):
    generator = torch.Generator().manual_seed(NAMES.index(name))
    return {
        "matrix": torch.randn(6, 5, generator=generator),
        "gain": torch.randn(5, generator=generator),
    }


def flat(state):
    return torch.cat([tensor.flatten() for tensor in state.values()]).double().numpy()


def moves(names):
    return np.stack([flat(read(name)) - flat(read(BASE)) for name in names])


def products(names):
    return pd.DataFrame(moves(names) @ moves(names).T, names, names)


@settings(max_examples=20)
@given(weights=st.lists(st.floats(-2, 2), min_size=4, max_size=4))
def test_a_point_is_the_weighted_sum_in_any_order(weights):
    point = Point(dict(zip(NAMES, weights, strict=True)))
    expected = sum(w * flat(read(name)) for name, w in point.models.items())
    np.testing.assert_allclose(flat(place(point, read)), expected, atol=1e-5)
    turned = Point(dict(reversed(point.models.items())))
    np.testing.assert_allclose(flat(place(turned, read)), expected, atol=1e-5)


def test_a_model_alone_is_itself_to_the_last_bit():
    for point in (Point({"a": 1.0}), between("a", "b", 0.0), between("b", "a", 1.0)):
        placed = place(point, read)
        assert all(torch.equal(placed[name], tensor) for name, tensor in read("a").items())


def test_centroid_and_what_lies_beyond_two_models():
    mean = np.mean([flat(read(name)) for name in ("a", "b", "c")], axis=0)
    np.testing.assert_allclose(flat(place(centroid(["a", "b", "c"]), read)), mean, atol=1e-6)
    a, b = flat(read("a")), flat(read("b"))
    np.testing.assert_allclose(flat(place(between("a", "b", 3.0), read)), 3 * b - 2 * a, atol=1e-5)


@settings(max_examples=20)
@given(seed=st.integers(0, 2**16), s=st.floats(0, 3))
def test_scaling_a_move_scales_its_length(seed, s):
    mixed = mixture(["a", "b", "c"], 1.0, np.random.default_rng(seed))
    assert sum(mixed.models.values()) == pytest.approx(1)
    assert min(mixed.models.values()) >= 0
    moved = scaled(mixed, s)
    length = np.linalg.norm(flat(place(moved, read)) - flat(read(BASE)))
    known = products(["a", "b", "c"])
    assert distance(moved, known) == pytest.approx(length, rel=1e-4, abs=1e-4)
    assert distance(moved, known) == pytest.approx(s * distance(mixed, known), abs=1e-6)


def test_a_higher_concentration_stays_nearer_to_the_centroid():
    random = np.random.default_rng(1)
    spread = {
        c: np.var([mixture(["a", "b", "c"], c, random).models["a"] for _ in range(400)])
        for c in (0.3, 1.0, 10.0)
    }
    assert spread[0.3] > 2 * spread[1.0] > 4 * spread[10.0]
    assert spread[1.0] == pytest.approx(1 / 18, rel=0.3)  # of a flat Dirichlet in three


def test_a_random_step_has_its_length_in_each_tensor_and_one_direction_a_seed():
    lengths = {"matrix": 2.0, "gain": 0.5}
    near, far, other = (
        flat(place(random_step(Point({"a": 1.0}), lengths, seed, times), read)) - flat(read("a"))
        for seed, times in ((7, 1), (7, 3), (8, 1))
    )
    assert np.linalg.norm(near[:30]) == pytest.approx(2.0, rel=1e-5)
    assert np.linalg.norm(near[30:]) == pytest.approx(0.5, rel=1e-5)
    np.testing.assert_allclose(far, 3 * near, atol=1e-5)
    assert abs(near[:30] @ other[:30]) / 4 < 0.8


def test_lengths_of_moves():
    found = tensor_lengths(read("a"), read(BASE))
    assert found["gain"] == pytest.approx(float((read("a")["gain"] - read(BASE)["gain"]).norm()))
    assert tensor_lengths(read("a"))["gain"] == pytest.approx(float(read("a")["gain"].norm()))
    both = mean_lengths([{"gain": 1.0}, {"gain": 3.0}])
    assert both == {"gain": 2.0}


def test_what_changes_no_probability_has_no_length_and_no_random_step():
    rows = torch.randn(6, 5, generator=torch.Generator().manual_seed(9))
    moved = {UNEMBEDDING: rows + 3}
    assert tensor_lengths(moved, {UNEMBEDDING: rows})[UNEMBEDDING] == pytest.approx(0, abs=1e-5)
    assert tensor_lengths(moved)[UNEMBEDDING] == pytest.approx(float((rows + 3).norm()))
    stepped = random_step(Point({"a": 1.0}), {UNEMBEDDING: 2.0}, 7)
    step = place(stepped, lambda _: {UNEMBEDDING: rows})[UNEMBEDDING] - rows
    assert float(step.norm()) == pytest.approx(2, rel=1e-5)
    assert step.mean(dim=0).abs().max() < 1e-6


def test_what_is_no_point_is_refused():
    with pytest.raises(ValueError, match="at least one model"):
        Point({})
    with pytest.raises(ValueError, match="no model has: bias"):
        place(Point({"a": 1.0}, {"bias": 1.0}), read)
    with pytest.raises(IncompatibleModels, match="gain"):
        place(Point({"a": 0.5, "b": 0.5}), lambda n: {"gain": torch.ones(NAMES.index(n))})
