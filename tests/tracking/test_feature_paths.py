"""Ways to the merge, planted; what nothing but another seed makes of them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from featurefate.dictionaries.agreement import Matched
from featurefate.dictionaries.partners import Best
from featurefate.tracking.fates import NOT_RUN
from featurefate.tracking.paths import BACK, QUESTIONS, follow_paths, way_rates

FEATURES = 64
KEPT, REGAINED, NEW_IN_CHILD, NEW_IN_MERGE = BACK
# Of the planted world's 256 features, those that each model has
WORLD = {
    "base": range(64),
    "stories": [*range(40), *range(64, 88)],
    "lua": [*range(20, 60), *range(88, 112)],
    "merge": [*range(30), *range(60, 64), *range(64, 74), *range(88, 98), *range(112, 122)],
}
STRANGERS = {
    "base_other_seed": [*range(10), *range(130, 184)],
    "stories_other_lineage": [*range(5), *range(190, 249)],
    "lua_other_lineage": range(192, 256),
}


@pytest.fixture(scope="module")
def family(tmp_path_factory, plant, as_stream, artifact_of):
    """Three dictionaries of each model, all without a fault, in other orders and slightly noisy."""
    root = tmp_path_factory.mktemp("family")
    world = plant(256, seed=1).values.toarray()
    artifacts = {}
    for number, (name, chosen) in enumerate((WORLD | STRANGERS).items()):
        (root / name).mkdir()
        for seed in (1, 2, 3) if name in WORLD else (1,):
            generator = np.random.default_rng(1_000 + 10 * number + seed)
            values = world[:, list(chosen)]
            noisy = values * generator.lognormal(0, 0.1, values.shape)
            shuffled = as_stream(noisy[:, generator.permutation(FEATURES)])
            shuffled.save(root / name / f"seed_{seed}.npz")
        artifacts[name] = artifact_of(root / name, name)
    return artifacts


@pytest.fixture(scope="module")
def tables(family, tmp_path_factory):
    folder = tmp_path_factory.mktemp("paths")
    follow_paths(folder, **family, own_seeds=[2, 3], draws=40, seed=77)
    return {path.stem: pd.read_parquet(path) for path in folder.glob("*.parquet")}


def test_planted_ways_are_found(tables):
    share = tables["paths"].set_index(["question", "way"])
    assert share["features"].eq(FEATURES).all()
    assert share["orders"].eq(4).all()  # two dictionaries of the merge, two orders of the rest
    expected = {
        ("base and stories", KEPT): 30,
        ("base and stories", REGAINED): 4,
        ("base and stories", NEW_IN_CHILD): 10,
        ("base and stories", NEW_IN_MERGE): 20,
        ("stories and lua", "both"): 10,
        ("stories and lua", "stories alone"): 30,
        ("stories and lua", "lua alone"): 10,
        ("stories and lua", "neither"): 14,
    }
    for at, count in expected.items():
        assert share.value[at] == pytest.approx(count / FEATURES), at
    assert share.groupby("question").value.sum().to_numpy() == pytest.approx(1)


def test_ceiling_and_stranger_stand_beside_each_share(tables):
    rows = tables["paths"]
    first = rows.way.isin([KEPT, "both"])
    np.testing.assert_allclose(rows[first].ceiling, 1)
    np.testing.assert_allclose(rows[~first].ceiling, 0, atol=1e-12)
    np.testing.assert_allclose(rows.beyond_ceiling, rows.value - rows.ceiling)
    assert (rows.low <= rows.value + 1e-9).all() and (rows.value <= rows.high + 1e-9).all()
    stranger = rows.set_index(["question", "way"]).stranger
    assert stranger["base and stories", KEPT] == pytest.approx(5 / FEATURES)
    assert stranger["base and stories", REGAINED] == pytest.approx(5 / FEATURES)


def test_without_a_dictionary_of_another_seed_there_is_no_stranger(family, tmp_path):
    follow_paths(tmp_path, **family, own_seeds=[1], draws=5, seed=77)
    rows = pd.read_parquet(tmp_path / "paths.parquet")
    assert (rows.stranger_status == NOT_RUN).all() and rows.stranger.isna().all()


def test_every_feature_has_its_way(tables):
    ways = tables["ways"]
    assert ways.groupby(["question", "order"]).size().eq(FEATURES).all()
    for (question, way), share in tables["paths"].set_index(["question", "way"]).value.items():
        of_features = ways[(ways.question == question) & ways.counted].way == way
        assert of_features.mean() == pytest.approx(share)
    assert np.isinf(ways.least_r[ways.way.isin([NEW_IN_MERGE, "neither"])]).all()
    assert ways.least_r[ways.way == KEPT].between(0.8, 1).all()


def test_two_seeds_are_too_few(family, tmp_path, artifact_of):
    few = tmp_path / "few"
    few.mkdir()
    for seed in (1, 2):
        (few / f"seed_{seed}.npz").write_bytes(family["merge"].file("seed_1.npz").read_bytes())
    with pytest.raises(ValueError, match=r"three seeds.*merge has \[1, 2\]"):
        follow_paths(
            tmp_path, **family | {"merge": artifact_of(few)}, own_seeds=[1], draws=5, seed=1
        )


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20))
def test_shares_of_ways_sum_to_one(r):
    counted = np.full(len(r), True)
    counted[1::3] = False
    columns = np.array(r, dtype=np.float32).T
    look = tuple(
        Matched(1, 2, Best(column, np.zeros(len(r), int), counted), np.tile(column, (4, 1)))
        for column in columns
    )
    ways = QUESTIONS[-1].ways
    rates = way_rates([look, look], ways)
    assert list(rates) == list(ways)
    assert sum(rate.value for rate in rates.values()) == pytest.approx(1)
    np.testing.assert_allclose(sum(rate.draws for rate in rates.values()), 1)
    of_first = ways[int("".join("01"[int(x < np.float32(0.8))] for x in columns[:, 0]), 2)]
    if counted.sum() == 1:
        assert rates[of_first].value == 1
