"""Shifts of a stream within its domains."""

import numpy as np
import pytest

from featurefate.dictionaries.circular_shift import random_shifts, turned


def test_every_domain_is_turned_by_itself():
    domain = np.array([0, 0, 0, 1, 1, 1, 1])
    assert turned(domain, 1).tolist() == [2, 0, 1, 6, 3, 4, 5]
    assert turned(domain, 12).tolist() == list(range(7))


def test_shifts_differ_and_stay_clear_of_no_shift():
    shifts = random_shifts(np.repeat([0, 1], [8_000, 9_000]), 20, seed=5)
    assert len(set(shifts)) == 20 and min(shifts) >= 1_000 and max(shifts) <= 7_000


def test_more_shifts_than_there_are_is_refused():
    with pytest.raises(ValueError):
        random_shifts(np.zeros(20, int), 30, seed=5)
