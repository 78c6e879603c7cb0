"""Shared by all tests: no deadlines, artifacts made by hand from files, and planted features."""

from pathlib import Path

import pytest
from hypothesis import settings

from featurefate.artifacts.manifest import Cost, Manifest
from featurefate.artifacts.store import Artifact

settings.register_profile("machines are noisy", deadline=None)
settings.load_profile("machines are noisy")


@pytest.fixture(scope="session")
def artifact_of():
    """Return a function that makes the files of a folder an artifact."""

    def make(folder: Path, name: str = "planted") -> Artifact:
        manifest = Manifest(name, f"planted-{name}", {}, Cost(), "")
        manifest.write(folder)
        return Artifact(name, folder, manifest)

    return make


@pytest.fixture(scope="session")
def plant():
    from planted_streams import planted  # loads torch, which most tests of this folder do without

    return planted


@pytest.fixture(scope="session")
def partly_shared():
    from planted_streams import planted_overlap

    return planted_overlap


@pytest.fixture(scope="session")
def as_stream():
    from planted_streams import stream

    return stream
