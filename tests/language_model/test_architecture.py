"""The model is the field's own class; what we call hook_post is what TransformerLens calls it."""

import numpy as np
import pytest
import torch

from featurefate.language_model.activations import HOOK, mlp_activations
from featurefate.language_model.architecture import new_model


def weights(shape, seed):
    return new_model(**shape, seed=seed).state_dict()


def test_the_seed_decides_the_weights(tiny_shape):
    first, again, other = (weights(tiny_shape, seed) for seed in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["lm_head.weight"], other["lm_head.weight"])


@pytest.mark.parametrize(
    ("size", "value"),
    [("context", 1), ("hidden_size", 0), ("hidden_size", 2**40), ("mlp_size", 2.0), ("heads", -1)],
)
def test_a_size_that_no_model_has_is_named(tiny_shape, size, value):
    with pytest.raises(ValueError, match=rf"^{size} is .*: a whole number from [12] to "):
        new_model(**{**tiny_shape, size: value}, seed=1)


def test_two_positions_are_enough_to_train_on(tiny_shape):
    model = new_model(**{**tiny_shape, "context": 2}, seed=1)
    ids = torch.tensor([[0, 5]])
    assert model(ids, labels=ids).loss.isfinite()


def test_token_zero_is_an_ordinary_token_to_the_embedding(tiny_model):
    """Rows open with id 0; were it padding, its embedding would stay zero for ever."""
    assert tiny_model.model.embed_tokens.padding_idx is None
    assert tiny_model.model.embed_tokens.weight[0].abs().sum() > 0


@pytest.mark.filterwarnings("ignore")
def test_activations_are_hook_post_of_the_bridge(tiny_model, tmp_path):
    from tokenizers import Tokenizer, models
    from transformer_lens.model_bridge import TransformerBridge
    from transformers import PreTrainedTokenizerFast

    words = {"<|endoftext|>": 0, **{f"w{i}": i for i in range(1, 64)}}
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.WordLevel(words, unk_token="<|endoftext|>")),
        bos_token="<|endoftext|>",
        eos_token="<|endoftext|>",
        pad_token="<|endoftext|>",
    )
    tiny_model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    bridge = TransformerBridge.boot_transformers(str(tmp_path), device="cpu")
    rows = np.random.default_rng(2).integers(0, 64, (5, 24))
    _, cache = bridge.run_with_cache(torch.as_tensor(rows), prepend_bos=False)
    ours = mlp_activations(tiny_model, rows, batch=2)
    assert ours.shape == (5, 24, 32)
    torch.testing.assert_close(ours, cache[HOOK], atol=1e-5, rtol=1e-5)


def test_no_layer_after_the_neurons_is_computed(tiny_model):
    def fail(*_):
        raise AssertionError("the last norm was reached")

    with tiny_model.model.norm.register_forward_pre_hook(fail):
        mlp_activations(tiny_model, np.ones((3, 24), dtype=np.int64))


def test_reading_activations_leaves_the_model_as_it_was(tiny_model):
    rows = np.random.default_rng(3).integers(0, 64, (21, 24))
    ids = torch.as_tensor(rows)
    with torch.no_grad():
        before = tiny_model(input_ids=ids).logits
        found = mlp_activations(tiny_model, rows)
        torch.testing.assert_close(tiny_model(input_ids=ids).logits, before, rtol=0, atol=0)
    torch.testing.assert_close(mlp_activations(tiny_model, rows), found, rtol=0, atol=0)
