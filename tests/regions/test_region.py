"""What a step is given says which models and which text it is about."""

import json

import pandas as pd
import pytest
from planted_datasets import DATASETS
from planted_region import EVALUATION

from featurefate.regions import region as module
from featurefate.regions.datasets import dataset_stream
from featurefate.regions.points import BASE
from featurefate.regions.region import Region, given_to_steps


@pytest.fixture
def given(region, monkeypatch):
    """Three members, one stranger and one control that is neither."""
    monkeypatch.setattr(module, "DATASETS", DATASETS)
    rows = [("member", "lost", 31, "lost.0"), ("member", "lost", 32, "lost.1"),
            ("member", "torch", 31, "torch.0"), ("other_base", "lost", 33, "lost.2"),
            ("halves", "others", 31, "others.0")]  # fmt: skip
    models = pd.DataFrame(rows, columns=["group", "dataset", "seed", "model"])
    models["model"] = [region[name] for name in models.model]
    return given_to_steps(models, region, region["base"], EVALUATION)


def test_members_and_strangers_are_given_and_no_other_control(given, region):
    settings, inputs = given
    assert json.loads(json.dumps(settings)) == settings
    assert list(settings["datasets"]) == ["lost", "torch"]
    assert [m["run"] for m in settings["members"]] == [31, 32, 31]
    assert [m["model"] for m in settings["strangers"]] == [region["lost.2"].name]
    assert region["others.0"].name not in inputs
    assert inputs[BASE] is region["base"]


def test_a_step_finds_there_the_models_and_the_text(given, region):
    around = Region.of(*given)
    assert around.base is region["base"]
    assert around.folders[region["lost.1"].name] == region["lost.1"].path
    assert len(around.folders) == 5
    corpora = region["documents"], region["tokens"]
    expected = dataset_stream(DATASETS["torch"], *corpora, "train")
    assert around.training_text("torch").tokens.tolist() == expected.tokens.tolist()
    held_out = around.held_out("test")
    assert set(held_out) == {"lost", "torch"}
    assert all(rows.mask.sum() == EVALUATION["tokens"] for rows in held_out.values())


def test_without_another_base_there_are_no_strangers(region):
    inputs = {name: each for name, each in region.items() if name != "region"}
    around = Region.of(region["region"], inputs)
    assert list(around.strangers.columns) == ["model", "dataset", "run"]
    assert around.strangers.empty and len(around.members) == 9
