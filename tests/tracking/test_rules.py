"""The rules against dense references, a per-string correlation by pandas, and the whole step."""

from shutil import copy

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_partners import scattered_overlap
from scipy.optimize import linear_sum_assignment
from scipy.stats import pearsonr

from featurefate.artifacts.manifest import Cost, Manifest
from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.circular_shift import random_shifts
from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.encoding import encoded_seeds, load_encoded
from featurefate.dictionaries.partners import best_partners
from featurefate.tracking import rule_comparison
from featurefate.tracking.candidate_pairs import LEAST_R, Pairs
from featurefate.tracking.comparisons import compare
from featurefate.tracking.fates import NOT_RUN
from featurefate.tracking.nulls import shifted, shuffled_within_tokens
from featurefate.tracking.readings import Reading, reading_of
from featurefate.tracking.rule_comparison import PER_STRING, compare_rules, match_by_rules
from featurefate.tracking.rules import (
    RULES,
    mutual,
    one_to_one,
    partner_r,
    partners,
    side_by_side,
)
from featurefate.tracking.string_correlation import string_correlation


def random_r(features, others, seed):
    """Correlations of unrelated features, with strong pairs among them, some of them rivals."""
    generator = np.random.default_rng((271, seed))
    r = generator.normal(0, 0.1, (features, others))
    strong = generator.integers(0, (features, others), (min(features, others), 2))
    r[strong[:, 0], strong[:, 1]] = generator.uniform(0.3, 1, len(strong))
    return r.clip(-1, 1).astype(np.float32)


def chosen_by(rule, r):
    pairs = Pairs.strongest(r)
    listed = r[pairs.here, pairs.there]
    return partners(rule, pairs, listed), partner_r(rule, pairs, listed)


SIZES = [(5, 5), (40, 40), (30, 50), (50, 30)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", range(3))
def test_the_mutual_rule_is_the_intersection_of_two_maxima(size, seed):
    r = random_r(*size, seed)
    (forward, backward), (r_forward, r_backward) = chosen_by(mutual, r)
    best, best_back = r.argmax(axis=1), r.argmax(axis=0)
    for i in range(size[0]):
        agrees = best_back[best[i]] == i
        assert forward[i] == (best[i] if agrees else -1)
        assert r_forward[i] == (r[i].max() if agrees else -1)
    paired = forward >= 0
    np.testing.assert_array_equal(backward[forward[paired]], np.flatnonzero(paired))
    assert (backward >= 0).sum() == paired.sum() > 0
    assert (r_backward >= 0).sum() <= paired.sum()


@pytest.mark.parametrize("size", [*SIZES, (60, 90)])
@pytest.mark.parametrize("seed", range(4))
def test_one_to_one_is_the_hungarian_assignment_of_the_pairs_that_can_count(size, seed):
    r = random_r(*size, seed)
    (forward, backward), (r_forward, _) = chosen_by(one_to_one, r)
    rows, columns = linear_sum_assignment(np.where(r >= LEAST_R, r, 0), maximize=True)
    expected = np.full(size[0], -1)
    expected[rows] = np.where(r[rows, columns] >= LEAST_R, columns, -1)
    np.testing.assert_array_equal(forward, expected)
    np.testing.assert_array_equal(r_forward, np.where(forward < 0, -1, r[range(size[0]), forward]))
    taken = forward[forward >= 0]
    assert len(set(taken)) == len(taken) == (backward >= 0).sum() > 0


@pytest.mark.parametrize("size", SIZES)
def test_partners_side_by_side_are_on_the_diagonal_best_first(size):
    r = random_r(*size, seed=7)
    rows, columns = side_by_side(r)
    np.testing.assert_array_equal(np.sort(rows), range(size[0]))
    np.testing.assert_array_equal(np.sort(columns), range(size[1]))
    (forward, _), _ = chosen_by(one_to_one, r)
    paired = (forward >= 0).sum()
    np.testing.assert_array_equal(forward[rows[:paired]], columns[:paired])
    assert (forward[rows[paired:]] == -1).all()
    assert (np.diff(r[rows[:paired], columns[:paired]]) <= 0).all()


def test_two_features_that_want_the_same_partner():
    """Maximum gives it to both, mutual to the better, one-to-one sends the other elsewhere."""
    r = np.array([[0.95, 0.10], [0.90, 0.85]], dtype=np.float32)
    found = {name: chosen_by(rule, r)[0][0].tolist() for name, rule in RULES.items()}
    assert found == {"maximum": [0, 0], "mutual": [0, -1], "one-to-one": [0, 1]}


def test_the_maximum_rule_is_best_partners():
    first, second, _ = scattered_overlap(0.3, seed=1, features=60)
    r = correlation(first.values, second.values)
    (forward, backward), (r_forward, r_backward) = chosen_by(RULES["maximum"], r)
    for best, partner, its_r in zip(
        best_partners(r, first, second), (forward, backward), (r_forward, r_backward), strict=True
    ):
        np.testing.assert_array_equal(best.partner, partner)
        np.testing.assert_array_equal(best.r, its_r)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 12), st.integers(2, 12), st.integers(0, 10_000))
