"""Streamed correlations: against numpy on all activations at once, and what memory they take."""

import numpy as np
import psutil
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from planted_pair import SHAPE, plant_corpora

from featurefate.alignment.statistics import (
    ROWS_AT_ONCE,
    ROWS_IN_A_PIECE,
    Moments,
    correlations,
    sites,
    training_batches,
)
from featurefate.language_model.activations import mlp_activations
from featurefate.language_model.architecture import new_model


@pytest.fixture
def pair():
    return [new_model(**SHAPE, seed=seed).eval() for seed in (1, 2)]


def test_correlations_of_neurons_are_those_of_numpy(pair):
    rows = np.random.default_rng(3).integers(1, 16, (10, 24))
    found = correlations(*pair, [rows[:4], rows[4:]])["neurons"]
    kept = [mlp_activations(model, rows)[:, 1:].flatten(0, 1).double().numpy() for model in pair]
    reference = np.corrcoef(kept[0].T, kept[1].T)[:32, 32:]
    np.testing.assert_allclose(found, reference, atol=1e-6)


def test_every_site_has_the_size_it_says_and_agrees_with_itself(pair):
    rows = np.random.default_rng(4).integers(1, 16, (8, 24))
    found = correlations(pair[0], pair[0], [rows])
    assert {site: len(r) for site, r in found.items()} == {
        "embedding": 16, "middle": 16, "last": 16, "heads": 16, "neurons": 32
    }  # fmt: skip
    for r in found.values():
        torch.testing.assert_close(r.diagonal(), torch.ones(len(r), dtype=torch.float64))
        torch.testing.assert_close(r, r.T)
    assert all(not module._forward_pre_hooks for module in sites(pair[0]).values())


@given(st.integers(0, 1000), st.floats(-1e4, 1e4), st.floats(1e-3, 1e3))
def test_correlation_ignores_shift_and_scale(seed, shift, scale):
    draw = np.random.default_rng(seed)
    x, y = torch.as_tensor(draw.normal(size=(50, 3))), torch.as_tensor(draw.normal(size=(50, 4)))
    plain, moved = Moments(), Moments()
    plain.add(x, y)
    for start in (0, 20):
        moved.add(shift + scale * x[start : start + 20 + start], y[start : start + 20 + start])
    torch.testing.assert_close(moved.correlation(), plain.correlation(), atol=1e-4, rtol=0)


def test_a_constant_correlates_with_nothing_and_one_token_is_too_few():
    found = Moments()
    found.add(torch.tensor([[1.0, 1.0]]), torch.tensor([[2.0, 3.0]]))
    with pytest.raises(ValueError, match="two tokens or more, not 1"):
        found.correlation()
    found.add(torch.tensor([[1.0, 2.0]]), torch.tensor([[5.0, 3.0]]))
    assert found.correlation().tolist() == [[0, 0], [1, 0]]


def test_batches_hold_as_many_tokens_as_wanted_of_each_domain(tmp_path):
    tokens = plant_corpora(tmp_path).read("corpora/tokens")
    batches = list(training_batches(tokens, ["english", "stories"], 24 * 100, 24, seed=5))
    assert sum(batch.size for batch in batches) == 24 * 100
    assert max(map(len, batches)) <= 64
    again = training_batches(tokens, ["english", "stories"], 24 * 100, 24, seed=5)
    assert all((a == b).all() for a, b in zip(batches, again, strict=True))


def test_memory_does_not_grow_with_the_text(tmp_path, pair):
    tokens = plant_corpora(tmp_path).read("corpora/tokens")
    process, held = psutil.Process(), []

    def watched(batches):
        for batch in batches:
            held.append(process.memory_info().rss)
            yield batch

    wanted = 4 * ROWS_IN_A_PIECE * 24  # all features of so much text are 176 MB
    correlations(*pair, watched(training_batches(tokens, ["english"], wanted, 24, seed=6)))
    assert len(held) == 4 * ROWS_IN_A_PIECE // ROWS_AT_ONCE
    assert max(held) - max(held[: len(held) // 4]) < 20e6
