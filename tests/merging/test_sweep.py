"""The sweep against models merged and scored one by one; the same for any number of processes."""

import json

import numpy as np
import pandas as pd
import pytest
import torch

from featurefate.artifacts import parallel
from featurefate.language_model.architecture import read_model
from featurefate.language_model.evaluation import score_model
from featurefate.merging import scoring, surface
from featurefate.merging.arithmetic import add, task_vector
from featurefate.merging.interpolation import slerp
from featurefate.merging.methods import Family, merge_by
from featurefate.merging.sweep import load_scores, merge, sweep, values_of_t
from featurefate.merging.with_data import collect_grams

HELD_OUT = [("validation", "stories", 500), ("test", "lua", 600)]
SETTINGS = {"ties": {"density": 0.5}, "dare_linear": {"density": 0.5, "seed": 4}}


@pytest.fixture
def one_process(monkeypatch):
    monkeypatch.setattr(parallel, "cpu_count", lambda: 1)
    scoring._open.cache_clear()


@pytest.fixture
def grams(tmp_path, family_artifacts, tokens, artifact_of):
    folders = {}
    for child, domain in (("first", "stories"), ("second", "lua")):
        folder = tmp_path / f"{child}_grams"
        folder.mkdir()
        model = family_artifacts[child]
        collect_grams(folder, model=model, tokens=tokens, domain=domain, rows=8, seed=1)
        folders[f"{child}_grams"] = artifact_of(folder, folder.name)
    return folders


def walk(folder, artifact_of, **inputs):
    folder.mkdir()
    points = {"slerp": 3, "linear": 3, "ties": 3, "dare_linear": 3, "model_stock": 1}
    points |= {"regmean": 3} if "first_grams" in inputs else {}
    sweep(folder, points=points, settings=SETTINGS, held_out=HELD_OUT, **inputs)
    return artifact_of(folder, "merging/sweep")


def test_a_sweep_is_models_merged_and_scored_one_by_one(
    tmp_path, family_artifacts, tokens, grams, artifact_of, one_process, saved
):
    walked = walk(tmp_path / "w", artifact_of, tokens=tokens, **family_artifacts, **grams)
    found, frame = load_scores(walked), pd.read_parquet(walked.file("sweep.parquet"))
    assert len(frame) == len(found) == 2 * (3 + 3 + 3 + 3 + 1 + 3)
    family = Family(**{name: read_model(folder).state_dict() for name, folder in saved.items()})
    rows = scoring.held_out_rows(family_artifacts["first"], tokens, HELD_OUT)
    model = read_model(saved["first"])
    for method, t in (("slerp", 0.5), ("ties", 0.0), ("linear", 1.0), ("dare_linear", 1.0)):
        model.load_state_dict(merge_by(family, method, t, **SETTINGS.get(method, {})))
        expected = score_model(model, rows["test", "lua"])
        np.testing.assert_allclose(found[method, t, "test", "lua"].nats, expected.nats, rtol=1e-5)
        row = frame[(frame.method == method) & (frame.t == t) & (frame.domain == "lua")].iloc[0]
        assert row.loss == pytest.approx(expected.loss) and row.tokens == 600
    for t in (0.0, 1.0):
        ends = frame[(frame.t == t) & frame.method.isin(["slerp", "linear", "regmean"])]
        assert (ends.groupby("domain").loss.nunique() == 1).all()


def test_an_impossible_sweep_is_refused_at_once(tmp_path, family_artifacts, tokens):
    for points, settings, message in (
        ({"soup": 3}, {}, "no merge method 'soup'"),
        ({"ties": 3}, {}, "ties needs the setting density"),
        ({"linear": 3}, {"ties": {"density": 0.2}}, "settings for ties, but no points"),
        ({"linear": 4}, {}, "odd number of points is needed.*not 4"),
    ):
        with pytest.raises(ValueError, match=message):
            sweep(tmp_path, points=points, settings=settings, held_out=HELD_OUT, tokens=tokens,
                  **family_artifacts)  # fmt: skip
    assert values_of_t(1) == [0.5] and values_of_t(5) == [0, 0.25, 0.5, 0.75, 1]


def test_the_models_are_read_once_for_all_points(
    tmp_path, family_artifacts, tokens, artifact_of, one_process, monkeypatch
):
    read = []

    def listening(folder):
        read.append(folder)
        return read_model(folder)

    monkeypatch.setattr(scoring, "read_model", listening)
    walk(tmp_path / "w", artifact_of, tokens=tokens, **family_artifacts)
    assert len(read) == 4  # the three members, and a model to fill


def test_the_number_of_processes_does_not_show(
    tmp_path, family_artifacts, tokens, artifact_of, monkeypatch
):
    tables = []
    for processes in (1, 2):
        monkeypatch.setattr(parallel, "cpu_count", lambda processes=processes: processes)
        folder = tmp_path / str(processes)
        walk(folder, artifact_of, tokens=tokens, **family_artifacts)
        tables.append((folder / "documents.parquet").read_bytes())
    assert tables[0] == tables[1], "to the last bit"


def test_a_plane_is_base_plus_shares_of_both_task_vectors(
    tmp_path, family_artifacts, tokens, one_process, saved
):
    surface.surface(tmp_path, tokens=tokens, low=-0.5, high=1.0, points=4, held_out=HELD_OUT,
                    **family_artifacts)  # fmt: skip
    frame = pd.read_parquet(tmp_path / "surface.parquet").set_index(["a", "b", "split", "domain"])
    assert len(frame) == 4 * 4 * 2
    states = {name: read_model(folder).state_dict() for name, folder in saved.items()}
    moves = [task_vector(states["base"], states[child]) for child in ("first", "second")]
    rows = scoring.held_out_rows(family_artifacts["first"], tokens, HELD_OUT)["test", "lua"]
    model = read_model(saved["base"])
    for a, b in ((0.0, 0.0), (1.0, 0.0), (-0.5, 0.5)):
        model.load_state_dict(add(states["base"], (a, moves[0]), (b, moves[1])))
        loss = frame.loss[a, b, "test", "lua"]
        assert loss == pytest.approx(score_model(model, rows).loss, rel=1e-5)
    child = score_model(read_model(saved["first"]), rows).loss
    assert frame.loss[1.0, 0.0, "test", "lua"] == pytest.approx(child, rel=1e-5)


def test_a_merged_model_is_saved_whole(tmp_path, family_artifacts, saved, monkeypatch):
    monkeypatch.setattr("featurefate.merging.sweep.save_model",
                        lambda model, _, folder: model.save_pretrained(folder))  # fmt: skip
    merge(tmp_path, first=family_artifacts["first"], second=family_artifacts["second"],
          tokenizer=None, method="slerp", t=0.3)  # fmt: skip
    states = [read_model(saved[child]).state_dict() for child in ("first", "second")]
    merged = read_model(tmp_path).state_dict()
    for name, tensor in slerp(*states, 0.3).items():
        torch.testing.assert_close(merged[name], tensor)
    assert json.loads((tmp_path / "config.json").read_text())["num_hidden_layers"] == 1
