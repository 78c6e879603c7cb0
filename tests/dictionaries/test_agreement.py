"""The share of all features by hand: one that never fires is one that is not found."""

import numpy as np
import pytest
from planted_streams import planted, stream

from featurefate.dictionaries.agreement import ceiling, rate_at_least, share_of_all
from featurefate.dictionaries.resampling import DocumentBlocks


def test_features_that_never_fire_count_as_not_found():
    """40 features that two dictionaries share, 10 of their own, 30 dead: 40 of 80, not of 50."""
    both, own, other = (
        planted(n, seed=seed).values.toarray() for n, seed in ((40, 1), (10, 2), (10, 3))
    )
    dead = np.zeros((len(both), 30))
    one, two = (stream(np.hstack([both, x, dead])) for x in (own, other))
    blocks = DocumentBlocks.of(one.document, one.domain)
    matched = ceiling({101: one, 202: two}, blocks, blocks.draws(50, 4))
    rate = share_of_all(matched, 0.8)
    assert rate.value == pytest.approx(40 / 80)
    assert rate_at_least(matched, 0.8).value == pytest.approx(40 / 50)
    low, high = rate.interval
    assert 0 < low <= rate.value + 1e-9 and rate.value - 1e-9 <= high < 1
