"""Learned matching lowers the loss of the merged model, and what it returns is a transform."""

import numpy as np
import pandas as pd
import pytest
import torch
from planted_pair import SHAPE, model_with_gains, plant_corpora
from uneven_models import uneven_model

from featurefate.alignment.attention_matching import polar
from featurefate.alignment.exact import exact_model, log_probabilities
from featurefate.alignment.folding import fold_gains
from featurefate.alignment.learned_matching import (
    MARGIN,
    PARTS,
    _Latents,
    _Polar,
    _straight_through,
    learn_matching,
    learned,
)
from featurefate.alignment.transform import FIELDS, Transform
from featurefate.alignment.weight_matching import match_weights
from featurefate.language_model.loss import NextTokenLoss
from featurefate.merging.interpolation import linear

SOME_TEXT = np.random.default_rng(1).integers(1, 60, (4, 12))


@pytest.fixture(scope="module")
def model():
    return uneven_model(1)


@pytest.fixture(scope="module")
def states(model):
    return [fold_gains(m.state_dict()) for m in (model, uneven_model(2))]


def midpoint_loss(model, first, second):
    merged = {f"model.{n}": w for n, w in linear(first, second, 0.5).items()}
    rows = torch.as_tensor(SOME_TEXT)
    with torch.no_grad():
        return torch.func.functional_call(NextTokenLoss(model), merged, (rows,)).item()


@pytest.mark.parametrize("both", [False, True])
def test_training_lowers_the_loss_of_the_merged_model(model, states, both):
    """One small text again and again: gradient descent on it must get somewhere."""
    same = Transform.identity(model.config)
    found, losses = learned(
        model, *states, same, [SOME_TEXT] * 40, list(PARTS), learning_rate=0.02, both=both, seed=1
    )
    before = midpoint_loss(model, *states)
    after = midpoint_loss(model, states[0], found.apply(states[1]))
    assert len(losses) == 40 and after < before - 0.3
    assert losses[0] == pytest.approx(before, abs=0.15)  # another t, and bfloat16
    exact = exact_model(model)
    double = {name: weight.double() for name, weight in states[1].items()}
    rows = torch.as_tensor(SOME_TEXT)
    unmoved, moved = (log_probabilities(exact, s, rows) for s in (double, found.apply(double)))
    assert (unmoved - moved).abs().max() < 1e-6


@pytest.mark.parametrize("part", PARTS)
def test_only_the_parts_asked_for_are_trained(model, states, part):
    start = Transform.random(model.config, 3)
    found, _ = learned(
        model, *states, start, [SOME_TEXT] * 3, [part], learning_rate=0.01, both=False, seed=1
    )
    fields = {
        "neurons": {"neurons", "neuron_scales"},
        "heads": {"groups", "queries"},
        "planes": {"angles", "scales"},
    }.get(part, {part})
    names = (field.name for field in FIELDS)
    moved = {n for n in names if not torch.allclose(getattr(found, n), getattr(start, n))}
    assert moved <= fields
    assert moved or part == "heads", "three steps change no order"
    with pytest.raises(ValueError, match="parts has head:"):
        learned(model, *states, start, [], ["head"], learning_rate=1, both=False, seed=1)


def test_the_trained_form_is_the_transform_that_it_stands_for(states):
    """Latents far from the start, orders changed: what was averaged is what is returned."""
    start = Transform.random(uneven_model(1).config, 4)
    latents = _Latents(start)
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for latent in latents.parameters():
            scale = 4 if latent.max() == MARGIN else 0.4  # enough for orders to change
            latent += scale * torch.randn(latent.shape, generator=generator)
    found = latents.transform(start)
    assert not torch.equal(found.neurons, torch.arange(24))
    expected = found.apply(states[1])
    for name, weight in latents(states[1]).items():
        torch.testing.assert_close(weight.detach(), expected[name], atol=1e-4, rtol=1e-4)


def test_the_gradient_through_the_nearest_orthogonal_matrix():
    matrix = torch.randn(5, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(6))
    assert torch.autograd.gradcheck(_Polar.apply, matrix.requires_grad_())
    torch.testing.assert_close(_Polar.apply(matrix).detach(), polar(matrix.detach()))
    start = torch.eye(5, dtype=torch.float64, requires_grad=True)  # all singular values equal
    assert torch.autograd.gradcheck(_Polar.apply, start)


def test_an_order_is_hard_forward_and_soft_backward():
    scores = torch.tensor([[0.1, 0.9], [0.2, 0.8]], requires_grad=True)
    order = _straight_through(scores)
    assert order.tolist() == [[0, 1], [1, 0]]  # 0.9 + 0.2 is more than 0.1 + 0.8
    weight = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    (order * weight).sum().backward()
    assert torch.equal(scores.grad, weight)


def test_the_step_goes_on_from_weight_matching(tmp_path, artifact_of):
    store = plant_corpora(tmp_path / "store")
    pair = {}
    for seed, name in enumerate(("first", "second"), start=1):
        model_with_gains(seed).save_pretrained(tmp_path / name)
        pair[name] = artifact_of(tmp_path / name)
    matched, folder = tmp_path / "matched", tmp_path / "learned"
    matched.mkdir()
    folder.mkdir()
    match_weights(matched, **pair, arms={"all": ["residual", "neurons"]}, starts=1, seed=0)
    learn_matching(
        folder,
        **pair,
        tokens=store.read("corpora/tokens"),
        start=artifact_of(matched),
        arm="all",
        parts=["residual", "neurons"],
        domains=["english", "stories"],
        training_tokens=SHAPE["context"] * 40,
        batch=8,
        learning_rate=0.01,
        both=False,
        seed=1,
    )
    assert pd.read_parquet(folder / "curve.parquet").step.tolist() == [0, 1, 2, 3, 4]
    found, start = (
        Transform.load(folder / "learned.safetensors"),
        Transform.load(matched / "all.safetensors"),
    )
    assert (found.residual - start.residual).abs().max() > 1e-3
    assert torch.equal(found.values, start.values)
