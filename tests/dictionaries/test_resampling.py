"""The second pass against a bootstrap that correlates everything anew in each draw."""

import numpy as np
import pytest

from featurefate.dictionaries import resampling
from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.resampling import DocumentBlocks, resampled_best


def brute_force(first, second, blocks, times):
    """Repeat each block as often as it was drawn, and correlate in full."""
    best_first, best_second = [], []
    for drawn in times.astype(int):
        tokens = np.concatenate(
            [
                np.tile(np.arange(start, stop), n)
                for start, stop, n in zip(blocks.starts, blocks.starts[1:], drawn, strict=False)
            ]
        )
        r = correlation(first.values[tokens], second.values[tokens])
        best_first.append(r.max(axis=1))
        best_second.append(r.max(axis=0))
    return np.array(best_first), np.array(best_second)


def test_blocks_are_whole_documents_of_one_domain(plant):
    activations = plant(4)
    blocks = DocumentBlocks.of(activations.document, activations.domain)
    assert len(blocks.domain) == 120 >= 100
    for start, stop, domain in zip(blocks.starts, blocks.starts[1:], blocks.domain, strict=False):
        assert set(activations.domain[start:stop]) == {domain}
        assert start == 0 or activations.document[start] != activations.document[start - 1]
    assert blocks.starts[-1] == len(activations.document)


def test_draws_keep_the_weight_of_each_domain_and_the_seed(plant):
    activations = plant(4)
    blocks = DocumentBlocks.of(activations.document, activations.domain)
    times = blocks.draws(50, seed=1)
    for domain in range(4):
        assert (times[:, blocks.domain == domain].sum(axis=1) == 30).all()
    np.testing.assert_array_equal(times, blocks.draws(50, seed=1))
    assert (times != blocks.draws(50, seed=2)).any()


@pytest.mark.parametrize("features", [6, 40])
def test_second_pass_equals_brute_force_where_all_are_candidates(
    partly_shared, features, monkeypatch
):
    monkeypatch.setattr(resampling, "CANDIDATES", features)
    first, second = partly_shared(0.5, seed=7, features=features)
    blocks = DocumentBlocks.of(first.document, first.domain)
    times = blocks.draws(12, seed=3)
    r = correlation(first.values, second.values)
    ours = resampled_best(r, first, second, blocks, times)
    for mine, reference in zip(ours, brute_force(first, second, blocks, times), strict=True):
        np.testing.assert_allclose(mine, reference, atol=1e-6)


def test_eight_candidates_are_enough_for_features_with_a_partner(partly_shared):
    first, second = partly_shared(0.5, seed=8)
    blocks = DocumentBlocks.of(first.document, first.domain)
    times = blocks.draws(10, seed=3)
    r = correlation(first.values, second.values)
    ours = resampled_best(r, first, second, blocks, times)
    for mine, reference in zip(ours, brute_force(first, second, blocks, times), strict=True):
        matched = reference > 0.3
        assert 0.4 < matched.mean() < 0.6
        np.testing.assert_allclose(mine[matched], reference[matched], atol=1e-6)
        assert (mine <= reference + 1e-6).all()
