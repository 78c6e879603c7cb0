import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from featurefate.corpora.documents import build_documents
from featurefate.corpora.domains import DOMAINS, SPLITS
from featurefate.corpora.token_files import GrowingArray, reorder
from featurefate.corpora.tokenizer import load_tokenizer, train_tokenizer
from featurefate.corpora.tokens import (
    load_tokens,
    tokenize,
)
from featurefate.corpora.vocabulary import token_counts, vocabulary_use


@pytest.fixture(scope="module")
def encoder(tokenizer):
    return load_tokenizer(tokenizer)


def test_the_one_special_token(encoder):
    assert encoder.bos_token_id == encoder.eos_token_id == encoder.pad_token_id == 0
    assert encoder.convert_ids_to_tokens(0) == "<|endoftext|>"
    assert len(encoder) == 600


@settings(max_examples=200)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_round_trip_of_any_text(encoder, text):
    ids = encoder.encode(text, add_special_tokens=False)
    assert encoder.decode(ids, clean_up_tokenization_spaces=False) == text


@settings(max_examples=100)
@given(data=st.binary(max_size=60))
def test_round_trip_of_any_bytes(encoder, data):
    text = data.decode("latin-1")
    ids = encoder.encode(text, add_special_tokens=False)
    assert encoder.decode(ids).encode("latin-1") == data


def test_every_byte_has_a_token(encoder):
    """GPT-2 writes bytes that print as themselves, the others as U+0100 and following."""
    prints = [*range(33, 127), *range(161, 173), *range(174, 256)]
    alphabet = [*map(chr, prints), *map(chr, range(256, 512 - len(prints)))]
    ids = encoder.convert_tokens_to_ids(alphabet)
    assert len(set(ids)) == 256 and None not in ids


def test_a_vocabulary_too_small_is_refused(tmp_path, documents):
    with pytest.raises(ValueError, match="256"):
        train_tokenizer(tmp_path, documents=documents, vocabulary=100, seed=0)


def test_training_again_gives_the_same_tokenizer(tmp_path, documents, tokenizer):
    train_tokenizer(tmp_path, documents=documents, vocabulary=600, seed=4)
    one = (tmp_path / "tokenizer/tokenizer.json").read_bytes()
    assert one == (tokenizer.path / "tokenizer/tokenizer.json").read_bytes()


def test_the_tokenizer_reads_equally_much_of_each_domain(documents, tables, monkeypatch):
    from featurefate.corpora import tokenizer

    train = {d: tables[d].text[tables[d].split == "train"] for d in DOMAINS}
    smallest = min(texts.str.len().sum() for texts in train.values())
    for largest_sample in (smallest, 20_000):
        monkeypatch.setattr(tokenizer, "LARGEST_SAMPLE", largest_sample)
        sample = list(tokenizer._equal_sample(documents, seed=1))
        assert sample != list(tokenizer._equal_sample(documents, seed=2))
        for texts in train.values():
            mine = [text for text in sample if text in set(texts)]
            size = sum(map(len, mine))
            assert largest_sample <= size < largest_sample + texts.str.len().max()
        assert len(sample) == sum(text in set().union(*train.values()) for text in sample)


def test_streams_give_the_documents_back(tables, tokens, encoder):
    for domain, table in tables.items():
        for split in SPLITS:
            stream = load_tokens(tokens, domain, split)
            assert sorted(stream.rows) == np.flatnonzero(table.split == split).tolist()
            assert stream.documents == len(stream.rows)
            assert stream.starts[0] == 0 and stream.starts[-1] == len(stream.tokens)
            assert stream.starts.dtype == stream.rows.dtype == np.int64
            assert (np.diff(stream.starts) > 0).all()
            assert (stream.tokens != 0).all()
            for document in range(0, stream.documents, 7):
                ids = stream.tokens[stream.starts[document] : stream.starts[document + 1]]
                assert encoder.decode(ids.astype(int)) == table.text[stream.rows[document]]


