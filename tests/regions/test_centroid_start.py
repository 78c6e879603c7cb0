"""What tuning leaves alone, what pairing is, and the starts."""

import numpy as np
import pandas as pd
import pytest
import torch
from planted_datasets import DATASETS
from scipy.stats import ttest_1samp

from featurefate.corpora.tokens import load_tokens, training_rows
from featurefate.language_model.architecture import load_model
from featurefate.language_model.movement import without_shift
from featurefate.regions.centroid_start import centroid_starts, gains_over, starts, tune
from featurefate.regions.measuring import reader
from featurefate.regions.points import BASE, place

BUDGET = dict(passes=2, batch=8, learning_rate=0.05, seed=61)


@pytest.fixture
def rows(planted):
    stream = load_tokens(planted.read("corpora/tokens"), "stories", "train")
    return training_rows(stream, 24, 64, seed=1)


def changed(region, method, rows):
    """What tuning the base added to each of its tensors."""
    before = load_model(region["base"]).state_dict()
    after = tune(load_model(region["base"]), method, rows, **BUDGET).state_dict()
    assert after.keys() == before.keys(), "the adapter is merged into the model"
    return {name: after[name] - tensor for name, tensor in before.items()}


def test_gains_alone_move(region, rows):
    moved = changed(region, "gains", rows)
    assert {name for name, move in moved.items() if move.any()} == {
        name for name in moved if "norm" in name
    }


def test_each_matrix_of_the_layer_gets_a_product_of_two_vectors(region, rows):
    moved = changed(region, "rank one", rows)
    assert {name for name, move in moved.items() if move.any()} == {
        name for name in moved if "proj" in name
    }
    for name, move in moved.items():
        if "proj" in name:
            strength = torch.linalg.svdvals(move)
            assert strength[1] < 1e-3 * strength[0], name


def test_a_seed_gives_one_result_and_an_unknown_method_is_refused(region, rows):
    one, again = (changed(region, "rank one", rows) for _ in range(2))
    assert all(torch.equal(one[name], again[name]) for name in one)
    with pytest.raises(ValueError, match="no way of tuning called 'biases'"):
        tune(load_model(region["base"]), "biases", rows, **BUDGET)


def test_controls_are_as_far_from_the_base_as_the_centroid(region):
    others = [f"{dataset}.{run}" for dataset in ("torch", "others") for run in range(3)]
    read = reader({name: region[name].path for name in others} | {BASE: region["base"].path})
    origin = read(BASE)
    moves = {
        name: {n: t - origin[n] for n, t in place(point, read).items()}
        for name, point in starts(others, read, seed=62).items()
    }
    assert not any(move.any() for move in moves["base"].values())
    mean = {n: sum(read(m)[n] - t for m in others) / 6 for n, t in origin.items()}
    for name, move in moves["centroid"].items():
        torch.testing.assert_close(move, mean[name], atol=1e-5, rtol=1e-3)
    found = {name: without_shift(move) for name, move in moves.items()}
    for name, move in found["centroid"].items():
        assert float(found["random"][name].norm()) == pytest.approx(float(move.norm()), rel=1e-3)
    whole = {k: np.sqrt(sum(float((m**2).sum()) for m in v.values())) for k, v in found.items()}
    assert whole["shrunk"] == pytest.approx(whole["centroid"], rel=1e-3)


def test_the_interval_is_students_over_targets():
    random = np.random.default_rng(63)
    rows = [
        dict(target=target, seed=seed, start=start, after=random.normal() - 2 * (start == "new"))
        for target in range(6)
        for seed in range(3)
        for start in ("base", "new")
    ]
    tuned = pd.DataFrame(rows)
    value, low, high, targets = gains_over(tuned, "new", "base")
    wide = tuned.pivot(index=["target", "seed"], columns="start", values="after")
    by_target = (wide.base - wide.new).groupby("target").mean()
    reference = ttest_1samp(by_target, 0).confidence_interval(0.95)
    assert (value, low, high) == pytest.approx((by_target.mean(), *reference))
    assert targets == (by_target > 0).sum()
    with pytest.raises(ValueError, match="at least two"):
        gains_over(tuned[tuned.target == 1], "new", "base")


def test_the_step_pairs_its_runs_and_leaves_the_target_out(region, tmp_path):
    centroid_starts(
        tmp_path, **region, seeds=[71, 72], sizes={"few": dict(rows=8, passes=2)}, batch=4,
        learning_rates={"gains": 0.05},
        starts_of={"gains": {"few": ["base", "centroid", "shrunk"]}},
    )  # fmt: skip
    tuned = pd.read_parquet(tmp_path / "tuned.parquet")
    assert tuned.groupby(["target", "seed"]).size().eq(3).all()
    assert set(tuned.target) == set(DATASETS)
    before = tuned[tuned.start == "centroid"].groupby("target").before.nunique()
    assert before.eq(1).all(), "a target's centroid does not depend on the seed"
    gained = gains_over(tuned, "centroid", "base", "before")
    assert gained[0] > 0, "the planted data sets share their words"
