"""The scripts behind the page of features: small enough, in order, and nothing left out."""

import json

import pytest
from example_cards import example_cards, example_partners

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
    partners = example_partners({"base": 96, "stories": 96})
    write_feature_data(tmp_path, {"base": mixed}, partners, {"concept 1": "one"})
    data, rows = scripts(tmp_path)
    assert data["models"]["base"]["features"] == 96 and len(data["models"]["base"]["cards"]) > 3
    assert len(rows["base", "list"]) == len(rows["base", "cards"]) == 96
    assert dict(data["concepts"])["concept 1"] == "one"
    for row in cards.itertuples():
        share, concept, f1, stable, counted, peaks, _ = rows["base", "list"][row.feature]
        assert share == pytest.approx(row.firing_rate, rel=0.01)
        sure = row.p <= 0.05 and row.f1 > 0
        assert (data["concepts"][concept][0] if concept >= 0 else None) == (
            row.concept if sure else None
        )
        assert f1 == (pytest.approx(row.f1, rel=0.01) if sure else 0)
        assert (stable, counted) == (row.stable, 1) and len(peaks) == len(row.contexts)
        card = rows["base", "cards"][row.feature]
        assert len(card["contexts"]) == len(row.contexts) and card["r"] == [[202, 0.812]]
        assert card["auroc"] == (None if row.feature == 1 else 0.7)
        if card["contexts"]:
            assert card["contexts"][0][1] == [0, 0.333, 0]


def test_every_best_partner_is_written_with_r_and_interval(cards, tmp_path):
    models = {"base": cards, "stories": cards.sample(frac=1, random_state=2), "lua": cards}
    partners = example_partners(dict.fromkeys(models, 96))
    write_feature_data(tmp_path, models, partners.sample(frac=1, random_state=3), {})
    data, rows = scripts(tmp_path)
    written = {
        (model, relation["other"], relation["end"], relation["partner_seed"], feature): row[-1][i]
        for model, known in data["models"].items()
        for i, relation in enumerate(known["relations"])
        for feature, row in enumerate(rows[model, "list"])
    }
    assert len(written) == len(partners)
    for row in partners.itertuples():
        key = row.model, row.other, row.end, row.partner_seed, row.feature
        partner, r, low, high, persists = written[key]
        assert (partner, persists) == (row.partner, row.r >= data["threshold"])
        assert (r, low, high) == pytest.approx((row.r, row.low, row.high), abs=5e-4)


def test_a_feature_just_below_the_threshold_does_not_persist(cards, tmp_path):
    """Its r is 0.8 once it is rounded for the page."""
    partners = example_partners({"base": 96, "stories": 96}).assign(r=0.79996)
    write_feature_data(tmp_path, {"base": cards}, partners, {})
    for *_, links in scripts(tmp_path)[1]["base", "list"]:
        assert [(r, persists) for _, r, _, _, persists in links] == [(0.8, 0)] * 2


def test_without_models_the_page_has_its_head(tmp_path):
    write_feature_data(tmp_path, {}, example_partners({}), {})
    data, rows = scripts(tmp_path)
    assert data == {"models": {}, "concepts": [], "threshold": 0.8} and not rows
