"""Chord and arc: closed forms, the fallback, one t a tensor."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_family import random_state
from scipy.spatial import geometric_slerp

from featurefate.merging.interpolation import linear, paths, slerp, slerp_whole
from featurefate.merging.state import flatten

SEEDS = st.integers(0, 2**16)


def assert_same(first, second):
    for name, tensor in first.items():
        torch.testing.assert_close(tensor, second[name])


@settings(max_examples=20)
@given(seed=SEEDS, t=st.floats(0.05, 0.95))
def test_slerp_of_unit_vectors_is_scipys(seed, t):
    draw = np.random.default_rng(seed)
    a, b = (v / np.linalg.norm(v) for v in draw.normal(size=(2, 8)))
    ours = slerp({"w": torch.tensor(a)}, {"w": torch.tensor(b)}, t)["w"]
    np.testing.assert_allclose(ours.numpy(), geometric_slerp(a, b, t), atol=1e-6)


def test_slerp_as_a_whole_is_slerp_of_the_flat_vector():
    first, second = random_state(1), random_state(2)
    flat = slerp({"all": flatten(first)}, {"all": flatten(second)}, 0.3)["all"]
    torch.testing.assert_close(flatten(slerp_whole(first, second, 0.3)), flat, rtol=1e-5, atol=1e-6)


def test_halfway_along_a_right_angle():
    merged = slerp({"w": torch.tensor([3.0, 0])}, {"w": torch.tensor([0, 3.0])}, 0.5)["w"]
    torch.testing.assert_close(merged, torch.full((2,), 3 / math.sqrt(2)))


def test_nearly_parallel_tensors_take_the_chord_and_are_reported():
    first, second = random_state(3), random_state(4)
    second["gain"] = first["gain"] + 1e-4
    taken = paths(first, second).set_index("tensor")
    assert taken.path.to_dict() == {"matrix": "arc", "words": "arc", "gain": "chord"}
    merged, chord = slerp(first, second, 0.3), linear(first, second, 0.3)
    assert torch.equal(merged["gain"], chord["gain"])
    assert not torch.allclose(merged["matrix"], chord["matrix"], rtol=1e-2)


def test_angles_against_numpy():
    first, second = random_state(4), random_state(5)
    a, b = (x["matrix"].numpy().ravel() for x in (first, second))
    expected = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
    row = paths(first, second).set_index("tensor").loc["matrix"]
    assert row.cosine == pytest.approx(expected)
    assert row.angle == pytest.approx(np.degrees(np.arccos(expected)))
    assert row.weights == 30
    lengths = [np.linalg.norm(x) for x in ((a + b) / 2, a, b)]
    assert row.shorter == pytest.approx(1 - 2 * lengths[0] / (lengths[1] + lengths[2]))


def test_a_zero_tensor_is_no_trouble():
    zero = {name: torch.zeros_like(tensor) for name, tensor in random_state(1).items()}
    assert_same(slerp(zero, random_state(1), 0.5), linear(zero, random_state(1), 0.5))


def test_every_tensor_can_have_its_own_t():
    first, second = random_state(1), random_state(2)
    each = {"matrix": 0.0, "words": 0.3, "gain": 1.0}
    merged = slerp(first, second, each)
    assert torch.equal(merged["matrix"], first["matrix"])
    assert torch.equal(merged["gain"], second["gain"])
    assert torch.equal(merged["words"], slerp(first, second, 0.3)["words"])
    assert_same(slerp(first, second, dict.fromkeys(each, 0.4)), slerp(first, second, 0.4))


def test_a_t_by_tensor_that_does_not_fit_is_refused():
    first, second = random_state(1), random_state(2)
    with pytest.raises(ValueError, match="one number for each; see gain, words"):
        slerp(first, second, {"matrix": 0.5})
    with pytest.raises(ValueError, match="see nothing_such"):
        slerp(first, second, dict.fromkeys([*first, "nothing_such"], 0.5))
    with pytest.raises(ValueError, match="between 0 and 1, not 2"):
        slerp(first, second, dict.fromkeys(first, 2))
