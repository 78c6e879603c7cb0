"""A local copy of a set goes through all that a set of the hub goes through, but the network."""

import json
import os
import shutil
import signal
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from featurefate.corpora.external import hub_cache, hub_stream, row_cache
from featurefate.corpora.external.bad_rows import BadText
from featurefate.corpora.external.hub import HubSource
from featurefate.corpora.external.hub_access import HubError
from featurefate.corpora.external.hub_stream import HubSet, HubStream
from featurefate.corpora.external.row_cache import DamagedCache


@pytest.fixture
def small_shards(monkeypatch):
    monkeypatch.setattr(hub_cache, "SHARD_BYTES", 50_000)


def _documents(source, stop=None):
    found = source.documents()
    documents = [(document.text, document.origin) for document in islice(found, stop)]
    found.close()
    return documents


def _shards(folder: Path) -> list[Path]:
    return sorted(folder.rglob("rows-*.parquet"))


def test_rows_and_origins(hub_folder, hub_rows):
    source = HubSource(str(hub_folder), origin_field="repo", licence="MIT")
    documents = list(source.documents())
    assert [document.text for document in documents] == [row["text"] for row in hub_rows]
    assert [document.origin for document in documents] == [row["repo"] for row in hub_rows]
    assert {(d.package, d.licence) for d in documents} == {("small-set", "MIT")}
    validation = list(HubSource(str(hub_folder), split="validation").documents())
    assert [d.origin for d in validation] == [f"small-set/validation#{n}" for n in range(1, 6)]


def test_numbers_may_name_origins(hub_folder):
    documents = _documents(HubSource(str(hub_folder), origin_field="stars"), stop=3)
    assert [origin for _, origin in documents] == ["0", "1", "2"]


@pytest.mark.parametrize("kind", ["hub_folder", "jsonl_folder"])
def test_reading_on_after_stopping_anywhere(kind, request, hub_rows, small_shards, own_caches):
    source = HubSource(str(request.getfixturevalue(kind)))
    texts = [row["text"] for row in hub_rows]
    kept = []
    for stop in (1, 255, 257, 700, 1501, 2200, None):
        assert [text for text, _ in _documents(source, stop)] == texts[:stop]
        kept.append(len(_shards(own_caches)))
    assert kept[0] == kept[1] == 1  # no further than it had to
    assert kept[1:] == sorted(set(kept[1:]))
    before = {path: path.stat().st_mtime_ns for path in _shards(own_caches)}
    assert len(_documents(source)) == len(texts)
    assert {path: path.stat().st_mtime_ns for path in _shards(own_caches)} == before


@pytest.mark.parametrize("kind", ["hub_folder", "jsonl_folder"])
def test_a_stream_goes_on_after_any_batch(kind, request, hub_rows, monkeypatch):
    monkeypatch.setattr(hub_stream, "BATCH", 170)  # no divisor of files, row groups or chunks
    folder = str(request.getfixturevalue(kind))
    hub_set = HubSet(folder, None, None, "train", ("text",), is_local=True)
    row, texts = 0, []
    resumes = [(0, None)]
    for batch in HubStream(hub_set).batches():
        texts += batch.table.column("text").to_pylist()
        row += batch.table.num_rows
        resumes.append((row, json.loads(json.dumps(batch.resume))))
    assert texts == [row["text"] for row in hub_rows]
    for row, resume in resumes[::3] + resumes[-1:]:
        for place in (resume, resume and resume | {"datasets": "another version"}):
            batches = list(HubStream(hub_set, row, place).batches())
            assert [t for b in batches for t in b.table.column("text").to_pylist()] == texts[row:]


def test_two_readers_share_what_arrives(hub_folder, hub_rows, small_shards, monkeypatch):
    written = []
    write = row_cache.RowCache.write
    monkeypatch.setattr(
        row_cache.RowCache, "write", lambda *args: (written.append(args[1]), write(*args))
    )
    one, two = (HubSource(str(hub_folder)).documents() for _ in range(2))
    texts = [row["text"] for row in hub_rows]
    first = [next(one).text for _ in range(400)]
    second = [next(two).text for _ in range(1300)]  # overtakes
    assert first + [document.text for document in one] == texts  # and is overtaken
    assert second + [document.text for document in two] == texts
    assert written == list(range(len(written)))  # every shard was fetched once


KILLED = """
import os, signal, sys
from featurefate.corpora.external import hub_cache, row_cache
from featurefate.corpora.external.hub import HubSource
hub_cache.SHARD_BYTES = 50_000
replace = os.replace
def replace_or_die(source, target):
    if "rows-00002" in str(target):
        os.kill(os.getpid(), signal.SIGKILL)
    replace(source, target)
row_cache.os.replace = replace_or_die
print(sum(1 for _ in HubSource(sys.argv[1]).documents()))
"""


