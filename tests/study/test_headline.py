"""Headline numbers: their text, their checks, their merging."""

import json

import numpy as np
import pytest

from featurefate.study import folders, headline


def number(value, low=None, high=None):
    return headline.entry(value, low, high, None, None, None, "01_first")


def finished_run(notebook: str, seconds: float, **numbers: float) -> None:
    executed = folders.executed("smoke") / f"{notebook}.ipynb"
    kept = folders.headline("smoke") / f"{notebook}.json"
    for path in (executed, kept):
        path.parent.mkdir(parents=True, exist_ok=True)
    executed.write_text(json.dumps({"metadata": {"papermill": {"duration": seconds}}}))
    kept.write_text(json.dumps({name.replace("_", "."): number(v) for name, v in numbers.items()}))


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ((3.2149,), "3.21"),
        ((3.2149, 3.15, 3.274), "3.21 (3.15 to 3.27)"),
        ((0.0312, 0.02, 0.04), "0.031 (0.020 to 0.040)"),
        ((23.456,), "23.5"),
        ((1234.5,), "1,234"),
        ((12_000,), "12,000"),
        ((8,), "8"),
        ((np.int64(8),), "8"),
        ((np.float32(0.5),), "0.50"),
        ((-1.5, -2, -1), "−1.50 (−2.00 to −1.00)"),
        ((0.5, -0.004, 1.0), "0.50 (0.00 to 1.00)"),
        ((None,), "undetermined"),
    ],
)
def test_prose(values, text):
    assert headline.prose(number(*values)) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float32("nan")])
def test_a_number_that_is_not_finite_is_refused(value):
    with pytest.raises(ValueError, match="not a number to report"):
        number(value)


@pytest.mark.parametrize("name", ["loss", "Loss.base", "loss..base", "loss.base-other", ""])
def test_a_name_is_dotted_lower_case(name):
    with pytest.raises(ValueError, match="dotted name"):
        headline.record(name, number(1.0))


def test_merging_adds_seconds(miniature):
    finished_run("01_first", 2.0, loss_base=1.5)
    finished_run("02_second", 3.0, loss_lua=2.5)
    merged = headline.merge("smoke")
    assert merged["loss.base"]["value"] == 1.5
    assert merged["seconds.02_second"]["notebook"] == "02_second"
    assert merged["seconds.total"]["value"] == 5.0
    assert json.loads(folders.headline_file("smoke").read_text()) == merged


def test_two_notebooks_cannot_report_one_name(miniature):
    finished_run("01_first", 2.0, loss_base=1.5)
    finished_run("02_second", 3.0, loss_base=2.5)
    with pytest.raises(
        ValueError, match="02_second and a notebook before it both report loss.base"
    ):
        headline.merge("smoke")