def test_no_rule_hangs_on_the_order_of_the_features(features, others, seed):
    r = random_r(features, others, seed)
    generator = np.random.default_rng((828, seed))
    rows, columns = generator.permutation(features), generator.permutation(others)
    for rule in RULES.values():
        plain, moved = chosen_by(rule, r)[1], chosen_by(rule, r[rows][:, columns])[1]
        np.testing.assert_allclose(moved[0].sum(), plain[0].sum(), atol=1e-5)
        np.testing.assert_array_equal(np.sort(moved[1] >= 0.5), np.sort(plain[1] >= 0.5))


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 12), st.integers(2, 12), st.integers(0, 10_000))
def test_stricter_rules_find_no_more(features, others, seed):
    r = random_r(features, others, seed)
    found = {name: chosen_by(rule, r)[1] for name, rule in RULES.items()}
    for side in (0, 1):
        assert (found["mutual"][side] <= found["maximum"][side]).all()
        assert (found["one-to-one"][side] <= found["maximum"][side]).all()


def as_in_the_papers_code(first, second, token):
    """Pivot tables of mean activation, then pearsonr for every pair of rows."""
    tables = []
    for values in (first, second):
        fired = values.tocoo()
        frame = pd.DataFrame({"f": fired.col, "token": token[fired.row], "a": fired.data})
        tables.append(frame.pivot_table(index="f", columns="token", values="a", aggfunc="mean"))
    r = np.zeros((first.shape[1], second.shape[1]))
    for i, one in tables[0].iterrows():
        for j, other in tables[1].iterrows():
            both = pd.concat([one.dropna(), other.dropna()], axis=1, join="inner").to_numpy()
            if len(both) >= 2:
                r[i, j] = pearsonr(both[:, 0], both[:, 1]).statistic
    return r


def test_the_per_string_correlation_is_that_of_the_papers_code():
    first, second, _ = scattered_overlap(0.5, seed=2, features=30, documents=30)
    ours = string_correlation(first.values, second.values, first.token)
    reference = as_in_the_papers_code(first.values, second.values, first.token)
    np.testing.assert_allclose(ours, reference, atol=1e-5)
    assert (np.abs(ours) < 0.9999).mean() > 0.9  # more than two strings


def test_two_strings_make_a_perfect_correlation_and_one_makes_none():
    first, second, _ = scattered_overlap(0.5, seed=3, features=30, documents=4)
    values, others = first.values.toarray()[:4, :1] * 0, second.values.toarray()[:4, :1] * 0
    values[:3, 0], others[:3, 0] = [1.0, 2.0, 7.0], [1.0, 3.0, 2.0]
    make = type(first.values)
    assert string_correlation(make(values), make(others), np.array([5, 6, 6, 7])) == 1
    assert string_correlation(make(values), make(others), np.array([5, 5, 5, 7])) == 0
    same = string_correlation(make(values), make((others > 0) * 1.0), np.array([5, 6, 7, 8]))
    assert same == 0  # one side does not vary: no correlation


