"""Duplicates by themselves, and leaks between splits in a whole small corpus.

The leaks are looked for by brute force: sets of words and characters, no hashes, no sketches.
"""

import random
import re
from itertools import combinations_with_replacement

import pandas as pd
import pytest

from featurefate.corpora.documents import build_documents
from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.duplicates import Duplicates


def _words(prefix: str, number: int = 200) -> list[str]:
    return [f"{prefix}{place}" for place in range(number)]


def _runs(text: str, length: int) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+|[^\w\s]", text)
    return {tuple(words[i : i + length]) for i in range(max(1, len(words) - length + 1))}


def _jaccard(one: set, other: set) -> float:
    return len(one & other) / len(one | other)


def test_kinds_are_told_apart():
    text = " ".join(_words("word"))
    seen = Duplicates(seed=1)
    edited = text.replace("word100 ", "another ")
    assert seen.judge([text, text, edited, text.replace(" ", "\n")], "train") == [
        None, "exact", "near", "near",
    ]  # fmt: skip
    assert seen.judge([" ".join(_words("other"))], "train") == [None]


def test_what_is_not_kept_may_come_again():
    """Neither the text nor what is near to it nor its passages are remembered."""
    one, two = " ".join(_words("one", 2000)), " ".join(_words("two", 2000))
    seen, asked = Duplicates(seed=1), []

    def keep(place: int) -> bool:
        asked.append(place)
        return place == 2

    assert seen.judge([one, one, two, two], "train", keep=keep) == [None, None, None, "exact"]
    assert asked == [0, 1, 2]
    assert seen.judge([one.replace("one100 ", "another "), two], "test") == [None, "exact"]
    assert seen.judge([one], "train") == ["passages"]


def test_a_document_is_known_by_its_original_too():
    """Said in another language, whichever of the two comes first and is held out."""
    python, lua = " ".join(_words("python", 2000)), " ".join(_words("lua", 2000))
    for first, second in (("train", "test"), ("test", "train")):
        seen = Duplicates(seed=1)
        assert seen.judge([python], first) == [None]
        assert seen.judge([lua, "other"], second, [python, ""]) == ["passages", None]
        assert seen.judge([lua], first, [python]) == [None]
    assert Duplicates(seed=1).judge([lua], "test", [python]) == [None]


@pytest.mark.parametrize(("first", "second"), [("train", "test"), ("test", "train")])
def test_a_document_put_together_from_others_is_found_in_either_order(first, second):
    """Half of one and half of another: near to neither."""
    one, two = _words("one", 2000), _words("two", 2000)
    mixed = " ".join(one[:1000] + two[:1000])
    seen = Duplicates(seed=1)
    assert seen.judge([" ".join(one), " ".join(two)], first) == [None, None]
    assert seen.judge([mixed], second) == ["passages"]
    assert Duplicates(seed=1).judge([mixed], second) == [None]


def test_a_small_held_out_document_does_not_come_back_inside_large_ones():
    """Neither as a whole, nor an eighth at a time."""
    small, large = _words("small", 2000), _words("large", 20_000)
    seen = Duplicates(seed=1)
    assert seen.judge([" ".join(small)], "test") == [None]
    assert seen.judge([" ".join(large[:10_000] + small)], "train") == ["passages"]
    eighths = [small[start : start + 250] for start in range(0, 2000, 250)]
    texts = [" ".join(large[2000 * i : 2000 * (i + 1)] + part) for i, part in enumerate(eighths)]
    kinds = [kind for text in texts for kind in seen.judge([text], "train")]
    assert kinds[0] is None and set(kinds[3:]) == {"passages"}
    assert Duplicates(seed=1).judge(texts, "train") == [None] * 8


def test_passages_within_a_split_are_allowed():
    one, two = _words("one", 2000), _words("two", 2000)
    seen = Duplicates(seed=1)
    texts = [" ".join(one), " ".join(two), " ".join(one[:1000] + two[:1000])]
    assert seen.judge(texts, "train") == [None] * 3


