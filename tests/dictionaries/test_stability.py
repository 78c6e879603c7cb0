"""Features planted in every dictionary are stable; those of one seed alone are not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.stability import stability, stable_features

SHARED = 20  # features 0 … 19 of seed 1 are in every dictionary, of 40


@pytest.fixture(scope="module")
def streams(plant):
    """Three dictionaries that share half of their features, in another order each."""
    first = plant(40, seed=31)
    found = {1: first}
    for seed in (2, 3):
        values = plant(40, seed=31 + seed).values.toarray()
        values[:, :SHARED] = first.values.toarray()[:, :SHARED]
        order = np.random.default_rng(seed).permutation(40)
        found[seed] = replace(first, values=type(first.values)(values[:, order]))
    return found


@pytest.fixture(scope="module")
def tables(streams, tmp_path_factory, make_artifact):
    folder = tmp_path_factory.mktemp("encoded")
    for seed, stream in streams.items():
        stream.save(folder / f"seed_{seed}.npz")
    out = tmp_path_factory.mktemp("stability")
    stability(out, encoded=make_artifact("encoded/planted", folder), draws=30, seed=4)
    names = ("partners", "features", "ceiling")
    return {name: pd.read_parquet(out / f"{name}.parquet") for name in names}


def test_planted_features_are_stable(tables):
    features = tables["features"]
    assert len(features) == 3 * 40
    first = features[features["seed"] == 1].set_index("feature")
    assert first.loc[: SHARED - 1, "stable"].all() and not first.loc[SHARED:, "stable"].any()
    assert (features.groupby("seed")["stable"].sum() == SHARED).all()


def test_every_pair_is_looked_up_both_ways(tables, streams):
    partners = tables["partners"]
    assert len(partners) == 6 * 40
    r = correlation(streams[2].values, streams[3].values)
    rows = partners[(partners["seed"] == 3) & (partners["partner_seed"] == 2)]
    np.testing.assert_allclose(rows["r"], r.max(axis=0), atol=1e-6)
    np.testing.assert_array_equal(rows["partner"], r.argmax(axis=0))
    least = partners.groupby(["seed", "feature"])["r"].min().to_numpy()
    np.testing.assert_array_equal(tables["features"]["least_r"], least)


def test_the_ceiling_has_its_interval(tables):
    ceiling = tables["ceiling"].query("of == 'counted'")
    paper = ceiling[ceiling["threshold_name"] == "paper"].iloc[0]
    assert paper["value"] == SHARED / 40 and paper["pairs"] == 3
    assert paper["low"] <= paper["value"] <= paper["high"]
    sweep = ceiling[ceiling["threshold_name"] != "median"]
    assert (sweep["value"].diff().dropna() <= 0).all()
    median = ceiling[ceiling["threshold_name"] == "median"].iloc[0]
    assert median["value"] == pytest.approx(0.5, abs=0.01)


def test_a_seed_can_be_held_out(tables):
    without = stable_features(tables["partners"], among=[1, 2])
    assert sorted(without["seed"].unique()) == [1, 2]
    one = tables["partners"].query("seed == 1 and partner_seed == 2")["r"].to_numpy()
    np.testing.assert_array_equal(without[without["seed"] == 1]["least_r"], one)


def test_rare_features_are_never_stable(tables):
    rare = tables["partners"].assign(counted=False)
    assert not stable_features(rare)["stable"].any()


def test_one_seed_has_no_ceiling(streams, tmp_path, make_artifact):
    streams[1].save(tmp_path / "seed_1.npz")
    with pytest.raises(ValueError, match="no pair of unequal seeds"):
        stability(tmp_path, encoded=make_artifact("encoded/one", tmp_path), draws=5, seed=4)
