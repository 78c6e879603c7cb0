import re

import pandas as pd
import pytest

from featurefate.corpora.documents import build_documents
from featurefate.corpora.domains import DOMAINS, SPLITS
from featurefate.corpora.duplicates import Duplicates, pieces
from featurefate.corpora.installed.source_files import installed_versions, source_files
from featurefate.corpora.lua.check import problem_in


@pytest.fixture(scope="module")
def tables(documents) -> dict[str, pd.DataFrame]:
    return {d: pd.read_parquet(documents.file(f"documents/{d}.parquet")) for d in DOMAINS}


def _texts(folder) -> dict[str, list[str]]:
    return {d: pd.read_parquet(folder / f"documents/{d}.parquet").text.tolist() for d in DOMAINS}


def test_every_domain_has_what_was_asked_for(tables, small_settings):
    for domain, wanted in small_settings["characters"].items():
        assert wanted <= tables[domain].text.str.len().sum() < 1.3 * wanted + 3_000


def test_same_seed_same_corpus_whatever_the_workers(documents, small_settings, tmp_path):
    build_documents(tmp_path, **small_settings | dict(workers=2))
    for domain in DOMAINS:
        one = documents.file(f"documents/{domain}.parquet").read_bytes()
        assert one == (tmp_path / f"documents/{domain}.parquet").read_bytes(), domain
    assert (
        documents.file("skipped.parquet").read_bytes()
        == (tmp_path / "skipped.parquet").read_bytes()
    )


def test_another_seed_gives_another_corpus(tables, small_settings, tmp_path):
    build_documents(tmp_path, **small_settings | dict(seed=8))
    for domain, texts in _texts(tmp_path).items():
        assert set(texts) != set(tables[domain].text)


def test_no_origin_is_in_two_splits(tables):
    everything = pd.concat(tables.values())
    assert (everything.groupby("origin").split.nunique() == 1).all()
    assert set(everything.split) == set(SPLITS)


def test_lua_comes_from_files_that_nothing_else_uses(tables):
    others = set(tables["python"].origin) | set(tables["english"].origin)
    assert not others & set(tables["lua"].origin)


def test_no_package_is_more_than_a_fifth(tables):
    for domain in ("english", "python", "lua"):
        shares = tables[domain].groupby("package").text.apply(lambda s: s.str.len().sum())
        assert shares.max() / shares.sum() < 0.27  # a fifth, and the last document of a package


def test_every_lua_document_compiles(tables):
    problems = [problem for text in tables["lua"].text if (problem := problem_in(text))]
    assert not problems


def test_documents_are_distinct(tables):
    for table in tables.values():
        assert table.text.is_unique


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


def test_skips_are_counted(documents):
    skipped = pd.read_parquet(documents.file("skipped.parquet")).set_index("reason")["count"]
    assert skipped["translated"] > 50
    assert len(skipped) > 10


def test_an_unknown_domain_is_named(tmp_path, small_settings):
    with pytest.raises(KeyError, match="latin"):
        build_documents(tmp_path, **small_settings | dict(characters=dict(latin=10)))


def test_a_missing_package_is_named():
    with pytest.raises(LookupError, match="no-such-package"):
        source_files({"no-such-package": "1"})


def test_the_package_set_follows_the_requirements():
    versions = installed_versions()
    assert {"python", "torch", "numpy", "transformers"} <= set(versions)
    assert not {"pip", "setuptools", "ray", "pytest", "featurefate"} & set(versions)
    assert all("+" not in version for version in versions.values())


def test_source_files_leave_out_tests_and_vendored_code():
    origins = [file.origin for file in source_files({"python": "3", "numpy": "2"})]
    assert "python/textwrap.py" in origins
    assert not [o for o in origins if re.search(r"(^|/)(tests?|_vendor|site-packages)/", o)]


def test_near_duplicates_are_found():
    text = " ".join(f"word{number}" for number in range(200))
    seen = Duplicates(seed=1)
    assert seen.is_new(text)
    assert not seen.is_new(text.replace(" ", "  "))
    assert not seen.is_new(text + " and a little more")
    assert seen.is_new(" ".join(f"other{number}" for number in range(200)))


def test_near_duplicates_agree_with_jaccard(tables):
    """No two documents that were kept share nearly all their pieces (exact Jaccard)."""
    kept = [pieces(text) for text in tables["python"].text[:60]]
    for place, one in enumerate(kept):
        for other in kept[:place]:
            assert len(one & other) / len(one | other) < 0.9
