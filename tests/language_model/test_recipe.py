"""A recipe that cannot be run is refused by its field; what follows from it is right."""

import pytest
import torch
from planted_language import RECIPE
from torch import nn

from featurefate.language_model.recipe import Recipe, learning_rate_at, parameter_groups


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("domains", []),
        ("domains", ["english", "english"]),
        ("domains", ["klingon"]),
        ("training_tokens", 0),
        ("batch", 0),
        ("batch", 2.5),
        ("learning_rate", -1e-3),
        ("learning_rate", float("nan")),
        ("weight_decay", float("inf")),
        ("seed", -1),
        ("seed", 2**64),
        ("milestones", -2),
    ],
)
def test_an_impossible_value_is_named(field, value):
    with pytest.raises(ValueError, match=rf"^{field} is "):
        Recipe(**{**RECIPE, field: value})


def test_torch_takes_the_largest_seed():
    torch.Generator().manual_seed(Recipe(**{**RECIPE, "seed": 2**64 - 1}).seed)


def test_a_learning_rate_of_zero_is_possible():
    assert Recipe(**{**RECIPE, "learning_rate": 0.0}).milestones == 0


def test_learning_rate_rises_then_falls_to_nothing():
    rates = [learning_rate_at(step, 200, 0.1) for step in range(200)]
    assert rates[:10] == sorted(rates[:10]) and max(rates) == rates[9] == pytest.approx(0.1)
    assert rates[10:] == sorted(rates[10:], reverse=True) and rates[-1] < 1e-4


def test_decay_is_for_matrices_only():
    model = nn.Sequential(nn.Linear(3, 2, bias=False), nn.RMSNorm(2))
    matrices, gains = parameter_groups(model, 0.1)
    assert [p.ndim for p in matrices["params"]] == [2] and matrices["weight_decay"] == 0.1
    assert [p.ndim for p in gains["params"]] == [1] and gains["weight_decay"] == 0
