"""The page's data from artifacts: which models, which dictionary, which partners."""

import json
from itertools import permutations

import numpy as np
import pandas as pd
from example_cards import EDGES, example_cards

from featurefate.study import feature_pages, folders


def best_table(seeds=(101, 202, 303)) -> pd.DataFrame:
    """A table as `track` writes it: all edges and ceilings in all pairs of unequal seeds."""
    generator, rows = np.random.default_rng(3), []
    sides = [("edge", f"{p}_{c}", m, e) for p, c in EDGES for m, e in ((p, "parent"), (c, "child"))]
    sides += [("ceiling", "", model, "") for model in feature_pages.FAMILY]
    sides += [("stranger", "base_lua", "lua", "child")]
    for comparison, edge, model, end in sides:
        for seed, partner_seed in permutations(seeds, 2):
            for feature in range(4):
                rows.append(
                    {"comparison": comparison, "edge": edge, "model": model, "denominator": end,
                     "seed": seed, "partner_seed": partner_seed, "feature": feature,
                     "partner": generator.integers(4), "r": generator.random(),
                     "low": generator.random(), "high": generator.random(), "counted": True}
                )  # fmt: skip
    return pd.DataFrame(rows).sample(frac=1, random_state=1)


SEEDS = {"base": 101, "stories": 202, "lua": 202, "merge": 101}


def test_partners_are_those_of_the_dictionaries_on_the_page():
    best = best_table()
    shown = feature_pages.shown_partners(best, SEEDS)
    assert len(shown) == 4 * (len(SEEDS) + 2 * len(EDGES))
    for row in shown.itertuples():
        edge = {
            "parent": f"{row.model}_{row.other}", "child": f"{row.other}_{row.model}", "": ""
        }[row.end]  # fmt: skip
        seed = SEEDS[row.model]
        partner_seed = {101: 202, 202: 101}[seed]
        same = best[
            best["comparison"].eq("edge" if edge else "ceiling") & best["edge"].eq(edge)
            & best["model"].eq(row.model) & best["feature"].eq(row.feature)
            & best["seed"].eq(seed) & best["partner_seed"].eq(partner_seed)
        ]  # fmt: skip
        assert row.partner_seed == partner_seed and (row.end == "") == (row.model == row.other)
        (source,) = same[["partner", "r", "low", "high"]].itertuples(index=False, name=None)
        assert source == (row.partner, row.r, row.low, row.high)
        assert row.end or row.other == row.model


def test_partners_lead_to_models_on_the_page_alone():
    shown = feature_pages.shown_partners(best_table(), {"base": 101, "lua": 202})
    assert set(zip(shown["model"], shown["other"], strict=True)) == {
        ("base", "base"), ("base", "lua"), ("lua", "base"), ("lua", "lua")
    }  # fmt: skip


def test_dictionaries_of_one_seed_are_not_compared():
    assert feature_pages.shown_partners(best_table(), dict.fromkeys(SEEDS, 101)).empty


def test_models_come_in_the_order_of_the_family(tmp_path, monkeypatch, artifact_of):
    monkeypatch.setattr(folders, "artifacts", lambda profile: tmp_path)
    for model in ("base_other_seed", "merge", "base"):
        folder = tmp_path / "dictionaries" / f"{model}_cards"
        folder.mkdir(parents=True)
        both = pd.concat([example_cards(), example_cards().assign(seed=7)])
        both.to_parquet(folder / "cards.parquet")
        artifact_of(folder, f"dictionaries/{model}_cards")
    feature_pages.write_data("smoke", tmp_path / "out")
    text = (tmp_path / "out" / "models.js").read_text(encoding="utf-8")
    data = json.loads(text.removeprefix("window.featureData = ").removesuffix(";\n"))
    assert list(data["models"]) == ["base", "merge", "base_other_seed"]
    assert {known["seed"] for known in data["models"].values()} == {7}
    assert all(known["features"] == 96 for known in data["models"].values())


def test_tracked_features_come_with_their_partners(tmp_path, monkeypatch, artifact_of):
    monkeypatch.setattr(folders, "artifacts", lambda profile: tmp_path)
    for model, seed in SEEDS.items():
        folder = tmp_path / "dictionaries" / f"{model}_cards"
        folder.mkdir(parents=True)
        example_cards().head(4).assign(seed=seed).to_parquet(folder / "cards.parquet")
        artifact_of(folder, f"dictionaries/{model}_cards")
    (tmp_path / "tracking" / "fates").mkdir(parents=True)
    best_table().to_parquet(tmp_path / "tracking" / "fates" / "best.parquet")
    artifact_of(tmp_path / "tracking" / "fates", "tracking/fates")
    feature_pages.write_data("smoke", tmp_path / "out")
    text = (tmp_path / "out" / "models.js").read_text(encoding="utf-8")
    data = json.loads(text.removeprefix("window.featureData = ").removesuffix(";\n"))
    related = {m: {r["other"] for r in known["relations"]} for m, known in data["models"].items()}
    assert related["base"] == {"base", "stories", "lua"}
    assert related["merge"] == {"merge", "stories", "lua"}


def test_a_profile_without_cards_has_a_page_without_features(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "artifacts", lambda profile: tmp_path)
    feature_pages.write_data("smoke", tmp_path / "out")
    assert '"models":{}' in (tmp_path / "out" / "models.js").read_text(encoding="utf-8")
