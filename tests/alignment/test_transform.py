"""A transform can be applied, undone, composed and saved, and changes no probability."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file
from uneven_models import TEXT, uneven_model

from featurefate.alignment.drawing import DRAW, KINDS
from featurefate.alignment.exact import log_probabilities
from featurefate.alignment.folding import fold_gains
from featurefate.alignment.transform import FIELDS, Transform
from featurefate.alignment.weights import DOWN
from featurefate.merging.interpolation import linear

SEEDS = st.integers(0, 2**32)
SOME = st.lists(st.sampled_from(KINDS), min_size=1, unique=True)


def assert_same(first, second):
    assert first.keys() == second.keys()
    for name, tensor in first.items():
        torch.testing.assert_close(tensor, second[name], atol=1e-9, rtol=1e-9)


@pytest.mark.parametrize("kind", DRAW)
@settings(max_examples=8)
@given(seed=SEEDS)
def test_each_kind_changes_weights_and_not_the_model(exact, state, kind, seed):
    changed = Transform.random(exact.config, seed, [kind]).apply(state)
    before, after = (log_probabilities(exact, weights, TEXT) for weights in (state, changed))
    assert (after - before).abs().max() < 1e-9


def test_each_kind_is_random_and_the_rest_stays(exact):
    same = Transform.identity(exact.config)
    changed_by = {
        "residual": {"residual"},
        "residual_order": {"residual"},
        "heads": {"groups", "queries"},
        "values": {"values"},
        "planes": {"angles", "scales"},
        "neurons": {"neurons"},
        "neuron_scales": {"neuron_scales"},
    }
    for kind, expected in changed_by.items():
        drawn = [Transform.random(exact.config, seed, [kind]) for seed in range(8)]
        names = [field.name for field in FIELDS]
        differ = {
            name
            for name in names
            for transform in drawn
            if not torch.equal(getattr(transform, name), getattr(same, name))
        }
        assert differ == expected, kind
    with pytest.raises(ValueError, match="kinds has rotation"):
        Transform.random(exact.config, 0, ["rotation"])


@settings(max_examples=15)
@given(seed=SEEDS, kinds=SOME)
def test_the_inverse_undoes_it(exact, state, seed, kinds):
    transform = Transform.random(exact.config, seed, kinds)
    assert_same(transform.inverse().apply(transform.apply(state)), state)
    assert_same(transform.apply(transform.inverse().apply(state)), state)
    assert_same(transform.compose(transform.inverse()).apply(state), state)


@settings(max_examples=15)
@given(seeds=st.tuples(SEEDS, SEEDS), kinds=SOME, others=SOME)
def test_composing_is_applying_one_after_the_other(exact, state, seeds, kinds, others):
    first = Transform.random(exact.config, seeds[0], kinds)
    then = Transform.random(exact.config, seeds[1], others)
    assert_same(then.compose(first).apply(state), then.apply(first.apply(state)))


def test_the_identity_changes_nothing(exact, state):
    assert_same(Transform.identity(exact.config).apply(state), state)


@settings(max_examples=10)
@given(seed=SEEDS, t=st.floats(0, 1))
def test_moving_both_models_moves_their_average(exact, state, seed, t):
    """Every symmetry is linear in the weights: aligning one of two models is enough."""
    other = fold_gains(uneven_model(5).double().state_dict())
    transform = Transform.random(exact.config, seed)
    both = linear(transform.apply(state), transform.apply(other), t)
    assert_same(both, transform.apply(linear(state, other, t)))


def test_what_is_saved_is_loaded(exact, tmp_path):
    transform = Transform.random(exact.config, 3)
    transform.save(tmp_path / "transform.safetensors")
    loaded = Transform.load(tmp_path / "transform.safetensors")
    for field in FIELDS:
        assert torch.equal(getattr(loaded, field.name), getattr(transform, field.name))


def test_a_file_that_holds_no_transform_is_named(exact, tmp_path):
    path = tmp_path / "transform.safetensors"
    path.write_bytes(b"text")
    with pytest.raises(ValueError, match=r"transform\.safetensors holds no transform"):
        Transform.load(path)
    fields = {f.name: getattr(Transform.identity(exact.config), f.name) for f in FIELDS}
    for broken in (
        {name: tensor for name, tensor in fields.items() if name != "angles"},
        fields | {"more": torch.ones(1)},
        fields | {"neurons": torch.zeros(24, dtype=torch.int64)},
        fields | {"neurons": torch.arange(24.0)},
        fields | {"angles": torch.zeros(2, 3, dtype=torch.float64)},
        fields | {"values": torch.zeros(2, 4, 4, dtype=torch.float64)},
        fields | {"values": torch.zeros(4, dtype=torch.float64)},
        fields | {"residual": 1.1 * fields["residual"]},
        fields | {"scales": -fields["scales"]},
        fields | {"neuron_scales": 0 * fields["neuron_scales"]},
        fields | {"angles": fields["angles"] + torch.nan},
    ):
        save_file(broken, path)
        with pytest.raises(ValueError, match="holds no transform"):
            Transform.load(path)


def test_a_model_that_does_not_fit_is_named(exact, state):
    transform = Transform.identity(exact.config)
    with pytest.raises(ValueError, match="norm gains"):
        transform.apply(exact.state_dict())
    with pytest.raises(ValueError, match=r"down_proj.weight is \(16, 20\)"):
        transform.apply({**state, DOWN: state[DOWN][:, :20]})
    wider = replace(transform, neurons=torch.arange(5), neuron_scales=torch.ones(5).double())
    with pytest.raises(ValueError, match="two shapes"):
        transform.compose(wider)


def test_dtype_stays(exact, state):
    single = {name: tensor.float() for name, tensor in state.items()}
    moved = Transform.random(exact.config, 4).apply(single)
    assert {tensor.dtype for tensor in moved.values()} == {torch.float32}
