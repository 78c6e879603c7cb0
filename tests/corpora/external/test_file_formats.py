"""The same documents from every format that files can have."""

import csv
import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from featurefate.corpora.external import readers
from featurefate.corpora.external.files import FileSource

TEXTS = ["Once upon a time.", 'A "quoted", line\nand another.', "naïve café 😀", "local x = {}"]
REPOSITORIES = ["a/x", "a/x", "b/y", "c/z"]


def _jsonl(texts, origins=REPOSITORIES):
    rows = zip(texts, origins, strict=False)
    return "".join(json.dumps({"n": 1, "text": t, "repo": o}) + "\n" for t, o in rows).encode()


def _csv(texts, origins=REPOSITORIES):
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["n", "text", "repo"])
    writer.writerows([1, text, origin] for text, origin in zip(texts, origins, strict=False))
    return file.getvalue().encode()


def _parquet(texts, origins=REPOSITORIES):
    file = io.BytesIO()
    columns = {"n": [1] * len(texts), "repo": list(origins[: len(texts)]), "text": list(texts)}
    pq.write_table(pa.table(columns), file, row_group_size=2)
    return file.getvalue()


WRITERS = {
    "a.jsonl": _jsonl,
    "a.csv": _csv,
    "a.parquet": _parquet,
    "a.json": lambda texts: json.dumps(list(texts)).encode(),
    "a.txt": lambda texts: "\n<|end|>\n".join(texts).encode(),
    "a.jsonl.gz": lambda texts: gzip.compress(_jsonl(texts)),
    "a.csv.zst": lambda texts: zstandard.compress(_csv(texts)),
    "a.txt.zst": lambda texts: zstandard.compress("<|end|>".join(texts).encode()),
}


def _read(path, **more):
    return list(FileSource(str(path), **more).documents())


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_texts(tmp_path, name):
    (tmp_path / name).write_bytes(WRITERS[name](TEXTS))
    documents = _read(tmp_path, separator="<|end|>", licence="CC0", name="mine")
    assert [document.text for document in documents] == TEXTS
    assert [document.origin for document in documents] == [f"{name}#{n}" for n in (1, 2, 3, 4)]
    assert {(document.package, document.licence) for document in documents} == {("mine", "CC0")}


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.parquet"])
def test_a_column_may_name_the_origin(tmp_path, name):
    (tmp_path / name).write_bytes(WRITERS[name](TEXTS))
    documents = _read(tmp_path / name, origin_field="repo")
    assert [document.origin for document in documents] == REPOSITORIES


def test_json_of_objects_and_json_with_a_list_inside(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([{"story": text} for text in TEXTS]))
    (tmp_path / "b.json").write_text(json.dumps({"version": 2, "story": TEXTS}))
    texts = [document.text for document in _read(tmp_path, field="story")]
    assert texts == TEXTS * 2


