"""Comparing two builds: what counts as a difference, and what does not."""

import json

import numpy as np
import pandas as pd
import pytest

from featurefate.study import compare


@pytest.fixture
def builds(tmp_path):
    """Two equal builds: (first, second)."""
    made = []
    for name in ("first", "second"):
        folder = tmp_path / name
        (folder / "artifacts/models/base").mkdir(parents=True)
        numbers = {"loss.base": {"value": 1.5}, "seconds.total": {"value": len(name)}}
        (folder / "headline.json").write_text(json.dumps(numbers))
        table().assign(seconds=len(name)).to_parquet(folder / "artifacts/models/base/curve.parquet")
        made.append(folder)
    return made


def table() -> pd.DataFrame:
    return pd.DataFrame({"step": [1, 2], "loss": [1.5, np.nan], "context": [[1, 2], [3]]})


def test_equal_builds(builds, capsys):
    assert compare.main(list(map(str, builds))) == 0
    assert capsys.readouterr().out == "the same: 1 headline numbers and 1 tables\n"


def test_a_headline_number_that_differs_and_one_that_is_absent(builds, capsys):
    (builds[1] / "headline.json").write_text(json.dumps({"loss.lua": {"value": 1.5}}))
    assert compare.main(list(map(str, builds))) == 1
    shown = capsys.readouterr().out
    assert 'headline loss.base: {"value": 1.5} and absent' in shown
    assert 'headline loss.lua: absent and {"value": 1.5}' in shown


def test_a_table_that_is_in_one_only(builds):
    table().to_parquet(builds[0] / "artifacts/more.parquet")
    assert compare.differences(*builds) == ["more.parquet: only in one of the two"]


def test_unfinished_work_is_not_compared(builds):
    (builds[0] / "artifacts/.unfinished").mkdir()
    table().to_parquet(builds[0] / "artifacts/.unfinished/more.parquet")
    assert compare.differences(*builds) == []


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"loss": [1.5000001, np.nan]}, "loss: 1 of 2 rows, first row 0"),
        ({"loss": [1.5, 0.0]}, "loss: 1 of 2 rows, first row 1"),
        ({"context": [[1, 2], [4]]}, "context: 1 of 2 rows, first row 1"),
        ({"step": [1.0, 2.0]}, "step: int64 and float64"),
        ({"more": 1}, "columns"),
    ],
)
def test_tables_are_compared_exactly(change, line, tmp_path):
    for name, made in (("a", table()), ("b", table().assign(**change))):
        made.to_parquet(tmp_path / name)
    a, b = (pd.read_parquet(tmp_path / name) for name in ("a", "b"))
    assert compare.table_differences(a, a) == []
    (found,) = compare.table_differences(a, b)
    assert found.startswith(line)


def test_lists_of_lists_are_compared_as_well(tmp_path):
    for name, last in (("a", np.nan), ("b", 5.0)):
        nested = {"spans": [[[1.0, 2.0], [3.0]], [[np.nan, last]]]}
        table().assign(**nested).to_parquet(tmp_path / name)
    a, b = (pd.read_parquet(tmp_path / name) for name in ("a", "b"))
    assert compare.table_differences(a, a) == []
    (found,) = compare.table_differences(a, b)
    assert found.startswith("spans: 1 of 2 rows, first row 1")


def test_rows_are_counted_and_clocks_ignored():
    assert compare.table_differences(table(), table().head(1)) == ["2 and 1 rows"]
    clocks = {"seconds": 1, "tokens_per_second": 2, "peak_memory_mb": 3}
    assert compare.table_differences(table(), table().assign(**clocks)) == []


def test_without_a_build(tmp_path, capsys):
    assert compare.main([str(tmp_path), str(tmp_path)]) == 2
    assert "build the book there first" in capsys.readouterr().err
