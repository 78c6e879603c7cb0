"""Every architecture trains, holds its L0, is saved in SAELens's format and says no to nonsense."""

import pandas as pd
import pytest
import torch
from sae_lens import SAE

from featurefate.dictionaries import training
from featurefate.dictionaries.activation_stream import ActivationStream
from featurefate.dictionaries.architectures import ARCHITECTURES, new_dictionary
from featurefate.dictionaries.checkpoint import FILE_NAME
from featurefate.dictionaries.encoding import activations_on, evaluation_text
from featurefate.dictionaries.training import load_dictionary, train_dictionaries

SAVED_AS = {
    "topk": "topk",
    "batchtopk": "jumprelu",
    "matryoshka": "jumprelu",
    "jumprelu": "jumprelu",
    "relu": "standard",
}


def sparsity(architecture):
    if architecture == "relu":
        return {"architecture": architecture, "k": None, "penalty": 0.5}
    return {"architecture": architecture}


@pytest.fixture(scope="module", params=ARCHITECTURES)
def trained(request, tmp_path_factory, model, tokens, settings, make_artifact):
    folder = tmp_path_factory.mktemp(request.param)
    of_architecture = {**settings, "seeds": [101], **sparsity(request.param)}
    train_dictionaries(folder, model=model, tokens=tokens, **of_architecture)
    return request.param, make_artifact(f"dictionaries/{request.param}", folder), of_architecture


def test_it_explains_the_activations_with_few_features(trained, model, tokens, settings):
    architecture, artifact, _ = trained
    dictionary = load_dictionary(artifact, 101)
    assert dictionary.cfg.architecture() == SAVED_AS[architecture]
    x = activations_on(evaluation_text(tokens, settings["context"], 1_000, "test"), model)
    with torch.no_grad():
        error = (dictionary(x) - x).pow(2).sum() / (x - x.mean(0)).pow(2).sum()
        active = (dictionary.encode(x) > 0).sum(dim=1).float().mean()
    assert error < 0.6
    assert active < settings["features"] / 2
    if architecture == "topk":
        assert active == pytest.approx(settings["k"], abs=0.1)
    torch.testing.assert_close(dictionary.W_dec.norm(dim=1), torch.ones(settings["features"]))


def test_a_killed_run_ends_with_the_same_weights(trained, model, tokens, tmp_path, monkeypatch):
    """Buffers, such as BatchTopK's threshold, must survive as well as weights do."""
    _, artifact, settings = trained
    monkeypatch.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", -1)
    get, asked = ActivationStream.__getitem__, []

    def dies_at_the_third(stream, index):
        asked.append(index)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return get(stream, index)

    monkeypatch.setattr(ActivationStream, "__getitem__", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        train_dictionaries(tmp_path, model=model, tokens=tokens, **settings)
    assert (tmp_path / FILE_NAME).exists()
    train_dictionaries(tmp_path, model=model, tokens=tokens, **settings)
    resumed = SAE.load_from_disk(tmp_path / "seed_101").state_dict()
    for name, tensor in load_dictionary(artifact, 101).state_dict().items():
        assert torch.equal(resumed[name], tensor), name
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "curves.parquet"),
        pd.read_parquet(artifact.file("curves.parquet")),
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"architecture": "topkk"}, "'topkk' is none of topk, batchtopk"),
        ({"architecture": "relu"}, "'relu' takes penalty and no k"),
        ({"penalty": 1.0}, "'topk' takes k and no penalty"),
        ({"k": 17}, "k = 17 of features = 16 cannot be active on a token"),
        ({"k": 0}, "k = 0 of features = 16 cannot be active on a token"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(change, message):
    settings = {"architecture": "topk", "k": 4, "penalty": None, **change}
    with pytest.raises(ValueError, match=message):
        new_dictionary(**settings, d_in=8, features=16, seed=1, device="cpu")
