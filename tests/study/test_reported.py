"""Numbers of other chapters, read back."""

import json

import pandas as pd
import pytest

from featurefate.study import folders, headline, reported
from featurefate.study.chapter import Chapter


def report(notebook, **numbers):
    path = folders.headline("laptop") / f"{notebook}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    entries = {
        name.replace("_", "."): headline.entry(value, 1, 3, None, 0, "nats", notebook)
        for name, value in numbers.items()
    }
    path.write_text(json.dumps(entries))


def test_numbers_of_earlier_chapters_are_there_by_name(miniature):
    report("01_first", loss_base=2.0)
    report("02_second", own_number=1.0)
    numbers = reported.read("laptop", "02_second")
    assert numbers["loss.base"].value == 2.0 and numbers["loss.base"].floor == 0
    assert numbers["loss.base"].prose == "2.00 (1.00 to 3.00)"
    assert numbers.get("own.number") is None, "not those of the chapter's own last run"


def test_a_missing_number_names_the_chapters_that_have_not_run(miniature):
    with pytest.raises(reported.MissingNumber, match="01_first.*NOTEBOOK=01"):
        reported.read("laptop", "02_second")["loss.base"]
    report("01_first", loss_base=2.0)
    with pytest.raises(reported.MissingNumber, match="every chapter has run, and none reports it"):
        reported.read("laptop", "02_second")["loss.lua"]


def test_rows_say_what_is_there_and_leave_open_what_is_not(miniature):
    report("01_first", loss_base=2.0)
    rows = reported.read("laptop", "02_second").rows({"loss.base": "loss", "fate.base": "fate"})
    assert rows.what.tolist() == ["loss", "fate"]
    assert rows.loc[0, "ours"] == "2.00 (1.00 to 3.00)" and rows.loc[0, "chapter"] == "01"
    assert rows.loc[0, "floor"] == "0.00" and rows.loc[0, "ceiling"] == "–"
    assert pd.isna(rows.loc[1, "ours"]) and pd.isna(rows.loc[1, "chapter"])


def test_quoted_numbers_read_as_where_they_were_reported(miniature, monkeypatch):
    glued = {}
    monkeypatch.setattr(Chapter, "glue", lambda self, name, text: glued.update({name: text}))
    report("01_first", loss_base=2.0, loss_lua=None)
    values = {"profile": "laptop", "width": 8, "rate": 0.5}
    Chapter.open("02_second", values).quote("loss.base", "loss.lua", "fate.base")
    assert glued == {
        "loss.base": "2.00 (1.00 to 3.00)",
        "loss.lua": "undetermined",
        "fate.base": "not run in this profile",
    }
