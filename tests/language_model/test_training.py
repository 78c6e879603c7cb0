"""The loop learns what can be learned, goes on after a kill, and says where it broke."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file

from featurefate.language_model import training
from featurefate.language_model.training import TrainingDiverged, fine_tune, train_base

VOCABULARY = 16
RECIPE = {
    "domains": ["english"],
    "training_tokens": 24 * 400,
    "batch": 8,
    "learning_rate": 1e-2,
    "weight_decay": 0.1,
    "seed": 3,
}


def markov_chain(tokens, seed):
    """A language whose entropy is known: each token is followed by one of two others."""
    rng = np.random.default_rng(seed)
    first = np.random.default_rng(99).permutation(np.arange(1, VOCABULARY))
    chain = np.empty(tokens, dtype=np.uint16)
    chain[0] = 1
    for i in range(1, tokens):
        step = first[chain[i - 1] - 1] if rng.random() < 0.75 else chain[i - 1]
        chain[i] = step
    return chain


ENTROPY = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))


@pytest.fixture
def tokens(tmp_path, artifact_of):
    folder = tmp_path / "tokens"
    (folder / "tokens").mkdir(parents=True)
    for split, seed, documents in (("train", 1, 400), ("validation", 2, 100), ("test", 4, 100)):
        stream = markov_chain(documents * 60, seed)
        np.save(folder / f"tokens/english.{split}.npy", stream)
        np.save(
            folder / f"tokens/english.{split}.starts.npy",
            np.arange(0, len(stream) + 1, 60, dtype=np.int64),
        )
        np.save(folder / f"tokens/english.{split}.rows.npy", np.arange(documents))
    return artifact_of(folder, "corpora/tokens")


@pytest.fixture
def run(tmp_path, tokens, tiny_shape, monkeypatch):
    """Return a function that trains into a named folder and gives back the folder."""
    monkeypatch.setattr(training, "save_model", lambda model, _, f: model.save_pretrained(f))
    shape = {**tiny_shape, "vocabulary": VOCABULARY}

    def train(name, **changes):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        recipe = {**RECIPE, **changes}
        train_base(folder, tokens=tokens, tokenizer=None, shape=shape, recipe=recipe)
        return folder

    return train


def same_weights(one, other):
    first, second = (load_file(folder / "model.safetensors") for folder in (one, other))
    return all(torch.equal(first[name], second[name]) for name in first)


def test_comes_close_to_the_entropy_of_a_known_language(run):
    folder = run("base", training_tokens=24 * 4_000)
    reached = pd.read_parquet(folder / "validation_curve.parquet").loss.iloc[-1]
    assert ENTROPY - 0.03 < reached < ENTROPY + 0.1
    curve = pd.read_parquet(folder / "training_curve.parquet")
    assert curve.step.tolist() == list(range(1, len(curve) + 1))
    assert curve.loss.iloc[-20:].mean() < curve.loss.iloc[:5].mean() - 1


def test_same_seed_same_weights_and_other_seed_other_weights(run):
    assert same_weights(run("one"), run("two"))
    assert not same_weights(run("one"), run("three", seed=5))


def test_interrupted_equals_uninterrupted(run, monkeypatch):
    whole = run("whole")
    monkeypatch.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", 0)
    schedule = training.learning_rate_at
    for stop in (1, 17, 33):

        def interrupted(step, steps, peak, stop=stop):
            if step == stop:
                raise KeyboardInterrupt
            return schedule(step, steps, peak)

        monkeypatch.setattr(training, "learning_rate_at", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run("parts")
    monkeypatch.setattr(training, "learning_rate_at", schedule)
    parts = run("parts")
    assert same_weights(whole, parts)
    assert not (parts / "checkpoint.safetensors").exists()
    curves = [pd.read_parquet(f / "training_curve.parquet") for f in (whole, parts)]
    timed = "tokens_per_second"
    pd.testing.assert_frame_equal(*(curve.drop(columns=timed) for curve in curves))


def test_kill_minus_nine_then_again_gives_the_same_weights(run, tokens, tiny_shape, tmp_path):
    whole = run("whole", training_tokens=24 * 1600)
    killed = tmp_path / "killed"
    killed.mkdir()
    shape = {**tiny_shape, "vocabulary": VOCABULARY}
    recipe = {**RECIPE, "training_tokens": 24 * 1600}
    script = f"""
        from pathlib import Path
        from featurefate.artifacts.manifest import Manifest
        from featurefate.artifacts.store import Artifact
        from featurefate.language_model import training
        training.SECONDS_BETWEEN_CHECKPOINTS = 0
        training.save_model = lambda model, _, folder: model.save_pretrained(folder)
        tokens = Path({str(tokens.path)!r})
        training.train_base(
            Path({str(killed)!r}),
            tokens=Artifact("corpora/tokens", tokens, Manifest.read(tokens)),
            tokenizer=None,
            shape={shape!r},
            recipe={recipe!r},
        )
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stderr=subprocess.DEVNULL, env=os.environ
    )
    deadline = time.monotonic() + 120
    while not (killed / "checkpoint.safetensors").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (killed / "model.safetensors").exists(), "killed too late to show anything"
    assert same_weights(whole, run("killed", training_tokens=24 * 1600))


def test_divergence_names_step_rows_and_checkpoint(run, monkeypatch):
    monkeypatch.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", 0)
    with pytest.raises(TrainingDiverged, match=r"step \d+ \(rows \d+ to .*checkpoint is .*lower"):
        run("wild", learning_rate=1e18)


def test_a_child_starts_at_its_parent(run, tokens, tmp_path, artifact_of):
    parent = run("parent")
    child = tmp_path / "child"
    child.mkdir()
    recipe = {**RECIPE, "learning_rate": 0.0, "weight_decay": 0.0}
    fine_tune(child, parent=artifact_of(parent), tokens=tokens, tokenizer=None, recipe=recipe)
    assert same_weights(parent, child)


def test_learning_rate_rises_then_falls_to_nothing():
    rates = [training.learning_rate_at(step, 200, 0.1) for step in range(200)]
    assert rates[:10] == sorted(rates[:10]) and max(rates) == rates[9] == pytest.approx(0.1)
    assert rates[10:] == sorted(rates[10:], reverse=True) and rates[-1] < 1e-4
