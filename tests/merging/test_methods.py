"""What must hold of every method for any weights: ends, symmetry, scale, the order of tensors."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_family import random_family, random_state

from featurefate.language_model.movement import without_shift
from featurefate.merging.methods import METHODS, Family, merge_by
from featurefate.merging.sparsified import dare_linear, dare_ties, random_masks
from featurefate.merging.state import IncompatibleModels
from featurefate.merging.with_data import input_grams

SETTINGS = {
    "task_arithmetic": {"scale": 1.5},
    "ties": {"density": 0.4},
    "dare_linear": {"density": 0.5, "seed": 3},
    "dare_ties": {"density": 0.5, "seed": 3},
}
SOME_ROWS = np.random.default_rng(3).integers(0, 60, (5, 24))
SEEDS = st.integers(0, 2**16)
some = settings(max_examples=15)
every = pytest.mark.parametrize("method", METHODS)


def merged(family, method, t):
    return merge_by(family, method, t, **SETTINGS.get(method, {}))


def assert_same(first, second, **tolerance):
    assert first.keys() == second.keys()
    for name, tensor in first.items():
        torch.testing.assert_close(tensor, second[name], **tolerance)


def swapped(family):
    return Family(family.second, family.first, family.base, family.second_grams, family.first_grams)


@every
def test_the_ends_are_the_children_to_the_last_bit_where_so_said(method):
    family = random_family(1)
    for t, end in ((0.0, family.first), (1.0, family.second)):
        at_end = merged(family, method, t)
        same = all(torch.equal(at_end[name], end[name]) for name in end)
        assert same == METHODS[method].exact
        assert not any(at_end[name] is end[name] for name in end), "a merge has its own memory"


def test_at_full_size_task_vectors_lead_to_the_children():
    family = random_family(2)
    for method in ("task_arithmetic", "ties", "dare_linear", "dare_ties"):
        whole = {**SETTINGS[method], **({"scale": 1} if method == "task_arithmetic" else {})}
        if "density" in whole:
            whole["density"] = 1
        assert_same(merge_by(family, method, 0.0, **whole), family.first)
        assert_same(merge_by(family, method, 1.0, **whole), family.second)


@pytest.mark.parametrize("method", [m for m in METHODS if not METHODS[m].seeded])
@some
@given(seed=SEEDS, t=st.floats(0, 1))
def test_swapping_the_parents_swaps_the_ends(method, seed, t):
    family = random_family(seed)
    t = round(t, 6)  # 1 − (1 − t) is t again, and no number so small that TIES sees a jump
    assert_same(merged(family, method, t), merged(swapped(family), method, 1 - t))


@pytest.mark.parametrize("method", [dare_linear, dare_ties])
@some
@given(seed=SEEDS, t=st.floats(0, 1))
def test_swapping_the_parents_and_their_masks_swaps_the_ends(method, seed, t):
    f, t = random_family(seed), round(t, 6)
    one, other = random_masks(f.base, 0.5, seed), random_masks(f.base, 0.5, seed + 1)
    there = method(f.base, f.first, f.second, t, (one, other))
    back = method(f.base, f.second, f.first, 1 - t, (other, one))
    assert_same(there, back)


@every
@some
@given(seed=SEEDS, t=st.floats(0, 1), scale=st.floats(0.01, 100))
def test_scaling_all_models_scales_the_merge(method, seed, t, scale):
    t = round(t, 6)
    small, large = random_family(seed), random_family(seed, scale)
    expected = {name: scale * tensor for name, tensor in merged(small, method, t).items()}
    assert_same(merged(large, method, t), expected, rtol=1e-3, atol=1e-4 * scale)


@every
@some
@given(seed=SEEDS, t=st.floats(0, 1))
def test_the_order_of_the_tensors_does_not_matter(method, seed, t):
    family = random_family(seed)
    turned = dataclasses.replace(
        family,
        **{
            field.name: dict(reversed(getattr(family, field.name).items()))
            for field in dataclasses.fields(family)
        },
    )
    assert_same(merged(family, method, t), merged(turned, method, t))


@every
@some
@given(seed=SEEDS, t=st.floats(0, 1))
def test_three_times_one_model_is_that_model(method, seed, t):
    one = random_state(seed)
    grams = random_family(seed)
    family = Family(one, one, one, grams.first_grams, grams.second_grams)
    assert_same(merged(family, method, round(t, 6)), one)


@every
def test_what_does_not_fit_is_named(method):
    family = random_family(1)
    less = {name: tensor for name, tensor in family.second.items() if name != "gain"}
    with pytest.raises(IncompatibleModels, match="only one of the models has gain"):
        merged(dataclasses.replace(family, second=less), method, 0.5)
    short = {**family.second, "gain": family.second["gain"][:3]}
    with pytest.raises(IncompatibleModels, match=r"gain is .*\(3,\)"):
        merged(dataclasses.replace(family, second=short), method, 0.5)
    fine = {name: tensor.double() for name, tensor in family.second.items()}
    with pytest.raises(IncompatibleModels, match="float64"):
        merged(dataclasses.replace(family, second=fine), method, 0.5)
    whole = {name: tensor.int() for name, tensor in family.first.items()}
    with pytest.raises(IncompatibleModels, match="only floating point"):
        merged(dataclasses.replace(family, first=whole, second=whole, base=whole), method, 0.5)
    for t in (-0.1, 1.5, float("nan")):
        with pytest.raises(ValueError, match="between 0 and 1"):
            merged(family, method, t)


def test_what_a_method_needs_is_named():
    family = Family(random_state(1), random_state(2))
    with pytest.raises(ValueError, match="ties needs base, which the family does not have"):
        merge_by(family, "ties", 0.5, density=0.2)
    with pytest.raises(ValueError, match="regmean needs first_grams and second_grams"):
        merge_by(family, "regmean", 0.5)
    with pytest.raises(ValueError, match="no merge method 'soup'; there are slerp, "):
        merge_by(family, "soup", 0.5)


def test_settings_that_do_not_fit_are_named():
    family = random_family(1)
    with pytest.raises(ValueError, match="ties needs the setting density"):
        merge_by(family, "ties", 0.5)
    with pytest.raises(ValueError, match="dare_ties needs the setting density and seed"):
        merge_by(family, "dare_ties", 0.5)
    with pytest.raises(ValueError, match="ties has no setting densty; it takes density"):
        merge_by(family, "ties", 0.5, densty=0.2)
    with pytest.raises(ValueError, match="linear has no setting scale; it takes none"):
        merge_by(family, "linear", 0.5, scale=2)


@pytest.mark.parametrize("method", METHODS)
def test_a_shift_of_the_unembedding_shows_only_where_said(models, method):
    """One vector added to all rows of a child's unembedding changes no probability; does it change
    those of the merge?"""
    states = {role: model.state_dict() for role, model in models.items()}
    grams = [input_grams(models[c], SOME_ROWS + i) for i, c in enumerate(("first", "second"))]
    noise = torch.Generator().manual_seed(5)
    shift = torch.randn(states["first"]["lm_head.weight"].shape[1], generator=noise)
    shifted = {**states["first"], "lm_head.weight": states["first"]["lm_head.weight"] + shift}
    family = Family(**states, first_grams=grams[0], second_grams=grams[1])
    plain = merged(family, method, 0.5)
    moved = merged(dataclasses.replace(family, first=shifted), method, 0.5)
    apart = without_shift(plain)["lm_head.weight"] - without_shift(moved)["lm_head.weight"]
    unmoved = {"linear", "task_arithmetic", "regmean", "regmean_layer"}
    assert (float(apart.abs().max()) < 1e-5) == (method in unmoved)


@pytest.mark.parametrize("density", [0, -0.1, 1.1])
def test_an_impossible_density_is_refused(density):
    for method in ("ties", "dare_linear"):
        seed = {"seed": 1} if METHODS[method].seeded else {}
        with pytest.raises(ValueError, match="density is the share"):
            merge_by(random_family(1), method, 0.5, density=density, **seed)
