import hashlib
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from pyarrow import parquet

from featurefate.corpora import gathering
from featurefate.corpora.document import Document
from featurefate.corpora.documents import build_documents
from featurefate.corpora.domains import DOMAINS, SPLITS
from featurefate.corpora.gathering import Gathered, readable
from featurefate.corpora.lua.check import problem_in
from featurefate.corpora.sources import BUILT_IN, identified


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


def test_every_domain_has_what_was_asked_for(tables, small_settings):
    for domain, wanted in small_settings["characters"].items():
        longest = tables[domain].text.str.len().max()
        assert wanted <= tables[domain].text.str.len().sum() < wanted + longest


def test_same_seed_same_files_whatever_the_workers(documents, small_settings, tmp_path):
    build_documents(tmp_path, **small_settings | dict(workers=2))
    first = _hashes(documents.path)
    assert first == _hashes(tmp_path)
    assert set(first) == {f"documents/{d}.parquet" for d in DOMAINS} | {
        "card.parquet", "duplicates.parquet", "skipped.parquet",
    }  # fmt: skip


def test_another_seed_gives_another_corpus(documents, small_settings, tmp_path):
    build_documents(tmp_path, **small_settings | dict(seed=8))
    first, second = _hashes(documents.path), _hashes(tmp_path)
    assert all(first[name] != second[name] for name in first if name.startswith("documents/"))


def test_no_origin_is_in_two_splits(tables):
    everything = pd.concat(tables.values())
    assert (everything.groupby("origin").split.nunique() == 1).all()
    assert set(everything.split) == set(SPLITS)


def test_code_and_prose_of_one_file_stay_together(tables):
    both = tables["python"].merge(tables["english"], on="origin")
    assert len(both) > 10
    assert (both.split_x == both.split_y).all()


def test_lua_comes_from_files_that_nothing_else_uses(tables):
    others = set(tables["python"].origin) | set(tables["english"].origin)
    assert not others & set(tables["lua"].origin)


def test_no_package_is_more_than_a_fifth(tables):
    for domain in ("english", "python", "lua"):
        lengths = tables[domain].text.str.len()
        shares = lengths.groupby(tables[domain].package).sum()
        assert shares.max() <= 0.2 * lengths.sum() + lengths.max()  # and the last document


def test_every_lua_document_compiles(tables):
    problems = [problem for text in tables["lua"].text if (problem := problem_in(text))]
    assert not problems


def test_functions_stand_where_they_are_said_to(tables):
    for document in tables["lua"].itertuples():
        assert len(document.functions)
        for function in document.functions:
            lua = document.text[function["start"] : function["end"]]
            assert "function" in lua and lua.endswith("end")
            assert "def " in function["python"] or "lambda" in function["python"]


def test_stories_have_a_plan_and_spans(tables):
    stories = tables["stories"]
    assert stories.plan.nunique() > 0.9 * len(stories)
    for story in stories.itertuples():
        assert len(story.spans)
        assert all(0 <= s["start"] < s["end"] <= len(story.text) for s in story.spans)


def test_documents_are_distinct(tables):
    assert pd.concat(tables.values()).text.is_unique


def test_english_has_no_markup(tables):
    markup = re.compile(r">>>|::|`|https?://|\{|\}|:param|^\s*\.\. ", re.MULTILINE)
    found = [text for text in tables["english"].text if markup.search(text)]
    assert not found


def test_the_card_adds_up_and_names_licences(documents, tables):
    card = pd.read_parquet(documents.file("card.parquet"))
    for domain, table in tables.items():
        rows = card[card.domain == domain]
        assert rows.characters.sum() == table.text.str.len().sum()
        assert rows.documents.sum() == len(table)
    assert card.licence.str.len().min() > 1
    assert (card[card.domain != "stories"].version != "").all()


def test_skips_are_counted(documents, tables):
    skipped = pd.read_parquet(documents.file("skipped.parquet")).set_index("reason")["count"]
    assert skipped["translated"] >= tables["lua"].functions.map(len).sum()
    assert len(skipped) > 10


def test_rows_of_ones_own_become_a_domain(from_file, tmp_path):
    rows = [{"text": f"{number} is a number. " * 5, "repo": f"r{number // 3}"} for number in
            range(200)]  # fmt: skip
    settings = from_file("python", rows, origin_field="repo", licence="MIT", name="mine")
    build_documents(tmp_path / "out", **settings)
    table = pd.read_parquet(tmp_path / "out/documents/python.parquet")
    assert sorted(table.text) == sorted(row["text"] for row in rows)
    assert (table.groupby("origin").split.nunique() == 1).all()
    assert set(table.split) == set(SPLITS)
    assert set(table.package) == {"mine"} and set(table.licence) == {"MIT"}
    for domain in set(DOMAINS) - {"python"}:
        assert len(pd.read_parquet(tmp_path / f"out/documents/{domain}.parquet")) == 0