def test_every_origin_has_its_first_turn_before_any_has_its_second(tables, tokens):
    for domain, table in tables.items():
        train = load_tokens(tokens, domain, "train").rows
        assert (np.diff(train) > 0).all()
        for split in ("validation", "test"):
            held_out = table[table.split == split]
            turn = held_out.groupby("origin").cumcount()
            rows = load_tokens(tokens, domain, split).rows
            assert rows.tolist() == turn.sort_values(kind="stable").index.tolist()


def test_tokens_are_mapped_not_read(tokens):
    assert isinstance(load_tokens(tokens, "python", "train").tokens, np.memmap)


def test_tokenizing_again_gives_the_same_files(tokens, documents, tokenizer, tmp_path):
    tokenize(tmp_path, documents=documents, tokenizer=tokenizer)
    for name, record in tokens.manifest.files.items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == record.sha256


def test_the_special_token_written_in_a_text_is_text(from_file, store, tokenizer, encoder):
    """Every sort of text goes through the whole pipeline and comes back."""
    texts = ["<|endoftext|> is a word here", "\x01\x7f\t\r\n", "日本語のテキスト", "🦊" * 30,
             "   leading", "a\n\n\n  b", "naïve café", "x" * 300]  # fmt: skip
    settings = from_file("lua", [{"text": text} for text in texts])
    documents = store.step("try/documents", build_documents, settings)
    inputs = dict(documents=documents, tokenizer=tokenizer)
    tokens = store.step("try/tokens", tokenize, inputs=inputs)
    table = pd.read_parquet(documents.file("documents/lua.parquet"))
    back = {}
    for split in SPLITS:
        stream = load_tokens(tokens, "lua", split)
        for document, row in enumerate(stream.rows):
            ids = stream.tokens[stream.starts[document] : stream.starts[document + 1]]
            back[row] = encoder.decode(ids.astype(int))
    assert [back[row] for row in sorted(back)] == table.text.tolist()
    assert set(table.text) == {text.replace("\r\n", "\n") for text in texts}
    assert len(load_tokens(tokens, "english", "test").tokens) == 0


@settings(max_examples=30,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.lists(st.integers(0, 9), max_size=12), st.randoms(use_true_random=False))
def test_growing_and_reordering_are_those_of_lists(tmp_path, lengths, draw):
    documents, first = [], 0
    for length in lengths:
        documents.append(list(range(first, first + length)))
        first += length
    path = tmp_path / "a.npy"
    array = GrowingArray(path, np.dtype(np.uint16))
    for document in documents:
        array.append(np.array(document))
    array.close()
    assert np.load(path).tolist() == list(range(first))
    order = draw.sample(range(len(lengths)), len(lengths))
    if first:
        starts = reorder(path, np.cumsum([0, *lengths]), np.array(order, np.int64))
        new = np.load(path)
        pieces = [new[a:b].tolist() for a, b in zip(starts, starts[1:], strict=False)]
        assert pieces == [documents[place] for place in order]


def test_vocabulary_use_is_counted(documents, tokens, tables):
    use = vocabulary_use(documents=documents, tokens=tokens, vocabulary=600).set_index("domain")
    for domain, table in tables.items():
        streams = [load_tokens(tokens, domain, split).tokens for split in SPLITS]
        row = use.loc[domain]
        assert row.tokens == sum(map(len, streams))
        assert row["characters a token"] == table.text.str.len().sum() / row.tokens
        counts = pd.Series(streams[0]).value_counts()
        assert row["tokens in use"] == len(counts)
        most = int(row["tokens for 90 % of the text"])
        covered = counts.cumsum() / counts.sum()
        assert covered.iloc[most - 1] >= 0.9 > covered.iloc[most - 2]


def test_counts_are_those_of_a_whole_count(tokens):
    stream = load_tokens(tokens, "python", "train")
    assert token_counts(stream, 600).tolist() == np.bincount(stream.tokens, minlength=600).tolist()
