"""The loop learns what can be learned, goes on after an interruption, and says where it broke."""

import numpy as np
import pandas as pd
import pytest
import torch
from planted_language import ENTROPY, RECIPE, SHAPE, plant_corpora
from safetensors.torch import load_file

from featurefate.language_model import logbook, training
from featurefate.language_model.checkpoint import checkpoint_step
from featurefate.language_model.divergence import TrainingDiverged
from featurefate.language_model.order import mixed_rows
from featurefate.language_model.training import fine_tune, train_base


@pytest.fixture
def corpora(tmp_path):
    store = plant_corpora(tmp_path)
    return {key: store.read(f"corpora/{key}") for key in ("tokens", "tokenizer")}


@pytest.fixture
def run(tmp_path, corpora):
    """Return a function that trains into a named folder and gives back the folder."""

    def train(name, **changes):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        train_base(folder, **corpora, shape=SHAPE, recipe={**RECIPE, **changes})
        return folder

    return train


@pytest.fixture
def interrupted(run, monkeypatch):
    """Return a function that trains but is stopped at the start of a step, with a checkpoint."""

    def train(name, at, **changes):
        def learning_rate_at(step, steps, peak, schedule=training.learning_rate_at):
            if step == at:
                raise KeyboardInterrupt
            return schedule(step, steps, peak)

        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(logbook, "SECONDS_BETWEEN_CHECKPOINTS", 0)
            patch.setattr(training, "learning_rate_at", learning_rate_at)
            run(name, **changes)

    return train


def same_weights(one, other):
    first, second = (load_file(folder / "model.safetensors") for folder in (one, other))
    return all(torch.equal(first[name], second[name]) for name in first)


def curve(folder, name):
    timed = "tokens_per_second"
    return pd.read_parquet(folder / f"{name}_curve.parquet").drop(columns=timed, errors="ignore")


