"""Rates, floors and corrected rates on a planted family; the whole step."""

import numpy as np
import pandas as pd
import pytest

from featurefate.artifacts.manifest import Cost, Manifest
from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.agreement import Rate
from featurefate.tracking.fates import NOT_RUN, corrected_rate
from featurefate.tracking.track import EDGES, track


def test_corrected_rate_by_hand():
    draws = np.linspace(-0.01, 0.01, 101)
    corrected, status = corrected_rate(
        edge=Rate(0.5, 0.5 + draws), stranger=Rate(0.3, 0.3 + draws), ceiling=Rate(0.8, 0.8 + draws)
    )
    assert status == "determined"
    assert corrected.value == pytest.approx(0.4)
    np.testing.assert_allclose(corrected.interval, 0.4)  # drawn together, the noise cancels


def test_corrected_rate_without_room_between_floor_and_ceiling():
    noise = np.linspace(-0.1, 0.1, 101)
    corrected, status = corrected_rate(
        edge=Rate(0.5, 0.5 + noise),
        stranger=Rate(0.5, 0.5 + noise),
        ceiling=Rate(0.51, 0.51 - noise),
    )
    assert corrected is None and status == "undetermined"


SHARE = {"stories": 0.6, "lua": 0.4, "merge": 0.5, "base_other_seed": 0.2}


@pytest.fixture(scope="module")
def family(tmp_path_factory, plant, as_stream):
    """Models that keep a known share of base's features; two SAE seeds each, slightly noisy."""
    root = tmp_path_factory.mktemp("family")
    base = plant(64, seed=1).values.toarray()
    models = {"base": base}
    for number, (name, share) in enumerate(SHARE.items(), start=2):
        values = plant(64, seed=number).values.toarray()
        kept = round(share * 64)
        values[:, :kept] = base[:, :kept]
        models[name] = values
    artifacts = {}
    for number, (name, values) in enumerate(models.items()):
        folder = root / name
        folder.mkdir()
        for seed in (1,) if name == "base_other_seed" else (1, 2):
            generator = np.random.default_rng(1_000 + 10 * number + seed)
            noisy = values * generator.lognormal(0, 0.1, values.shape)
            as_stream(noisy[:, generator.permutation(64)]).save(folder / f"seed_{seed}.npz")
        Manifest(name, name, {}, Cost(), "").write(folder)
        artifacts[name] = Artifact(name, folder, Manifest.read(folder))
    return artifacts


@pytest.fixture(scope="module")
def tables(family, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tracked")
    track(folder, **family, draws=60, shifts=2, seed=4_242)
    return {path.stem: pd.read_parquet(path) for path in folder.glob("*.parquet")}


def test_the_planted_fates_are_found(tables):
    paper = tables["rates"].query("threshold_name == 'paper'").set_index(["edge", "fate"])
    for child in ("stories", "lua"):
        kept = round(SHARE[child] * 64) / 64
        persisted = paper.loc[(f"base_{child}", "persisted")]
        np.testing.assert_allclose(persisted["value"], kept)
        np.testing.assert_allclose(persisted["ceiling"], 1)
        np.testing.assert_allclose(persisted["chance"], 0)
        stranger = round(SHARE["base_other_seed"] * 64) / 64
        np.testing.assert_allclose(persisted["stranger"], stranger)
        np.testing.assert_allclose(persisted["lineage_effect"], kept - stranger)
        np.testing.assert_allclose(persisted["corrected"], (kept - stranger) / (1 - stranger))
        assert paper.loc[(f"base_{child}", "emerged"), "value"].item() == pytest.approx(1 - kept)


def test_every_rate_has_interval_ceiling_and_floor(tables):
    rates = tables["rates"]
    assert len(rates) == len(EDGES) * 4 * 11
    assert (rates["low"] <= rates["high"]).all()
    always = ["value", "low", "high", "ceiling", "ceiling_low", "ceiling_high", "chance"]
    assert rates[always].notna().all(axis=None)
    from_base = rates["parent"] == "base"
    strangers = ["stranger", "stranger_low", "stranger_high", "lineage_effect"]
    assert rates.loc[from_base, strangers].notna().all(axis=None)
    assert (rates.loc[from_base, "stranger_status"] == "run").all()
    assert (rates.loc[~from_base, "stranger_status"] == NOT_RUN).all()
    assert (rates.loc[~from_base, "corrected_status"] == NOT_RUN).all()


def test_at_the_ceilings_median_half_of_the_ceiling_is_left(tables):
    rows = tables["rates"].query("threshold_name == 'ceiling median' and fate == 'persisted'")
    np.testing.assert_allclose(rows["ceiling"], 0.5, atol=0.01)


def test_flow_holds_the_paper_rates_of_each_edge(tables):
    flow = tables["flow"].set_index(["parent", "child"])
    assert list(flow.index) == list(EDGES)
    paper = tables["rates"].query("threshold_name == 'paper' and fate == 'persisted'")
    for row in paper.itertuples():
        shares = flow.loc[row.parent, row.child]
        assert shares[f"persisted_{row.denominator}"] == row.value
        assert shares[f"persisted_{row.denominator}_high"] == row.high
        assert shares[f"ceiling_{row.denominator}"] == row.ceiling
        assert shares[f"chance_{row.denominator}"] == row.chance


def test_best_partners_are_listed_for_every_comparison(tables):
    best = tables["best"]
    assert set(best["comparison"]) == {"edge", "ceiling", "stranger", "chance"}
    assert best.groupby("comparison").size().to_dict() == {
        "ceiling": 4 * 2 * 64,
        "chance": 4 * 2 * 2 * 64,
        "edge": 4 * 2 * 2 * 64,
        "stranger": 2 * 2 * 64,
    }
    judged = best[best["seed"].notna()]
    assert (judged["seed"] != judged["partner_seed"]).all()


def test_the_same_seed_gives_the_same_tables(family, tables, tmp_path):
    track(tmp_path, **family, draws=60, shifts=2, seed=4_242)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / f"{name}.parquet"), table)
