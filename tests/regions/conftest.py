"""Planted corpora with data sets in them, and an untrained base, made once."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from planted_datasets import plant_datasets  # noqa: E402
from planted_region import plant_region  # noqa: E402


@pytest.fixture(scope="session")
def planted(tmp_path_factory):
    return plant_datasets(tmp_path_factory.mktemp("regions"))


@pytest.fixture(scope="session")
def planted_points(planted):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOKY_MAX_CPU_COUNT", "1")
        return plant_region(planted)


@pytest.fixture(scope="module")  # not longer: other files want other processes
def region(planted_points):
    """What the steps of a region are given, and a map over its points in this process alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOKY_MAX_CPU_COUNT", "1")
        yield planted_points
