"""Turnover taken apart: parts add up, each is the difference it is said to be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from featurefate.dictionaries.agreement import Rate
from featurefate.dictionaries.thresholds import PAPER_THRESHOLD
from featurefate.tracking.fates import NOT_RUN
from featurefate.tracking.turnover import NEAR, PARTS, turnover_rows

REFERENCES = ("edge", "ceiling", "floor", "near", "other text")


def parts_of(rates):
    """The rows by part, of rates by name; "near": the ceiling at the lower threshold."""
    asked = {("ceiling", NEAR): "near"}
    rows = turnover_rows(lambda name, r: rates.get(asked.get((name, r), name)))
    return {row["part"]: row for row in rows}


def test_parts_by_hand():
    values = dict(zip(REFERENCES, (0.4, 0.6, 0.3, 0.9, 0.5), strict=True))
    noise = np.random.default_rng(1).normal(0, 0.01, 200)  # the same in all: differences have none
    rows = parts_of({name: Rate(value, value + noise) for name, value in values.items()})
    expected = [0.3, 0.1, 0.2, 0.3, 0.1, 0.4, 0.6, 0.1]
    names = [*PARTS, "persisted", "turnover", "text"]
    assert [rows[name]["value"] for name in names] == pytest.approx(expected)
    assert rows["model"]["high"] - rows["model"]["low"] < 1e-9
    assert rows["persisted"]["high"] - rows["persisted"]["low"] > 0.03
    assert rows["turnover"]["ceiling"] == pytest.approx(0.4)
    assert rows["turnover"]["floor"] == pytest.approx(0.7)
    assert np.isnan(rows["model"]["ceiling"])


def test_what_was_not_run_is_said():
    rows = parts_of({name: Rate(0.5, np.full(3, 0.5)) for name in ("edge", "ceiling", "near")})
    missing = {name for name, row in rows.items() if row["status"] == NOT_RUN}
    assert missing == {"without descent", "by descent", "text"}
    assert all(np.isnan(rows[name]["value"]) for name in missing)
    assert np.isnan(rows["persisted"]["floor"])


@given(st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_parts_add_up(values):
    rows = parts_of({n: Rate(v, np.full(2, v)) for n, v in zip(REFERENCES, values, strict=True)})
    assert sum(rows[part]["value"] for part in PARTS) == pytest.approx(1)
    assert PAPER_THRESHOLD > NEAR
    lost = sum(rows[part]["value"] for part in ("model", "matcher", "dictionary"))
    assert lost == pytest.approx(rows["turnover"]["value"])
