"""Partners of some features, and their correlation on resampled documents."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.resampling import DocumentBlocks
from featurefate.tracking.looked_up import (
    FoundAgain,
    Partners,
    Summed,
    drawn_correlations,
    partners_of,
    with_itself,
)

FEATURES = np.array([3, 17, 40])


@pytest.fixture(scope="module")
def looked_up(partly_shared):
    first, second = partly_shared(0.5, seed=81, features=64)
    blocks = DocumentBlocks.of(first.document, first.domain)
    times = blocks.draws(40, seed=82)
    summed = [Summed.of(activations.values, blocks) for activations in (first, second)]
    return first, second, blocks, times, partners_of(FEATURES, *summed, times)


def test_partners_are_those_of_the_whole_matrix(looked_up):
    first, second, *_, partners = looked_up
    r = correlation(first.values, second.values)[FEATURES]
    np.testing.assert_array_equal(partners.partner, r.argmax(axis=1))
    np.testing.assert_allclose(partners.r, r.max(axis=1), atol=1e-6)


def test_a_draw_is_a_correlation_on_the_drawn_documents(looked_up):
    first, second, blocks, times, partners = looked_up
    tokens = np.repeat(times[7].astype(int), np.diff(blocks.starts))
    for place, feature in enumerate(FEATURES):
        x = np.repeat(first.values[:, [feature]].toarray().ravel(), tokens)
        y = np.repeat(second.values[:, [partners.partner[place]]].toarray().ravel(), tokens)
        assert partners.drawn[7, place] == pytest.approx(np.corrcoef(x, y)[0, 1], abs=1e-5)


def test_a_feature_that_never_fires_correlates_with_nothing(looked_up):
    first, second, blocks, times, _ = looked_up
    silent = Summed.of(first.values * 0.0, blocks)
    other, some = Summed.of(second.values, blocks), np.array([0, 5])
    drawn = drawn_correlations(some, silent, some, other, times)
    np.testing.assert_array_equal(drawn, 0)


def test_found_is_the_share_of_the_dictionaries_asked(looked_up):
    *_, partners = looked_up
    threshold = float(np.median(partners.r))
    found = FoundAgain.among([partners, partners], threshold)
    np.testing.assert_array_equal(found.share, partners.r >= threshold)
    nowhere = Partners(partners.partner, 0 * partners.r, partners.drawn)
    half = FoundAgain.among([partners, nowhere], 0.1)
    np.testing.assert_array_equal(half.share, (partners.r >= 0.1) / 2)


@pytest.fixture(scope="module")
def two_models(plant):
    """One dictionary on two models: dense activations of 12 features, the first silent in one."""
    stream = plant(12, rate=0.1, seed=31)
    generator = np.random.default_rng(32)
    x = stream.values.toarray()
    y = x * generator.lognormal(0, 0.4, x.shape) * (generator.random(x.shape) < 0.8)
    y[:, 0] = 0
    blocks = DocumentBlocks.of(stream.document, stream.domain)
    return x, y, blocks, [Summed.of(sparse.csr_array(values), blocks) for values in (x, y)]


def numpys(x, y):
    return [np.corrcoef(x[:, f], y[:, f])[0, 1] for f in range(1, x.shape[1])]


def test_r_with_itself_is_numpys_feature_by_feature(two_models):
    x, y, _, summed = two_models
    r = with_itself(*summed)
    assert r.shape == (1, 12) and r[0, 0] == 0
    np.testing.assert_allclose(r[0, 1:], numpys(x, y), atol=1e-6)


def test_a_draw_is_the_text_with_documents_repeated(two_models):
    x, y, blocks, summed = two_models
    times = blocks.draws(3, seed=34)
    for row, often in zip(with_itself(*summed, times), times.astype(int), strict=True):
        tokens = np.repeat(np.arange(len(x)), np.repeat(often, np.diff(blocks.starts)))
        np.testing.assert_allclose(row[1:], numpys(x[tokens], y[tokens]), atol=1e-6)


@given(scale=st.floats(0.1, 10), seed=st.integers(0, 2**16))
def test_scale_changes_nothing_and_order_does_not_matter(plant, scale, seed):
    one, other = (plant(5, rate=0.1, seed=seed + more, documents=8) for more in (0, 1))
    blocks = DocumentBlocks.of(one.document, one.domain)
    values = [one.values, other.values, scale * one.values, scale * other.values]
    first, second, larger_first, larger_second = (Summed.of(v, blocks) for v in values)
    np.testing.assert_allclose(with_itself(first, larger_first), 1, atol=1e-6)
    r = with_itself(first, second)
    np.testing.assert_allclose(with_itself(larger_second, first), r, atol=1e-6)


def test_two_dictionaries_have_no_feature_in_common(plant):
    one, other = plant(5, seed=1), plant(6, seed=1)
    blocks = DocumentBlocks.of(one.document, one.domain)
    with pytest.raises(ValueError, match="not one dictionary on one text"):
        with_itself(Summed.of(one.values, blocks), Summed.of(other.values, blocks))
