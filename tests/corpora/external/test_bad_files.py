"""What cannot be read is named with file and row, and skipped only as far as allowed."""

import gzip
import io
import json
import warnings

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from featurefate.corpora.external.bad_rows import BadText
from featurefate.corpora.external.checks import SettingsError
from featurefate.corpora.external.files import FileSource

ROWS = [{"text": f"Story {n} about a rabbit and {'a carrot ' * (n % 9)}."} for n in range(2000)]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS).encode()


def _parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), file, row_group_size=300)
    return file.getvalue()


def _texts(path, **more) -> list[str]:
    return [document.text for document in FileSource(str(path), **more).documents()]


@pytest.mark.parametrize(
    "name, data, complaint",
    [
        ("a.jsonl", b'{"text": "x"}\n\n{"text": }\n', r"a\.jsonl row 3: not JSON .*column 10"),
        ("a.jsonl", b'{"text": "x"}\n{"text": 5}\n', r"row 2: the text is a number"),
        ("a.jsonl", b'{"text": null}\n', r"row 1: the text is null"),
        (
            "a.jsonl",
            b'{"txt": "x", "id": 3}\n',
            r"row 1: no field 'text'; there are 'txt', 'id' \(is",
        ),
        ("a.jsonl", b"[1]\n", r"row 1: a list where an object is expected"),
        ("a.jsonl", b'{"text": "caf\xe9"}\n', r"row 1: byte 0xe9 at character 4 .* not utf-8"),
        ("a.jsonl", b'{"text": "a\\u0000"}\n', r"row 1: the text has a NUL at character 2"),
        ("a.jsonl", b'{"text": "\\ud83d!"}\n', r"row 1: half a surrogate pair \(\\ud83d\)"),
        ("a.jsonl", b"[" * 100_000 + b"\n", r"row 1: JSON that cannot be read"),
        ("a.jsonl", b"", r"a\.jsonl: empty"),
        ("a.txt", b"", r"a\.txt: empty"),
        ("a.py", b"\n \n", r"a\.py: empty"),
        ("a.txt", b"abc\xff", r"a\.txt: byte 0xff at character 4"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0", r"a\.txt: .* NUL .* binary"),
        ("a.csv", b"", r"a\.csv: empty"),
        ("a.csv", b"text\n", r"a\.csv: empty"),
        ("a.csv", b"id,text\n1,x\n2\n", r"row 2 \(line 3\): 1 fields where the header has 2"),
        ("a.csv", b'id,text\n1,"a\nb"\n2,"x"y\n', r"row 2 \(line 4\): not CSV"),
        ("a.csv", b'id,text\n1,x\n2,"never closed\n3,y\n', r"row 2 \(line 3\): not CSV"),
        ("a.csv", b"text\ncaf\xe9\n", r"row 1 \(line 2\): byte 0xe9"),
        ("a.json", b'["one", "tw', r"a\.json: not JSON, or cut short"),
        ("a.json", b'["one", 2]', r"a\.json row 2: a number where an object"),
        ("a.json", b"[]", r"a\.json: empty"),
        ("a.parquet", b"PAR1", r"a\.parquet: no Parquet file, cut short"),
        ("a.parquet", b"", r"a\.parquet: no Parquet file"),
        ("a.txt.gz", b"plain text", r"a\.txt\.gz: no \.gz archive, or damaged"),
        ("a.txt.zst", b"plain text", r"a\.txt\.zst: no \.zst archive, or damaged"),
        ("a.txt.zst", b"", r"a\.txt\.zst: empty"),
    ],
)
def test_what_is_bad_is_named_and_can_be_skipped(tmp_path, name, data, complaint):
    (tmp_path / name).write_bytes(data)
    (tmp_path / "z.txt").write_text("good")
    with pytest.raises(BadText, match=complaint) as error:
        _texts(tmp_path)
    assert str(tmp_path / name) in str(error.value) and "bad_rows" in str(error.value)
    source = FileSource(str(tmp_path), bad_rows=1)
    with pytest.warns(UserWarning, match=complaint):
        texts = [document.text for document in source.documents()]
    assert texts[-1] == "good" and len(source.skipped) == 1


@pytest.mark.parametrize(
    "name, data, complaint",
    [
        ("a.csv", b"id,story\n1,x\n", "a.csv: no column 'text'; there are 'id', 'story'"),
        ("a.json", b'{"story": ["x"]}', "a.json: neither a list, nor an object with a list"),
    ],
)
def test_settings_that_fit_no_row_cannot_be_skipped(tmp_path, name, data, complaint):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BadText, match=complaint):
        _texts(tmp_path, bad_rows=100)


