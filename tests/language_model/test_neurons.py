"""The neurons against the layer written out, and against patterns planted by hand."""

import numpy as np
import pytest
import torch

from featurefate.language_model.neurons import (
    above_floor,
    foreseen,
    loudness,
    neuron_values,
    quieter_side,
    strongest,
    written_logits,
)


@torch.no_grad()
def test_values_are_gate_times_up_where_a_token_is_predicted(tiny_model, tiny_evaluation):
    values = neuron_values(tiny_model, tiny_evaluation)
    layer, ids = tiny_model.model.layers[0], torch.as_tensor(tiny_evaluation.rows.astype(np.int64))
    stream = tiny_model.model.embed_tokens(ids)
    turns = tiny_model.model.rotary_emb(stream, torch.arange(ids.shape[1])[None])
    normed = layer.input_layernorm(stream)
    stream = stream + layer.self_attn(normed, position_embeddings=turns, attention_mask=None)[0]
    normed = layer.post_attention_layernorm(stream)
    gate, up = layer.mlp.gate_proj(normed), layer.mlp.up_proj(normed)
    row, column = np.nonzero(tiny_evaluation.mask)
    expected = (gate * torch.sigmoid(gate) * up)[row, column - 1]
    torch.testing.assert_close(values, expected, rtol=1e-4, atol=1e-6)


@torch.no_grad()
def test_what_a_neuron_writes_is_what_the_logits_gain(tiny_model):
    """Raise one neuron's value by 1: the logits, times the size of the stream, move by it."""
    tiny_model.model.norm.weight.uniform_(0.5, 2, generator=torch.Generator().manual_seed(3))
    written, neuron, sizes = written_logits(tiny_model), 5, []
    ids = torch.tensor([[0, 7, 9]])
    norm = tiny_model.model.norm
    norm.register_forward_pre_hook(
        lambda _, args: sizes.append((args[0].pow(2).mean(-1, keepdim=True) + 1e-6).sqrt())
    )
    before = tiny_model(ids).logits * sizes[0]
    louder = torch.eye(32)[neuron]
    tiny_model.model.layers[0].mlp.down_proj.register_forward_pre_hook(
        lambda _, args: (args[0] + louder,)
    )
    gained = (tiny_model(ids).logits * sizes[1] - before)[0, -1]
    torch.testing.assert_close(written[neuron], gained - gained.mean(), rtol=1e-3, atol=1e-5)
    torch.testing.assert_close(written[32 + neuron], -written[neuron])


def test_loudness_counts_each_sign_by_itself():
    values = torch.tensor([[3.0, -1.0], [-1.0, -1.0], [0.0, 0.0], [0.0, 2.0]])
    pattern = torch.tensor([[1.0, -1.0, 0.0, 0.0], [4.0, -4.0, 4.0, -4.0]])
    loud = loudness(values, torch.cat([pattern, -pattern]))
    torch.testing.assert_close(loud, torch.tensor([0.75 * 0.5**0.5, 2.0, 0.25 * 0.5**0.5, 2.0]))


def test_strongest_places_of_both_signs():
    values = torch.tensor([[1.0], [-5.0], [3.0], [-2.0]])
    assert strongest(values, 2).tolist() == [[2, 0], [1, 3]]


def test_foreseen_on_a_planted_pattern():
    """Four sides, each raising its own token of four most: only its own is foreseen."""
    following = torch.tensor([[0, 0], [1, 2], [2, 2], [0, 1]])
    scale = torch.tensor([[1.0], [9.0], [0.1], [3.0]])  # the size of a pattern makes no difference
    hit, floor = foreseen(torch.eye(4) * scale, following, 0.25)
    assert hit.tolist() == [[1, 1], [1, 0], [1, 1], [0, 0]]
    assert floor == 0.25


def test_the_floor_is_the_mean_over_all_pairings_whatever_follows():
    """Every side raises token 0 and token 0 always follows: no more than the floor all the same."""
    written = torch.randn(40, 50, generator=torch.Generator().manual_seed(2))
    written[:, 0] += 10
    following = torch.zeros(40, 3, dtype=torch.long)
    every = [foreseen(written.roll(k, dims=0), following, 0.1)[0].mean() for k in range(40)]
    assert foreseen(written, following, 0.1)[1] == 0.1
    assert every == pytest.approx([0.1] * 40)


def test_sides_above_their_floor_and_by_chance():
    """Fifty sides that each raise a token of their own, followed by it: no other deal does so."""
    own, chance = above_floor(torch.eye(50), torch.arange(50)[:, None], 0.02, seed=1, deals=200)
    assert own == 1
    assert chance == pytest.approx(1 / 50, abs=0.01)  # on average one stays in its place


def test_the_quieter_side_of_the_median_neuron():
    assert quieter_side(torch.tensor([1.0, 4.0, 3.0, 2.0, 1.0, 3.0])) == 0.5


@pytest.mark.parametrize("share", [0, 1, 5])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        foreseen(torch.eye(4), torch.zeros(4, 1, dtype=torch.long), share)
