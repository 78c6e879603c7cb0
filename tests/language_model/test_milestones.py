"""Models kept along the way stand where they should, and the last one is the finished model."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from planted_language import RECIPE, SHAPE, plant_corpora

from featurefate.language_model import milestones
from featurefate.language_model.architecture import load_model, new_model
from featurefate.language_model.milestones import load_milestones, milestone_steps
from featurefate.language_model.training import train_base


def test_steps_double_where_they_can():
    assert milestone_steps(512, 10) == [2**i for i in range(10)]
    assert milestone_steps(1464, 1) == [1464]
    assert milestone_steps(1464, 0) == []
    assert milestone_steps(3, 8) == [1, 2, 3]


@given(st.integers(1, 100_000), st.integers(0, 60))
def test_steps_are_distinct_from_one_to_the_last(steps, wanted):
    chosen = milestone_steps(steps, wanted)
    assert len(chosen) == min(steps, wanted)
    assert chosen == sorted(set(chosen))
    assert not chosen or (chosen[0] >= 1 and chosen[-1] == steps)
    if len(chosen) > 1:
        assert chosen[0] == 1
        ratio = steps ** (1 / (len(chosen) - 1))
        spread = [b / a for a, b in zip(chosen, chosen[1:], strict=False) if a * (ratio - 1) > 20]
        assert all(0.9 * ratio < r < 1.1 * ratio for r in spread)


@pytest.fixture
def trained(tmp_path):
    store = plant_corpora(tmp_path)
    inputs = {key: store.read(f"corpora/{key}") for key in ("tokens", "tokenizer")}
    settings = {"shape": SHAPE, "recipe": {**RECIPE, "milestones": 4}}
    return store.step("models/base", train_base, settings, inputs)


def test_the_last_is_the_finished_model_and_the_first_is_near_the_start(trained):
    kept = list(load_milestones(trained))
    assert [step for step, _, _ in kept] == milestone_steps(50, 4)
    assert [tokens for _, tokens, _ in kept] == [step * 8 * 24 for step, _, _ in kept]
    finished = load_model(trained).state_dict()
    last = kept[-1][2].state_dict()
    assert all(torch.equal(finished[name], last[name]) for name in finished)
    start = torch.nn.utils.parameters_to_vector(new_model(**SHAPE, seed=3).parameters())
    way = [torch.nn.utils.parameters_to_vector(model.parameters()) - start for *_, model in kept]
    lengths = [float(moved.detach().norm()) for moved in way]
    assert lengths == sorted(lengths) and 0 < lengths[0] < lengths[-1] / 10


def test_models_are_read_one_at_a_time(trained, monkeypatch):
    read = []
    monkeypatch.setattr(milestones, "read_model", lambda folder: read.append(folder.name))
    along = load_milestones(trained)
    assert not read
    next(along)
    assert read == ["step_000001"]


def test_an_artifact_without_milestones_has_none(tmp_path, artifact_of):
    (tmp_path / "config.json").write_text("{}")
    assert list(load_milestones(artifact_of(tmp_path))) == []
