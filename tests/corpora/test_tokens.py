import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from featurefate.corpora.domains import DOMAINS, SPLITS
from featurefate.corpora.tokenizer import load_tokenizer, train_tokenizer
from featurefate.corpora.tokens import (
    TokenStream,
    evaluation_rows,
    load_tokens,
    texts_in_turn,
    training_rows,
)


@pytest.fixture(scope="module")
def encoder(tokenizer):
    return load_tokenizer(tokenizer)


def _stream(lengths: list[int]) -> TokenStream:
    """Documents of given lengths whose tokens are all different and never 0."""
    starts = np.cumsum([0, *lengths]).astype(np.int64)
    return TokenStream("english", "train", np.arange(1, starts[-1] + 1, dtype=np.uint16), starts)


def test_the_one_special_token(encoder):
    assert encoder.bos_token_id == encoder.eos_token_id == encoder.pad_token_id == 0
    assert encoder.convert_ids_to_tokens(0) == "<|endoftext|>"
    assert len(encoder) == 600


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60))
def test_round_trip_of_any_text(encoder, text):
    ids = encoder.encode(text, add_special_tokens=False)
    assert encoder.decode(ids, clean_up_tokenization_spaces=False) == text or (
        "\ud800" <= max(text, default="") <= "\udfff"
    )


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=60))
def test_round_trip_of_any_bytes(encoder, data):
    text = data.decode("latin-1")
    ids = encoder.encode(text, add_special_tokens=False)
    assert encoder.decode(ids).encode("latin-1") == data


def test_a_vocabulary_too_small_is_refused(tmp_path, documents):
    with pytest.raises(ValueError, match="256"):
        train_tokenizer(tmp_path, documents=documents, vocabulary=100, seed=0)


def test_training_again_gives_the_same_tokenizer(tmp_path, documents, tokenizer):
    train_tokenizer(tmp_path, documents=documents, vocabulary=600, seed=4)
    one = (tmp_path / "tokenizer/tokenizer.json").read_bytes()
    assert one == (tokenizer.path / "tokenizer/tokenizer.json").read_bytes()


def test_streams_give_the_documents_back(documents, tokens, encoder):
    for domain in DOMAINS:
        table = pd.read_parquet(documents.file(f"documents/{domain}.parquet"))
        for split in SPLITS:
            texts = texts_in_turn(table[table.split == split])
            assert sorted(texts) == sorted(table.text[table.split == split])
            stream = load_tokens(tokens, domain, split)
            assert stream.documents == len(texts)
            assert stream.starts[0] == 0 and stream.starts[-1] == len(stream.tokens)
            assert (np.diff(stream.starts) > 0).all()
            assert (stream.tokens != 0).all()
            for document in range(0, stream.documents, 7):
                ids = stream.tokens[stream.starts[document] : stream.starts[document + 1]]
                assert encoder.decode(ids.astype(int)) == texts[document]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=12), st.integers(2, 17), st.integers(0, 9))
def test_training_rows_show_each_token_once_a_pass(lengths, context, seed):
    stream = _stream(lengths)
    in_a_pass = sum(lengths) + len(lengths)
    rows = in_a_pass // (context - 1)
    if rows == 0:
        return
    cut = training_rows(stream, context, rows, seed)
    assert cut.shape == (rows, context) and cut.dtype == np.int32
    assert (cut[:, 0] == 0).all()
    shown = cut[:, 1:].ravel()
    shown = shown[shown > 0]
    assert len(set(shown)) == len(shown)


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


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=3, max_size=12), st.integers(2, 20))
def test_evaluation_rows_hold_exactly_the_first_tokens(lengths, context):
    stream = _stream(lengths)
    width = context - 1
    most = 10 if width >= 10 else 10 // width * width  # whole rows of a document, or less than one
    wanted = sum(min(length, most) for length in lengths)
    found = evaluation_rows(stream, context, tokens=wanted, per_document=10, at_least_documents=1)
    assert found.tokens == wanted == found.mask.sum()
    assert (found.rows[:, 0] == 0).all() and not found.mask[:, 0].any()
    assert (found.rows[~found.mask] == 0).all()
    for document, length in enumerate(lengths):
        start = stream.starts[document]
        mine = found.documents == document
        shown = found.rows[mine][found.mask[mine]]
        assert shown.tolist() == stream.tokens[start : start + min(length, most)].tolist()


def test_every_file_has_its_first_turn_before_any_has_its_second():
    table = pd.DataFrame({"text": list("abcdef"), "origin": ["x", "x", "y", "x", "z", "y"]})
    assert texts_in_turn(table) == ["a", "c", "e", "b", "f", "d"]


def test_evaluation_is_cut_to_the_number_asked_for():
    found = evaluation_rows(_stream([100] * 10), 33, tokens=250, at_least_documents=5)
    assert found.tokens == 250
    assert found.document_count == 8  # at most 50 of each, so one row of 32: 7 rows and 26 tokens


def test_too_few_tokens_or_documents_are_refused():
    with pytest.raises(ValueError, match="gives 30 tokens from 3 documents"):
        evaluation_rows(_stream([10] * 3), 9, tokens=40, at_least_documents=1)
    with pytest.raises(ValueError, match="at least 60"):
        evaluation_rows(_stream([10] * 3), 9, tokens=30)
