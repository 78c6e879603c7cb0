"""The correction for many labels: exact on a small case, right under the null, one deal a set."""

from itertools import permutations

import numpy as np
import pytest

from featurefate.tracking.max_statistic import Asked, corrected_p


def brute_force(labels, values, names):
    """Every order of the labels, and the largest standardised difference in each."""

    def scores(order):
        found = []
        for name in names:
            here = values[np.array(order) == name]
            error = values.std(ddof=1) * np.sqrt(1 / len(here) - 1 / len(values))
            found.append(abs(here.mean() - values.mean()) / error)
        return np.array(found)

    actual = scores(labels)
    largest = np.array([scores(order).max() for order in permutations(labels)])
    return (largest[:, None] >= actual - 1e-9).mean(axis=0)


def test_p_is_that_of_all_deals():
    labels = np.array(["a", "a", "b", "b", "b", "c", "c"])
    values = np.array([1.0, 0.8, 0.1, 0.3, 0.0, 0.4, 0.2])
    (found,) = corrected_p([Asked("x", labels, values, ["a", "b"])], permutations=4_000, seed=71)
    np.testing.assert_allclose(found, brute_force(labels, values, ["a", "b"]), atol=0.025)


def test_a_planted_label_stands_out_and_no_other():
    generator = np.random.default_rng(72)
    labels = np.repeat(["planted", "b", "c", "d"], 20)
    values = (generator.random(80) < 0.4).astype(float)
    values[:20] = 1
    (p,) = corrected_p([Asked("x", labels, values, ["planted", "b", "c"])], 400, seed=73)
    assert p[0] < 0.01 and (p[1:] > 0.05).all()


def test_under_the_null_one_family_in_ten_has_a_p_below_a_tenth():
    generator = np.random.default_rng(74)
    labels = np.repeat(list("abcdef"), 12)
    least = []
    for repeat in range(120):
        asked = [
            Asked(of, labels, generator.random(len(labels)) < 0.5, list("abcdef")) for of in "xy"
        ]
        least.append(min(p.min() for p in corrected_p(asked, 99, seed=repeat)))
    assert 0.03 <= (np.array(least) <= 0.1).mean() <= 0.18


def test_one_set_of_members_is_dealt_once():
    generator = np.random.default_rng(75)
    labels, values = np.repeat(["a", "b"], 15), generator.random(30)
    once = corrected_p([Asked("x", labels, values, ["a"])], 200, seed=76)
    twice = corrected_p([Asked("x", labels, values, ["a"])] * 2, 200, seed=76)
    np.testing.assert_array_equal(once[0], twice[0])
    np.testing.assert_array_equal(twice[0], twice[1])


def test_values_without_spread_say_nothing():
    (p,) = corrected_p([Asked("x", np.array(["a", "a", "b"]), np.ones(3), ["a", "b"])], 50, seed=1)
    np.testing.assert_array_equal(p, 1)


def test_a_name_that_is_no_label_is_named():
    with pytest.raises(ValueError, match="no member of base is labelled comma"):
        corrected_p([Asked("base", np.array(["a", "b"]), np.ones(2), ["comma"])], 10, seed=1)
