"""Loss by concept against plain loops; tests and corrections against other derivations."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted_text import rows_of
from scipy import sparse, stats

from featurefate.language_model.by_concept import (
    changes_by_concept,
    holm,
    loss_by_concept,
    ratio_p_values,
)
from featurefate.language_model.evaluation import TokenScores, document_of_tokens

NAMES = ["name", "string", "rare", "constructor"]


def scores(nats: np.ndarray) -> TokenScores:
    return TokenScores(nats.astype(np.float32), np.zeros(len(nats)), np.zeros(len(nats)))


@pytest.fixture(scope="module")
def evaluation():
    """100 documents of 20 tokens."""
    return rows_of([[1] * 20] * 100, context=24)


@pytest.fixture(scope="module")
def labels():
    rng = np.random.default_rng(2)
    dense = rng.uniform(size=(2000, 4)) < [0.3, 0.1, 0.3, 0.2]
    dense[180:, 2] = False  # the third concept: in 9 documents only
    return sparse.csr_array(dense)


def test_losses_equal_a_plain_mean(evaluation, labels):
    rng = np.random.default_rng(3)
    by_model = {name: scores(rng.exponential(3, 2000)) for name in ("base", "lua")}
    table = loss_by_concept(by_model, labels, NAMES, evaluation)
    assert len(table) == 6 and "rare" not in set(table.concept)
    document, dense = document_of_tokens(evaluation), labels.toarray()
    for row in table.itertuples():
        carried = dense[:, NAMES.index(row.concept)]
        assert row.loss == pytest.approx(by_model[row.model].nats[carried].mean())
        assert row.tokens == carried.sum()
        assert row.documents == len(np.unique(document[carried]))
        assert row.low < row.loss < row.high


def test_what_was_planted_is_found_and_nothing_else(evaluation, labels):
    rng = np.random.default_rng(4)
    dense = labels.toarray()
    parent = rng.exponential(3, 2000)
    change = rng.normal(0, 0.5, 2000)
    only = dense & (dense.sum(axis=1, keepdims=True) == 1)
    change[only[:, 0]] -= 2
    change[only[:, 1]] += 2
    change[dense.sum(axis=1) > 1] = 0
    table = changes_by_concept(scores(parent), scores(parent + change), labels, NAMES, evaluation)
    assert table.change.is_monotonic_increasing
    verdict = dict(zip(table.concept, table.verdict, strict=True))
    assert verdict == {"name": "learned", "string": "forgotten", "constructor": "unclear"}
    for row in table.itertuples():
        carried = dense[:, NAMES.index(row.concept)]
        assert row.change == pytest.approx(change[carried].mean(), abs=1e-5)
        assert row.child - row.parent == pytest.approx(row.change)
        assert row.low <= row.change <= row.high


def test_equal_documents_give_the_t_test():
    values = np.random.default_rng(5).normal(0.2, 1, (30, 4))
    expected = stats.ttest_1samp(values, 0).pvalue
    np.testing.assert_allclose(ratio_p_values(7 * values, np.full((30, 4), 7.0)), expected)


def test_documents_without_the_concept_take_no_part():
    rng = np.random.default_rng(6)
    tokens = rng.integers(1, 9, (30, 1)).astype(float)
    nats = tokens * rng.normal(0.3, 1, (30, 1))
    absent = np.zeros((50, 1))
    alone = ratio_p_values(nats, tokens)
    np.testing.assert_allclose(
        ratio_p_values(np.vstack([nats, absent]), np.vstack([tokens, absent])), alone
    )


def test_p_is_small_as_often_as_it_says_when_nothing_changed():
    rng = np.random.default_rng(7)
    tokens = rng.integers(1, 30, (60, 2000)).astype(float)
    nats = tokens * rng.normal(0, 1, tokens.shape)
    assert 0.03 < (ratio_p_values(nats, tokens) < 0.05).mean() < 0.08


def test_no_change_at_all_is_no_finding():
    assert ratio_p_values(np.zeros((20, 1)), np.ones((20, 1))) == [1]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_is_the_closed_bonferroni_test(p):
    """A hypothesis falls when every set of hypotheses with it falls by Bonferroni."""
    many = range(len(p))
    sets = [s for size in many for s in combinations(many, size + 1)]
    closed = [max(min(len(s) * min(p[j] for j in s), 1) for s in sets if i in s) for i in many]
    np.testing.assert_allclose(holm(np.array(p)), closed)


@pytest.mark.parametrize("rows, concepts", [(1999, 4), (2000, 3)])
def test_labels_of_other_tokens_are_refused(evaluation, labels, rows, concepts):
    nats = scores(np.ones(2000))
    with pytest.raises(ValueError, match="labels of 2000 tokens and 4 concepts"):
        loss_by_concept({"base": nats}, labels[:rows, :concepts], NAMES, evaluation)


def test_too_little_text_is_refused(evaluation):
    with pytest.raises(ValueError, match="no concept has 30 tokens in 10 documents"):
        loss_by_concept({}, sparse.csr_array((2000, 4), dtype=bool), NAMES, evaluation)
