"""Movement against numpy, and the null against random directions."""

import copy

import numpy as np
import pytest
import torch

from featurefate.language_model.architecture import new_model
from featurefate.language_model.movement import (
    ALL,
    INNER,
    PARTS,
    UNEMBEDDING,
    moved_at_random,
    moved_like,
    movement,
    moves_compared,
    without_shift,
)


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


@torch.no_grad()
def shifted(model, by=5.0):
    """A copy with one vector added to every row of the unembedding."""
    copied = copy.deepcopy(model)
    width = copied.lm_head.weight.shape[1]
    copied.lm_head.weight += by * torch.randn(width, generator=torch.Generator().manual_seed(3))
    return copied


def as_numpy(model):
    """Its weights in double precision, the unembedding's mean row taken off."""
    weights = {n: p.detach().double().numpy().copy() for n, p in model.named_parameters()}
    weights[UNEMBEDDING] -= weights[UNEMBEDDING].mean(axis=0)
    return weights


@torch.no_grad()
def test_taking_off_the_shift_changes_no_probability(family):
    model = shifted(family[1])
    ids = torch.randint(0, 64, (3, 12), generator=torch.Generator().manual_seed(4))
    before = model(ids).logits
    model.load_state_dict(without_shift(model.state_dict()))
    after = model(ids).logits
    assert (before - after).abs().max() > 1  # the logits do change
    torch.testing.assert_close(after.log_softmax(-1), before.log_softmax(-1), atol=1e-4, rtol=0)
    torch.testing.assert_close(model.lm_head.weight.mean(0), torch.zeros(model.config.hidden_size))


def test_a_shift_is_no_movement(family):
    parent, first, second = family
    moved = movement(parent, shifted(parent)).length
    assert moved.max() < 1e-4 < (shifted(parent).lm_head.weight - parent.lm_head.weight).norm()
    pairs = (parent, first), (parent, second)
    plain, with_shifts = (
        moves_compared(one, other)
        for one, other in (pairs, [(shifted(p, -2.0), shifted(c)) for p, c in pairs])
    )
    np.testing.assert_allclose(with_shifts.cosine, plain.cosine, atol=1e-4)


def test_every_weight_belongs_to_a_part(family):
    table = movement(*family[:2])
    assert table.part.tolist() == [*PARTS.values(), INNER, ALL]
    total = sum(p.numel() for p in family[0].parameters())
    assert table.weights.iloc[-1] == total == table.weights.iloc[: len(PARTS)].sum()
    tables = sum(p.numel() for n, p in family[0].named_parameters() if p.shape[0] == 64)
    assert table.weights.iloc[-2] == total - tables


def test_lengths_equal_numpy(family):
    parent, child = (as_numpy(model) for model in family[:2])
    table = movement(*family[:2]).set_index("part")
    for name, part in PARTS.items():
        length = np.linalg.norm(child[name] - parent[name])
        assert table.length[part] == pytest.approx(length, rel=1e-5)
        assert table.moved[part] == pytest.approx(length / np.linalg.norm(parent[name]), rel=1e-5)
    for whole, names in (
        (ALL, list(PARTS)),
        (INNER, [n for n in PARTS if "layers" in n or ".norm" in n]),
    ):
        before, after = (np.concatenate([m[n].ravel() for n in names]) for m in (parent, child))
        length = np.linalg.norm(after - before)
        assert table.length[whole] == pytest.approx(length, rel=1e-5)
        assert table.moved[whole] == pytest.approx(length / np.linalg.norm(before), rel=1e-5)


def test_shares_of_the_squared_length_sum_to_one(family):
    table = movement(*family[:2])
    np.testing.assert_allclose(table.share, table.length**2 / table.length.iloc[-1] ** 2)
    np.testing.assert_allclose(table.share[: len(PARTS)].sum(), 1)


def test_cosines_and_contributions_equal_numpy(family):
    parent, first, second = (
        {n: weights.ravel() for n, weights in as_numpy(model).items()} for model in family
    )
    table = moves_compared((family[0], family[1]), (family[0], family[2])).set_index("part")
    moves = [{n: m[n] - parent[n] for n in PARTS} for m in (first, second)]
    lengths = [np.linalg.norm(np.concatenate(list(m.values()))) for m in moves]
    for name, part in PARTS.items():
        one, other = (m[name] for m in moves)
        cosine = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
        assert table.cosine[part] == pytest.approx(cosine, abs=1e-6)
        assert table.contribution[part] == pytest.approx(one @ other / np.prod(lengths), abs=1e-6)
    parts = list(PARTS.values())
    assert table.contribution[parts].sum() == pytest.approx(table.cosine[ALL])
    assert table.contribution[INNER] == pytest.approx(
        table.contribution[parts].drop(["embedding", "unembedding"]).sum()
    )


def test_moves_from_two_parents_are_compared(family, tiny_shape):
    stranger = new_model(**tiny_shape, seed=9)
    child = moved_like(stranger, family[:2])
    table = moves_compared(family[:2], (stranger, child))
    np.testing.assert_allclose(table.cosine, 1, atol=1e-4)


def test_a_move_lands_where_it_would_and_leaves_its_start_alone(family):
    parent, first, _ = family
    before = {n: p.clone() for n, p in parent.named_parameters()}
    landed = dict(moved_like(parent, (parent, first)).named_parameters())
    for name, weights in first.named_parameters():
        torch.testing.assert_close(landed[name], weights)
    assert all(torch.equal(before[n], p) for n, p in parent.named_parameters())


def test_a_random_move_is_as_long_in_every_part_and_goes_its_own_way(family):
    parent, first, second = family
    before = {n: p.clone() for n, p in parent.named_parameters()}
    landed, again, other = (moved_at_random(parent, (parent, first), seed) for seed in (5, 5, 6))
    parts = slice(len(PARTS))
    np.testing.assert_allclose(
        movement(parent, landed).length[parts], movement(parent, first).length[parts], rtol=1e-4
    )
    twice = dict(again.named_parameters())
    assert all(torch.equal(twice[n], p) for n, p in landed.named_parameters())
    for away in (first, other):
        compared = moves_compared((parent, landed), (parent, away)).set_index("part")
        assert abs(compared.cosine[ALL]) < 2 * compared.null_high[ALL]
    assert all(torch.equal(before[n], p) for n, p in parent.named_parameters())


def test_a_shared_direction_is_told_from_unrelated_ones(family):
    table = moves_compared(family[:2], family[::2]).set_index("part")
    assert table.cosine["keys"] == pytest.approx(1)
    assert table.cosine["keys"] > table.null_high["keys"]
    assert abs(table.cosine["embedding"]) < 0.1


def test_the_null_holds_95_of_100_random_pairs(family):
    n = 128
    draws = np.random.default_rng(3).normal(size=(2, 4000, n))
    first, second = draws / np.linalg.norm(draws, axis=2, keepdims=True)
    cosines = (first * second).sum(axis=1)
    table = moves_compared(family[:2], family[::2])
    (high,) = table[table.part == "keys"].null_high * np.sqrt(table.weights[3] / n)
    assert 0.935 < (np.abs(cosines) < high).mean() < 0.965


def test_staying_is_no_movement(family):
    assert (movement(family[0], family[0]).moved == 0).all()
