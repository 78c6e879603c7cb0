"""One small corpus, built once, that the tests of this folder look at."""

import json
from pathlib import Path

import pandas as pd
import pytest

from featurefate.artifacts.store import Artifact, ArtifactStore
from featurefate.corpora.documents import build_documents
from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.sources import BUILT_IN, identified
from featurefate.corpora.tokenizer import train_tokenizer
from featurefate.corpora.tokens import tokenize

PACKAGES = ("python", "joblib", "networkx", "pygments", "mpmath", "fsspec", "tornado", "nltk")


def pytest_configure(config: pytest.Config) -> None:
    small = "ignore:.*too few documents to hold out"  # true of most corpora here
    config.addinivalue_line("filterwarnings", small)


@pytest.fixture(scope="session")
def small_settings() -> dict:
    """Settings of a corpus that takes about two seconds."""
    sources = identified(BUILT_IN)
    return dict(
        seed=3,
        characters=dict(english=100_000, python=150_000, stories=60_000, lua=60_000),
        sources=sources | {"packages": {name: sources["packages"][name] for name in PACKAGES}},
        workers=1,
    )


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> ArtifactStore:
    return ArtifactStore(tmp_path_factory.mktemp("corpora") / "artifacts")


@pytest.fixture(scope="session")
def documents(store: ArtifactStore, small_settings: dict) -> Artifact:
    return store.step("corpora/documents", build_documents, small_settings)


@pytest.fixture(scope="session")
def tables(documents) -> dict[str, pd.DataFrame]:
    return {d: pd.read_parquet(documents.file(f"documents/{d}.parquet")) for d in DOMAINS}


@pytest.fixture(scope="session")
def tokenizer(store: ArtifactStore, documents) -> Artifact:
    settings = dict(vocabulary=600, seed=4)
    return store.step("corpora/tokenizer", train_tokenizer, settings, dict(documents=documents))


@pytest.fixture(scope="session")
def tokens(store: ArtifactStore, documents, tokenizer) -> Artifact:
    inputs = dict(documents=documents, tokenizer=tokenizer)
    return store.step("corpora/tokens", tokenize, inputs=inputs)


@pytest.fixture
def from_file(tmp_path):
    """A function: rows for a domain → settings of a corpus that has them and nothing else."""

    def settings(domain: str, rows: list[dict], **more: object) -> dict:
        path: Path = tmp_path / f"{domain}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        sources = identified(BUILT_IN | {domain: {"files": str(path)} | more})
        nothing = dict.fromkeys(DOMAINS, 0) | {domain: None}
        return dict(seed=1, characters=nothing, sources=sources | {"packages": {}}, workers=1)

    return settings
