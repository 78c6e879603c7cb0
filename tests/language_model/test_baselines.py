"""Counting baselines: proper distributions, a slow reference, and values worked out by hand."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_language import plant_corpora

from featurefate.language_model.baselines import (
    DISCOUNT,
    BigramBaseline,
    TrigramBaseline,
    UniformBaseline,
    UnigramBaseline,
    counted_rows,
)
from featurefate.language_model.evaluation import score_model
from featurefate.language_model.order import mixed_rows

VOCABULARY = 7  # 5 and 6 never occur


class SlowKneserNey:
    """The definition, with one dictionary of n-grams an order and no arrays."""

    def __init__(self, rows, order: int):
        padded = [[0] * (order - 2) + list(row) for row in rows]
        top = Counter(
            tuple(row[end - order : end]) for row in padded for end in range(order, len(row) + 1)
        )
        self.counts = {order: top}
        for shorter in range(order - 1, 0, -1):
            self.counts[shorter] = Counter(gram[1:] for gram in self.counts[shorter + 1])

    def probability(self, *gram: int) -> float:
        counts = self.counts[len(gram)]
        if len(gram) == 1:
            return (counts[gram] + 1) / (sum(counts.values()) + VOCABULARY)
        followers = {g: n for g, n in counts.items() if g[:-1] == gram[:-1]}
        backed_off = self.probability(*gram[1:])
        if not followers:
            return backed_off
        total = sum(followers.values())
        kept = max(followers.get(gram, 0) - DISCOUNT, 0)
        return (kept + DISCOUNT * len(followers) * backed_off) / total


def sorted_rows(rows):
    return sorted(rows.tolist())


def test_a_table_counts_the_rows_of_training(tmp_path):
    """Under one pass of 400 documents of 60 tokens and an end: all that the model trains on."""
    tokens, both = plant_corpora(tmp_path).read("corpora/tokens"), ["english", "stories"]
    counted = counted_rows(tokens, both, 24 * 800, 24, seed=3)
    assert sorted_rows(counted) == sorted_rows(mixed_rows(tokens, both, 24 * 800, 24, seed=3))


def test_a_table_counts_each_document_once(tmp_path):
    """Three passes of training: the first one alone is counted, less the row that runs over."""
    tokens, one_pass = plant_corpora(tmp_path).read("corpora/tokens"), 400 * 61
    stream = np.load(tokens.file("tokens/english.train.npy"))
    counted = counted_rows(tokens, ["english"], 3 * one_pass * 24 // 23, 24, seed=3)
    assert counted.shape == (one_pass // 23, 24)
    left_out = np.bincount(stream, minlength=16) - np.bincount(counted[:, 1:].ravel(), minlength=16)
    assert (left_out[1:] >= 0).all() and left_out[1:].sum() < 23
    trained_on = mixed_rows(tokens, ["english"], 3 * one_pass * 24 // 23, 24, seed=3)
    assert set(map(tuple, counted)) <= set(map(tuple, trained_on))


@pytest.fixture
def rows():
    return np.random.default_rng(5).integers(0, 20, (30, 24))


some_rows = st.lists(
    st.lists(st.integers(0, 4), min_size=3, max_size=9).map(lambda row: [0, *row][:4]),
    min_size=1,
    max_size=8,
)


@pytest.mark.parametrize("baseline, order", [(BigramBaseline, 2), (TrigramBaseline, 3)])
@given(rows=some_rows)
@settings(max_examples=25)
def test_equals_the_definition_and_guesses_its_argmax(baseline, order, rows):
    fast, slow = baseline(np.array(rows), VOCABULARY), SlowKneserNey(rows, order)
    histories = list(product(range(VOCABULARY), repeat=order - 1))
    table = np.array([[slow.probability(*h, w) for w in range(VOCABULARY)] for h in histories])
    every = np.array(list(product(range(VOCABULARY), repeat=order))).T
    np.testing.assert_allclose(fast.probability(*every), table.ravel())
    best = fast.best(*np.array(histories).T)
    np.testing.assert_allclose(table[np.arange(len(table)), best], table.max(axis=1))


@pytest.mark.parametrize("history", [(0, 0), (7, 7), (3, 11), (24, 3), (3, 24), (24, 24)])
def test_probabilities_sum_to_one_after_seen_and_unseen_tokens(rows, history):
    every = np.arange(25)  # 20–24 never occur
    two_before, before = (np.full(25, token) for token in history)
    for chances in (
        BigramBaseline(rows, 25).probability(before, every),
        TrigramBaseline(rows, 25).probability(two_before, before, every),
        UnigramBaseline(rows, 25).probability,
    ):
        assert chances.sum() == pytest.approx(1)
        assert (chances > 0).all()


def test_bigram_by_hand():
    bigram = BigramBaseline(np.array([[0, 1, 2], [0, 1, 1]]), vocabulary=3)
    # pairs 0→1 twice, 1→2 and 1→1 once; 1 comes after two different tokens, 2 after one; plus one
    unigram = np.array([1, 3, 2]) / 6
    np.testing.assert_allclose(bigram.unigram, unigram)
    expected = (1 - DISCOUNT) / 2 + DISCOUNT * 2 / 2 * unigram[2]
    assert bigram.probability(np.array([1]), np.array([2]))[0] == pytest.approx(expected)
    assert bigram.best(np.arange(3)).tolist() == [1, 1, 1]


def test_trigram_knows_what_two_tokens_say():
    row = np.array([[0, 1, 2, 3, 4, 2, 5] * 20])  # after 2: 3 or 5, by what stood before
    trigram, two = TrigramBaseline(row, 6), np.array([2, 2])
    assert trigram.best(np.array([1, 4]), two).tolist() == [3, 5]
    assert (trigram.probability(np.array([1, 4]), two, np.array([3, 5])) > 0.9).all()


def test_as_many_tokens_as_the_order_are_asked_for(rows):
    with pytest.raises(ValueError, match="3 arrays of tokens are needed, not 2"):
        TrigramBaseline(rows, 25).probability(np.array([1]), np.array([2]))


def test_scores_equal_a_walk_along_the_rows(tiny_evaluation):
    training = np.random.default_rng(1).integers(0, 64, (40, 12))
    training[:, 0] = 0
    trigram = TrigramBaseline(training, 64)
    scores = trigram.score_tokens(tiny_evaluation)
    expected = []
    for row, mask in zip(tiny_evaluation.rows, tiny_evaluation.mask, strict=True):
        for position in np.flatnonzero(mask):
            u, v = (0 if position == 1 else row[position - 2]), row[position - 1]
            chances = trigram.probability(np.full(64, u), np.full(64, v), np.arange(64))
            expected.append((-np.log(chances[row[position]]), chances.max()))
    nats, confidence = np.array(expected).T
    np.testing.assert_allclose(scores.nats, nats, rtol=1e-5)
    np.testing.assert_allclose(scores.confidence, confidence, rtol=1e-5)


def test_documents_are_the_models(tiny_model, tiny_evaluation):
    counted, modelled = (
        UniformBaseline(64).score(tiny_evaluation),
        score_model(tiny_model, tiny_evaluation),
    )
    np.testing.assert_array_equal(counted.tokens, modelled.tokens)


def test_uniform_loss_is_log_vocabulary(tiny_evaluation):
    scores = UniformBaseline(64).score(tiny_evaluation)
    assert scores.loss == pytest.approx(np.log(64))
    assert scores.accuracy == pytest.approx(1 / 64)


def test_knowing_the_text_beats_not_knowing_it(tiny_evaluation):
    own = tiny_evaluation.rows[tiny_evaluation.mask[:, 1:].all(axis=1)]  # rows without padding
    uniform, unigram, bigram, trigram = (
        baseline.score(tiny_evaluation).loss
        for baseline in (
            UniformBaseline(64),
            UnigramBaseline(own, 64),
            BigramBaseline(own, 64),
            TrigramBaseline(own, 64),
        )
    )
    assert trigram < bigram < unigram < uniform
