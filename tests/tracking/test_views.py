"""Agreement of views: by hand, against scikit-learn's kappa, and the step on planted features."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from featurefate.dictionaries.architectures import new_dictionary
from featurefate.tracking.fates import NOT_RUN, NOTHING_TO_JUDGE
from featurefate.tracking.views import VIEWS, agreement_rows, rate_rows, views

FEATURES = 32


def test_agreement_is_cohens(seed=4):
    generator = np.random.default_rng(seed)
    first = generator.integers(0, 2, 200).astype(float)
    second = np.where(generator.random(200) < 0.7, first, 1 - first)
    second[:20] = np.nan
    says = {"a": (first, np.tile(first, (3, 1))), "b": (second, np.tile(second, (3, 1)))}
    rows = agreement_rows(says, {"all": np.full(200, True)})
    row = rows.iloc[0]
    assert row.features == 180
    assert row.kappa == pytest.approx(cohen_kappa_score(first[20:], second[20:]))
    assert row.value == pytest.approx((first[20:] == second[20:]).mean())
    assert row.kappa_low == pytest.approx(row.kappa_high) == pytest.approx(row.kappa)


def test_views_that_say_one_thing_of_all_have_no_kappa():
    ones = np.ones(10)
    rows = agreement_rows({"a": (ones, ones[None]), "b": (ones, ones[None])}, {"all": ones == 1})
    assert rows.value.item() == 1 and np.isnan(rows.kappa.item())


def test_where_a_view_says_nothing_there_is_no_rate():
    nothing = np.full(4, np.nan)
    says = {"warm": (nothing, nothing[None]), "fresh": (np.ones(4), np.ones((1, 4)))}
    rows = rate_rows(says, {}, {}, {"all": np.full(4, True)}).set_index("view")
    assert np.isnan(rows.value["warm"]) and rows.features["warm"] == 0
    assert rows.status["warm"] == NOTHING_TO_JUDGE
    assert rows.value["fresh"] == 1 and rows.status["shared"] == NOT_RUN
    both = agreement_rows(says, {"all": np.full(4, True)}).iloc[0]
    assert both.features == 0 and np.isnan(both.value)


KEPT = {  # how many of the parent's 32 features each encoding has
    "child": (range(16), (1, 2, 3)),
    "warm_child": (range(20), (9,)),
    "warm_same": (range(30), (9,)),
    "warm_other_text": (range(28), (9,)),
    "warm_stranger": (range(4), (9,)),
    "shared_encoded": (range(28), (5,)),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory, plant, as_stream, artifact_of):
    """What the step reads: a parent's features, 24 of them stable, and who keeps which."""
    root = tmp_path_factory.mktemp("views")
    planted, others = (plant(FEATURES, seed=seed).values.toarray() for seed in (1, 2))

    def encoded(name, kept, seeds):
        (root / name).mkdir()
        values = np.where(np.isin(np.arange(FEATURES), kept), planted, others)
        for seed in seeds:
            noise = np.random.default_rng(seed).lognormal(0, 0.1, values.shape)
            as_stream(values * noise).save(root / name / f"seed_{seed}.npz")
        return root / name

    parent = encoded("parent", range(26), (2, 3))
    as_stream(planted).save(parent / "seed_1.npz")
    inputs = {"parent": artifact_of(parent, "parent")}
    for name, (kept, seeds) in KEPT.items():
        inputs[name] = artifact_of(encoded(name, kept, seeds), name)
    stable = pd.DataFrame({"seed": 1, "feature": range(FEATURES)})
    (root / "stable").mkdir()
    stable.assign(stable=stable.feature < 24).to_parquet(root / "stable" / "features.parquet")
    return inputs | {"stable": artifact_of(root / "stable", "stable")}


@pytest.fixture(scope="module")
def shared(tmp_path_factory, artifact_of):
    """A shared dictionary: half as long in the child from latent 16 on, in the stranger from 7."""
    sae = new_dictionary("topk", d_in=12, features=FEATURES, k=2, seed=3, device="cpu")
    sae.W_dec.data[:] = 1
    sae.W_dec.data[16:, 4:8] = 0.4
    sae.W_dec.data[7:, 8:] = 0.1
    sae.cfg.normalize_activations = "none"
    sae.fold_W_dec_norm()
    folder = tmp_path_factory.mktemp("shared")
    sae.save_inference_model(folder / "seed_5")
    (folder / "models.json").write_text(json.dumps({"base": 1.0, "stories": 1.0, "stranger": 1.0}))
    return artifact_of(folder, "shared")


ASKED = {"parent_seed": 1, "draws": 20, "seed": 8}


@pytest.fixture(scope="module")
def tables(world, shared, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    views(folder, **world, **ASKED, shared=shared, shared_names=["base", "stories", "stranger"])
    return {path.stem: pd.read_parquet(path) for path in folder.glob("*.parquet")}


def test_each_view_says_what_was_planted(tables):
    features = tables["features"]
    assert features.counted.all()
    assert features.stable.sum() == 24 and features.stable[:24].all()
    number = features.feature
    assert (features.fresh == np.where(number < 16, "persisted", "lost")).all()
    assert (features.warm == np.where(number < 20, "persisted", "lost")).all()
    shared = np.select([number < 16, number < 28], ["persisted", "lost"], "no latent")
    assert (features.shared == shared).all()


def test_each_view_has_its_references(tables):
    rows = tables["rates"].set_index(["of", "view"])
    assert rows.value["counted", "fresh"] == 0.5 and rows.ceiling["counted", "fresh"] == 26 / 32
    assert rows.ceiling["stable", "fresh"] == 1 and rows.value["stable", "fresh"] == 16 / 24
    assert rows.floor["counted", "fresh"] == 0  # all tokens of these streams are one token
    assert rows.ceiling["counted", "warm"] == 30 / 32 and rows.floor["counted", "warm"] == 4 / 32
    assert rows.features["counted", "shared"] == 28
    assert rows.value["counted", "shared"] == 16 / 28 and rows.floor["counted", "shared"] == 7 / 28
    assert rows.ceiling_status["counted", "shared"] == NOT_RUN
    assert (rows.status == "run").all()


def test_views_agree_where_planted(tables):
    rows = tables["agreement"].set_index(["of", "first", "second"])
    assert len(rows) == 2 * len(VIEWS)
    assert rows.value["counted", "fresh", "warm"] == pytest.approx(28 / 32)
    assert rows.value["counted", "fresh", "shared"] == 1
    assert rows.features["counted", "fresh", "shared"] == 28
    assert rows.features["stable", "warm", "shared"] == 24
    assert rows.value["stable", "warm", "shared"] == pytest.approx(20 / 24)


def test_turnover_of_the_warm_view(tables):
    value = tables["turnover"].set_index("part").value
    assert value["without descent"] == pytest.approx(4 / 32)
    assert value["by descent"] == pytest.approx(16 / 32)
    assert value["model"] == pytest.approx(10 / 32)
    assert value["text"] == pytest.approx(2 / 32)


def test_a_view_that_did_not_run_is_said(world, tmp_path):
    given = {name: artifact for name, artifact in world.items() if name != "shared_encoded"}
    views(tmp_path, **given, **ASKED)
    rows = pd.read_parquet(tmp_path / "rates.parquet").set_index("view").loc["shared"]
    assert (rows.status == NOT_RUN).all() and rows.value.isna().all()