def test_a_little_said_before_is_allowed():
    one, two = _words("one", 2000), _words("two", 2000)
    seen = Duplicates(seed=1)
    seen.judge([" ".join(one)], "train")
    assert seen.judge([" ".join(one[:300] + two[:1700])], "test") == [None]


def test_what_is_left_out_is_not_remembered():
    one, two = _words("one", 2000), _words("two", 2000)
    seen = Duplicates(seed=1)
    seen.judge([" ".join(one)], "train")
    mixed = " ".join(one[:1300] + two[:700])
    assert seen.judge([mixed], "test") == ["passages"]
    assert seen.judge([" ".join(two)], "validation") == [None]


@pytest.mark.parametrize("similarity", [0.45, 0.9])
def test_near_agrees_with_jaccard(similarity):
    """Pairs of a known similarity: far below the border all stay, far above none does."""
    draw = random.Random(5)
    found = []
    for number in range(40):
        words = _words(f"w{number}x", 400)
        edits = round(400 * (1 - similarity) / (1 + similarity) / 5)
        edited = list(words)
        for place in draw.sample(range(400), edits):
            edited[place] = f"changed{place}"
        seen = Duplicates(seed=number)
        assert seen.judge([" ".join(words)], "train") == [None]
        found.append(seen.judge([" ".join(edited)], "train") == ["near"])
    assert sum(found) == (40 if similarity > 0.7 else 0)


def test_empty_and_tiny_texts_are_texts():
    seen = Duplicates(seed=1)
    assert seen.judge(["", "one", "two", "  ", "one two"], "train")[:3] == [None, None, None]
    assert seen.judge(["one"], "test") == ["exact"]
    assert seen.judge([], "test") == []


def test_no_two_kept_documents_are_near_duplicates(tables):
    """Across all domains and splits; 0.85 leaves room for the error of 64 hashes around 0.7."""
    everything = pd.concat(tables.values())
    kept = [_runs(text, 5) for text in everything.text]
    holders: dict[tuple, list[int]] = {}
    for place, runs in enumerate(kept):
        for run in runs:
            holders.setdefault(run, []).append(place)
    pairs = {
        pair
        for places in holders.values()
        if len(places) < 200
        for pair in combinations_with_replacement(places, 2)
        if pair[0] < pair[1]
    }
    assert len(pairs) > 100
    assert max(_jaccard(kept[one], kept[other]) for one, other in pairs) < 0.85


def test_no_held_out_document_is_made_of_text_of_another_split(tables):
    """Runs of twenty words that also stand in another split, as a share of each document."""
    everything = pd.concat(tables.values()).reset_index()
    texts = [_runs(text, 20) for text in everything.text]
    splits_of: dict[tuple, set[str]] = {}
    for split, runs in zip(everything.split, texts, strict=True):
        for run in runs:
            splits_of.setdefault(run, set()).add(split)
    held_out = [place for place, split in enumerate(everything.split) if split != "train"]
    shares = [
        sum(len(splits_of[run]) > 1 for run in texts[place]) / len(texts[place])
        for place in held_out
    ]
    assert len(shares) > 15
    assert max(shares) < 0.6


def test_a_copy_is_kept_out_whatever_domain_and_split_it_is_in(from_file, tables, tmp_path):
    """Every text of the corpus, offered again with new origins among new texts."""
    fresh = [" ".join(_words(f"new{number}", 80)) for number in range(200)]
    copied = [text for d in DOMAINS for text in tables[d].text[:20]]
    half = [f"{text}\n{text.upper()}"[: len(text) + 40] for text in copied]
    rows = [{"text": text} for text in [*copied, *fresh, *copied, *half]]
    build_documents(tmp_path / "out", **from_file("english", rows))
    table = pd.read_parquet(tmp_path / "out/documents/english.parquet")
    assert sorted(table.text) == sorted({*copied, *fresh})
    counts = pd.read_parquet(tmp_path / "out/duplicates.parquet").set_index(["domain", "kind"])
    assert counts.documents["english", "exact"] == len(copied)
    assert counts.documents["english"].sum() == 2 * len(copied)
