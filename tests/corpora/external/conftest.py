"""A data set laid out as the hub lays one out, and a cache that is nobody's."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ROWS = 3000


@pytest.fixture(scope="session")
def hub_rows() -> list[dict]:
    return [
        {"text": f"Row {n}: " + f"word{n} " * 25, "repo": f"owner/repo{n // 7}", "stars": n}
        for n in range(ROWS)
    ]


@pytest.fixture(scope="session")
def hub_folder(tmp_path_factory: pytest.TempPathFactory, hub_rows: list[dict]) -> Path:
    """Two Parquet files of the split "train" and one of "validation", with a card."""
    folder = tmp_path_factory.mktemp("hub") / "small-set"
    (folder / "data").mkdir(parents=True)
    (folder / "README.md").write_text("---\nlicense: mit\n---\n# A small set\n")
    half = len(hub_rows) // 2
    parts = {
        "train-00000-of-00002": hub_rows[:half],
        "train-00001-of-00002": hub_rows[half:],
        "validation-00000-of-00001": hub_rows[:5],
    }
    for name, rows in parts.items():
        table = pa.Table.from_pylist(rows)
        path = folder / "data" / f"{name}.parquet"  # large enough to be asked for in ranges
        pq.write_table(table, path, row_group_size=400, compression="none", use_dictionary=False)
    return folder


@pytest.fixture
def jsonl_folder(tmp_path: Path, hub_rows: list[dict]) -> Path:
    """The same rows as three files of JSON lines."""
    folder = tmp_path / "lines-set"
    folder.mkdir()
    for number in range(3):
        rows = hub_rows[number * 1000 : (number + 1) * 1000]
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"train-{number:05d}-of-00003.jsonl").write_text(text)
    return folder


@pytest.fixture(autouse=True)
def own_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing is written to the user's caches; returns the folder that is used instead."""
    import datasets.config

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", str(tmp_path / "datasets"))
    monkeypatch.setenv("FEATUREFATE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"