def test_text_files_are_one_document_each(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.py").write_bytes(b"a = 1\r\nb = 2\r\n")
    (tmp_path / "a.lua").write_bytes(b"\xef\xbb\xbflocal a = 1\n")  # a byte order mark
    (tmp_path / "c.md").write_text("# Title\n")
    (tmp_path / "notes.pdf").write_bytes(b"%PDF")
    (tmp_path / ".hidden.txt").write_text("no")
    documents = _read(tmp_path)
    assert [(d.origin, d.text) for d in documents] == [
        ("a.lua", "local a = 1\n"),
        ("b/x.py", "a = 1\nb = 2\n"),
        ("c.md", "# Title\n"),
    ]
    assert {d.package for d in documents} == {tmp_path.name}
    assert {d.licence for d in documents} == {"not stated"}


def test_text_beside_rows_needs_no_origin_field(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(_jsonl(TEXTS))
    (tmp_path / "b.txt").write_text("one--two")
    origins = [d.origin for d in _read(tmp_path, origin_field="repo", separator="--")]
    assert origins == [*REPOSITORIES, "b.txt#1", "b.txt#2"]


def test_windows_line_ends_become_plain(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "one\\r\\ntwo"}\r\n\r\n{"text": "three"}\r\n')
    (tmp_path / "b.csv").write_bytes(b'id,text\r\n1,"one\r\ntwo"\r\n')
    pq.write_table(pa.table({"text": ["one\r\ntwo"]}), tmp_path / "c.parquet")
    (tmp_path / "d.txt").write_bytes(b"one\r\n\r\ntwo")
    documents = _read(tmp_path, separator="\n\n")
    assert [d.text for d in documents] == [
        "one\ntwo", "three", "one\ntwo", "one\ntwo", "one", "two",
    ]  # fmt: skip
    assert [d.origin for d in documents][:2] == ["a.jsonl#1", "a.jsonl#3"]  # the line


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "utf-32"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.txt"])
def test_other_encodings(tmp_path, encoding, name):
    texts = ["naïve café", "plain", "Ärger"]
    (tmp_path / name).write_bytes(WRITERS[name](texts).decode().encode(encoding))
    documents = _read(tmp_path / name, encoding=encoding, separator="<|end|>")
    assert [document.text for document in documents] == texts


def test_a_very_long_field(tmp_path):
    long = "word " * 200_000
    (tmp_path / "a.csv").write_bytes(_csv([long, "short"]))
    assert [document.text for document in _read(tmp_path)] == [long, "short"]


def test_empty_rows_are_passed_over_and_counted(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(_jsonl(["one", "", "  \n", "two"]))
    source = FileSource(str(tmp_path))
    assert [document.text for document in source.documents()] == ["one", "two"]
    assert source.empty == 2 and source.skipped == []


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary("int8", "string")])
def test_parquet_of_any_text_type(tmp_path, kind):
    column = pa.array(["one", "two"] * 400).cast(kind)
    pq.write_table(pa.table({"text": column}), tmp_path / "a.parquet", row_group_size=300)
    assert [document.text for document in _read(tmp_path)] == ["one", "two"] * 400


def test_archives_of_several_members(tmp_path):
    for name, compress in (("a.txt.gz", gzip.compress), ("b.txt.zst", zstandard.compress)):
        (tmp_path / name).write_bytes(compress(b"one ") + compress(b"") + compress(b"two"))
    with open(tmp_path / "a.txt.gz", "ab") as file:
        file.write(b"\0" * 100)  # as tapes and some tools fill up
    assert [document.text for document in _read(tmp_path)] == ["one two", "one two"]


@settings(max_examples=200)
@given(
    text=st.text(alphabet="ab<|>", max_size=80),
    separator=st.sampled_from(["<|>", "a", "aa", "<<"]),
    chunk=st.integers(1, 9),
)
def test_pieces_are_those_of_a_split(text, separator, chunk, monkeypatch_module):
    monkeypatch_module.setattr(readers, "CHUNK", chunk)
    assert list(readers._pieces(io.StringIO(text), separator)) == text.split(separator)


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@settings(max_examples=60)
@given(texts=st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8")), min_size=1))
def test_any_text_comes_back_from_rows(texts, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rows")
    origins = ["o"] * len(texts)
    (folder / "a.jsonl.zst").write_bytes(zstandard.compress(_jsonl(texts, origins)))
    (folder / "b.csv").write_bytes(_csv(texts, origins))
    (folder / "c.parquet").write_bytes(_parquet(texts, origins))
    expected = [t.replace("\r\n", "\n") for t in texts if t.strip()]
    if expected:
        assert [document.text for document in _read(folder)] == expected * 3


def test_fingerprint_follows_contents_and_settings_not_the_place(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text("text")
    first, second = (FileSource(str(tmp_path / n), name="mine") for n in ("one", "two"))
    assert first.fingerprint() == second.fingerprint()
    assert json.loads(json.dumps(first.fingerprint())) == first.fingerprint()
    other = FileSource(str(tmp_path / "one"), name="mine", separator="x")
    assert other.fingerprint() != first.fingerprint()
    (tmp_path / "two" / "a.txt").write_text("texT")
    assert FileSource(str(tmp_path / "two"), name="mine").fingerprint() != first.fingerprint()


def test_lists_and_globs_are_read_once_in_the_order_of_names(tmp_path):
    (tmp_path / "deep").mkdir()
    for name in ("b.txt", "a.txt", "deep/c.txt", "deep/d.log"):
        (tmp_path / name).write_text(name)
    both = [str(tmp_path / "deep" / "*"), str(tmp_path / "b.txt"), str(tmp_path / "**" / "*.txt")]
    documents = list(FileSource(both).documents())
    assert [document.origin for document in documents] == ["a.txt", "b.txt", "deep/c.txt"]
    only = list(FileSource(str(tmp_path / "b.txt")).documents())
    assert [(d.origin, d.package) for d in only] == [("b.txt", "b.txt")]
