"""Activation matching: planted permutations are found again, by brute force where that is small."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_pair import ROWS, copy_of, model_with_gains, plant_corpora, planted

from featurefate.alignment.activation_matching import (
    STREAMS,
    assignment,
    match_activations,
    matched,
    matched_heads,
)
from featurefate.alignment.folding import fold_gains
from featurefate.alignment.statistics import correlations
from featurefate.alignment.transform import Transform
from featurefate.alignment.weights import Sizes
from featurefate.merging.interpolation import linear

CASES = {
    "neurons": (["neurons"], ["neurons"]),
    "neurons and their scales": (["neurons", "neuron_scales"], ["neuron_scales"]),
    "values": (["value_order"], ["values"]),
    "heads": (["heads", "value_order"], ["heads"]),
    **{f"stream, {s}": (["residual_order"], [s]) for s in STREAMS},
    "all": (
        ["neurons", "neuron_scales", "heads", "value_order", "residual_order"],
        ["neuron_scales", "heads", "residual_from_all"],
    ),
}


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=4)
@given(seed=st.integers(0, 10_000))
def test_a_transformed_copy_is_recovered(case, seed):
    kinds, parts = CASES[case]
    model = model_with_gains()
    copy = copy_of(model, planted(seed, kinds))
    first, second = fold_gains(model.state_dict()), copy.state_dict()
    same = Transform.identity(model.config)
    found = matched(same, correlations(model, copy, [ROWS]), parts, first, second)
    back = found.apply(second)
    for name, tensor in first.items():
        torch.testing.assert_close(back[name], tensor, atol=1e-5, rtol=1e-4)


def test_the_paper_matches_signed_neurons_wrongly_and_the_scales_mend_it():
    model = model_with_gains()
    flip = torch.ones(32, dtype=torch.float64)
    flip[::2] = -1
    copy = copy_of(model, replace(Transform.identity(model.config), neuron_scales=flip))
    first, second = fold_gains(model.state_dict()), copy.state_dict()
    same, found = Transform.identity(model.config), correlations(model, copy, [ROWS])
    signed = matched(same, found, ["neurons"], first, second)
    assert (signed.neurons[::2] != torch.arange(0, 32, 2)).all()
    scaled = matched(same, found, ["neuron_scales"], first, second)
    torch.testing.assert_close(scaled.neuron_scales, flip, atol=1e-5, rtol=0)


def test_heads_are_matched_as_brute_force_over_all_orders_does():
    draw = np.random.default_rng(5)
    size = Sizes(hidden=12, neurons=1, groups=2, queries=2, head=3)
    for _ in range(20):
        r = torch.as_tensor(draw.uniform(-1, 1, (12, 12)) * 0.1)
        truth = draw.permutation(2), np.stack([draw.permutation(2) for _ in range(2)])
        inner = [draw.permutation(3) for _ in range(2)]
        for g in range(2):
            for q in range(2):
                for k in range(3):
                    other = (truth[0][g] * 2 + truth[1][g, q]) * 3 + inner[g][k]
                    r[(g * 2 + q) * 3 + k, other] += 0.8
        found = matched_heads(r, size)
        assert found["groups"].tolist() == truth[0].tolist()
        assert found["queries"].tolist() == truth[1].tolist()
        assert all((found["values"][g] == torch.eye(3).double()[inner[g]]).all() for g in range(2))


@given(st.integers(0, 1000))
def test_an_assignment_is_the_best_of_all(seed):
    gain = torch.as_tensor(np.random.default_rng(seed).normal(size=(4, 4)))
    order, total = assignment(gain)
    best = max(sum(gain[i, p[i]].item() for i in range(4)) for p in permutations(range(4)))
    assert total == pytest.approx(best)
    assert total == pytest.approx(gain[torch.arange(4), order].sum().item())


def test_heads_in_order_stay_where_they_are():
    r = torch.as_tensor(np.random.default_rng(6).uniform(-1, 1, (16, 16)))
    found = matched_heads(r, Sizes(16, 1, 2, 2, 4), in_order=True)
    assert found["groups"].tolist() == [0, 1]
    assert found["queries"].tolist() == [[0, 1], [0, 1]]


def test_the_step_writes_one_transform_an_arm_that_keeps_the_model(tmp_path, artifact_of):
    store = plant_corpora(tmp_path / "store")
    artifacts = []
    for seed in (1, 2):
        model_with_gains(seed).save_pretrained(tmp_path / str(seed))
        artifacts.append(artifact_of(tmp_path / str(seed)))
    arms = {"neurons": ["neurons"], "full": ["neuron_scales", "heads", "residual_from_last"]}
    match_activations(
        tmp_path, first=artifacts[0], second=artifacts[1], tokens=store.read("corpora/tokens"),
        arms=arms, domains=["english"], statistics_tokens=24 * 40, seed=4,
    )  # fmt: skip
    second = model_with_gains(2)
    ids = torch.as_tensor(ROWS[:4])
    with torch.inference_mode():
        before = second(ids).logits.log_softmax(-1)
        for arm in arms:
            transform = Transform.load(tmp_path / f"{arm}.safetensors")
            second.load_state_dict(transform.apply(fold_gains(model_with_gains(2).state_dict())))
            torch.testing.assert_close(
                second(ids).logits.log_softmax(-1), before, atol=1e-4, rtol=0
            )
    a, b = (fold_gains(model_with_gains(seed).state_dict()) for seed in (1, 2))
    moved = transform.apply(b)
    assert any(not torch.equal(linear(a, b, 0.5)[n], linear(a, moved, 0.5)[n]) for n in a)


def test_an_unknown_part_is_named():
    same = Transform.identity(model_with_gains().config)
    with pytest.raises(ValueError, match="parts has keys: neurons, neuron_scales"):
        matched(same, {}, ["keys"], {}, {})
