"""The scripts behind the page of features: small enough, in order, and nothing left out."""

import json

import pytest
from example_cards import example_cards

from featurefate.figures import feature_browser
from featurefate.figures.feature_browser import write_feature_data


@pytest.fixture
def cards():
    return example_cards()


def scripts(folder) -> tuple[dict, dict[tuple[str, str], list]]:
    """What a browser has in memory once all scripts of a folder ran."""
    head = (folder / "models.js").read_text(encoding="utf-8")
    data = json.loads(head.removeprefix("window.featureData = ").removesuffix(";\n"))
    rows = {}
    for model, known in data["models"].items():
        for part in ("list", "cards"):
            rows[model, part] = []
            for number, first in enumerate(known[part]):
                assert first == len(rows[model, part])
                path = folder / f"{model}.{part}.{number}.js"
                assert path.stat().st_size <= feature_browser.LARGEST
                text = path.read_text(encoding="utf-8")
                call = text.removeprefix("featureBrowser.add(").removesuffix(");\n")
                name, kind, own, some = json.loads(f"[{call}]")
                assert (name, kind, own) == (model, part, number)
                rows[model, part] += some
    return data, rows


def test_the_scripts_of_the_page_hold_every_feature(cards, tmp_path, monkeypatch):
    monkeypatch.setattr(feature_browser, "LARGEST", 6_000)
    mixed = cards.sample(frac=1, random_state=1)
    write_feature_data(tmp_path, {"base": mixed}, {"base": {3: ["emerged"]}}, {"concept 1": "one"})
    data, rows = scripts(tmp_path)
    assert data["models"]["base"]["features"] == 96 and len(data["models"]["base"]["cards"]) > 3
    assert len(rows["base", "list"]) == len(rows["base", "cards"]) == 96
    assert dict(data["concepts"])["concept 1"] == "one"
    for row in cards.itertuples():
        share, concept, f1, stable, peaks, fates = rows["base", "list"][row.feature]
        assert share == pytest.approx(row.firing_rate, rel=0.01)
        sure = row.p <= 0.05 and row.f1 > 0
        assert (data["concepts"][concept][0] if concept >= 0 else None) == (
            row.concept if sure else None
        )
        assert f1 == (pytest.approx(row.f1, rel=0.01) if sure else 0)
        assert stable == row.stable and len(peaks) == len(row.contexts)
        assert fates == (["emerged"] if row.feature == 3 else [])
        card = rows["base", "cards"][row.feature]
        assert len(card["contexts"]) == len(row.contexts) and card["r"] == [[202, 0.812]]
        assert card["auroc"] == (None if row.feature == 1 else 0.7)
        if card["contexts"]:
            assert card["contexts"][0][1] == [0, 0.333, 0]


def test_without_models_the_page_has_its_head(tmp_path):
    write_feature_data(tmp_path, {}, {}, {})
    assert scripts(tmp_path) == ({"models": {}, "concepts": []}, {})
