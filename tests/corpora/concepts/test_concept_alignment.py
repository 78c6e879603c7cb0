"""From spans of characters to tokens, against a table made one character at a time."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from featurefate.corpora.concepts.alignment import align, bytes_of_tokens

TEXTS = [
    "the cat sat on the mat",
    "naïve café – “ünï”",
    "日本語 🐈‍⬛ cat\n\n    sat",
    "a\u00a0b\tc",
]


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    """A byte-level BPE that has learnt from a few words, so that rare characters are torn."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=300, special_tokens=["<|endoftext|>"], initial_alphabet=alphabet,
        show_progress=False,
    )  # fmt: skip
    tokenizer.train_from_iterator(TEXTS * 5, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|endoftext|>")


@st.composite
def cut_texts(draw):
    """Texts, their bytes cut anywhere into tokens, and spans of characters."""
    characters = st.characters(codec="utf-8") | st.sampled_from("a b\n\té日🐈\u00a0")
    text = draw(st.text(characters, min_size=1, max_size=30))
    encoded = text.encode()
    cuts = sorted(draw(st.sets(st.integers(1, max(1, len(encoded) - 1)))))
    edges = [0, *(cut for cut in cuts if cut < len(encoded)), len(encoded)]
    pieces = [encoded[a:b] for a, b in zip(edges, edges[1:], strict=False)]
    ends = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)), st.booleans())
    spans = draw(st.lists(ends.map(lambda s: (min(s[:2]), max(s[:2]), s[2])), max_size=6))
    return text, pieces, spans


def brute_force(text, pieces, spans) -> set[tuple[int, int]]:
    """(span, token) pairs: the byte of each token asked for its character."""
    character_of_byte = [i for i, sign in enumerate(text) for _ in sign.encode()]
    held, at = [], 0
    for piece in pieces:
        held.append({character_of_byte[byte] for byte in range(at, at + len(piece))})
        at += len(piece)
    return {
        (number, token)
        for number, (start, end, blanks) in enumerate(spans)
        for token, characters in enumerate(held)
        if any(start <= c < end and (blanks or not text[c].isspace()) for c in characters)
    }


@settings(max_examples=150)
@given(cut_texts())
@example(("é", [b"\xc3", b"\xa9"], [(0, 1, False)]))
@example((" a ", [b" a", b" "], [(0, 3, False), (0, 3, True), (2, 3, False)]))
def test_tokens_of_spans_are_those_of_the_table(case):
    text, pieces, spans = case
    alignment = align([text], np.arange(len(pieces)), pieces)
    starts, ends, blanks = (np.array(column) for column in zip(*spans, strict=True)) if spans else (
        np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, bool)
    )  # fmt: skip
    numbers, tokens = alignment.tokens_with(starts, ends, blanks)
    found = list(zip(numbers.tolist(), tokens.tolist(), strict=True))
    assert len(found) == len(set(found))
    assert set(found) == brute_force(text, pieces, spans)


@settings(max_examples=100)
@given(texts=st.lists(st.text(st.characters(codec="utf-8"), max_size=20), max_size=4))
def test_tokens_spell_their_texts(tokenizer, texts):
    pieces = bytes_of_tokens(tokenizer)
    backend = tokenizer.backend_tokenizer
    backend.encode_special_tokens = True
    tokens = np.array([t for text in texts for t in backend.encode(text).ids], np.int64)
    assert b"".join(pieces[token] for token in tokens).decode() == "".join(texts)
    alignment = align(texts, tokens, pieces)
    assert (np.diff(alignment.starts) >= 0).all() and (np.diff(alignment.ends) >= 0).all()
    covered = {
        c for a, b in zip(alignment.starts, alignment.ends, strict=True) for c in range(a, b)
    }
    assert covered == set(range(len("".join(texts))))


def test_offsets_are_those_of_the_tokenizers_library(tokenizer):
    for text in TEXTS:
        encoding = tokenizer.backend_tokenizer.encode(text)
        alignment = align([text], np.array(encoding.ids), bytes_of_tokens(tokenizer))
        ours = zip(alignment.starts.tolist(), alignment.ends.tolist(), strict=True)
        assert list(ours) == encoding.offsets


def test_tokens_of_another_text_are_refused(tokenizer):
    tokens = np.array(tokenizer.backend_tokenizer.encode("the cat").ids)
    with pytest.raises(ValueError, match="do not spell the text"):
        align(["the mat"], tokens, bytes_of_tokens(tokenizer))