def test_parquet_columns_that_are_missing_or_no_text(tmp_path):
    pq.write_table(pa.table({"text": [1, 2], "body": ["a", None]}), tmp_path / "a.parquet")
    with pytest.raises(BadText, match="'text' holds int64, not text"):
        _texts(tmp_path, bad_rows=9)
    with pytest.raises(BadText, match="no column 'story'; there are 'text', 'body'"):
        _texts(tmp_path, bad_rows=9, field="story")
    with pytest.raises(BadText, match=r"a\.parquet row 2: the text is null"):
        _texts(tmp_path, field="body")


def test_rows_without_an_origin(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "a", "repo": 7}\n{"text": "b", "repo": null}\n')
    with pytest.raises(BadText, match=r"row 2: the origin \('repo'\) is null"):
        _texts(tmp_path, origin_field="repo")
    source = FileSource(str(tmp_path), origin_field="repo", bad_rows=1)
    with pytest.warns(UserWarning):
        assert [document.origin for document in source.documents()] == ["7"]


def test_the_allowance_is_for_all_files_together(tmp_path):
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text('{"text": "x"}\n{\n{"text": "y"}\n')
    source = FileSource(str(tmp_path), bad_rows=2)
    for _ in range(2):  # and begins anew with each reading
        with pytest.warns(UserWarning, match="2 bad rows were skipped") as warned:
            assert [document.text for document in source.documents()] == ["x", "y", "x", "y"]
        assert len(warned) == 1
    complaint = r"2 bad rows, and bad_rows allows 1(.|\n)*b\.jsonl row 2(.|\n)*a\.jsonl row 2"
    with pytest.warns(UserWarning), pytest.raises(BadText, match=complaint):
        _texts(tmp_path, bad_rows=1)


PACKED = {
    "a.jsonl.gz": gzip.compress(LINES),
    "a.jsonl.zst": zstandard.compress(LINES),
    "a.parquet": _parquet(),
    "a.jsonl": LINES,
}


@settings(max_examples=80)
@given(name=st.sampled_from(sorted(PACKED)), share=st.floats(0.0, 0.999))
def test_a_file_cut_anywhere_keeps_the_rows_before(name, share, tmp_path_factory):
    path = tmp_path_factory.mktemp("cut") / name
    path.write_bytes(PACKED[name][: int(len(PACKED[name]) * share)])
    source = FileSource(str(path), bad_rows=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        texts = [document.text for document in source.documents()]
    assert texts == [row["text"] for row in ROWS[: len(texts)]]
    if name != "a.jsonl":  # which may end after a line, and then nobody can tell
        assert len(source.skipped) == 1 and name in source.skipped[0]
        assert not texts or f"after row {len(texts)}: the archive is cut" in source.skipped[0]


def test_an_archive_cut_in_the_middle_gives_most_of_its_rows(tmp_path):
    for name in ("a.jsonl.gz", "a.jsonl.zst"):
        path = tmp_path / name
        path.write_bytes(PACKED[name][:-20])
        with pytest.raises(BadText, match=rf"{name} after row \d+: the archive is cut short"):
            _texts(path)


@settings(max_examples=80)
@given(name=st.sampled_from(sorted(PACKED)), place=st.floats(0, 0.999), byte=st.integers(1, 255))
def test_a_changed_byte_never_ends_in_another_error(name, place, byte, tmp_path_factory):
    path = tmp_path_factory.mktemp("changed") / name
    data = bytearray(PACKED[name])
    data[int(len(data) * place)] ^= byte
    path.write_bytes(data)
    try:
        _texts(path)
    except BadText as error:
        assert str(path) in str(error)


@pytest.mark.parametrize(
    "entry, complaint",
    [
        ("missing.txt", "missing.txt: there is no such file .*looked for .txt .md"),
        ("*.csv", r"\*\.csv: there is no such file"),
        ("pictures", r"none of its files can be read \(2 × \.png\)"),
        ("hollow", "the folder is empty"),
        ("pictures/a.png", "the ending '.png' is not one that can be read"),
    ],
)
def test_nothing_to_read(tmp_path, entry, complaint):
    (tmp_path / "pictures").mkdir()
    (tmp_path / "hollow").mkdir()
    for name in ("a.png", "b.png"):
        (tmp_path / "pictures" / name).write_bytes(b"x")
    with pytest.raises(SettingsError, match=complaint):
        _texts(tmp_path / entry)


def test_a_reading_that_stops_early_closes_its_file(tmp_path):
    for name, data in PACKED.items():
        (tmp_path / name).write_bytes(data)
        documents = FileSource(str(tmp_path / name)).documents()
        next(documents)
        assert any(file.path.endswith(name) for file in psutil.Process().open_files())
        documents.close()
        assert not any(file.path.endswith(name) for file in psutil.Process().open_files())
