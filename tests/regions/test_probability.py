"""P_B against a rank test, and its interval against what repeating the whole experiment gives."""

from itertools import combinations

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from featurefate.regions.probability import Sample, _weights, ahead, better, over_pairs

ALONE = [(run,) for run in range(6)]


def on_one_text(losses, runs):
    """Models measured on a single document: the text is the same in every draw."""
    return Sample([losses[:, None]], runs)


def draws(seed, size):
    return np.random.default_rng(seed).normal(size=size)


def test_better_is_the_rank_sum_of_mann_and_whitney():
    a, b = draws(1, 6), draws(2, 9)
    u = mannwhitneyu(a, b).statistic  # pairs in which a is larger
    found = over_pairs(better, [(on_one_text(a, ALONE), on_one_text(b, [()] * 9))], seed=3)
    assert found.value == pytest.approx(1 - u / 54)
    assert found.low <= found.value <= found.high


def test_ties_count_for_the_first():
    same = on_one_text(np.ones(3), ALONE[:3])
    assert over_pairs(better, [(same, same)], seed=1).value == 1


def test_ahead_changes_its_sign_with_its_arguments_and_averages_over_groups():
    first, second = on_one_text(draws(4, 6), ALONE), on_one_text(draws(5, 6), ALONE)
    there = over_pairs(ahead, [(first, second)], seed=6)
    back = over_pairs(ahead, [(second, first)], seed=6)
    assert there.value == pytest.approx(second.losses.mean() - first.losses.mean())
    assert (back.value, back.low) == pytest.approx((-there.value, -there.high))
    both = over_pairs(ahead, [(first, second), (second, first)], seed=6)
    assert both.value == pytest.approx(0, abs=1e-12)


def test_what_was_made_of_no_run_has_no_interval():
    fixed = on_one_text(draws(7, 3), [()] * 3), on_one_text(draws(8, 4), [()] * 4)
    found = over_pairs(better, [fixed], seed=9)
    assert found.low == found.value == found.high


def test_a_mixture_counts_as_often_as_its_runs_can_be_drawn_together():
    counts = np.array([[2, 1, 0, 2], [1, 1, 1, 2]])
    made_of = list(combinations(range(4), 2))
    found = _weights(on_one_text(np.zeros(6), made_of), [0, 1, 2, 3], counts)
    for weights, times in zip(found, counts, strict=True):
        copies = np.repeat(np.arange(4), times)  # mixing the drawn runs, copy by copy
        mixed = [tuple(sorted(pair)) for pair in combinations(copies, 2)]
        assert weights.tolist() == [mixed.count(pair) for pair in made_of]


def quadratic(seed, runs=8):
    """Runs that miss the optimum of a quadratic loss by chance; their pairs' means miss it less."""
    missed = draws(seed, runs)
    pairs = list(combinations(range(runs), 2))
    mixed = np.array([(missed[a] + missed[b]) / 2 for a, b in pairs])
    return on_one_text(mixed**2, pairs), on_one_text(missed**2, [(run,) for run in range(runs)])


def test_the_interval_is_as_wide_as_the_scatter_of_repeated_experiments():
    found = [over_pairs(ahead, [quadratic(seed)], seed=10, draws=300) for seed in range(100, 200)]
    scatter = np.std([each.value for each in found])
    by_bootstrap = np.mean([each.high - each.low for each in found]) / 3.92
    assert 0.6 < by_bootstrap / scatter < 1.5
    truth = 0.5  # E x² − E ((x + y)/2)²
    assert np.mean([each.value for each in found]) == pytest.approx(truth, abs=0.12)
    assert np.mean([each.low <= truth <= each.high for each in found]) > 0.75


def test_more_models_of_the_same_runs_do_not_narrow_it():
    first, second = quadratic(11)
    tenfold = on_one_text(np.tile(first.losses, 10), list(first.runs) * 10)
    once, often = (over_pairs(ahead, [(f, second)], seed=12) for f in (first, tenfold))
    assert (once.low, once.high) == pytest.approx((often.low, often.high))


def test_samples_without_a_common_run_are_drawn_apart():
    first, second = on_one_text(draws(15, 5), [(run,) for run in range(5)]), draws(16, 5)
    together = over_pairs(ahead, [(first, on_one_text(second, first.runs))], seed=17)
    other = on_one_text(second, [(run,) for run in range(10, 15)])
    apart = over_pairs(ahead, [(first, other)], seed=17, draws=4_000)
    assert apart.value == together.value
    scatter = np.sqrt(first.losses.var() / 5 + second.var() / 5)  # of a bootstrap, by its formula
    assert (apart.high - apart.low) / 3.92 == pytest.approx(scatter, rel=0.1)


def test_groups_are_drawn_apart():
    one = over_pairs(ahead, [quadratic(13)], seed=14)
    four = over_pairs(ahead, [quadratic(13)] * 4, seed=14)
    assert four.high - four.low < 0.75 * (one.high - one.low)


def test_documents_are_drawn_too_and_the_same_ones_for_both():
    easy = draws(18, (1, 200))  # how hard each document is, for all models
    noise = draws(19, (1, 200))
    one, same, other = (Sample([easy + gain], [()]) for gain in (0.0, 0.3, noise))
    exact = over_pairs(ahead, [(one, same)], seed=20)
    assert (exact.value, exact.low, exact.high) == pytest.approx((0.3, 0.3, 0.3))
    found = over_pairs(ahead, [(one, other)], seed=20, draws=4_000)
    assert found.value == pytest.approx(noise.mean())
    assert (found.high - found.low) / 3.92 == pytest.approx(noise.std() / np.sqrt(200), rel=0.1)


def test_every_data_set_counts_alike_however_many_its_documents():
    few, many = draws(21, (3, 5)), draws(22, (3, 50))
    losses = Sample([few, many], ALONE[:3]).losses
    assert losses == pytest.approx((few.mean(axis=1) + many.mean(axis=1)) / 2)
