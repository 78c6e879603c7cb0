"""Chance streams on planted features."""

import numpy as np

from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.partners import best_partners
from featurefate.tracking.nulls import shifted


def test_a_shift_keeps_everything_but_the_correspondence(plant):
    activations = plant(seed=4)
    moved = shifted(activations, 700)
    before, after = activations.values.toarray(), moved.values.toarray()
    for domain in np.unique(activations.domain):
        here = activations.domain == domain
        np.testing.assert_array_equal(after[here], np.roll(before[here], 700, axis=0))
    np.testing.assert_array_equal(
        shifted(moved, -700).values.toarray(), activations.values.toarray()
    )
    r = correlation(activations.values, moved.values)
    assert best_partners(r, activations, moved)[0].share_at_least(0.5) == 0
