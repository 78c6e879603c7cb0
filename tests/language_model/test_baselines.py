"""Counting baselines: proper distributions, and values worked out by hand."""

import numpy as np
import pytest

from featurefate.language_model.baselines import (
    DISCOUNT,
    BigramBaseline,
    UniformBaseline,
    UnigramBaseline,
)


@pytest.fixture
def rows():
    return np.random.default_rng(5).integers(0, 20, (30, 24))


def test_probabilities_sum_to_one_after_seen_and_unseen_tokens(rows):
    bigram = BigramBaseline(rows, vocabulary=25)  # 20–24 never occur
    for before in (0, 7, 24):
        chances = bigram.probability(np.full(25, before), np.arange(25))
        assert chances.sum() == pytest.approx(1)
        assert (chances > 0).all()
    assert bigram.unigram.probability.sum() == pytest.approx(1)


def test_bigram_by_hand():
    bigram = BigramBaseline(np.array([[0, 1, 2], [0, 1, 1]]), vocabulary=3)
    # pairs 0→1 twice, 1→2 once, 1→1 once; targets 1, 2, 1, 1 with one added each: (1, 4, 2)/7
    unigram = np.array([1, 4, 2]) / 7
    np.testing.assert_allclose(bigram.unigram.probability, unigram)
    expected = (1 - DISCOUNT) / 2 + DISCOUNT * 2 / 2 * unigram[2]
    assert bigram.probability(np.array([1]), np.array([2]))[0] == pytest.approx(expected)
    assert bigram.best.tolist() == [1, 1, 1]


def test_best_guess_is_the_argmax_of_the_distribution(rows):
    bigram = BigramBaseline(rows, vocabulary=25)
    before, after = np.meshgrid(np.arange(25), np.arange(25), indexing="ij")
    chances = bigram.probability(before, after)
    np.testing.assert_allclose(chances[np.arange(25), bigram.best], chances.max(axis=1))


def test_uniform_loss_is_log_vocabulary(tiny_evaluation):
    scores = UniformBaseline(64).score(tiny_evaluation)
    assert scores.loss == pytest.approx(np.log(64))
    assert scores.accuracy == pytest.approx(1 / 64)


def test_knowing_the_text_beats_not_knowing_it(tiny_evaluation):
    own = tiny_evaluation.rows[tiny_evaluation.mask[:, 1:].all(axis=1)]  # rows without padding
    uniform, unigram, bigram = (
        baseline.score(tiny_evaluation).loss
        for baseline in (UniformBaseline(64), UnigramBaseline(own, 64), BigramBaseline(own, 64))
    )
    assert bigram < unigram < uniform
