"""Several processes train the model that one would have trained, and write it once."""

import json
import os
import socket
import subprocess
import sys

import pandas as pd
import pytest
from planted_language import RECIPE, SHAPE, plant_corpora

from featurefate.language_model import training
from featurefate.language_model.train import main
from featurefate.language_model.training import fine_tune, train_base

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
    assert list(alone.manifest.files) == list(together.manifest.files)
    for one, other in zip(curves(alone), curves(together), strict=True):
        assert (one.step == other.step).all() and (one.tokens == other.tokens).all()
        assert (one.loss - other.loss).abs().max() < 1e-4


def test_a_batch_that_cannot_be_dealt_equally_is_refused(planted, tmp_path):
    store, options = planted("odd")
    settings = {**SETTINGS, "recipe": {**SETTINGS["recipe"], "batch": 15}}
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    done = torchrun(2, "-m", "featurefate.language_model.train", *options)
    assert done.returncode != 0 and store.names() == ["corpora/tokenizer", "corpora/tokens"]
    assert "a batch of 15 rows cannot be dealt equally to 2 processes" in done.stderr


def test_processes_that_do_not_work_together_are_refused(monkeypatch):
    training.new_accelerator()  # this process has found out that it is alone
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(RuntimeError, match="2 processes were started, but 1 work together"):
        training.new_accelerator()


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


@pytest.mark.parametrize(
    ("written", "name", "said"),
    [("{", "models/base", "settings.json: "), ("{}", "models/base", "corpora/tokens is not there")],
)
def test_mistakes_are_said_in_a_line(tmp_path, capsys, written, name, said):
    (tmp_path / "settings.json").write_text(written)
    settings = str(tmp_path / "settings.json")
    with pytest.raises(SystemExit):
        main(["--artifacts", str(tmp_path / "none"), "--settings", settings, name])
    assert said in capsys.readouterr().err