RARE = 0.01  # share of the tokens on which a feature fires: few strings that two have in common


@pytest.fixture(scope="module")
def edge(tmp_path_factory):
    """A parent and a child that share half, and a stranger that shares none; two seeds each."""
    root, artifacts = tmp_path_factory.mktemp("edge"), {}
    first, second, _ = scattered_overlap(0.5, seed=4, features=64, rate=RARE)
    unrelated, _, _ = scattered_overlap(0.0, seed=5, features=64, rate=RARE)
    streams = {"parent": first, "child": second, "stranger": unrelated}
    for number, (name, activations) in enumerate(streams.items()):
        (root / name).mkdir()
        for seed in (1,) if name == "stranger" else (1, 2):
            generator = np.random.default_rng((313, number, seed))
            noisy = activations.values.copy()
            noisy.data *= generator.lognormal(0, 0.05, noisy.nnz).astype(np.float32)
            moved = noisy[:, generator.permutation(64)]
            type(activations)(moved, activations.document, activations.domain, first.token).save(
                root / name / f"seed_{seed}.npz"
            )
        Manifest(name, name, {}, Cost(), "").write(root / name)
        artifacts[name] = Artifact(name, root / name, Manifest.read(root / name))
    return artifacts


ASKED = dict(pairs=2, draws=60, shifts=2, shuffles=1, seed=909)


def compared(edge, folder):
    compare_rules(folder, **edge, **ASKED)
    return pd.read_parquet(folder / "rules.parquet").set_index(["rule", "denominator"])


def test_each_rule_stands_beside_its_own_ceiling_and_floors(edge, tmp_path):
    rules = compared(edge, tmp_path)
    assert len(rules) == 4 * 2 and (rules["pairs"] == 2).all()
    by_position = rules.drop(PER_STRING)
    np.testing.assert_allclose(by_position["value"], 0.5, atol=0.1)
    np.testing.assert_allclose(by_position["ceiling"], 1)
    np.testing.assert_allclose(by_position[["stranger", "chance", "token"]], 0)
    np.testing.assert_allclose(
        by_position["lineage_effect"], by_position["value"] - by_position["stranger"]
    )
    assert (by_position["low"] <= by_position["value"]).all()
    assert (by_position["value"] <= by_position["high"]).all()
    assert (by_position["low"] < by_position["high"]).all()
    assert (by_position["interval"] == "documents").all()


def test_the_rule_of_the_papers_code_finds_strangers_and_chance_as_well(edge, tmp_path):
    fooled = compared(edge, tmp_path).loc[PER_STRING]
    assert (fooled[["value", "stranger", "chance", "token"]] > 0.9).all(axis=None)
    assert fooled[["low", "ceiling_high", "lineage_effect_low"]].isna().all(axis=None)
    assert (fooled["interval"] == "not computed").all()
    assert (
        fooled[["chance_low", "token_high"]].notna().all(axis=None)
    )  # of shifts, not of documents


def test_a_stranger_that_is_not_there_is_not_run(edge, tmp_path):
    rules = compared({name: edge[name] for name in ("parent", "child")}, tmp_path)
    assert (rules["stranger_status"] == NOT_RUN).all()
    assert (rules["untrained_status"] == NOT_RUN).all()
    assert rules[["stranger", "lineage_effect", "lineage_effect_high"]].isna().all(axis=None)
    assert rules["value"].notna().all()


