"""The pattern against attention written out in numpy."""

import numpy as np
import torch

from featurefate.language_model.attention_pattern import attention_pattern

IDS = [0, 5, 9, 5, 33, 2]


def turned(vector: np.ndarray, position: int) -> np.ndarray:
    """Rotary position (Su et al. 2021) as complex numbers: entry i is paired with i + half."""
    half = len(vector) // 2
    angle = position / 10_000 ** (np.arange(half) / half)
    pair = (vector[:half] + 1j * vector[half:]) * np.exp(1j * angle)
    return np.concatenate([pair.real, pair.imag])


def test_equals_attention_written_out(tiny_model):
    pattern = attention_pattern(tiny_model, IDS)
    weights = {n: p.detach().double().numpy() for n, p in tiny_model.named_parameters()}
    layer = "model.layers.0."
    stream = weights["model.embed_tokens.weight"][IDS]
    stream = stream / np.sqrt((stream**2).mean(axis=1, keepdims=True) + 1e-6)
    stream = stream * weights[f"{layer}input_layernorm.weight"]
    queries = (stream @ weights[f"{layer}self_attn.q_proj.weight"].T).reshape(6, 4, 4)
    keys = (stream @ weights[f"{layer}self_attn.k_proj.weight"].T).reshape(6, 2, 4)
    for head in range(4):
        for to in range(6):
            query = turned(queries[to, head], to)
            scores = [query @ turned(keys[at, head // 2], at) / 2 for at in range(to + 1)]
            expected = np.exp(scores) / np.exp(scores).sum()
            np.testing.assert_allclose(pattern[head, to, : to + 1], expected, rtol=1e-4)
            assert (pattern[head, to, to + 1 :] == 0).all()


def test_the_model_is_left_as_it_was(tiny_model):
    before = tiny_model.config._attn_implementation
    with torch.no_grad():
        logits = tiny_model(torch.tensor([IDS])).logits
        attention_pattern(tiny_model, IDS)
        assert torch.equal(tiny_model(torch.tensor([IDS])).logits, logits)
    assert tiny_model.config._attn_implementation == before
