"""Rows for training and for measuring, cut from streams whose tokens are all different."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from featurefate.corpora import tokens as tokens_module
from featurefate.corpora.tokens import TokenStream, evaluation_rows, training_rows


def _stream(lengths: list[int]) -> TokenStream:
    """Documents of given lengths whose tokens are all different and never 0."""
    starts = np.cumsum([0, *lengths]).astype(np.int64)
    tokens = np.arange(1, starts[-1] + 1, dtype=np.uint16)
    return TokenStream("english", "train", tokens, starts, np.arange(len(lengths)))


def _rows_one_by_one(stream, context, rows, seed):
    """What training rows are, said without regard to memory."""
    shuffle, flat = np.random.default_rng(seed), []
    while len(flat) < rows * (context - 1):
        for document in shuffle.permutation(stream.documents):
            start, end = stream.starts[document : document + 2]
            flat += [*stream.tokens[start:end].tolist(), 0]
    flat = np.array(flat[: rows * (context - 1)]).reshape(rows, context - 1)
    return np.pad(flat, ((0, 0), (1, 0)))


@settings(max_examples=50)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=12), st.integers(2, 17), st.integers(0, 9))
def test_training_rows_show_each_token_once_a_pass(lengths, context, seed):
    stream = _stream([1, *lengths])
    in_a_pass = sum(lengths) + len(lengths) + 2
    rows = in_a_pass // (context - 1)
    cut = training_rows(stream, context, rows, seed)
    assert cut.shape == (rows, context) and cut.dtype == np.int32
    assert (cut[:, 0] == 0).all()
    shown = cut[:, 1:].ravel()
    shown = shown[shown > 0]
    assert len(set(shown)) == len(shown)
    several = training_rows(stream, context, 3 * rows, seed)
    assert several.tolist() == _rows_one_by_one(stream, context, 3 * rows, seed).tolist()


def test_blocks_do_not_show(monkeypatch):
    """Long streams are shuffled a block at a time; where blocks end makes no difference."""
    stream = _stream([3, 1, 4, 1, 5, 9, 2, 6] * 4)
    whole = training_rows(stream, context=7, rows=40, seed=1)
    monkeypatch.setattr(tokens_module, "TOKENS_AT_ONCE", 10)
    assert training_rows(stream, context=7, rows=40, seed=1).tolist() == whole.tolist()


def test_each_pass_shows_everything_in_another_order():
    stream = _stream([5] * 20)
    cut = training_rows(stream, context=7, rows=40, seed=1)
    first, second = cut[:20, 1:], cut[20:, 1:]
    assert set(first.ravel()) == set(second.ravel()) == set(range(101))
    assert not np.array_equal(first, second)


def test_documents_stay_whole_and_are_joined_by_the_end_token():
    cut = training_rows(_stream([3, 3]), context=9, rows=1, seed=0)[0, 1:].tolist()
    assert cut in ([1, 2, 3, 0, 4, 5, 6, 0], [4, 5, 6, 0, 1, 2, 3, 0])


def test_too_many_passes_are_refused():
    with pytest.raises(ValueError, match=r"english.*50 tokens.*2 passes"):
        training_rows(_stream([50]), context=11, rows=100, seed=0, max_passes=2)


@settings(max_examples=50)
@given(st.lists(st.integers(1, 60), min_size=3, max_size=12), st.integers(2, 20))
def test_evaluation_rows_hold_exactly_the_first_tokens(lengths, context):
    stream = _stream(lengths)
    width = context - 1
    most = 10 if width >= 10 else 10 // width * width  # whole rows of a document, or less than one
    wanted = sum(min(length, most) for length in lengths)
    found = evaluation_rows(stream, context, tokens=wanted, per_document=10, at_least_documents=1)
    assert found.tokens == wanted == found.mask.sum()
    assert found.rows.dtype == np.int32 and found.positions.dtype == np.int64
    assert (found.rows[:, 0] == 0).all() and not found.mask[:, 0].any()
    assert (found.rows[~found.mask] == 0).all()
    assert (found.positions[~found.mask] == -1).all()
    assert (stream.tokens[found.positions[found.mask]] == found.rows[found.mask]).all()
    for document, length in enumerate(lengths):
        start = stream.starts[document]
        mine = found.documents == document
        shown = found.rows[mine][found.mask[mine]]
        assert shown.tolist() == stream.tokens[start : start + min(length, most)].tolist()


def test_evaluation_is_cut_to_the_number_asked_for():
    found = evaluation_rows(_stream([100] * 10), 33, tokens=250, at_least_documents=5)
    assert found.tokens == 250
    assert found.document_count == 8  # at most 50 of each, so one row of 32: 7 rows and 26 tokens


def test_too_few_tokens_or_documents_are_refused():
    with pytest.raises(ValueError, match="gives 30 tokens from 3 documents"):
        evaluation_rows(_stream([10] * 3), 9, tokens=40, at_least_documents=1)
    with pytest.raises(ValueError, match="at least 60"):
        evaluation_rows(_stream([10] * 3), 9, tokens=30)
