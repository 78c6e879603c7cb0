"""Movement against numpy, and the null against random directions."""

import numpy as np
import pytest
import torch

from featurefate.language_model.architecture import new_model
from featurefate.language_model.movement import ALL, PARTS, movement, moves_compared


@pytest.fixture
def family(tiny_shape):
    """A parent and two children that went the same way in the keys only."""
    parent, first, second = (new_model(**tiny_shape, seed=1) for _ in range(3))
    noise = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for child in (first, second):
            for parameter in child.parameters():
                parameter += 0.1 * torch.randn(parameter.shape, generator=noise)
        start = parent.model.layers[0].self_attn.k_proj.weight
        moved = first.model.layers[0].self_attn.k_proj.weight - start
        second.model.layers[0].self_attn.k_proj.weight.copy_(start + 3 * moved)
    return parent, first, second


def test_every_weight_belongs_to_a_part(family):
    table = movement(*family[:2])
    assert table.part.tolist() == [*PARTS.values(), ALL]
    total = sum(p.numel() for p in family[0].parameters())
    assert table.weights.iloc[-1] == total == table.weights.iloc[:-1].sum()


def test_lengths_equal_numpy(family):
    parent, child = ({n: p.detach().numpy() for n, p in m.named_parameters()} for m in family[:2])
    table = movement(*family[:2]).set_index("part").moved
    for name, part in PARTS.items():
        expected = np.linalg.norm(child[name] - parent[name]) / np.linalg.norm(parent[name])
        assert table[part] == pytest.approx(expected, rel=1e-5)
    before, after = (np.concatenate([w.ravel() for w in m.values()]) for m in (parent, child))
    expected = np.linalg.norm(after - before) / np.linalg.norm(before)
    assert table[ALL] == pytest.approx(expected, rel=1e-5)


def test_a_shared_direction_is_told_from_unrelated_ones(family):
    table = moves_compared(*family).set_index("part")
    assert table.cosine["keys"] == pytest.approx(1)
    assert table.cosine["keys"] > table.null_high["keys"]
    assert abs(table.cosine["embedding"]) < 0.1


def test_the_null_holds_95_of_100_random_pairs(family):
    n = 128
    draws = np.random.default_rng(3).normal(size=(2, 4000, n))
    first, second = draws / np.linalg.norm(draws, axis=2, keepdims=True)
    cosines = (first * second).sum(axis=1)
    table = moves_compared(*family)
    (high,) = table[table.part == "keys"].null_high * np.sqrt(table.weights[3] / n)
    assert 0.935 < (np.abs(cosines) < high).mean() < 0.965


def test_staying_is_no_movement(family):
    assert (movement(family[0], family[0]).moved == 0).all()
