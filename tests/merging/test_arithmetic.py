"""Task vectors: the chord moved away from the base, and Model Stock's ratio."""

import math

import pytest
import torch
from planted_family import random_family

from featurefate.merging.arithmetic import add, model_stock, stock_ratios, task_arithmetic
from featurefate.merging.arithmetic import task_vector as vector
from featurefate.merging.interpolation import linear


def assert_same(first, second):
    for name, tensor in first.items():
        torch.testing.assert_close(tensor, second[name])


def test_at_scale_one_it_is_the_chord_and_at_two_both_vectors_are_added():
    f = random_family(1)
    assert_same(task_arithmetic(f.base, f.first, f.second, 0.3), linear(f.first, f.second, 0.3))
    both = add(f.base, (1, vector(f.base, f.first)), (1, vector(f.base, f.second)))
    assert_same(task_arithmetic(f.base, f.first, f.second, 0.5, scale=2), both)
    assert_same(task_arithmetic(f.base, f.first, f.second, 0.5, scale=0), f.base)


@pytest.mark.parametrize("degrees", [0, 30, 60, 90, 120])
def test_model_stock_at_planted_angles(degrees):
    """The paper's closed form for two models: the mean is weighed by 2cos/(1 + cos)."""
    angle = math.radians(degrees)
    base = {"w": torch.tensor([1.0, 2.0])}
    first = {"w": base["w"] + torch.tensor([3.0, 0.0])}
    second = {"w": base["w"] + 2 * torch.tensor([math.cos(angle), math.sin(angle)])}
    ratio = 2 * math.cos(angle) / (1 + math.cos(angle))
    expected = ratio * (first["w"] + second["w"]) / 2 + (1 - ratio) * base["w"]
    assert stock_ratios(base, first, second)["w"] == pytest.approx(ratio, abs=1e-6)
    torch.testing.assert_close(model_stock(base, first, second, 0.5)["w"], expected)


def test_model_stock_keeps_the_base_where_it_cannot_tell():
    base = {"w": torch.tensor([1.0, 2.0])}
    there, back = ({"w": base["w"] + sign} for sign in (1.0, -1.0))
    assert stock_ratios(base, there, back)["w"] == 0, "opposite moves: no finite estimate"
    assert stock_ratios(base, there, base)["w"] == 0, "a child that did not move"
