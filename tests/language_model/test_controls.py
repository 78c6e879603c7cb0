"""The controls share with a trained model what they should, and nothing else."""

import torch
from planted_language import RECIPE, SHAPE, plant_corpora

from featurefate.language_model.architecture import load_model, new_model
from featurefate.language_model.controls import shuffled, untrained
from featurefate.language_model.training import train_base


def weights(artifact):
    return load_model(artifact).state_dict()


def test_untrained_is_where_training_from_that_seed_begins(tmp_path):
    store = plant_corpora(tmp_path)
    inputs = {key: store.read(f"corpora/{key}") for key in ("tokens", "tokenizer")}
    settings = {"shape": SHAPE, "seed": 3}
    tokenizer = {"tokenizer": inputs["tokenizer"]}
    found = weights(store.step("models/untrained", untrained, settings, tokenizer))
    expected = new_model(**SHAPE, seed=3).state_dict()
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    standing = {"shape": SHAPE, "recipe": {**RECIPE, "learning_rate": 0.0}}
    same = weights(store.step("models/base", train_base, standing, inputs))
    assert all(torch.equal(found[name], same[name]) for name in expected)


def test_shuffled_keeps_every_matrix_s_values_and_none_of_its_order(tmp_path):
    store = plant_corpora(tmp_path)
    inputs = {key: store.read(f"corpora/{key}") for key in ("tokens", "tokenizer")}
    parent = store.step("models/base", train_base, {"shape": SHAPE, "recipe": RECIPE}, inputs)
    family = {"parent": parent, "tokenizer": inputs["tokenizer"]}
    one, two = (store.step(f"models/{s}", shuffled, {"seed": s}, family) for s in (31, 32))
    before, first, second = weights(parent), weights(one), weights(two)
    for name, values in before.items():
        assert torch.equal(values.flatten().sort()[0], first[name].flatten().sort()[0])
        if values.ndim == 2:
            assert (values == first[name]).float().mean() < 0.05
            assert not torch.equal(first[name], second[name])
        else:
            assert torch.equal(values, first[name])
    assert one.path.joinpath("tokenizer_config.json").is_file()
