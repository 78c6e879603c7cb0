"""The step on a planted region, and the tables read back."""

import numpy as np
import pandas as pd
import pytest
from planted_datasets import DATASETS
from planted_region import held_out

from featurefate.artifacts.manifest import Cost, Manifest, sha256_of
from featurefate.artifacts.store import Artifact
from featurefate.language_model.architecture import load_model
from featurefate.language_model.evaluation import score_model
from featurefate.regions.measuring import reader
from featurefate.regions.membership import (
    membership,
    probabilities,
    read_measured,
    recipe,
    sample,
)
from featurefate.regions.points import BASE, place
from featurefate.regions.sampling import groups

SETTINGS = dict(
    mixtures={"dataset": 6, "family": 3, "general": 3},
    runs_mixed=2,
    concentration=1.0,
    random_directions=2,
    distances=[0.5, 1.0, 1.5],
    seed=41,
)


def measured_in(region, root):
    folder = root / "membership"
    folder.mkdir()
    membership(folder, **region, **SETTINGS)
    Manifest("regions/membership", "planted-membership", {}, Cost(), "").write(folder)
    return Artifact("regions/membership", folder, Manifest.read(folder))


@pytest.fixture(scope="module")
def measured(region, tmp_path_factory):
    return measured_in(region, tmp_path_factory.mktemp("membership"))


def test_every_kind_is_there_and_measured_where_it_belongs(measured):
    points, losses = read_measured(measured)
    kinds = points.groupby(["level", "kind"]).size().to_dict()
    assert kinds["", "member"] == 9
    assert kinds["", "base"] == 1
    assert kinds["dataset", "mixture"] == 18
    assert kinds["dataset", "shrunk"] == 18, "one for each mixture"
    assert ("family", "shrunk") not in kinds
    assert kinds["dataset", "best member"] == 9
    assert kinds["dataset", "best mixture"] == 18
    assert kinds["general", "random"] == 2
    on = losses.groupby("point").dataset.agg(set)
    assert on[points.point[points.kind == "member"]].map(len).eq(3).all()
    single = points[points.level == "dataset"]
    assert all(on[row.point] == {row.group} for row in single.itertuples())


def test_losses_are_those_of_the_models_and_recipes_can_be_followed(region, measured):
    points, losses = read_measured(measured)
    test = held_out(region)
    member = points[points.model == "lost.1"].iloc[0]
    own = losses[(losses.point == member.point) & (losses.dataset == "lost")].loss.item()
    assert own == pytest.approx(score_model(load_model(region["lost.1"]), test["lost"]).loss)
    folders = {r.model: region[r.model].path for r in points[points.kind == "member"].itertuples()}
    read = reader({**folders, BASE: region["base"].path})
    model = load_model(region["base"])
    shrunk = points[(points.kind == "shrunk") & (points.group == "lost")].iloc[0]
    model.load_state_dict(place(recipe(points, shrunk.point), read))
    found = losses[losses.point == shrunk.point].loss.item()
    assert score_model(model, test["lost"]).loss == pytest.approx(found, rel=1e-5)


def test_the_best_distance_is_the_one_that_validation_found(measured):
    points, _ = read_measured(measured)
    tried = pd.read_parquet(measured.file("distances.parquet"))
    for kind in ("member", "mixture"):
        assert tried[tried.kind == kind].groupby(["dataset", "s"]).size().eq(3).all()
        mean = tried[tried.kind == kind].groupby(["dataset", "s"]).loss.mean()
        moved = points[points.kind == f"best {kind}"].set_index("group").s
        for dataset in DATASETS:
            assert mean[dataset].idxmin() == moved[dataset].iloc[0] == moved[dataset].iloc[-1]


def test_members_are_better_on_their_data_set_than_those_of_other_families(measured):
    points, losses = read_measured(measured)
    lost = groups(DATASETS)[2]
    members, others = (sample(points, losses, lost, kind) for kind in ("in", "other"))
    assert (len(members.losses), len(others.losses)) == (3, 6)
    assert members.losses.max() < others.losses.min()
    assert sorted(members.runs) == [(0,), (1,), (2,)]


def test_a_table_of_probabilities_at_each_level(measured):
    points, losses = read_measured(measured)
    comparisons = [("in", "other"), ("mixture", "in"), ("in", "stranger")]
    found = probabilities(points, losses, DATASETS, comparisons, seed=42)
    assert found.level[found["first"] == "mixture"].tolist() == ["dataset", "family", "general"]
    assert found[found.second == "other"].level.tolist() == ["dataset"], "one family, no strangers"
    wide = losses.pivot(index="point", columns="dataset", values="loss").mean(axis=1)
    at = points.set_index("point")
    mixed = wide[at.index[(at.kind == "mixture") & (at.level == "general")]]
    single = wide[at.index[at.kind == "member"]]
    row = found[(found.level == "general") & (found["first"] == "mixture")].iloc[0]
    assert row.ahead == pytest.approx(single.mean() - mixed.mean())
    assert row.better == np.mean([a <= b for a in mixed for b in single])
    assert row.pairs == 27


def test_measuring_again_gives_the_same_tables(region, measured, tmp_path):
    again = measured_in(region, tmp_path)
    for name in ("points.parquet", "losses.parquet"):
        assert sha256_of(again.file(name)) == sha256_of(measured.file(name))


def test_a_model_that_is_not_there_is_named():
    with pytest.raises(KeyError, match="no model 'b'; there are a"):
        reader({"a": "."})("b")


def test_the_loss_is_the_mean_over_documents(measured):
    _, losses = read_measured(measured)
    assert losses.by_document.map(len).min() >= 20
    assert losses.by_document.map(np.mean).tolist() == pytest.approx(losses.loss.tolist())


def test_a_group_that_was_measured_on_none_of_its_data_sets_has_no_sample(measured):
    points, losses = read_measured(measured)
    elsewhere = losses[losses.dataset != "lost"]
    assert sample(points, elsewhere, groups(DATASETS)[2], "in").points == []
    comparisons = [("mixture", "in")]
    found = probabilities(points, elsewhere, {"lost": DATASETS["lost"]}, comparisons, seed=43)
    assert found.empty
