"""The page's data from artifacts: which models, which dictionary, which fates."""

import json

import pandas as pd
from example_cards import example_cards

from featurefate.study import feature_pages, folders


def edge_rows(**columns) -> pd.DataFrame:
    usual = {"comparison": "edge", "seed": 101, "partner_seed": 202, "counted": True}
    return pd.DataFrame([usual | columns])


def test_fates_are_told_in_words():
    best = pd.concat(
        [
            edge_rows(edge="base_lua", model="lua", denominator="child", feature=1, r=0.9),
            edge_rows(edge="base_lua", model="lua", denominator="child", feature=2, r=0.3),
            edge_rows(edge="lua_merge", model="lua", denominator="parent", feature=1, r=0.7),
            edge_rows(
                edge="lua_merge", model="lua", denominator="parent", feature=1, r=0.95,
                partner_seed=303,
            ),
            edge_rows(edge="lua_merge", model="lua", denominator="parent", feature=2, r=0.1),
            edge_rows(
                edge="lua_merge", model="lua", denominator="parent", feature=3, r=0.9,
                counted=False,
            ),
            edge_rows(
                edge="", model="lua", denominator="parent", feature=1, r=0.1, comparison="ceiling"
            ),
        ],
        ignore_index=True,
    )  # fmt: skip
    assert feature_pages.fates_in_words(best, "lua", 101) == {
        1: ["persisted, from base", "persisted, in merge"],
        2: ["emerged since base", "disappeared in merge"],
    }


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


def test_a_profile_without_cards_has_a_page_without_features(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "artifacts", lambda profile: tmp_path)
    feature_pages.write_data("smoke", tmp_path / "out")
    assert '"models":{}' in (tmp_path / "out" / "models.js").read_text(encoding="utf-8")
