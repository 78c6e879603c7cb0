"""Effects of features in closed form, against whole runs of the model with edited activations."""

import copy

import numpy as np
import pytest
import torch
from scipy import sparse
from tiny_lineage import READING, VOCABULARY, new_base, new_sae, planted_tokens

from featurefate.dictionaries.encoding import evaluation_text
from featurefate.language_model.activations import mlp_activations
from featurefate.tracking.effects import LEAST_USES, FeatureEffects, common_tokens, passage

EVERY_TOKEN = np.arange(VOCABULARY)


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    return evaluation_text(planted_tokens(tmp_path_factory.mktemp("c")), **READING, split="test")


@pytest.fixture(scope="module")
def effects(text):
    return FeatureEffects(new_base(), new_sae(6), text)


@torch.no_grad()
def logits_with(model, text, added):
    """Centred logits of a whole run in which `added` (tokens, d_mlp) joins the activations."""
    mask, edit = torch.as_tensor(text.mask), torch.zeros(*text.mask.shape, added.shape[1])
    edit[mask] = added
    handle = model.model.layers[0].mlp.down_proj.register_forward_pre_hook(
        lambda _, arguments: (arguments[0] + edit,)
    )
    rows = torch.as_tensor(text.rows.astype(np.int64))
    logits = model(input_ids=rows, use_cache=False).logits[mask]
    handle.remove()
    return logits - logits.mean(dim=1, keepdim=True)


def test_a_passage_holds_what_the_dictionaries_read(text):
    model = new_base()
    mask = torch.as_tensor(text.mask)
    seen = passage(model, text)
    torch.testing.assert_close(seen.activations, mlp_activations(model, text.rows)[mask])
    with torch.no_grad():
        logits = model.lm_head(model.model.norm(seen.behind))
    logits -= logits.mean(dim=1, keepdim=True)
    torch.testing.assert_close(
        logits, logits_with(model, text, torch.zeros_like(seen.activations)), atol=1e-4, rtol=1e-4
    )


def test_taken_out_is_the_model_with_and_without_the_feature(effects, text):
    model, dictionary = new_base(), new_sae(6)
    features = np.argsort(-np.diff(effects.values.indptr))[:3]
    found = effects.on_tokens(effects.taken_out(features, 10_000, seed=1), EVERY_TOKEN)
    intact = logits_with(model, text, torch.zeros(len(text.token), dictionary.cfg.d_in))
    for row, feature in zip(found, features, strict=True):
        z = torch.as_tensor(effects.values[:, [feature]].toarray())
        without = logits_with(model, text, (-z * dictionary.W_dec[feature]).detach())
        fires = z[:, 0] > 0
        expected = (intact - without)[fires].mean(dim=0)
        torch.testing.assert_close(row, expected, atol=1e-3, rtol=1e-3)
        assert (intact - without)[~fires].abs().max() < 1e-4, "elsewhere nothing changes"


def test_put_in_is_the_model_with_the_feature_added(effects, text):
    model, dictionary = new_base(), new_sae(6)
    feature, tokens = int(np.argmax(np.diff(effects.values.indptr))), len(text.token)
    found = effects.on_tokens(effects.put_in(np.array([feature]), tokens, seed=2), EVERY_TOKEN)[0]
    z = effects.values[:, [feature]].toarray()
    added = z[z > 0].mean() * dictionary.W_dec[feature].detach().expand(tokens, -1)
    change = logits_with(model, text, added) - logits_with(model, text, 0 * added)
    torch.testing.assert_close(found, change.mean(dim=0), atol=1e-3, rtol=1e-3)


def test_a_silent_feature_does_nothing(effects):
    quiet = copy.copy(effects)
    quiet.values = sparse.csc_array(effects.values.shape, dtype=np.float32)
    assert not quiet.taken_out(np.array([7, 8]), 50, seed=3).any()
    assert not quiet.put_in(np.array([7, 8]), 50, seed=3).any()


def test_what_moves_all_logits_alike_is_nothing(effects):
    logits = effects.on_tokens(torch.randn(4, 16), EVERY_TOKEN[5:40])
    assert logits.shape == (4, 35)
    torch.testing.assert_close(logits.sum(dim=1), torch.zeros(4), atol=1e-4, rtol=0)


def test_common_tokens_are_used_often_enough(text):
    uses = np.bincount(text.token, minlength=VOCABULARY)
    assert set(common_tokens(text)) == {i for i in range(VOCABULARY) if uses[i] >= LEAST_USES}
