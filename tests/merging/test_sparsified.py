"""TIES and DARE on cases small enough to work out by hand, and the masks' distribution."""

import numpy as np
import torch
from planted_family import random_family, random_state
from scipy import stats

from featurefate.merging.sparsified import (
    dare_linear,
    dare_ties,
    drop,
    random_masks,
    ties,
    trim,
)

BASE = {"w": torch.zeros(4)}


def test_trim_keeps_the_largest_of_both_signs():
    move = torch.tensor([[1.0, -5.0], [3.0, -2.0]])
    assert trim(move, 0.5).tolist() == [[0, -5], [3, 0]]
    assert trim(move, 0.01).tolist() == [[0, -5], [0, 0]], "at least one"
    assert torch.equal(trim(move, 1), move)


def test_ties_by_hand():
    first, second = {"w": torch.tensor([4.0, 4, 4, 1])}, {"w": torch.tensor([2.0, -2, -8, 1])}
    # agreement averages; the larger weighted sum wins; the last is trimmed in both
    assert ties(BASE, first, second, 0.5, 0.75)["w"].tolist() == [3, 4, -8, 0]
    # with less weight the second loses the vote on the third, and the winner is not shrunk
    assert ties(BASE, first, second, 0.25, 0.75)["w"].tolist() == [3.5, 4, 4, 0]
    # weights of which the second alone holds a change take it in full, however small its weight
    assert ties(BASE, BASE, second, 0.01, 0.75)["w"].tolist() == [2, -2, -8, 0]
    assert ties(BASE, BASE, second, 0.0, 0.75)["w"].tolist() == [0, 0, 0, 0]


def test_drop_keeps_the_sum_of_sizes():
    move, mask = torch.tensor([1.0, -2, 3, -4]), torch.tensor([1.0, 0, 1, 0])
    assert drop(move, mask).tolist() == [2.5, 0, 7.5, 0]
    assert drop(move, torch.zeros(4)).tolist() == [0, 0, 0, 0]


def test_dare_by_hand():
    first, second = {"w": torch.tensor([4.0, 4, 4, 4])}, {"w": torch.tensor([-6.0, 2, 2, -6])}
    masks = {"w": torch.tensor([1.0, 1, 0, 0])}, {"w": torch.tensor([1.0, 0, 1, 0])}
    # thinned: (8, 8, 0, 0) and (−12, 0, 4, 0)
    assert dare_linear(BASE, first, second, 0.5, masks)["w"].tolist() == [-2, 4, 2, 0]
    assert dare_ties(BASE, first, second, 0.5, masks)["w"].tolist() == [-6, 4, 2, 0]


def test_masks_are_independent_draws_at_the_density():
    shape = {"one": torch.zeros(200, 100), "other": torch.zeros(200, 100)}
    masks, again = random_masks(shape, 0.3, 5), random_masks(shape, 0.3, 6)
    draws = [masks["one"], masks["other"], again["one"]]
    for mask in draws:
        assert stats.binomtest(int(mask.sum()), 20_000, 0.3).pvalue > 1e-4
    for a, b in [(0, 1), (0, 2), (1, 2)]:
        together = np.corrcoef(draws[a].flatten(), draws[b].flatten())[0, 1]
        assert abs(together) < 4 / np.sqrt(20_000)
    same = random_masks(dict(reversed(shape.items())), 0.3, 5)
    assert all(torch.equal(same[name], masks[name]) for name in shape)


def test_dare_leaves_the_mean_move_where_it_is():
    f = random_family(4)
    merges = [
        dare_linear(f.base, f.first, f.second, 0.3, tuple(random_masks(f.base, 0.6, s + c)
                                                         for c in (0, 10_000)))["matrix"]
        for s in range(1500)
    ]  # fmt: skip
    undropped = dare_linear(f.base, f.first, f.second, 0.3, (ones(f.base), ones(f.base)))["matrix"]
    mean = torch.stack(merges).mean(0)
    torch.testing.assert_close(mean, undropped, rtol=0.1, atol=0.1)


def ones(state):
    return {name: torch.ones_like(tensor) for name, tensor in state.items()}


def test_masks_need_only_the_shapes():
    assert {m.shape for m in random_masks(random_state(1), 0.5, 1).values()} == {
        t.shape for t in random_state(1).values()
    }
