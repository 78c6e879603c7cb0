"""Rates, floors and corrected rates on a planted family; the whole step."""

import numpy as np
import pandas as pd
import pytest

from featurefate.artifacts.manifest import Cost, Manifest
from featurefate.artifacts.store import Artifact
from featurefate.corpora.domains import DOMAINS
from featurefate.dictionaries.agreement import Rate
from featurefate.dictionaries.thresholds import THRESHOLDS
from featurefate.tracking import family as family_module
from featurefate.tracking.family import EDGES, OTHER_LINEAGE
from featurefate.tracking.fates import FLOORS, NOT_RUN, RUN, corrected_rate
from featurefate.tracking.track import track
from featurefate.tracking.turnover import PARTS


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


FEATURES = 64
SEEDS = (1, 2, 3)
SHARE = {  # of the base's features, the first so many are kept
    "base": 1.0,
    "stories": 0.6,
    "lua": 0.4,
    "merge": 0.5,
    "base_other_seed": 0.2,
    "stories_other_lineage": 0.2,
    "lua_other_lineage": 0.1,
    "base_untrained": 0.05,
}
OF_TOKEN = 2  # the first features are functions of the token
NOISE = np.linspace(0.02, 0.25, FEATURES)[np.arange(FEATURES) * 37 % FEATURES]  # of each feature


def kept(name):
    """How many of base's features a model has."""
    return round(SHARE[name] * FEATURES)


def shared(one, other):
    """Two models share what both kept of the base."""
    return min(kept(one), kept(other)) / FEATURES


def artifact(name, folder):
    Manifest(name, name, {}, Cost(), "").write(folder)
    return Artifact(name, folder, Manifest.read(folder))


@pytest.fixture(scope="module")
def family(tmp_path_factory, plant, as_stream):
    """Models that keep a known share of base's features; their dictionaries are a little noisy.

    Stable are said to be the features of even number.
    """
    root = tmp_path_factory.mktemp("family")
    base = plant(FEATURES, seed=1).values.toarray()
    generator = np.random.default_rng(99)
    token = generator.integers(30, size=len(base))
    base[:, :OF_TOKEN] = (generator.lognormal(size=(30, OF_TOKEN)) * np.eye(30, OF_TOKEN))[token]
    artifacts = {}
    for number, name in enumerate(SHARE, start=2):
        values = plant(FEATURES, seed=number).values.toarray()
        values[:, : kept(name)] = base[:, : kept(name)]
        folder, stable = root / name, []
        folder.mkdir()
        seeds = {"base_untrained": (1, 2)}.get(name, (1,) if "other" in name else SEEDS)
        for seed in seeds:
            generator = np.random.default_rng(1_000 + 10 * number + seed)
            noisy = values * generator.lognormal(0, NOISE, values.shape)
            order = generator.permutation(FEATURES)
            as_stream(noisy[:, order], token=token).save(folder / f"seed_{seed}.npz")
            of_seed = {"seed": seed, "feature": range(FEATURES), "stable": order % 2 == 0}
            stable.append(pd.DataFrame(of_seed))
        artifacts[name] = artifact(name, folder)
        if len(seeds) > 1:
            chose = root / f"{name}_stable"
            chose.mkdir()
            pd.concat(stable[:2]).to_parquet(chose / "features.parquet")
            artifacts[f"{name}_stable"] = artifact(f"{name}_stable", chose)
    return artifacts


SETTINGS = dict(draws=40, shifts=3, shuffles=3, seed=4_242)


