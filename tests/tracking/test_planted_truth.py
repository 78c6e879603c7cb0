"""What the tracking must get right where the truth is known, and what the paper's code does not."""

from dataclasses import replace

import numpy as np
import pytest
from planted_partners import scattered_overlap, share_followed, true_correlations

from featurefate.dictionaries.circular_shift import random_shifts
from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.partners import best_partners
from featurefate.tracking.comparisons import rate
from featurefate.tracking.nulls import shifted
from featurefate.tracking.readings import Reading
from featurefate.tracking.rule_comparison import match_by_rules
from featurefate.tracking.string_correlation import string_correlation

SHARES = [0.0, 0.3, 0.7, 1.0]
DATA_SETS, DRAWS = 200, 200


def test_a_dictionary_finds_all_of_itself_by_every_rule():
    first, _, _ = scattered_overlap(0.3, seed=601)
    order = np.random.default_rng((602, 1)).permutation(first.features)
    second = replace(first, values=first.values[:, order])
    readings = Reading.of(first), Reading.of(second)
    times = readings[0].blocks.draws(5, seed=603)
    matched = match_by_rules({1: readings[0]}, {2: readings[1]}, (1, 2), times)
    for forward, backward in (matched[rule] for rule in ("maximum", "mutual", "one-to-one")):
        assert rate([forward], 0.99).interval == rate([backward], 0.99).interval == (1, 1)
        assert min(forward.best.r.min(), backward.best.r.min()) > 0.999
        np.testing.assert_array_equal(order[forward.best.partner], np.arange(first.features))
        np.testing.assert_array_equal(backward.best.partner, order)


def test_an_endless_text_would_show_the_planted_correlations():
    first, second, place = scattered_overlap(0.3, seed=604, documents=1_000)
    r = correlation(first.values, second.values)[np.arange(first.features), place[0]]
    np.testing.assert_allclose(np.sort(r), true_correlations(0.3, first.features), atol=0.03)
    assert share_followed(np.array([0.0, 1.0]), 0.03).tolist() == [0, 1]


def covered(share: float) -> np.ndarray:
    """In how many data sets the interval holds the planted overlap, by parent and child."""
    truth = np.mean(true_correlations(share, 128) >= 0.8)
    hits = np.zeros(2, dtype=int)
    for number in range(DATA_SETS):
        first, second, _ = scattered_overlap(share, seed=1_000 + number)
        readings = {1: Reading.of(first)}, {2: Reading.of(second)}
        times = readings[0][1].blocks.draws(DRAWS, seed=50_000 + number)
        both = match_by_rules(*readings, (1, 2), times, rules=["maximum"])["maximum"]
        for side, found in enumerate(both):
            low, high = rate([found], 0.8).interval
            hits[side] += low <= truth + 1e-9 and truth - 1e-9 <= high
    return hits


@pytest.mark.parametrize("share", SHARES)
def test_intervals_hold_the_planted_overlap(share):
    assert (covered(share) >= 0.91 * DATA_SETS).all()


def unrelated(seed, rate=0.03):
    """Two dictionaries with nothing in common, on the same text."""
    first, second = (scattered_overlap(0.0, seed=(seed, side), rate=rate)[0] for side in (0, 1))
    return first, replace(second, token=first.token)


def test_independent_features_exceed_chance_at_the_nominal_rate():
    """Against 19 shifts, one feature in twenty has its largest r where nothing is shifted."""
    exceeds = []
    for number in range(6):
        first, second = unrelated(700 + number)
        turned = [shifted(second, n) for n in random_shifts(first.domain, 19, seed=900 + number)]
        best = [correlation(first.values, s.values).max(axis=1) for s in (second, *turned)]
        exceeds.append(best[0] > np.max(best[1:], axis=0))
    assert np.mean(exceeds) == pytest.approx(0.05, abs=0.025)


RARE = 0.01  # share of the tokens on which a feature fires: few strings that two have in common


def test_by_position_independent_features_match_nothing_and_per_string_everything():
    first, second = unrelated(605, RARE)
    r = correlation(first.values, second.values)
    over_strings = string_correlation(first.values, second.values, first.token)
    for by_position, per_string in zip(
        best_partners(r, first, second), best_partners(over_strings, first, second), strict=True
    ):
        assert by_position.share_at_least(0.8) == 0
        assert per_string.share_at_least(0.8) > 0.95


@pytest.mark.parametrize("share", SHARES[:-1])
def test_per_string_cannot_tell_planted_overlaps_apart(share):
    first, second, _ = scattered_overlap(share, seed=607, rate=RARE)
    r = correlation(first.values, second.values)
    over_strings = string_correlation(first.values, second.values, first.token)
    for by_position, per_string in zip(
        best_partners(r, first, second), best_partners(over_strings, first, second), strict=True
    ):
        assert by_position.share_at_least(0.8) == pytest.approx(share, abs=0.1)
        assert per_string.share_at_least(0.8) > 0.95
