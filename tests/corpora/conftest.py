"""One small corpus, built once, that the tests of this folder look at."""

import pytest

from featurefate.artifacts.store import ArtifactStore
from featurefate.corpora.documents import build_documents
from featurefate.corpora.installed.source_files import installed_versions
from featurefate.corpora.tokenizer import train_tokenizer
from featurefate.corpora.tokens import tokenize

PACKAGES = ("python", "joblib", "networkx", "pygments", "mpmath", "fsspec", "tornado", "nltk")


@pytest.fixture(scope="session")
def small_settings() -> dict:
    """Settings of a corpus that takes about two seconds."""
    versions = installed_versions()
    return dict(
        seed=3,
        characters=dict(english=60_000, python=60_000, stories=60_000, lua=40_000),
        installed={name: versions[name] for name in PACKAGES},
        workers=1,
    )


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> ArtifactStore:
    return ArtifactStore(tmp_path_factory.mktemp("corpora") / "artifacts")


@pytest.fixture(scope="session")
def documents(store: ArtifactStore, small_settings: dict):
    return store.step("corpora/documents", build_documents, small_settings)


@pytest.fixture(scope="session")
def tokenizer(store: ArtifactStore, documents):
    settings = dict(vocabulary=600, seed=4)
    return store.step("corpora/tokenizer", train_tokenizer, settings, dict(documents=documents))


@pytest.fixture(scope="session")
def tokens(store: ArtifactStore, documents, tokenizer):
    inputs = dict(documents=documents, tokenizer=tokenizer)
    return store.step("corpora/tokens", tokenize, inputs=inputs)