@pytest.fixture(scope="module")
def tables(family, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tracked")
    with pytest.MonkeyPatch.context() as patch:
        one_after_another(patch)
        track(folder, **family, **SETTINGS)
    return {path.stem: pd.read_parquet(path) for path in folder.glob("*.parquet")}


def one_after_another(patch):
    """Starting worker processes would take longer than the work."""
    patch.setattr(
        family_module, "parallel_map", lambda function, calls: [function(**call) for call in calls]
    )


def persisted(table):
    rows = table.query("threshold_name == 'paper' and fate == 'persisted'")
    return rows.set_index(["parent", "child", "denominator"])


def test_the_planted_fates_are_found(tables):
    rows = persisted(tables["rates"])
    for parent, child in EDGES:
        of_edge = rows.sort_index().loc[parent, child]
        edge, stranger = shared(parent, child), shared(OTHER_LINEAGE[parent], child)
        np.testing.assert_allclose(of_edge["value"], edge)
        np.testing.assert_allclose(of_edge["ceiling"], 1)
        np.testing.assert_allclose(of_edge["chance"], 0)
        np.testing.assert_allclose(of_edge["token"], OF_TOKEN / FEATURES)
        np.testing.assert_allclose(of_edge["stranger"], stranger)
        np.testing.assert_allclose(of_edge["untrained"], shared("base_untrained", child))
        np.testing.assert_allclose(of_edge["lineage_effect"], edge - stranger)
        np.testing.assert_allclose(of_edge["corrected"], (edge - stranger) / (1 - stranger))


def test_emerged_and_disappeared_are_the_rest(tables):
    rates = tables["rates"].query("threshold_name == 'paper'").set_index(["edge", "denominator"])
    for side, fate in (("child", "emerged"), ("parent", "disappeared")):
        rest = rates[rates["fate"] == fate].xs(side, level="denominator")
        kept = rates[rates["fate"] == "persisted"].xs(side, level="denominator")
        for column in ("value", "ceiling", *FLOORS, "least", "most"):
            other = {"least": "most", "most": "least"}.get(column, column)
            np.testing.assert_allclose(rest[column], 1 - kept[other], err_msg=column)
        np.testing.assert_allclose(rest["low"], 1 - kept["high"])
        np.testing.assert_allclose(rest["corrected"], kept["corrected"])


def test_every_rate_carries_interval_ceiling_and_floors_or_says_why_not(tables):
    """Walk all tables: a number with its bounds where it ran, a status and no number elsewhere."""
    for name, domains in (("rates", 1), ("stable", 1), ("centred", 1), ("by_domain", len(DOMAINS))):
        table = tables[name]
        thresholds = 1 if domains > 1 else len(THRESHOLDS) + 1
        assert len(table) == len(EDGES) * 4 * thresholds * domains, name
        statuses = {"value": "status"} | {r: f"{r}_status" for r in ("ceiling", *FLOORS)}
        statuses |= {"corrected": "corrected_status"}
        for number, status in statuses.items():
            bounds = ("low", "high") if number == "value" else (f"{number}_low", f"{number}_high")
            ran = table[table[status].isin([RUN, "determined"])]
            values = ran[[bounds[0], number, bounds[1]]].to_numpy()
            assert np.isfinite(values).all(), (name, number)
            assert (np.diff(values, axis=1) >= -1e-9).all(), (name, number)
            rest = table[~table.index.isin(ran.index)]
            assert rest[[number, *bounds]].isna().all(axis=None), (name, number)
            assert (rest[status].str.len() > 0).all(), (name, number)
    for name in ("rates", "centred", "by_domain"):
        status = tables[name].filter(like="status").drop(columns="corrected_status")
        assert (status == RUN).all(axis=None), name


def test_stable_features_are_told_apart_and_tested_with_the_last_seed(tables):
    rows = persisted(tables["stable"])
    for parent, child in EDGES:
        for side in ("parent", "child"):
            row = rows.loc[(parent, child, side)]
            even = {name: (kept(name) + 1) // 2 / (FEATURES / 2) for name in SHARE}
            assert row["value"] == pytest.approx(min(even[parent], even[child]))
            assert row["features"] == FEATURES / 2 and row["pairs"] == 2
    parents = rows.xs("parent", level="denominator")
    assert (parents["stranger_status"] == NOT_RUN).all(), "a stranger's one dictionary chooses none"
    assert (parents["untrained_status"] == RUN).all()
    assert (rows.xs("child", level="denominator")["stranger_status"] == RUN).all()
    pairs = tables["pairs"].query("selection == 'stable' and comparison == 'edge'")
    assert set(pairs["seed"]) == {1, 2}


def test_seeds_are_points_with_a_range(tables):
    pairs = tables["pairs"].query("selection == 'counted'")
    assert (pairs["seed"] != pairs["partner_seed"]).all()
    edges = pairs[pairs["comparison"] == "edge"]
    assert (edges.groupby(["edge", "denominator"]).size() == 6).all()
    assert (pairs[pairs["comparison"] == "ceiling"].groupby("model").size() == 6).all()
    rows = persisted(tables["rates"]).reset_index().set_index(["edge", "denominator"])
    spread = edges.groupby(["edge", "denominator"])["value"].agg(["mean", "min", "max"])
    wanted = rows.loc[spread.index, ["value", "least", "most"]].to_numpy()
    np.testing.assert_allclose(spread.to_numpy(), wanted)


def test_at_the_ceilings_median_half_of_the_ceiling_is_left(tables):
    rows = tables["rates"].query("threshold_name == 'ceiling median' and fate == 'persisted'")
    assert (rows["ceiling"] > 0.2).all() and (rows["ceiling"] < 0.8).all()
    assert (rows["threshold"] > 0.9).all()


def test_flow_holds_the_paper_rates_of_each_edge(tables):
    flow = tables["flow"].set_index(["parent", "child"])
    assert list(flow.index) == list(EDGES)
    for row in persisted(tables["rates"]).reset_index().itertuples():
        shares = flow.loc[row.parent, row.child]
        assert shares[f"persisted_{row.denominator}"] == row.value
        assert shares[f"persisted_{row.denominator}_high"] == row.high
        assert shares[f"ceiling_{row.denominator}"] == row.ceiling
        for floor in FLOORS:
            assert shares[f"{floor}_{row.denominator}"] == getattr(row, floor)


def test_best_partners_are_listed_for_every_comparison(tables):
    best = tables["best"]
    both_ways, edges = 2 * FEATURES, len(EDGES)
    assert best.groupby("comparison").size().to_dict() == {
        "ceiling": 4 * 3 * both_ways,
        "edge": edges * 6 * both_ways,
        "stranger": edges * 2 * both_ways,
        "untrained": edges * 4 * both_ways,
        "chance": edges * 3 * both_ways,
        "token": edges * 3 * both_ways,
    }
    assert (best["seed"] != best["partner_seed"]).all()
    moved = best["comparison"].isin(["chance", "token"])
    assert best.loc[moved, ["low", "high"]].isna().all(axis=None)
    assert (best["low"] <= best["high"])[~moved].all()
    firm = best[~moved & best["counted"] & (best["r"] >= 0.8)]
    assert firm["r"].between(firm["low"], firm["high"]).mean() > 0.95


def test_turnover_is_what_the_rates_leave(tables):
    at = ["edge", "denominator"]
    parts = tables["turnover"].set_index([*at, "part"]).value.unstack()
    np.testing.assert_allclose(parts[list(PARTS)].sum(axis=1), 1)
    rates = tables["rates"].query("fate == 'persisted'")
    paper = rates.query("threshold_name == 'paper'").set_index(at).loc[parts.index]
    loose = rates.query("threshold == 0.5").set_index(at).loc[parts.index]
    np.testing.assert_allclose(parts.model, paper.ceiling - paper.value)
    np.testing.assert_allclose(parts.matcher, loose.ceiling - paper.ceiling)
    np.testing.assert_allclose(parts["by descent"], paper.lineage_effect)
    assert (tables["turnover"].query("part == 'text'").status == NOT_RUN).all()


def test_the_same_seed_gives_the_same_tables(family, tables, tmp_path, monkeypatch):
    one_after_another(monkeypatch)
    track(tmp_path, **family, **SETTINGS)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / f"{name}.parquet"), table)


def test_two_dictionaries_are_too_few(family, tmp_path):
    with pytest.raises(ValueError, match="stable features need three"):
        track(tmp_path, **family | {"base": family["base_untrained"]}, **SETTINGS)
