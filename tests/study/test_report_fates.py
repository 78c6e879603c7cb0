"""Every number of the fates gets its name, its ceiling and its floor."""

import numpy as np
import pandas as pd

from featurefate.study.report_fates import UNIT, report_fates, report_stable


class Recorder:
    """Stands in for a chapter: keeps what is reported."""

    def __init__(self):
        self.numbers = {}

    def report(self, name, value, low=None, high=None, ceiling=None, floor=None, unit=None):
        assert name not in self.numbers, f"{name} twice"
        self.numbers[name] = (value, low, high, ceiling, floor, unit)


def rates(edge, stranger):
    """The four rows of an edge at the paper's threshold and one that must be passed over."""
    rows = []
    for fate, denominator, value in (
        ("persisted", "child", 0.4),
        ("persisted", "parent", 0.3),
        ("emerged", "child", 0.6),
        ("disappeared", "parent", 0.7),
    ):
        row = {"edge": edge, "fate": fate, "denominator": denominator, "threshold_name": "paper"}
        row |= dict(zip(("parent", "child"), edge.split("_"), strict=True))
        row |= {"value": value, "low": value - 0.1, "high": value + 0.1, "stranger": stranger}
        row |= {"ceiling": 0.5, "ceiling_low": 0.45, "ceiling_high": 0.55}
        for name in ("lineage_effect", "corrected"):
            row |= {name: value - stranger, f"{name}_low": -stranger, f"{name}_high": stranger}
        rows += [row, row | {"threshold_name": "sweep", "value": 0.0}]
    return pd.DataFrame(rows)


def test_names_values_and_references():
    chapter = Recorder()
    report_fates(chapter, rates("base_stories", 0.2))
    assert chapter.numbers["fate.base_stories.emerged"][:5] == (0.6, 0.5, 0.7, 0.5, 0.2)
    assert chapter.numbers["fate.base_stories.disappeared"][0] == 0.7
    assert np.isclose(chapter.numbers["fate.base_stories.lineage_effect"][0], 0.2)
    assert chapter.numbers["sae.base.seed_ceiling"][:3] == (0.5, 0.45, 0.55)
    assert len(chapter.numbers) == 4 + 2 + 2


def test_what_was_not_run_is_reported_as_nothing():
    chapter = Recorder()
    report_fates(chapter, rates("lua_merge", np.nan))
    assert chapter.numbers["fate.lua_merge.lineage_effect"][:3] == (None, None, None)
    assert chapter.numbers["fate.lua_merge.persisted_child"][4] is None


def test_stable_features_have_names_of_their_own():
    chapter = Recorder()
    report_stable(chapter, rates("lua_merge", np.nan))
    assert len(chapter.numbers) == 4
    assert chapter.numbers["stable.lua_merge.emerged"] == (0.6, 0.5, 0.7, 0.5, None, UNIT)
