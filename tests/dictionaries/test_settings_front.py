"""The step that compares settings of training, on the tiny model that is made for this folder."""

import numpy as np
import pandas as pd
import pytest
import torch

from featurefate.dictionaries import settings_front as module
from featurefate.dictionaries.encoding import (
    SparseActivations,
    activations_on,
    encode,
    evaluation_text,
)
from featurefate.dictionaries.partners import counted_features
from featurefate.dictionaries.settings_front import BOOTSTRAP_SEED, settings_front
from featurefate.dictionaries.stability import stability
from featurefate.dictionaries.training import load_dictionary, train_dictionaries

TRIED = {"k4": {}, "k8": {"k": 8}}
TEXT = {"evaluation_tokens": 1_000, "split": "validation"}
DRAWS = 20


@pytest.fixture(scope="module")
def run(model, tokens, settings):
    """Compares two settings in this process: starting others takes longer than the work."""

    def in_turn(function, calls):
        return [function(**call) for call in calls]

    def compare(folder):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "parallel_map", in_turn)
            settings_front(
                folder, model=model, tokens=tokens, settings=TRIED, between=[["k4", "k8"]],
                training={**settings, "training_tokens": 6_400}, draws=DRAWS, **TEXT,
            )  # fmt: skip
        front = pd.read_parquet(folder / "front.parquet").set_index("setting")
        return front, pd.read_parquet(folder / "between.parquet").set_index("setting")

    return compare


@pytest.fixture(scope="module")
def tables(run, tmp_path_factory):
    return run(tmp_path_factory.mktemp("front"))


def test_the_step_compares_the_seeds_of_every_setting(tables):
    front, _ = tables
    assert list(front.index) == list(TRIED)
    assert front.variance_explained["k8"] > front.variance_explained["k4"] > 0.2
    assert front.l0["k4"] <= 4 < front.l0["k8"]
    for measure in ("ceiling", "variance_explained"):
        assert (front[f"{measure}_low"] <= front[measure]).all()
        assert (front[measure] <= front[f"{measure}_high"]).all()
    assert (front.ceiling <= front.ceiling_counted + 1e-9).all() and (front.pairs == 1).all()


@pytest.fixture(scope="module")
def by_hand(model, tokens, settings, tmp_path_factory, make_artifact):
    """Both settings trained and encoded one step after the other, in one artifact."""
    sides = {}
    for number, (name, changes) in enumerate(TRIED.items()):
        folder, read = (tmp_path_factory.mktemp(f"{x}_{number}") for x in ("trained", "read"))
        training = {**settings, **changes, "training_tokens": 6_400}
        train_dictionaries(folder, model=model, tokens=tokens, **training)
        trained = make_artifact(f"dictionaries/{name}", folder)
        of_text = {"context": settings["context"], "seeds": settings["seeds"], **TEXT}
        encode(read, model=model, tokens=tokens, dictionaries=trained, **of_text)
        sides[name] = trained, make_artifact(f"dictionaries/{name}_encoded", read)
    return sides


def test_the_front_is_what_training_and_stability_give(
    tables, by_hand, model, tokens, settings, tmp_path
):
    front, _ = tables
    text = evaluation_text(tokens, settings["context"], TEXT["evaluation_tokens"], TEXT["split"])
    x = activations_on(text, model)
    for name, (trained, encoded) in by_hand.items():
        stability(tmp_path, encoded=encoded, draws=DRAWS, seed=BOOTSTRAP_SEED)
        ceiling = pd.read_parquet(tmp_path / "ceiling.parquet")
        ceiling = ceiling[ceiling.threshold_name == "paper"].set_index("of")
        row = front.loc[name]
        found = [row.ceiling, row.ceiling_low, row.ceiling_high]
        np.testing.assert_allclose(found, ceiling.loc["all", ["value", "low", "high"]].tolist())
        assert row.ceiling_counted == pytest.approx(ceiling.value["counted"])
        opened = [load_dictionary(trained, seed) for seed in settings["seeds"]]
        with torch.no_grad():
            error = np.mean([(d(x) - x).pow(2).sum().item() for d in opened])
            active = [(d.encode(x) > 0).float() for d in opened]
        total = (x - x.mean(0)).pow(2).sum().item()
        assert row.variance_explained == pytest.approx(1 - error / total, rel=1e-5)
        assert row.l0 == pytest.approx(np.mean([a.sum(1).mean() for a in active]), rel=1e-5)
        dead = np.mean([(a.sum(0) == 0).float().mean() for a in active])
        assert row.dead_share == pytest.approx(dead, abs=1e-6)


def test_settings_are_looked_up_in_each_other(tables, by_hand, settings):
    """By numpy: of one setting's features, which have r ≥ .8 in the other's of another seed."""
    _, between = tables
    assert list(between.index) == ["k4", "k8"] and list(between.other) == ["k8", "k4"]
    assert (between.pairs == 2).all()
    assert ((between.low <= between.value) & (between.value <= between.high)).all()
    seeds = settings["seeds"]
    streams = {
        name: {seed: SparseActivations.load(read.file(f"seed_{seed}.npz")) for seed in seeds}
        for name, (_, read) in by_hand.items()
    }
    shares = []
    for a, b in (seeds, seeds[::-1]):
        one, other = streams["k4"][a], streams["k8"][b]
        both = np.hstack([one.values.toarray(), other.values.toarray()])
        with np.errstate(invalid="ignore"):  # a feature that never fires has no r
            r = np.nan_to_num(np.corrcoef(both.T))[: one.features, one.features :]
        counted = counted_features(one)
        shares.append(((r.max(axis=1) >= 0.8) & counted).mean())
    assert between.value["k4"] == pytest.approx(np.mean(shares))


def test_a_killed_run_keeps_the_settings_it_has(run, tables, tmp_path, monkeypatch):
    trained = []

    def dies_at_the_second(folder, **arguments):
        trained.append(folder.name)
        if len(trained) == 2:
            raise KeyboardInterrupt
        train_dictionaries(folder, **arguments)

    monkeypatch.setattr(module, "train_dictionaries", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path)
    again = run(tmp_path)
    assert trained == [".k4", ".k8", ".k8"]
    for table, expected in zip(again, tables, strict=True):
        pd.testing.assert_frame_equal(table, expected)
