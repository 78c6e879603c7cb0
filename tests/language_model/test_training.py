"""The loop learns what can be learned, goes on after an interruption, and says where it broke."""

import time

import numpy as np
import pandas as pd
import pytest
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from planted_language import ENTROPY, RECIPE, SHAPE, plant_corpora
from safetensors.torch import load_file

from featurefate.artifacts.manifest import Manifest
from featurefate.artifacts.store import Account, ArtifactStore
from featurefate.language_model import logbook, training
from featurefate.language_model.architecture import new_model
from featurefate.language_model.checkpoint import FILE_NAME, checkpoint_step
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
    parts = run("parts", milestones=5)
    assert same_weights(whole, parts)
    assert files(whole) == files(parts)  # the checkpoint among them: the store drops it
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
    checkpoint = (tmp_path / "parts" / FILE_NAME).read_bytes()
    interrupted("parts", 20)
    (tmp_path / "parts" / FILE_NAME).write_bytes(checkpoint)
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
    assert curve(tmp_path / "wild", "training").step.tolist() == list(range(1, 31))
    assert "step 31 (rows 240 to 247 of its order; loss nan" in str(error.value)
    assert f"is {tmp_path}/wild/{FILE_NAME}, after step 29." in str(error.value)
    saved = load_file(tmp_path / "wild" / FILE_NAME)
    assert all(tensor.isfinite().all() for tensor in saved.values())


def test_a_divergence_before_the_first_checkpoint_leaves_the_curves(run, monkeypatch, tmp_path):
    schedule = training.learning_rate_at

    def burst(step, steps, peak):
        return float("nan") if step == 9 else schedule(step, steps, peak)

    monkeypatch.setattr(training, "learning_rate_at", burst)
    with pytest.raises(TrainingDiverged) as error:
        run("wild")
    folder = tmp_path / "wild"
    assert f"curves up to there are in {folder}. No checkpoint was saved yet. A" in str(error.value)
    assert curve(folder, "training").step.tolist() == list(range(1, 11))
    assert curve(folder, "validation").step.max() == 8
    assert not (folder / FILE_NAME).exists()


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


def test_a_kill_before_the_manifest_costs_no_step(tmp_path, corpora, monkeypatch):
    store, settings = ArtifactStore(tmp_path), {"shape": SHAPE, "recipe": RECIPE}

    def killed(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Manifest, "write", killed)
        store.step("models/base", train_base, settings, corpora)
    with monkeypatch.context() as patch:
        patch.setattr(training, "learning_rate_at", killed)  # whoever took a step now would fail
        artifact = store.step("models/base", train_base, settings, corpora)
    assert not [name for name in files(artifact.path) if FILE_NAME in name]
    again = ArtifactStore(tmp_path / "other").step("models/base", train_base, settings, corpora)
    assert same_weights(artifact.path, again.path)
    assert list(artifact.manifest.files) == list(again.manifest.files)


def test_the_manifest_says_in_which_precision_and_how_many_processes(tmp_path, corpora):
    settings = {"shape": SHAPE, "recipe": {**RECIPE, "training_tokens": 24 * 80}}
    artifact = ArtifactStore(tmp_path).step("models/base", train_base, settings, corpora)
    here = "bf16" if training.precision() == "bf16" else "float32"
    assert artifact.manifest.conditions == {"precision": here, "processes": 1}
    modes = {path.stat().st_mode & 0o777 for path in artifact.path.iterdir()}
    assert modes == {0o666 & artifact.path.stat().st_mode}, "safetensors writes 0600"


@pytest.fixture
def computing_in(monkeypatch):
    """Return a function that sets the precision of the trainings that follow."""

    def choose(numbers):
        AcceleratorState._reset_state()
        monkeypatch.setattr(training, "precision", lambda: numbers)

    yield choose
    AcceleratorState._reset_state()


def account_of(corpora, folder):
    return train_base(folder, **corpora, shape=SHAPE, recipe=RECIPE)


def test_the_account_is_of_all_attempts(interrupted, corpora, tmp_path, computing_in, capsys):
    told = "from step 17 on training goes on in bf16, processes: 1; it was float32, processes: 1"
    for stop, numbers in ((9, "no"), (17, "no"), (33, "bf16")):
        computing_in(numbers)
        interrupted("parts", stop)
        assert (told in capsys.readouterr().err) == (numbers == "bf16")
    computing_in("no")
    began = time.perf_counter()
    whole = account_of(corpora, tmp_path / "parts")
    assert whole.conditions == {"precision": "float32, then bf16, then float32", "processes": 1}
    assert whole.seconds_before > 0
    computing_in("bf16")
    again = account_of(corpora, tmp_path / "parts")  # its end is saved: no step is taken
    assert again.conditions == whole.conditions
    assert whole.seconds_before < again.seconds_before
    assert again.seconds_before - whole.seconds_before < time.perf_counter() - began
    (tmp_path / "alone").mkdir()
    assert account_of(corpora, tmp_path / "alone") == Account(
        {"precision": "bf16", "processes": 1}, seconds_before=0
    )


@pytest.fixture
def compiling(monkeypatch):
    """The accelerator wraps the model as it does on a GPU, but compiles nothing."""
    AcceleratorState._reset_state()
    wrapping = Accelerator(
        cpu=True, mixed_precision=training.precision(), dynamo_backend="aot_eager"
    )
    monkeypatch.setattr(training, "new_accelerator", lambda: wrapping)
    yield
    AcceleratorState._reset_state()
    torch._dynamo.reset()


@pytest.mark.filterwarnings("ignore")
def test_a_compiled_model_is_kept_and_saved_under_plain_names(run, interrupted, compiling):
    """torch.compile calls its parameters _orig_mod.…, several processes module.…: ours never."""
    plain = {name for name, _ in new_model(**SHAPE, seed=3).named_parameters()}
    short = {"training_tokens": 24 * 8 * 12, "milestones": 2}
    interrupted("base", 6, **short)
    folder = run("base", **short)
    assert torch._dynamo.utils.counters["frames"]["ok"] > 0, "nothing was traced"
    kept = {name.partition("/")[2] for name in load_file(folder / FILE_NAME)}
    assert kept == plain
    for weights in (folder / "model.safetensors", *folder.rglob("step_*/*.safetensors")):
        assert set(load_file(weights)) == plain
