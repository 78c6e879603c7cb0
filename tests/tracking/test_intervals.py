"""The second pass against a bootstrap that correlates everything anew in each draw."""

import numpy as np
import pytest

from featurefate.tracking import intervals
from featurefate.tracking.comparisons import ceiling, compare, rate_at_least
from featurefate.tracking.correlation import correlation
from featurefate.tracking.intervals import DocumentBlocks, resampled_best


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
    monkeypatch.setattr(intervals, "CANDIDATES", features)
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


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 1.0])
def test_planted_overlap_lies_in_its_interval(partly_shared, share):
    covered = 0
    for seed in range(5):
        first, second = partly_shared(share, seed=20 + seed)
        blocks = DocumentBlocks.of(first.document, first.domain)
        comparison = compare({1: first}, {2: second}, blocks, blocks.draws(100, seed=900 + seed))
        truth = round(share * first.features) / first.features
        for matched in (comparison.parent, comparison.child):
            rate = rate_at_least(matched, 0.8)
            low, high = rate.interval
            covered += low <= truth <= high
    assert covered == 10


def test_equal_seeds_are_never_paired(plant):
    one, two = plant(8, seed=1), plant(8, seed=2)
    blocks = DocumentBlocks.of(one.document, one.domain)
    times = blocks.draws(5, seed=3)
    comparison = compare({1: one, 2: two}, {1: two, 2: one}, blocks, times)
    assert [(m.seed, m.partner_seed) for m in comparison.parent] == [(1, 2), (2, 1)]
    assert [(m.seed, m.partner_seed) for m in ceiling({1: one, 2: two}, blocks, times)] == [
        (1, 2),
        (2, 1),
    ]
    with pytest.raises(ValueError, match="no pair of unequal seeds"):
        compare({1: one}, {1: two}, blocks, times)
