"""A saved dictionary in the hands of others: plain SAELens, and a model with dictionaries in it."""

import numpy as np
import pytest
import torch
from sae_lens import SAE
from sae_lens.analysis.sae_transformer_bridge import SAETransformerBridge

from featurefate.language_model.activations import mlp_activations
from featurefate.language_model.architecture import load_model


@pytest.fixture(scope="module")
def rows():
    return np.random.default_rng(8).integers(1, 64, (6, 32)).astype(np.int32)


@pytest.fixture(scope="module")
def saved(dictionaries):
    return SAE.load_from_disk(dictionaries.path / "seed_101", device="cpu")


def test_plain_saelens_reconstructs_what_the_formula_says(saved, model, rows, settings):
    x = mlp_activations(load_model(model), rows).flatten(0, 1).clone()
    with torch.no_grad():
        scores = (x - saved.b_dec) @ saved.W_enc + saved.b_enc
        kept = scores.topk(settings["k"], dim=1)
        active = torch.zeros_like(scores).scatter(1, kept.indices, kept.values.relu())
        torch.testing.assert_close(
            saved(x), active @ saved.W_dec + saved.b_dec, rtol=1e-4, atol=1e-5
        )


def test_it_attaches_to_the_model_at_its_own_hook(saved, model, rows):
    bridge = SAETransformerBridge.boot_transformers(str(model.path), device="cpu").eval()
    ids = torch.as_tensor(rows.astype(np.int64))
    with torch.no_grad():
        intact = bridge(ids)
        spliced, cache = bridge.run_with_cache_with_saes(ids, saes=[saved])
        with_error = bridge.run_with_saes(ids, saes=[saved], use_error_term=True)
        expected = saved.encode(mlp_activations(load_model(model), rows).clone())
    [key] = [key for key in cache if key.endswith("hook_sae_acts_post")]
    torch.testing.assert_close(cache[key], expected, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(with_error, intact, rtol=1e-3, atol=1e-3)
    assert not torch.allclose(spliced, intact, atol=1e-3)