def test_a_killed_writer_leaves_only_whole_shards(
    hub_folder, hub_rows, small_shards, own_caches, tmp_path
):
    environment = os.environ | {"HF_HOME": str(tmp_path / "hf"), "USE_TORCH": "0"}
    command = [sys.executable, "-c", KILLED, str(hub_folder)]
    run = subprocess.run(command, env=environment, capture_output=True, timeout=60)
    assert run.returncode == -signal.SIGKILL
    assert [path.name for path in _shards(own_caches)] == [
        "rows-00000.parquet", "rows-00001.parquet",
    ]  # fmt: skip
    assert list(own_caches.rglob("*.partial"))
    texts = [text for text, _ in _documents(HubSource(str(hub_folder)))]
    assert texts == [row["text"] for row in hub_rows]
    assert not list(own_caches.rglob("*.partial"))


def test_an_interrupted_fetch_keeps_what_has_arrived(hub_folder, hub_rows, own_caches, monkeypatch):
    batches = HubStream.batches

    def interrupted(stream):
        for number, batch in enumerate(batches(stream)):
            if number == 3:
                raise KeyboardInterrupt
            yield batch

    monkeypatch.setattr(HubStream, "batches", interrupted)
    source = HubSource(str(hub_folder))
    with pytest.raises(KeyboardInterrupt):
        _documents(source)
    monkeypatch.setattr(HubStream, "batches", batches)
    assert row_cache.RowCache(_shards(own_caches)[0].parent).read(0).end == 3 * hub_stream.BATCH
    assert [text for text, _ in _documents(source)] == [row["text"] for row in hub_rows]


def test_a_damaged_shard_is_named_and_fetched_again(
    hub_folder, small_shards, own_caches, monkeypatch
):
    source = HubSource(str(hub_folder))
    documents = _documents(source)
    shard = _shards(own_caches)[1]
    shard.write_bytes(shard.read_bytes()[:-9])
    with pytest.raises(DamagedCache, match=r"rows-00001\.parquet is damaged .*; delete it"):
        _documents(source)
    shard.unlink()
    monkeypatch.setattr(hub_cache, "SHARD_BYTES", 120_000)  # so that it ends at another row
    assert _documents(source) == documents


def test_bad_rows(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    rows = ["a", None, "", "b\0", "c\r\nd"]
    (folder / "train.jsonl").write_text("".join(json.dumps({"text": t}) + "\n" for t in rows))
    with pytest.raises(BadText, match=r"set, train row 2: the text is null.*bad_rows"):
        _documents(HubSource(str(folder)))
    source = HubSource(str(folder), bad_rows=2)
    with pytest.warns(UserWarning, match="row 4: the text has a NUL"):
        assert _documents(source) == [("a", "set/train#1"), ("c\nd", "set/train#5")]
    assert len(source.skipped) == 2 and source.empty == 1


def test_wrong_columns_splits_and_configurations(hub_folder):
    folder = str(hub_folder)
    with pytest.raises(BadText, match="no column 'story'; there are 'text', 'repo', 'stars'"):
        _documents(HubSource(folder, field="story"))
    with pytest.raises(BadText, match="'stars' holds int64, not text"):
        _documents(HubSource(folder, field="stars"))
    with pytest.raises(HubError, match=r"Bad split: test. Available splits: .*validation"):
        _documents(HubSource(folder, split="test"))
    with pytest.raises(HubError, match="'other' not found. Available: "):
        _documents(HubSource(folder, config="other"))


def test_a_file_cut_short_is_said(hub_folder, tmp_path):
    folder = tmp_path / "cut"
    shutil.copytree(hub_folder, folder)
    part = folder / "data" / "train-00001-of-00002.parquet"  # from row 1501: in the 6th batch
    part.write_bytes(part.read_bytes()[:-100])
    with pytest.raises(HubError, match=r"cannot be read after row 1280: .*magic bytes"):
        _documents(HubSource(str(folder)))


def test_the_fingerprint_of_a_folder_is_its_contents(hub_folder, tmp_path):
    copy = tmp_path / "elsewhere" / "small-set"
    shutil.copytree(hub_folder, copy)
    first, second = HubSource(str(hub_folder)), HubSource(str(copy))
    assert first.fingerprint() == second.fingerprint()
    assert json.loads(json.dumps(first.fingerprint())) == first.fingerprint()
    assert HubSource(str(copy), split="validation").fingerprint() != first.fingerprint()
    (copy / "README.md").write_text("changed")
    assert HubSource(str(copy)).fingerprint() != first.fingerprint()