def test_rates_are_those_of_the_pairs_matched_one_by_one(edge, tmp_path):
    rules = compared(edge, tmp_path)
    readings = {
        name: {seed: reading_of(edge[name], seed) for seed in encoded_seeds(edge[name])}
        for name in edge
    }
    parent, child = readings["parent"], readings["child"]
    stream = child[2].activations  # of the first pair of unequal seeds
    turns = random_shifts(stream.domain, ASKED["shifts"], ASKED["seed"] + 1)
    shuffled = shuffled_within_tokens(stream, ASKED["seed"] + 2)
    pairs = {
        "value": [(parent[1], child[2]), (parent[2], child[1])],
        "stranger": [(readings["stranger"][1], child[2])],
        "chance": [(parent[1], Reading.of(shifted(stream, turn))) for turn in turns],
        "token": [(parent[1], Reading.of(shuffled))],
    }
    nothing_drawn = child[2].blocks.draws(0, seed=1)
    for column, of_column in pairs.items():
        matched = [match_by_rules({1: a}, {2: b}, (1, 2), nothing_drawn) for a, b in of_column]
        for rule in (*RULES, PER_STRING):
            shares = [sides[rule][0].best.share_at_least(0.8) for sides in matched]
            np.testing.assert_allclose(rules.loc[(rule, "parent"), column], np.mean(shares))


def test_floors_are_moved_by_seeds_of_their_own(edge, tmp_path, monkeypatch):
    """Their rates are 0 or 1 here whatever the seed, so it is looked for in the calls."""
    asked = []

    def here(function, calls):
        asked.extend(calls)
        return [function(**call) for call in calls]

    monkeypatch.setattr(rule_comparison, "parallel_map", here)
    compare_rules(tmp_path, **edge, **ASKED)
    moves = [call["move"].keywords for call in asked if call["move"]]
    domain = load_encoded(edge["child"], 2).domain
    turns = random_shifts(domain, ASKED["shifts"], ASKED["seed"] + 1)
    assert moves == [{"shift": turn} for turn in turns] + [{"seed": ASKED["seed"] + 2}]


def test_one_dictionary_a_model_gives_an_edge_without_a_ceiling(edge, tmp_path):
    def only(name, seed):
        folder = tmp_path / name
        folder.mkdir()
        copy(edge[name].path / f"seed_{seed}.npz", folder)
        Manifest(name, name, {}, Cost(), "").write(folder)
        return Artifact(name, folder, Manifest.read(folder))

    rules = compared({"parent": only("parent", 1), "child": only("child", 2)}, tmp_path)
    assert (rules["ceiling_status"] == NOT_RUN).all() and rules["value"].notna().all()


def test_dictionaries_of_one_seed_alone_cannot_be_compared(edge, tmp_path):
    only = edge["stranger"]
    with pytest.raises(ValueError, match="no pair of unequal seeds"):
        compare_rules(tmp_path, parent=only, child=only, **ASKED)


def test_the_maximum_rule_gives_the_rates_of_the_study(partly_shared):
    readings = [Reading.of(each) for each in partly_shared(0.5, seed=31, features=40)]
    first, second = {1: readings[0]}, {2: readings[1]}
    times = readings[0].blocks.draws(20, seed=32)
    matched = match_by_rules(first, second, (1, 2), times)["maximum"]
    study = [f for f in compare(first, second, [(1, 2)], times, {"parent": {}, "child": {}})
             if f.view == "all"]  # fmt: skip
    for ours, theirs in zip(matched, study, strict=True):
        assert (ours.side, ours.seed, ours.partner_seed) == (
            theirs.side, theirs.seed, theirs.partner_seed,
        )  # fmt: skip
        np.testing.assert_allclose(ours.best.r, theirs.best.r, atol=1e-6)
        np.testing.assert_array_equal(ours.best.partner, theirs.best.partner)
        np.testing.assert_array_equal(ours.best.counted, theirs.best.counted)
        np.testing.assert_allclose(ours.draws, theirs.draws, atol=1e-6)
