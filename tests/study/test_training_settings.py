"""What the terminal trains with the printed settings is what the notebooks ask for."""

import json
from pathlib import Path

import jupytext
import pytest
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast

from featurefate.artifacts.manifest import Cost, Manifest
from featurefate.artifacts.store import Account, ArtifactStore
from featurefate.language_model import architecture, train, training
from featurefate.study import folders, headline, training_settings
from featurefate.study.chapter import WRITTEN_BY

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
TOKENS = 50


@pytest.fixture
def smoke(tmp_path, monkeypatch) -> Path:
    """A repository with the study's notebooks; its corpora know 50 tokens, its training is none."""
    (tmp_path / "_config.yml").touch()
    (tmp_path / "notebooks").symlink_to(NOTEBOOKS)
    monkeypatch.setenv("FEATUREFATE_ROOT", str(tmp_path))
    monkeypatch.setenv(headline.RECORD_TO, str(tmp_path / "numbers.json"))  # as `make book` does
    artifacts = folders.artifacts("smoke")
    words = {"<|endoftext|>": 0, **{f"w{i}": i for i in range(1, TOKENS)}}
    backend = Tokenizer(models.WordLevel(words, unk_token="<|endoftext|>"))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="<|endoftext|>")
    for name in ("corpora/tokenizer", "corpora/tokens"):
        (artifacts / name).mkdir(parents=True)
        tokenizer.save_pretrained(artifacts / name / "tokenizer")
        Manifest(name, f"planted-{name}", {}, Cost(), "").write(artifacts / name)
    monkeypatch.setattr(training, "load_model", lambda artifact: None)
    made = Account({"precision": "float32", "processes": 1})
    monkeypatch.setattr(training, "_train", lambda *arguments: made)
    return artifacts


class TrainedAll(Exception):
    """The notebook has asked for its models, and would now look at them."""


def asked_for_by(notebook: str, monkeypatch) -> dict[str, str]:
    """Run the cells of a notebook up to its first model read; name → identity of its models."""

    def load_model(artifact):
        raise TrainedAll

    monkeypatch.setenv("FEATUREFATE_PROFILE", "smoke")
    monkeypatch.setattr(architecture, "load_model", load_model)
    namespace = {}
    with pytest.raises(TrainedAll):
        for cell in jupytext.read(NOTEBOOKS / f"{notebook}.py").cells:
            if cell.cell_type == "code":
                exec(cell.source, namespace)
    return {artifact.name: artifact.identity for artifact in namespace["trained"].values()}


def test_terminal_and_notebooks_train_the_same(smoke, tmp_path, monkeypatch, capsys):
    asked = {}
    for notebook in ("02_base_training", "03_fine_tuning"):
        asked |= asked_for_by(notebook, monkeypatch)
    wanted = training_settings.of_profile("smoke")
    assert len(wanted) == 15 and wanted.keys() <= asked.keys()
    tried = ArtifactStore(tmp_path / "by_terminal", published=smoke)  # for corpora and parents
    monkeypatch.setattr(train, "ArtifactStore", lambda *roots: tried)
    file = tmp_path / "settings.json"
    for name in wanted:
        capsys.readouterr()
        training_settings.main(["--profile", "smoke", name])
        printed, hint = capsys.readouterr()
        file.write_text(printed)
        parent = hint.split()[-2:]  # --parent and its name, or nothing
        train.main(["--artifacts", "", "--settings", str(file), name, *parent])
        assert tried.read(name).identity == asked[name], name


def test_the_terminal_names_the_notebooks_that_the_study_names():
    assert train.WRITTEN_BY.items() <= WRITTEN_BY.items()


def test_the_profile_decides(smoke, capsys):
    training_settings.main(["--profile", "smoke", "models/base"])
    settings = json.loads(capsys.readouterr().out)
    assert settings["recipe"]["training_tokens"] == 150_000
    assert settings["shape"] == {
        "hidden_size": 64,
        "mlp_size": 128,
        "heads": 4,
        "key_value_heads": 2,
        "vocabulary": TOKENS,
        "context": 64,
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--profile", "smoke", "models/merge"], "models/merge is not trained in this profile; it"),
        (["--profile", "none", "models/base"], "there is no profile 'none'"),
        (["models/base"], "corpora/tokenizer is not there yet: run notebooks/01_data first"),
    ],
)
def test_mistakes_are_said_in_a_line(smoke, arguments, said):
    with pytest.raises(SystemExit, match=said):
        training_settings.main(arguments)
