"""Rates by concept on a planted family: punctuation is kept, keywords are not."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from featurefate.artifacts.manifest import Cost, Manifest
from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.encoding import encoded_seeds, load_encoded
from featurefate.tracking.concept_fates import Labelled, concept_fates, rate
from featurefate.tracking.concept_groups import NO_CONCEPT
from featurefate.tracking.family import EDGES
from featurefate.tracking.fates import NOT_RUN
from featurefate.tracking.looked_up import FoundAgain

KEPT, FEATURES = 20, 60  # features 0 … 19 are kept everywhere and detect separators
CONCEPT = np.array(["separator"] * KEPT + ["keyword"] * 30 + ["none/nil"] * 10)
F1 = np.where(np.arange(FEATURES) < 50, 0.9, 0.2)  # the last ten detect nothing well
SETTINGS = dict(least_f1=0.5, least_features=5, draws=40, permutations=99, seed=4_343)


def artifact(folder, name):
    folder.mkdir(parents=True)
    return lambda: (
        Manifest(name, name, {}, Cost(), "").write(folder),
        Artifact(name, folder, Manifest.read(folder)),
    )[1]


@pytest.fixture(scope="module")
def family(tmp_path_factory, plant, as_stream):
    """All models keep the features that detect separators; base's stranger keeps half of them."""
    root = tmp_path_factory.mktemp("family")
    base = plant(FEATURES, seed=1).values.toarray()
    artifacts = {}
    for number, name in enumerate(["base", "stories", "lua", "merge", "base_other_seed"]):
        values = plant(FEATURES, seed=1 + number).values.toarray()
        kept = KEPT // 2 if name == "base_other_seed" else KEPT
        values[:, :kept] = base[:, :kept]
        done = artifact(root / name, name)
        for seed in (9,) if name == "base_other_seed" else (7, 8):
            generator = np.random.default_rng([5_000, number, seed])
            noisy = values * generator.lognormal(0, 0.1, values.shape)
            order = np.arange(FEATURES) if seed != 8 else generator.permutation(FEATURES)
            as_stream(noisy[:, order]).save(root / name / f"seed_{seed}.npz")
        artifacts[name] = done()
        done = artifact(root / f"{name}_labels", f"{name}_labels")
        labels = dict(feature=range(FEATURES), concept=CONCEPT, f1=F1, always=0.3)
        labels["seed"] = 9 if name == "base_other_seed" else 7
        pd.DataFrame(labels).to_parquet(root / f"{name}_labels" / "labels.parquet")
        artifacts[f"{name}_labels"] = done()
    done = artifact(root / "fates", "fates")
    partners(artifacts).to_parquet(root / "fates" / "best.parquet")
    return artifacts | {"fates": done()}


def partners(models) -> pd.DataFrame:
    """The best partners as `track` lists them, of seed 7, or 9 for the stranger."""
    rows = []

    def look_up(comparison, edge, side, own, seed, other):
        first = load_encoded(models[own], seed)
        for number in encoded_seeds(models[other]):
            if number == seed:
                continue
            r = correlation(first.values, load_encoded(models[other], number).values)
            found = dict(feature=range(FEATURES), partner=r.argmax(axis=1), r=r.max(axis=1))
            found |= dict(comparison=comparison, edge=edge, denominator=side, model=own)
            rows.append(pd.DataFrame(found | dict(seed=seed, partner_seed=number)))

    for parent, child in EDGES:
        look_up("edge", f"{parent}_{child}", "parent", parent, 7, child)
        look_up("edge", f"{parent}_{child}", "child", child, 7, parent)
        if parent == "base":
            look_up("stranger", f"base_{child}", "parent", "base_other_seed", 9, child)
            look_up("stranger", f"base_{child}", "child", child, 7, "base_other_seed")
    for model in ("base", "stories", "lua", "merge"):
        look_up("ceiling", "", "", model, 7, model)
    return pd.concat(rows, ignore_index=True)


