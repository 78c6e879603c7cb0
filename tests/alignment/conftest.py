"""What the tests of symmetries and matchings share: one small model in float64, gains folded."""

import pytest
from uneven_models import uneven_model

from featurefate.alignment.exact import exact_model
from featurefate.alignment.folding import fold_gains


@pytest.fixture(scope="session")
def exact():
    return exact_model(uneven_model(1))


@pytest.fixture(scope="session")
def state(exact):
    return fold_gains(exact.state_dict())
