"""Rates over pairs of seeds, and their intervals, on planted streams."""

import pytest

from featurefate.dictionaries.agreement import ceiling, rate_at_least
from featurefate.dictionaries.resampling import DocumentBlocks
from featurefate.tracking.comparisons import compare


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