def test_one_origin_has_one_split_in_every_domain(tmp_path, from_file):
    """Two domains read the same repositories."""
    names = [f"repo{number}" for number in range(100)]
    found = {}
    for domain in ("english", "lua"):
        rows = [{"text": f"{domain} of {name}", "repo": name} for name in names]
        build_documents(tmp_path / domain, **from_file(domain, rows, origin_field="repo"))
        table = pd.read_parquet(tmp_path / domain / f"documents/{domain}.parquet")
        found[domain] = table.set_index("origin").split.to_dict()
    assert found["english"] == found["lua"]


def test_files_are_held_out_in_equal_shares(tmp_path):
    """Their names are known beforehand, so that few files are enough."""
    for number in range(54):
        (tmp_path / f"letter{number}.txt").write_text(f"Dear {number}, how are you?")
    sources = identified(BUILT_IN | {"english": {"files": str(tmp_path / "*.txt")}})
    settings = dict(sources=sources | {"packages": {}}, workers=1)
    characters = dict.fromkeys(DOMAINS, 0) | {"english": None}
    found = []
    for seed in (1, 2):
        build_documents(tmp_path / str(seed), seed=seed, characters=characters, **settings)
        table = pd.read_parquet(tmp_path / str(seed) / "documents/english.parquet")
        counts = table.split.value_counts()
        assert (counts["train"], counts["validation"], counts["test"]) == (48, 3, 3)
        found.append(table.set_index("origin").split.to_dict())
    assert found[0] != found[1]


def test_what_a_full_domain_leaves_is_free_for_the_next(tmp_path, from_file):
    """Python comes after english, reads the same rows, and gets what english had no room for."""
    rows = [{"text": f"{number} " * 50, "repo": "one"} for number in range(30)]
    settings = from_file("english", rows, origin_field="repo")
    english = settings["sources"]["domains"]["english"]
    settings["sources"]["domains"]["python"] = english
    settings["characters"] |= dict(english=1000, python=None)
    build_documents(tmp_path / "out", **settings)
    first, second = (
        pd.read_parquet(tmp_path / f"out/documents/{domain}.parquet")
        for domain in ("english", "python")
    )
    assert 0 < len(first) < 30
    assert sorted([*first.text, *second.text]) == sorted(row["text"] for row in rows)


def test_reading_stops_at_a_bad_row_and_names_it(from_file, tmp_path):
    settings = from_file("english", [{"text": "fine"}, {"words": "no text"}])
    with pytest.raises(ValueError, match=r"english\.jsonl.*2"):
        build_documents(tmp_path / "out", **settings)


def test_text_that_cannot_be_held_out_is_told(tmp_path, small_settings):
    book = tmp_path / "book.txt"
    book.write_text("\n".join(f"line {number}" for number in range(100)), encoding="utf-8")
    sources = identified(BUILT_IN | {"english": {"files": str(book)}}) | {"packages": {}}
    characters = dict.fromkeys(DOMAINS, 0) | {"english": None}
    with pytest.warns(UserWarning, match="0 for validation and 0 for test.*`separator`"):
        build_documents(tmp_path / "out", seed=1, characters=characters, sources=sources)


def test_long_texts_are_cut_at_lines_and_nothing_is_lost(monkeypatch):
    monkeypatch.setattr(gathering, "LONGEST_DOCUMENT", 20)
    text = "a short line\nanother line\n" + "x" * 45 + "\nend"
    parts = [part.text for part in readable(Document(text, "o", "p", "l"))]
    assert parts == ["a short line\n", "another line\n", "x" * 20, "x" * 20, "xxxxx\nend"]
    assert [part.text for part in readable(Document("short", "o", "p", "l"))] == ["short"]
    assert list(readable(Document("", "o", "p", "l"))) == []


def test_row_groups_keep_memory_small(tmp_path, monkeypatch):
    monkeypatch.setattr(gathering, "ROW_GROUP", 1000)
    gathered = Gathered(tmp_path / "t.parquet", wanted=None, columns={})
    for number in range(100):
        gathered.add(Document(f"{number:0100d}", f"o{number}", "p", "l"), "train")
    gathered.close()
    table = parquet.ParquetFile(tmp_path / "t.parquet")
    assert table.num_row_groups == 10
    assert table.read()["text"].to_pylist() == [f"{number:0100d}" for number in range(100)]


def test_an_unknown_domain_is_named(tmp_path, small_settings):
    with pytest.raises(KeyError, match="latin"):
        build_documents(tmp_path, **small_settings | dict(characters=dict(latin=10)))


def test_all_generated_stories_cannot_be_had(tmp_path, small_settings):
    with pytest.raises(ValueError, match="no end"):
        build_documents(tmp_path, **small_settings | dict(characters=dict(english=10)))


def test_a_missing_package_is_named(tmp_path, small_settings):
    sources = small_settings["sources"] | {"packages": {"no-such-package": "1"}}
    with pytest.raises(LookupError, match="no-such-package"):
        build_documents(tmp_path, **small_settings | dict(sources=sources))


def test_settings_are_json(small_settings):
    assert json.loads(json.dumps(small_settings)) == small_settings
