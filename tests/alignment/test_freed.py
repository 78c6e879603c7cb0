"""Weights that are set free get better; those that are not stay the average."""

import pytest
import torch
from planted_pair import SHAPE, model_with_gains, plant_corpora

from featurefate.alignment.aligned import aligned
from featurefate.alignment.freed import freed_middle
from featurefate.alignment.weights import PLACES
from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.language_model.architecture import read_model
from featurefate.language_model.evaluation import score_model

GIVEN = {"domains": ["english"], "training_tokens": 60 * SHAPE["context"], "batch": 4, "seed": 1}


@pytest.mark.parametrize("t", [0.0, 0.5])
def test_only_free_weights_are_trained(tmp_path, artifact_of, t):
    store, pair = plant_corpora(tmp_path / "store"), {}
    for seed, name in enumerate(("first", "second"), start=1):
        model_with_gains(seed).save_pretrained(tmp_path / name)
        pair[name] = artifact_of(tmp_path / name, name)
    corpora = {key: store.read(f"corpora/{key}") for key in ("tokens", "tokenizer")}
    folder, free = tmp_path / "freed", ["neurons", "unembedding"]
    folder.mkdir()
    freed_middle(folder, **pair, **corpora, t=t, places=free, learning_rate=1e-2, **GIVEN)
    found, (model, a, b) = read_model(folder), aligned(**pair)
    middle = {name: (1 - t) * a[name] + t * b[name] for name in a}
    trained = {name for place in free for name in PLACES[place]}
    for name, weight in found.state_dict().items():
        assert torch.allclose(weight, middle[name], atol=1e-6) == (name not in trained), name
    rows = evaluation_rows(load_tokens(corpora["tokens"], "english", "test"), 24, 600)
    model.load_state_dict(middle)
    assert score_model(found, rows).loss < score_model(model, rows).loss - 0.1