def files(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_comes_close_to_the_entropy_of_a_known_language(run):
    folder = run("base", training_tokens=24 * 4_000)
    assert ENTROPY - 0.03 < curve(folder, "validation").loss.iloc[-1] < ENTROPY + 0.1
    training_curve = pd.read_parquet(folder / "training_curve.parquet")
    assert training_curve.step.tolist() == list(range(1, 501))
    assert training_curve.tokens.iloc[-1] == 24 * 4_000
    assert training_curve.loss.iloc[-20:].mean() < training_curve.loss.iloc[:5].mean() - 1
    assert (training_curve[["gradient_norm", "learning_rate", "tokens_per_second"]] > 0).all(None)


def test_validation_loss_is_measured_on_every_domain_to_the_last_step(run):
    measured = curve(run("both", domains=["english", "stories"]), "validation")
    assert set(measured.domain) == {"english", "stories"}
    assert measured.step.max() == 50 and measured.step.nunique() >= 12


def test_same_seed_same_weights_and_other_seed_other_weights(run):
    assert same_weights(run("one"), run("two"))
    assert not same_weights(run("one"), run("three", seed=5))


def test_interrupted_equals_uninterrupted(run, interrupted):
    whole = run("whole", milestones=5)
    for stop in (1, 17, 33):
        interrupted("parts", stop, milestones=5)
        half_written = whole.with_name("parts") / ".checkpoint.safetensors.tmp"
        half_written.write_bytes(b"half")
    parts = run("parts", milestones=5)
    assert same_weights(whole, parts)
    assert files(whole) == files(parts)
    for name in ("training", "validation"):
        pd.testing.assert_frame_equal(curve(whole, name), curve(parts, name))
    for weights in whole.rglob("step_*/*.safetensors"):
        again = parts / weights.relative_to(whole)
        assert weights.read_bytes() == again.read_bytes()


def test_curves_lie_on_disk_while_training_goes_on(interrupted, tmp_path):
    interrupted("parts", 20)
    written = curve(tmp_path / "parts", "training")
    assert written.step.tolist() == list(range(1, 20))
    assert checkpoint_step(tmp_path / "parts") == 19
    assert curve(tmp_path / "parts", "validation").step.max() == 16


def test_curves_written_beyond_the_checkpoint_are_cut_off(run, interrupted, tmp_path):
    """A kill between the two writes leaves the curves ahead of the checkpoint."""
    interrupted("parts", 10)
    checkpoint = (tmp_path / "parts/checkpoint.safetensors").read_bytes()
    interrupted("parts", 20)
    (tmp_path / "parts/checkpoint.safetensors").write_bytes(checkpoint)
    pd.testing.assert_frame_equal(curve(run("parts"), "training"), curve(run("whole"), "training"))


def test_nothing_is_drawn_while_training(run, monkeypatch):
    """So that no random state has to be kept for going on after a kill."""
    before = {}
    optimise = training.optimise

    def watched(*arguments):
        before["torch"], before["numpy"] = torch.get_rng_state(), np.random.get_state()[1].copy()
        optimise(*arguments)
        assert torch.equal(before["torch"], torch.get_rng_state())
        assert np.array_equal(before["numpy"], np.random.get_state()[1])

    monkeypatch.setattr(training, "optimise", watched)
    run("base", milestones=3)
    assert before


def test_nan_names_step_rows_and_checkpoint(run, monkeypatch, tmp_path):
    monkeypatch.setattr(logbook, "SECONDS_BETWEEN_CHECKPOINTS", 0)
    schedule = training.learning_rate_at

    def burst(step, steps, peak):
        return float("nan") if step == 29 else schedule(step, steps, peak)

    monkeypatch.setattr(training, "learning_rate_at", burst)
    with pytest.raises(TrainingDiverged) as error:
        run("wild")
    assert "step 31 (rows 240 to 247 of its order; loss nan" in str(error.value)
    assert f"is {tmp_path}/wild/checkpoint.safetensors, after step 29." in str(error.value)
    saved = load_file(tmp_path / "wild/checkpoint.safetensors")
    assert all(tensor.isfinite().all() for tensor in saved.values())


def test_a_jump_that_lasts_stops_and_leaves_the_state_before_it(run, monkeypatch, tmp_path):
    monkeypatch.setattr(logbook, "SECONDS_BETWEEN_CHECKPOINTS", 0)
    schedule = training.learning_rate_at

    def burst(step, steps, peak):
        return 3.0 if step == 99 else schedule(step, steps, peak)

    monkeypatch.setattr(training, "learning_rate_at", burst)
    with pytest.raises(TrainingDiverged, match=r"step 105 \(rows 832 .*after step 99\. A lower"):
        run("wild", training_tokens=24 * 8 * 200)
    assert checkpoint_step(tmp_path / "wild") == 99


def test_a_child_starts_at_its_parent(run, corpora, tmp_path, artifact_of):
    parent = run("parent")
    child = tmp_path / "child"
    child.mkdir()
    recipe = {**RECIPE, "learning_rate": 0.0, "weight_decay": 0.0}
    fine_tune(child, parent=artifact_of(parent), **corpora, recipe=recipe)
    assert same_weights(parent, child)


def test_too_few_tokens_for_one_batch_are_named(run):
    with pytest.raises(ValueError, match="4 rows of training text do not fill a batch of 8"):
        run("base", training_tokens=24 * 4)


def test_rows_of_all_domains_are_mixed_in_a_seeded_order(corpora):
    tokens, both = corpora["tokens"], ["english", "stories"]
    rows = mixed_rows(tokens, both, 24 * 60, 24, seed=3)
    assert rows.shape == (60, 24) and rows.dtype == np.int32 and (rows[:, 0] == 0).all()
    assert np.array_equal(rows, mixed_rows(tokens, both, 24 * 60, 24, seed=3))
    assert not np.array_equal(rows, mixed_rows(tokens, both, 24 * 60, 24, seed=4))
    alone = [mixed_rows(tokens, [domain], 24 * 30, 24, seed=3) for domain in both]
    assert sorted(map(bytes, rows)) == sorted(map(bytes, np.concatenate(alone)))
    from_english = {bytes(row) for row in alone[0]}
    origin = [bytes(row) in from_english for row in rows]
    assert sum(origin) == 30 and 5 < sum(origin[:30]) < 25
