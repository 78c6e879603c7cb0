"""Differences of means over domains, and the Pareto front."""

import numpy as np
import pandas as pd
import pytest

from featurefate.language_model.evaluation import Scores
from featurefate.merging.comparison import (
    beyond,
    coin_toss,
    mean_difference,
    mean_of_domains,
    more_kept,
    on_the_front,
    share_kept,
)


def scores(nats):
    return Scores(np.full(len(nats), 50.0), np.asarray(nats, float), np.zeros(len(nats)))


def test_a_constant_lag_has_no_spread_and_noise_in_common_drops_out():
    nats = np.random.default_rng(0).uniform(50, 200, (2, 40))
    value, low, high = mean_difference([scores(n + 10) for n in nats], [scores(n) for n in nats])
    assert value == pytest.approx(0.2) and low == pytest.approx(0.2) == pytest.approx(high)


def test_accuracies_are_compared_by_their_own_sums():
    right = [Scores(np.array([10.0, 30]), np.zeros(2), np.array(r)) for r in ([5.0, 9], [9.0, 15])]
    value, low, high = mean_difference([right[1]], [right[0]], of="correct")
    assert value == pytest.approx(0.25) and low <= value <= high


def test_two_domains_count_alike_and_have_draws_of_their_own():
    draw = np.random.default_rng(1)
    better = [scores(draw.uniform(50, 99, n)) for n in (400, 40)]
    worse = [scores(b.nats + draw.normal(lag, 20, len(b.nats)))
             for b, lag in zip(better, (5, 15), strict=True)]  # fmt: skip
    value, low, high = mean_difference(worse, better)
    assert value == pytest.approx(
        np.mean([w.loss - b.loss for w, b in zip(worse, better, strict=True)])
    )
    spread = np.hypot(20 / np.sqrt(400), 20 / np.sqrt(40)) / 2 / 50  # of a mean of two means
    assert (high - low) / (2 * 1.96) == pytest.approx(spread, rel=0.3)


def test_the_mean_of_domains_counts_a_short_domain_as_much_as_a_long_one():
    draw = np.random.default_rng(4)
    long, short = scores(draw.normal(100, 10, 400)), scores(draw.normal(200, 10, 40))
    value, low, high = mean_of_domains([long, short])
    assert value == pytest.approx((long.loss + short.loss) / 2) and low < value < high
    spread = np.hypot(10 / np.sqrt(400), 10 / np.sqrt(40)) / 2 / 50
    assert (high - low) / (2 * 1.96) == pytest.approx(spread, rel=0.3)
    right = Scores(np.full(9, 4.0), np.zeros(9), np.ones(9))
    assert mean_of_domains([right], of="correct") == pytest.approx(3 * (0.25,)), "no spread"


def test_a_gain_on_a_coin_toss_is_the_mean_of_the_gains_on_both():
    draw = np.random.default_rng(2)
    one, other, merge = (Scores(np.full(30, 50.0), *draw.uniform(10, 50, (2, 30))) for _ in "abc")
    gain = beyond(merge, coin_toss(one, other))
    assert gain.loss == pytest.approx((one.loss + other.loss) / 2 - merge.loss)
    assert gain.accuracy == pytest.approx(merge.accuracy - (one.accuracy + other.accuracy) / 2)


def test_shares_kept_are_of_the_childs_own_documents():
    right = np.random.default_rng(3).integers(10, 40, 60).astype(float)
    child, half, third = (Scores(np.full(60, 50.0), np.zeros(60), right / n) for n in (1, 2, 3))
    assert share_kept(half, child) == pytest.approx((0.5, 0.5, 0.5)), "paired: no spread"
    assert more_kept((half, child), (third, child)) == pytest.approx(3 * (1 / 6,))
    noisy = Scores(half.tokens, half.nats, half.correct + np.arange(60) % 7 - 3)
    value, low, high = share_kept(noisy, child)
    assert low < value < high and value == pytest.approx(noisy.accuracy / child.accuracy)


def test_the_front_is_what_nothing_beats():
    losses = pd.DataFrame({"stories": [1, 2, 3, 3, 1], "lua": [5, 3, 3, 2, 5]})
    assert on_the_front(losses).tolist() == [True, True, False, True, True]
