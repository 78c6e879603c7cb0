"""Pairs of bases for comparison: each shares what it should with its partner, and nothing else."""

import numpy as np
import pytest
from planted_pair import RECIPE, SHAPE, plant_corpora

from featurefate.alignment.other_bases import other_bases
from featurefate.language_model.architecture import load_model
from featurefate.language_model.training import train_base

FEW = RECIPE | {"training_tokens": 24 * 40}


@pytest.fixture
def made(tmp_path, monkeypatch):
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")
    store, settings = plant_corpora(tmp_path), {"shape": SHAPE, "recipe": FEW}
    corpora = {key: store.read(f"corpora/{key}") for key in ("tokens", "tokenizer")}
    base = store.step("models/base", train_base, settings, corpora)
    given = dict(same_order=[7], other_widths=[8], width_seed=20)
    return base, *other_bases(store, "1", settings, corpora, **given)


def test_one_order_means_one_recipe_from_another_start(made):
    base, models, pairs = made
    assert pairs["1", "same_order_7"] == "same order of the text"
    recipe = models["same_order_7"].manifest.recipe
    assert recipe["settings"]["recipe"] == base.manifest.recipe["settings"]["recipe"]
    loaded = load_model(base), load_model(models["same_order_7"])
    weights = [model.get_input_embeddings().weight for model in loaded]
    cosine = (weights[0] * weights[1]).sum() / (weights[0].norm() * weights[1].norm())
    assert abs(cosine.item()) < 0.5  # one start and one order would give 1


def test_a_pair_of_one_width_differs_in_start_and_order(made):
    _, models, pairs = made
    assert pairs["width_8_0", "width_8_1"] == "width 8"
    loaded = [load_model(models[f"width_8_{n}"]) for n in (0, 1)]
    assert [model.config.hidden_size for model in loaded] == [8, 8]
    seeds = [models[f"width_8_{n}"].manifest.recipe["settings"]["recipe"]["seed"] for n in (0, 1)]
    assert seeds == [20, 21]
    first, second = (m.get_input_embeddings().weight.detach().numpy() for m in loaded)
    assert not np.allclose(first, second, atol=0.01)
