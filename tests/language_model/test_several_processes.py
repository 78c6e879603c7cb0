"""Several processes train the model that one would have trained, and write it once."""

import json
import os
import socket
import subprocess
import sys
from types import SimpleNamespace

import pandas as pd
import pytest
from planted_language import RECIPE, SHAPE, plant_corpora

from featurefate.language_model import train, training
from featurefate.language_model.train import main
from featurefate.language_model.training import LaunchError, fine_tune, train_base

SETTINGS = {
    "shape": SHAPE,
    "recipe": {**RECIPE, "batch": 16, "training_tokens": 24 * 16 * 30, "milestones": 3},
}
IN_FLOAT32 = """
from featurefate.language_model import train, training
training.precision = lambda: "no"
if __name__ == "__main__":
    train.main()
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def torchrun(processes, *arguments, attempts=2):
    """Start processes together; a start that hangs (it happens, rarely) is tried once more."""
    launcher = ["--nnodes", "1", "--master-addr", "127.0.0.1", "--master-port", str(free_port())]
    command = [sys.executable, "-m", "torch.distributed.run", *launcher]
    command += ["--nproc_per_node", str(processes), *map(str, arguments)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=100, env=environment)
    except subprocess.TimeoutExpired:
        if attempts == 1:
            raise
        return torchrun(processes, *arguments, attempts=attempts - 1)


@pytest.fixture
def planted(tmp_path):
    """Return a function that plants equal corpora and writes the settings: (store, options)."""
    (tmp_path / "settings.json").write_text(json.dumps(SETTINGS))
    (tmp_path / "in_float32.py").write_text(IN_FLOAT32)

    def plant(name):
        options = ["--artifacts", tmp_path / name, "--settings", tmp_path / "settings.json"]
        return plant_corpora(tmp_path / name), [*map(str, options), "models/base"]

    return plant


def corpora(store):
    return {key: store.read(f"corpora/{key}") for key in ("tokens", "tokenizer")}


def curves(artifact):
    return [
        pd.read_parquet(artifact.file(f"{n}_curve.parquet")) for n in ("training", "validation")
    ]


def test_two_processes_train_what_one_does_and_the_notebook_reads_it(
    planted, tmp_path, monkeypatch
):
    artifacts = []
    for processes in (1, 2):
        store, options = planted(f"by_{processes}")
        done = torchrun(processes, tmp_path / "in_float32.py", *options)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("models/base · ") == 1
        with monkeypatch.context() as patch:
            patch.setattr(training, "_train", None)  # whoever trained now would fail
            artifacts.append(store.step("models/base", train_base, SETTINGS, corpora(store)))
        store.verify("models/base")
    alone, together = artifacts
    assert alone.identity == together.identity
    assert alone.manifest.conditions == {"precision": "float32", "processes": 1}
    assert together.manifest.conditions == {"precision": "float32", "processes": 2}
    assert list(alone.manifest.files) == list(together.manifest.files)
    for one, other in zip(curves(alone), curves(together), strict=True):
        assert (one.step == other.step).all() and (one.tokens == other.tokens).all()
        assert (one.loss - other.loss).abs().max() < 1e-4


def test_processes_that_do_not_work_together_are_refused(monkeypatch):
    training.new_accelerator()  # this process has found out that it is alone
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(LaunchError, match="2 processes were started, but 1 work together"):
        training.new_accelerator()


def test_a_wrong_launch_is_said_in_a_line_by_the_first_process_alone(planted, monkeypatch):
    _, options = planted("corpora")
    training.new_accelerator()
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert said_by(options).startswith("2 processes were started, but 1 work together: start")
    monkeypatch.setenv("LOCAL_RANK", "1")
    with pytest.raises(SystemExit) as silent:
        main(options)
    assert silent.value.code == 0


def test_torchrun_brings_a_mistake_to_the_reader_once(planted, tmp_path):
    store, options = planted("corpora")
    done = torchrun(3, tmp_path / "in_float32.py", *options)
    assert done.returncode == 1
    assert done.stderr.count("recipe.batch: a batch of 16 rows cannot be dealt equally to 3") == 1
    assert store.names() == ["corpora/tokenizer", "corpora/tokens"]


def test_one_process_from_the_command_line_also_fine_tunes(planted, tmp_path, capsys):
    store, options = planted("alone")
    main(options)
    assert "models/base · " in capsys.readouterr().out
    recipe = {**SETTINGS["recipe"], "domains": ["stories"], "seed": 21}
    (tmp_path / "settings.json").write_text(json.dumps({"recipe": recipe}))
    main([*options[:-1], "--parent", "models/base", "models/stories"])
    inputs = {"parent": store.read("models/base"), **corpora(store)}
    found = store.read("models/stories").identity
    assert store.step("models/stories", fine_tune, {"recipe": recipe}, inputs).identity == found


def said_by(options):
    """The line in which the command line refuses."""
    with pytest.raises(SystemExit) as refusal:
        main(options)
    (line,) = refusal.value.code.splitlines()
    return line


RECIPE_HERE = SETTINGS["recipe"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ("{", "not readable as JSON (Expecting property name"),
        ([], "the file must hold an object with shape, recipe"),
        ({"recipe": None}, "recipe must hold an object with domains, training_t"),
        ({"seed": 3}, "seed is not known; there are shape, recipe"),
        ({"shape": {**SHAPE, "width": 4}}, "shape.width is not known; there are hidden_size,"),
        ({"shape": {**SHAPE, "heads": 3}}, "shape.hidden_size is 16: a multiple of twice the 3"),
        ({"shape": {**SHAPE, "key_value_heads": 3}}, "shape.heads is 4: a multiple of key_value"),
        ({"shape": {**SHAPE, "context": "24"}}, "shape.context is '24': a whole number from"),
        ({"shape": {**SHAPE, "context": 1}}, "shape.context is 1: a whole number from 2 to "),
        ({"shape": {**SHAPE, "hidden_size": 2**40}}, "shape.hidden_size is 1099511627776: a wh"),
        ({"shape": {**SHAPE, "vocabulary": 9}}, "shape.vocabulary is 9: the tokenizer has 16 t"),
        ({"recipe": {**RECIPE_HERE, "batchsize": 4}}, "recipe.batchsize is not known; there are "),
        ({"recipe": {"batch": 4}}, "recipe.domains is missing"),
        ({"recipe": {**RECIPE_HERE, "batch": "16"}}, "recipe.batch is '16': a whole number of at"),
        ({"recipe": {**RECIPE_HERE, "seed": True}}, "recipe.seed is True: a whole number of at"),
        ({"recipe": {**RECIPE_HERE, "seed": 2**64}}, "recipe.seed is 18446744073709551616: a who"),
        ({"recipe": {**RECIPE_HERE, "learning_rate": "1"}}, "recipe.learning_rate is '1': a num"),
        ({"recipe": {**RECIPE_HERE, "domains": "lua"}}, "recipe.domains is 'lua': at least one,"),
        ({"recipe": {**RECIPE_HERE, "domains": ["C"]}}, "recipe.domains is ['C']: at least one,"),
        (
            {"recipe": {**RECIPE_HERE, "training_tokens": 10**6}},
            "recipe.training_tokens: english (train) has 24,000 tokens; 41,666 rows of 24 need "
            "958,318, more than 4 passes over them",
        ),
        (
            {"recipe": {**RECIPE_HERE, "training_tokens": 24}},
            "recipe.training_tokens: 1 rows of training text do not fill a batch of 16",
        ),
    ],
)
def test_wrong_settings_are_said_by_file_and_key(planted, tmp_path, changed, said):
    store, options = planted("corpora")
    file = tmp_path / "settings.json"
    whole = SETTINGS | changed if isinstance(changed, dict) else changed
    file.write_text(changed if isinstance(changed, str) else json.dumps(whole))
    assert said_by(options).startswith(f"{file}: {said}")
    assert store.names() == ["corpora/tokenizer", "corpora/tokens"]


def test_missing_artifacts_are_named(planted, tmp_path):
    _, options = planted("corpora")
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"recipe": RECIPE_HERE}))
    assert said_by([*options, "--parent", "models/none"]).startswith("models/none is not there")
    assert said_by(options) == f"{file}: shape is missing (a child? give --parent)"
    file.write_text(json.dumps(SETTINGS))
    refused = said_by([*options, "--parent", "models/none"])
    assert refused == f"{file}: shape is given, but a child has its parent's"
    typo = ["--artifacts", str(tmp_path / "none"), *options[2:]]
    assert said_by(typo) == f"--artifacts {tmp_path / 'none'}: there is no such folder"
    assert not (tmp_path / "none").exists()
    (tmp_path / "empty").mkdir()
    empty = ["--artifacts", str(tmp_path / "empty"), *options[2:]]
    assert said_by(empty).startswith("corpora/tokens is not there yet: run notebooks/01_data first")
    nothing = [*options[:2], "--settings", "none.json", "models/base"]
    assert said_by(nothing).startswith("none.json: not readable as JSON (")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (
            ["corpora/tokenizer"],
            "corpora/tokenizer is no model: a model is named as models/base is",
        ),
        (["../escape"], "../escape is no model"),
        (["/tmp/escape"], "/tmp/escape is no model"),
        (["models"], "models is no model"),
        (["models/base/x"], "models/base/x is no model"),
        (["models/new", "--parent", "corpora/tokens"], "corpora/tokens is no model"),
        (["models/x", "--parent", "models/x"], "models/x cannot be trained from itself: it would"),
    ],
)
def test_only_a_model_is_written_and_never_over_its_parent(planted, names, said):
    store, options = planted("corpora")
    assert said_by([*options[:-1], *names]).startswith(said)
    assert store.names() == ["corpora/tokenizer", "corpora/tokens"]


def test_a_batch_that_cannot_be_dealt_equally_is_refused(planted, tmp_path, monkeypatch):
    store, options = planted("odd")
    together = SimpleNamespace(num_processes=3, is_main_process=True)
    monkeypatch.setattr(train, "new_accelerator", lambda: together)
    said = said_by(options).removeprefix(f"{tmp_path}/settings.json: ")
    assert said.startswith("recipe.batch: a batch of 16 rows cannot be dealt equally to 3")
    assert store.names() == ["corpora/tokenizer", "corpora/tokens"]
