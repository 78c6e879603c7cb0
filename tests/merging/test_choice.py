"""The three rules for t on curves whose answer is known."""

import numpy as np
import pytest

from featurefate.language_model.evaluation import Scores
from featurefate.merging.choice import (
    RULES,
    best_mean,
    crossing,
    interval_of_choice,
    same_accuracy,
    same_share,
)

T = np.linspace(0, 1, 21)


def test_two_lines_meet_where_algebra_says():
    assert crossing(T, 1 - 0.7 * T, 0.2 + 0.5 * T) == pytest.approx(0.8 / 1.2)


def test_meeting_on_a_point_gives_that_point():
    assert crossing(T, 1 - T, T) == pytest.approx(0.5)


def test_curves_that_do_not_meet_are_refused():
    with pytest.raises(ValueError, match="do not meet"):
        crossing(T, 2 - T, T * 0)
    with pytest.raises(ValueError, match="do not meet"):
        crossing(T, T * 0, 1 + T)


def test_an_easy_domain_moves_the_paper_s_rule_and_the_mean_but_not_the_study_s():
    easy, hard = 0.8 * (1 - T), 0.4 * T
    assert same_share(T, easy, hard) == pytest.approx(0.5)
    assert same_accuracy(T, easy, hard) == pytest.approx(2 / 3)
    assert best_mean(T, easy, hard) == 0


def scores(rate, documents, seed):
    """Documents of 100 tokens that are right at `rate`, more or less."""
    right = np.random.default_rng(seed).binomial(100, rate, documents).astype(float)
    return Scores(np.full(documents, 100.0), np.zeros(documents), right)


@pytest.mark.parametrize("rule", RULES)
def test_an_interval_holds_the_choice_and_shrinks_with_documents(rule):
    widths = []
    for documents in (20, 2000):
        first = [scores(0.8 - 0.7 * t, documents, 1) for t in T]
        second = [scores(0.1 + 0.6 * np.sqrt(t), documents, 2) for t in T]  # best mean: inside
        low, high = interval_of_choice(rule, T, first, second)
        curves = (np.array([s.accuracy for s in side]) for side in (first, second))
        assert low <= RULES[rule](T, *curves) <= high
        widths.append(high - low)
    assert widths[1] < widths[0]
