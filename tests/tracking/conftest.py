"""Planted features, as fixtures."""

import pytest
from planted_streams import planted, planted_overlap, stream


@pytest.fixture(scope="session")
def plant():
    return planted


@pytest.fixture(scope="session")
def as_stream():
    return stream


@pytest.fixture(scope="session")
def partly_shared():
    return planted_overlap
