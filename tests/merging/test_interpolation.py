"""Both paths against mergekit's own functions, and what must hold for any weights."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from featurefate.merging.interpolation import (
    METHODS,
    IncompatibleModels,
    cosines,
    linear,
    slerp,
)

SEEDS = st.integers(0, 2**16)


def state(seed, scale=1.0):
    generator = torch.Generator().manual_seed(seed)
    return {
        "matrix": scale * torch.randn(6, 5, generator=generator),
        "gain": scale * (1 + 0.1 * torch.randn(5, generator=generator)),
    }


def assert_same(first, second):
    for name, tensor in first.items():
        torch.testing.assert_close(tensor, second[name])


@settings(max_examples=30, deadline=None)
@given(a=SEEDS, b=SEEDS, t=st.floats(0, 1))
def test_slerp_equals_mergekit(a, b, t):
    from mergekit.merge_methods.slerp import slerp as reference

    first, second = state(a), state(b + 2**17)
    for name, ours in slerp(first, second, t).items():
        theirs = reference(torch.tensor([t]), first[name][None], second[name][None])[0]
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=20, deadline=None)
@given(a=SEEDS, b=SEEDS, t=st.floats(0, 1))
def test_swapping_the_parents_swaps_the_ends(method, a, b, t):
    first, second = state(a), state(b)
    assert_same(METHODS[method](first, second, t), METHODS[method](second, first, 1 - t))


@pytest.mark.parametrize("method", METHODS)
def test_the_ends_are_the_models_to_the_last_bit(method):
    first, second = state(1), state(2)
    for t, end in ((0.0, first), (1.0, second)):
        merged = METHODS[method](first, second, t)
        assert all(torch.equal(merged[name], end[name]) for name in end)
        assert all(merged[name] is not end[name] for name in end)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=20, deadline=None)
@given(a=SEEDS, b=SEEDS, t=st.floats(0, 1), scale=st.floats(0.01, 100))
def test_scaling_both_models_scales_the_merge(method, a, b, t, scale):
    merged = METHODS[method](state(a), state(b), t)
    scaled = METHODS[method](state(a, scale), state(b, scale), t)
    for name, tensor in merged.items():
        torch.testing.assert_close(scaled[name], scale * tensor, rtol=1e-3, atol=1e-4 * scale)


@settings(max_examples=20, deadline=None)
@given(a=SEEDS, t=st.floats(0.05, 0.95))
def test_slerp_stays_on_the_arc(a, t):
    """Between unit vectors the path keeps length 1 and divides the angle by t."""
    first = {"w": torch.nn.functional.normalize(torch.randn(8), dim=0)}
    second = {"w": torch.nn.functional.normalize(state(a)["matrix"].flatten()[:8], dim=0)}
    merged = slerp(first, second, t)["w"]
    total = torch.arccos(first["w"] @ second["w"])
    assert merged.norm().item() == pytest.approx(1, abs=1e-4)
    assert torch.arccos(first["w"] @ merged).item() == pytest.approx((t * total).item(), abs=1e-3)


def test_nearly_parallel_tensors_take_the_chord():
    first = state(3)
    second = {name: tensor + 1e-4 for name, tensor in first.items()}
    assert min(cosines(first, second).values()) > 0.9995
    assert_same(slerp(first, second, 0.3), linear(first, second, 0.3))


def test_a_zero_tensor_is_no_trouble():
    zero = {name: torch.zeros_like(tensor) for name, tensor in state(1).items()}
    assert_same(slerp(zero, state(1), 0.5), linear(zero, state(1), 0.5))


def test_cosines_against_numpy():
    first, second = state(4), state(5)
    a, b = (x["matrix"].numpy().ravel() for x in (first, second))
    expected = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
    assert cosines(first, second)["matrix"] == pytest.approx(expected)


def test_what_does_not_fit_is_named():
    with pytest.raises(IncompatibleModels, match="only one .* has gain"):
        linear(state(1), {"matrix": state(1)["matrix"]}, 0.5)
    other = state(2)
    other["gain"] = other["gain"][:3]
    with pytest.raises(IncompatibleModels, match=r"gain is \(5,\)"):
        slerp(state(1), other, 0.5)
    with pytest.raises(IncompatibleModels, match="float64"):
        linear(state(1), {n: t.double() for n, t in state(2).items()}, 0.5)
    with pytest.raises(ValueError, match="between 0 and 1"):
        linear(state(1), state(2), 1.5)
