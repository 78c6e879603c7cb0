"""A shared dictionary: planted latents that two models have, and one of them has alone."""

import numpy as np
import pytest
import torch

from featurefate.dictionaries.encoding import encoded_seeds, load_encoded
from featurefate.dictionaries.shared import SharedDictionary, encode_shared, train_shared
from featurefate.language_model.architecture import load_model


@pytest.fixture(scope="module")
def changed(tmp_path_factory, model, make_artifact):
    """The tiny model with its MLP's first half of neurons silenced."""
    network = load_model(model)
    network.model.layers[0].mlp.up_proj.weight.data[:24] = 0
    folder = tmp_path_factory.mktemp("changed")
    network.save_pretrained(folder)
    return make_artifact("models/changed", folder)


@pytest.fixture(scope="module")
def shared(tmp_path_factory, model, changed, tokens, settings, make_artifact):
    folder = tmp_path_factory.mktemp("shared")
    chosen = settings | {"seeds": [7], "domains": ["english", "lua"]}
    train_shared(folder, tokens=tokens, **chosen, whole=model, changed=changed)
    return make_artifact("dictionaries/shared", folder)


def test_a_silent_neuron_gets_no_weight_in_the_model_where_it_is_silent(shared):
    opened = SharedDictionary.load(shared, 7)
    assert list(opened.scales) == ["whole", "changed"]
    rows = opened.dictionary.W_dec.detach()
    whole, changed = rows.chunk(2, dim=1)
    assert changed[:, :24].norm() < 0.02 * changed[:, 24:].norm()
    assert whole[:, :24].norm() > 0.1 * whole.norm()
    norms = opened.norms()
    np.testing.assert_allclose(norms["whole"] ** 2 + norms["changed"] ** 2, 1, atol=1e-4)


def test_the_models_are_scaled_alike(shared, model, changed, tokens, settings):
    from featurefate.dictionaries.encoding import activations_on, evaluation_text

    text = evaluation_text(tokens, settings["context"], 800, "test")
    scales = SharedDictionary.load(shared, 7).scales
    sizes = [
        (scales[name] * activations_on(text, artifact)).norm(dim=1).mean().item()
        for name, artifact in (("whole", model), ("changed", changed))
    ]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.2)
    assert scales["changed"] > scales["whole"]


def test_encoding_is_the_dictionary_on_activations_end_to_end(
    shared, model, changed, tokens, settings, tmp_path, make_artifact
):
    from featurefate.dictionaries.encoding import activations_on, evaluation_text

    reading = {"context": settings["context"], "evaluation_tokens": 800, "split": "test"}
    encode_shared(tmp_path, shared=shared, tokens=tokens, **reading, whole=model, changed=changed)
    encoded = make_artifact("dictionaries/shared_encoded", tmp_path)
    assert encoded_seeds(encoded) == [7]
    values = load_encoded(encoded, 7).values
    assert np.diff(values.indptr).max() <= settings["k"]
    opened = SharedDictionary.load(shared, 7)
    text = evaluation_text(tokens, **reading)
    parts = [
        opened.scales[name] * activations_on(text, artifact)
        for name, artifact in (("whole", model), ("changed", changed))
    ]
    with torch.no_grad():
        expected = opened.dictionary.encode(torch.cat(parts, dim=1)).numpy()
    np.testing.assert_allclose(values.toarray(), expected, atol=1e-5)
