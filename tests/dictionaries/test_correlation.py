"""Sparse correlation against numpy's dense one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from featurefate.dictionaries import correlation as module
from featurefate.dictionaries.correlation import correlation


def brute_force(first, second):
    with np.errstate(invalid="ignore", divide="ignore"):
        r = np.corrcoef(first.toarray().T.astype(float), second.toarray().T.astype(float))
    return np.nan_to_num(r[: first.shape[1], first.shape[1] :])


def test_equals_numpy_at_256_features(plant):
    first, second = plant(256, seed=1).values, plant(256, seed=2).values
    second = sparse.csr_array(0.5 * second + 0.5 * first)
    np.testing.assert_allclose(correlation(first, second), brute_force(first, second), atol=1e-6)


@settings(max_examples=25)
@given(st.integers(2, 40), st.integers(1, 9), st.integers(1, 9), st.integers(0, 10_000))
def test_equals_numpy_for_any_shape(tokens, first_features, second_features, seed):
    generator = np.random.default_rng(seed)

    def random(features):
        values = generator.random((tokens, features)) * (generator.random((tokens, features)) < 0.4)
        return sparse.csr_array(values)

    first, second = random(first_features), random(second_features)
    np.testing.assert_allclose(correlation(first, second), brute_force(first, second), atol=1e-6)


def test_blocks_of_features_change_nothing(plant, monkeypatch):
    first, second = plant(50, seed=1).values, plant(40, seed=2).values
    whole = correlation(first, second)
    monkeypatch.setattr(module, "FEATURES_AT_A_TIME", 7)
    np.testing.assert_array_equal(correlation(first, second), whole)


def test_a_silent_feature_correlates_with_nothing(plant):
    values = plant(10, seed=1).values.toarray()
    values[:, 3] = 0
    r = correlation(sparse.csr_array(values), sparse.csr_array(values))
    assert (r[3] == 0).all() and (r[:, 3] == 0).all()
    np.testing.assert_allclose(np.delete(np.diag(r), 3), 1, atol=1e-6)


def test_other_text_is_refused(plant):
    with pytest.raises(ValueError, match="not the same text"):
        correlation(plant(4).values, plant(4, documents=20).values)