@pytest.fixture(scope="module")
def rates(family, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rates")
    concept_fates(folder, **SETTINGS, **family)
    return pd.read_parquet(folder / "rates.parquet")


def test_the_planted_rates_are_found(rates):
    found = rates.set_index(["edge", "fate", "level", "concept"]).sort_index()
    for edge in ("base_stories", "base_lua"):
        persisted = found.loc[edge, "persisted"]
        np.testing.assert_allclose(persisted.loc[("concept", "separator"), "value"], 1)
        np.testing.assert_allclose(persisted.loc[("group", "punctuation and layout"), "value"], 1)
        np.testing.assert_allclose(persisted.loc[("concept", "keyword"), "value"], 0)
        np.testing.assert_allclose(persisted.loc[("concept", "separator"), "stranger"], 0.5)
        np.testing.assert_allclose(persisted.loc[("concept", "separator"), "lineage_effect"], 0.5)
        np.testing.assert_allclose(persisted["ceiling"], 1)
        np.testing.assert_allclose(persisted.loc[("concept", "separator"), "of_persisted"], 1)
        np.testing.assert_allclose(persisted.loc[("concept", "separator"), "of_all"], 1 / 3)
        emerged = found.loc[edge, "emerged", "concept", "keyword"]
        np.testing.assert_allclose(emerged["value"], 1)
        np.testing.assert_allclose(emerged["ceiling"], 0)


def test_what_is_not_detected_well_has_no_concept(rates):
    assert "none/nil" not in set(rates["concept"])
    nothing = rates[(rates["concept"] == NO_CONCEPT) & (rates["level"] == "group")]
    assert (nothing["features"] == 10).all()


def test_planted_concepts_stand_out(rates):
    planted = rates[rates["concept"].isin(["separator", "punctuation and layout"])]
    assert (planted["p"] <= 0.02).all()
    assert (rates["p"] <= 1).all()


def test_every_row_has_interval_ceiling_and_a_status(rates):
    assert (rates["low"] < rates["high"]).all()
    assert (rates["ceiling_low"] < rates["ceiling_high"]).all()
    into_merge = rates["child"] == "merge"
    assert (rates.loc[into_merge, "stranger_status"] == NOT_RUN).all()
    assert (rates.loc[~into_merge, "stranger_status"] == "run").all()
    assert rates.loc[~into_merge, ["stranger_low", "lineage_effect_high"]].notna().all(axis=None)


def labelled(features: int, draws: int) -> Labelled:
    generator = np.random.default_rng(91)
    weights = generator.exponential(size=(draws, features))
    concept = np.array(["separator"] * features)
    halves = generator.gamma(0.5, size=(2, draws))
    return Labelled("base", 1, np.arange(features), concept, weights, halves)


@pytest.mark.parametrize("hits", [0, 3, 12])
def test_on_one_set_of_documents_the_interval_is_jeffreys(hits):
    draws, share = 20_000, (np.arange(12) < hits).astype(float)
    found = FoundAgain(share, np.tile(share, (draws, 1)))
    value = rate(found, labelled(12, draws), np.ones(12, bool))
    assert value.value == hits / 12
    expected = stats.beta(hits + 0.5, 12 - hits + 0.5).ppf([0.025, 0.975])
    np.testing.assert_allclose(value.interval, expected, atol=0.01)


def test_a_feature_worse_than_yes_everywhere_has_no_concept(family, tmp_path):
    table = pd.read_parquet(family["base_labels"].file("labels.parquet"))
    done = artifact(tmp_path / "base_labels", "base_labels")
    table.assign(always=0.95).to_parquet(tmp_path / "base_labels" / "labels.parquet")
    concept_fates(tmp_path, **SETTINGS, **(family | {"base_labels": done()}))
    rates = pd.read_parquet(tmp_path / "rates.parquet")
    of_base = rates[(rates["parent"] == "base") & (rates["denominator"] == "parent")]
    assert set(of_base["concept"]) == {NO_CONCEPT}
