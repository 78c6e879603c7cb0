"""Survival on a planted lineage: all at home, less and less further off, nothing without sense."""

import numpy as np
import pandas as pd
import pytest
import torch
from tiny_lineage import (
    DRAWS,
    FEATURES,
    READING,
    as_artifact,
    descendant,
    new_base,
    new_sae,
    planted_tokens,
    save,
    save_sae,
)

from featurefate.corpora.domains import DOMAINS
from featurefate.language_model.movement import ALL, movement
from featurefate.tracking.distance import OWN, RANDOM, kinship, survival_by_distance
from featurefate.tracking.survival import SEVERAL, Reader, survival, survival_in_training

TEST = READING | {"split": "test"}
STEPS = {"near": 0.02, "further": 0.2, "far": 1.0}


@pytest.fixture(scope="module")
def lineage(tmp_path_factory):
    root = tmp_path_factory.mktemp("lineage")
    base = new_base()
    models = {"base": base} | {n: descendant(base, 40, step) for n, step in STEPS.items()}
    models["stranger"] = new_base(seed=2)
    return {name: save(model, root / name, name) for name, model in models.items()}


@pytest.fixture(scope="module")
def asked(lineage, tmp_path_factory):
    root = tmp_path_factory.mktemp("read")
    dictionaries = save_sae({5: new_sae(5)}, root / "dictionaries", "dictionaries")
    tokens = planted_tokens(root / "corpora")
    return dict(
        home=lineage["base"], dictionaries=dictionaries, tokens=tokens, seed=5, reading=TEST
    )


@pytest.fixture(scope="module")
def tables(lineage, asked, tmp_path_factory):
    folder = tmp_path_factory.mktemp("survival")
    survival(folder, **asked, **DRAWS, **{f"the_{n}": model for n, model in lineage.items()})
    return {path.stem: pd.read_parquet(path) for path in folder.glob("*.parquet")}


def test_at_home_everything_survives(tables):
    at_home = tables["rates"].query("model == 'the_base'")
    assert (at_home[["value", "low", "high", "ceiling"]] == 1).all(axis=None)
    assert (at_home.distance == 0).all()
    r = tables["features"].query("model == 'the_base' and counted").r
    np.testing.assert_allclose(r, 1, atol=1e-5)


def test_the_further_the_less(tables):
    rates = tables["rates"].query("of == 'all'").set_index("model")
    order = ["the_base", "the_near", "the_further", "the_far"]
    assert rates.value[order].is_monotonic_decreasing and rates.value["the_near"] > 0.9
    assert rates.value["the_stranger"] < 0.05, "another basis"
    assert rates.distance[order].is_monotonic_increasing
    assert ((rates.low <= rates.value) & (rates.value <= rates.high)).all()


def test_rates_are_shares_of_the_features_listed(tables):
    features = tables["features"].query("counted")
    assert len(tables["features"]) == 5 * FEATURES
    assert set(features.domain) <= {*DOMAINS, SEVERAL}
    for row in tables["rates"].itertuples():
        own = features[features.model == row.model]
        own = own if row.of == "all" else own[own.domain == row.of]
        assert row.features == len(own)
        assert row.value == pytest.approx((own.r >= 0.8).mean())
        assert row.median_r == pytest.approx(own.r.median())


def test_the_domain_of_a_feature_is_where_most_of_its_firings_are(asked):
    reader = Reader(asked["home"], asked["dictionaries"], 5, asked["tokens"], TEST)
    fires = reader.at_home.toarray() != 0
    for feature in np.flatnonzero(fires.any(axis=0))[:20]:
        where = np.bincount(reader.text.domain[fires[:, feature]], minlength=4)
        expected = DOMAINS[where.argmax()] if 2 * where.max() > where.sum() else SEVERAL
        assert reader.domain[feature] == expected


def milestones(folder, models):
    """An artifact as training leaves it, with models kept after 1, 2, … steps of 100 tokens."""
    for step, model in enumerate(models, start=1):
        model.save_pretrained(folder / "milestones" / f"step_{step:06d}")
    steps = np.arange(1, len(models) + 1)
    curve = pd.DataFrame({"step": steps, "tokens": 100 * steps})
    curve.to_parquet(folder / "training_curve.parquet")
    return as_artifact(folder, "trained")


def test_milestones_are_read_in_their_order(asked, tables, tmp_path):
    on_the_way = [descendant(new_base(), 40, step) for step in STEPS.values()]
    (tmp_path / "trained").mkdir()
    trained = milestones(tmp_path / "trained", on_the_way)
    survival_in_training(tmp_path, **asked, **DRAWS, trained=trained)
    rates = pd.read_parquet(tmp_path / "rates.parquet").query("of == 'all'")
    assert rates.trained_on.tolist() == [100, 200, 300]
    same = tables["rates"].query("of == 'all'").set_index("model").value
    np.testing.assert_allclose(rates.value, same[[f"the_{name}" for name in STEPS]])


def test_a_model_without_milestones_is_named(asked, lineage, tmp_path):
    with pytest.raises(ValueError, match="near was trained without milestones"):
        survival_in_training(tmp_path, **asked, **DRAWS, trained=lineage["near"])


def test_random_moves_are_as_long_and_own_moves_end_in_the_child(asked, lineage, tables, tmp_path):
    survival_by_distance(
        tmp_path, **asked, **DRAWS, child=lineage["further"], lengths=[0.0, 0.5, 1.0], move_seed=9
    )
    rates = pd.read_parquet(tmp_path / "rates.parquet").query("of == 'all'").set_index("model")
    child = tables["rates"].query("of == 'all' and model == 'the_further'").iloc[0]
    for way in (OWN, RANDOM):
        assert rates.value[f"{way} 0"] == 1
        assert rates.distance[f"{way} 1"] == pytest.approx(child.distance, rel=1e-4)
        assert rates.distance[f"{way} 0.5"] == pytest.approx(child.distance / 2, rel=1e-4)
    assert rates.value[f"{OWN} 1"] == pytest.approx(child.value)


def test_kinship_is_one_among_equals_and_symmetric(asked, lineage, tmp_path):
    near, base = lineage["near"], lineage["base"]
    found = {}
    for name, models in {
        "one way": dict(a=base, b=near, c=base),
        "the other": dict(a=near, b=base, c=near),
    }.items():
        (tmp_path / name).mkdir()
        kinship(tmp_path / name, **asked, **models)
        pairs = pd.read_parquet(tmp_path / name / "pairs.parquet")
        found[name] = pairs.set_index(["first", "second"])
    for pairs in found.values():
        assert list(pairs.index) == [("a", "b"), ("a", "c"), ("b", "c")]
        assert pairs.agreement["a", "c"] == 1 and pairs.agreement["a", "b"] < 1
    pd.testing.assert_series_equal(found["one way"].loc["a", "b"], found["the other"].loc["a", "b"])
    with pytest.raises(ValueError, match="two models at least"):
        kinship(tmp_path, **asked, alone=base)


def test_the_move_of_a_child_is_measured_as_everywhere(tables, lineage):
    from featurefate.language_model.architecture import load_model

    moved = movement(load_model(lineage["base"]), load_model(lineage["far"]))
    expected = moved.set_index("part").length[ALL]
    assert tables["rates"].set_index("model").distance["the_far"].iloc[0] == pytest.approx(expected)


def test_tables_are_the_same_again(asked, lineage, tables, tmp_path):
    torch.manual_seed(99)
    models = {f"the_{n}": model for n, model in lineage.items()}
    survival(tmp_path, **asked, **DRAWS, **models)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "rates.parquet"), tables["rates"])
