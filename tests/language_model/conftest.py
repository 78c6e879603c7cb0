"""A tiny model and a tiny evaluation set."""

import numpy as np
import pytest

from featurefate.corpora.tokens import EvaluationRows, TokenStream, evaluation_rows
from featurefate.language_model.architecture import new_model

SHAPE = {
    "hidden_size": 16,
    "mlp_size": 32,
    "heads": 4,
    "key_value_heads": 2,
    "vocabulary": 64,
    "context": 24,
}


@pytest.fixture
def tiny_shape():
    return dict(SHAPE)


@pytest.fixture
def tiny_model(tiny_shape):
    return new_model(**tiny_shape, seed=7).eval()


@pytest.fixture
def tiny_evaluation() -> EvaluationRows:
    rng = np.random.default_rng(8)
    lengths = rng.integers(10, 60, 80)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    words = rng.integers(1, 64, starts[-1]).astype(np.uint16)
    stream = TokenStream("lua", "test", words, starts, np.arange(80))
    return evaluation_rows(stream, 24, 1500, per_document=40)
