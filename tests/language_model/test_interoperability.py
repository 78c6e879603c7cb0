"""A checkpoint of ours is a checkpoint of the field: other tools find the same model."""

import numpy as np
import pytest
import torch
from planted_language import RECIPE, SHAPE, VOCABULARY, plant_corpora
from transformers import AutoModelForCausalLM, AutoTokenizer

from featurefate.language_model.architecture import load_model
from featurefate.language_model.training import train_base


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Two artifacts as a notebook's step writes them."""
    store = plant_corpora(tmp_path_factory.mktemp("artifacts"))
    inputs = {key: store.read(f"corpora/{key}") for key in ("tokens", "tokenizer")}
    settings = [
        {"shape": SHAPE, "recipe": {**RECIPE, "training_tokens": 24 * 80, "seed": seed}}
        for seed in (3, 4)
    ]
    names = ("models/base", "models/base_other_seed")
    return [store.step(n, train_base, s, inputs) for n, s in zip(names, settings, strict=True)]


@pytest.fixture
def rows():
    return torch.as_tensor(np.random.default_rng(5).integers(0, VOCABULARY, (4, 24)))


def logits(model, rows):
    with torch.no_grad():
        return model(input_ids=rows).logits


def test_plain_transformers_loads_model_and_tokenizer(trained, rows):
    theirs = AutoModelForCausalLM.from_pretrained(trained[0].path, local_files_only=True).eval()
    torch.testing.assert_close(
        logits(theirs, rows), logits(load_model(trained[0]), rows), atol=1e-5, rtol=0
    )
    tokenizer = AutoTokenizer.from_pretrained(trained[0].path, local_files_only=True)
    assert len(tokenizer) == VOCABULARY and tokenizer.bos_token_id == 0


@pytest.mark.filterwarnings("ignore")
def test_transformer_lens_boots_it_offline_with_the_same_logits(trained, rows, monkeypatch):
    from transformer_lens.model_bridge import TransformerBridge

    monkeypatch.setattr("socket.socket.connect", None)  # whoever reached for a network would fail
    bridge = TransformerBridge.boot_transformers(str(trained[0].path), device="cpu")
    with torch.no_grad():
        theirs = bridge(rows, prepend_bos=False)
    torch.testing.assert_close(theirs, logits(load_model(trained[0]), rows), atol=1e-5, rtol=0)


def test_mergekit_merges_two(trained, tmp_path):
    from mergekit.config import MergeConfiguration
    from mergekit.merge import MergeOptions, run_merge

    parents = [{"model": str(a.path), "parameters": {"weight": 0.5}} for a in trained]
    plan = {"merge_method": "linear", "dtype": "float32", "models": parents}
    options = MergeOptions(
        device="cpu", copy_tokenizer=False, lazy_unpickle=False, write_model_card=False, quiet=True
    )
    run_merge(MergeConfiguration.model_validate(plan), str(tmp_path), options)
    merged = AutoModelForCausalLM.from_pretrained(tmp_path, local_files_only=True).state_dict()
    first, second = (load_model(artifact).state_dict() for artifact in trained)
    for name in first:
        torch.testing.assert_close(merged[name], (first[name] + second[name]) / 2)
