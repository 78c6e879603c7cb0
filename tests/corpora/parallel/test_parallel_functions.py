"""Pairs of words with their tokens, on a small corpus."""

import numpy as np
import pandas as pd
import pytest

from featurefate.corpora.concepts.alignment import bytes_of_tokens
from featurefate.corpora.parallel.functions import (
    CHANGED,
    KINDS,
    SAME_TOKEN,
    SAME_WORD,
    is_translated,
    parallel_functions,
)
from featurefate.corpora.tokenizer import load_tokenizer

SETTINGS = dict(split="train", context=64, functions=30, per_document=2)


@pytest.fixture(scope="module")
def parallel(documents, tokenizer, tmp_path_factory):
    folder = tmp_path_factory.mktemp("parallel")
    parallel_functions(folder, documents=documents, tokenizer=tokenizer, **SETTINGS)
    tables = {p.stem: pd.read_parquet(p) for p in folder.glob("*.parquet")}
    return tables | dict(np.load(folder / "rows.npz"))


def test_functions_are_those_of_the_corpus(parallel, tables):
    functions = parallel["functions"]
    assert len(functions) == 30 and functions["document"].nunique() >= 15
    for row in functions.itertuples():
        document = tables["lua"].loc[row.document]
        assert row.lua in document["text"] and document["split"] == "train"
        assert row.origin == document["origin"] and '"""' not in row.python
        compile(row.python, row.name, "exec")


def test_rows_are_the_beginnings_of_the_texts(parallel, tokenizer):
    words = load_tokenizer(tokenizer)
    for language in ("python", "lua"):
        for text, row in zip(parallel["functions"][language], parallel[language], strict=True):
            assert row[0] == 0 and text.startswith(words.decode(row[row > 0]).rstrip("\ufffd"))


def test_the_tokens_of_a_word_hold_it(parallel, tokenizer):
    pieces = bytes_of_tokens(load_tokenizer(tokenizer))

    def held(language, of):
        row = parallel[language][of.function, of.first : of.last + 1]
        return b"".join(pieces[token] for token in row).decode(errors="ignore")

    words, pairs = parallel["words"], parallel["pairs"]
    assert all(word.text in held("lua", word) for word in words.itertuples())
    for pair in pairs.itertuples():
        assert pair.python in held("python", pair)
        assert words.text[pair.word] == pair.lua and words.function[pair.word] == pair.function
        function = parallel["functions"].loc[pair.function]
        assert pair.lua in function.lua.split("\n")[words.line[pair.word]]


def test_kinds_say_what_changed(parallel):
    pairs, words = parallel["pairs"], parallel["words"]
    assert set(pairs["kind"]) == set(KINDS)
    changed = pairs["kind"] == CHANGED
    assert (pairs["python"] != pairs["lua"]).equals(changed)
    for pair in pairs.itertuples():
        word = words.loc[pair.word]
        mine = parallel["python"][pair.function, pair.first : pair.last + 1].tolist()
        theirs = parallel["lua"][pair.function, word["first"] : word["last"] + 1].tolist()
        assert (mine == theirs) == (pair.kind == SAME_TOKEN)
        if pair.kind == CHANGED:
            assert not set(mine) & set(theirs)
    assert (pairs.loc[pairs["python"] == "None", "lua"] == "nil").all()
    assert SAME_WORD in set(pairs["kind"])


def test_lua_that_was_not_translated_is_refused(tmp_path, artifact_of, tokenizer):
    (tmp_path / "documents").mkdir()
    frame = pd.DataFrame({"text": ["return 1"], "origin": ["a.lua"], "split": ["test"]})
    frame.to_parquet(tmp_path / "documents" / "lua.parquet")
    documents = artifact_of(tmp_path)
    assert not is_translated(documents)
    with pytest.raises(ValueError, match="not translated from Python"):
        parallel_functions(tmp_path, documents=documents, tokenizer=tokenizer, **SETTINGS)
