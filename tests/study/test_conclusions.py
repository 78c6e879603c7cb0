"""Conclusions: true where they are planted, false where they are not, open where numbers lack."""

import numpy as np
import pandas as pd
import pytest

from featurefate.study.conclusions import conclusions, hold_in_all

PLACES = {"base_stories": 0.2, "base_lua": 0.35, "stories_merge": 0.6, "lua_merge": 0.75}
MERGING = "merging keeps more of a parent than fine-tuning does"
CEILING = "no edge reaches its ceiling"
STRANGER = "every edge shares more than a stranger does"


def family(repeat=1, places=PLACES, width=0.05, **columns):
    """Rates of a family whose edges lie at `places` between a stranger at .3 and a ceiling at .5.

    Half of `width` is the margin of every place.
    """
    rows = []
    for edge, place in places.items():
        for side in ("parent", "child"):
            row = {"repeat": repeat, "edge": edge, "denominator": side, "ceiling": 0.5}
            row |= {"stranger": 0.3, "token": 0.25, "untrained": 0.2, "chance": 0.0}
            row |= {"value": 0.3 + 0.2 * place, "corrected": place, "lineage_effect": 0.2 * place}
            rows.append(row)
    frame = pd.DataFrame(rows)
    for name in ("corrected", "lineage_effect", "token", "untrained", "chance", "value"):
        scale = 1 if name == "corrected" else 0.2
        low, high = ("low", "high") if name == "value" else (f"{name}_low", f"{name}_high")
        frame[low], frame[high] = (frame[name] + s * scale * width / 2 for s in (-1, 1))
    return frame.assign(**columns)


def answer(frame, words):
    return conclusions(frame).set_index("conclusion")[1][words]


def test_all_hold_in_a_family_in_which_all_are_true():
    table = conclusions(family())
    assert (table[1] == "holds").all()
    assert len(table) == 12 and hold_in_all(table).all()


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (family(places=PLACES | {"lua_merge": 1.0}), CEILING),
        (
            family(places=PLACES | {"base_stories": 0.0}),
            "every edge shares more than a stranger does",
        ),
        (family(untrained_high=0.4), "every edge shares more than an untrained model does"),
        (family(token_high=0.4), "every edge shares more than the token explains"),
        (family(token=0.1), "the token explains most of every rate"),
        (family(stranger=0.1), "a stranger has most of what persists"),
        (family(chance_high=0.02), "chance is no rival"),
        (family(places=PLACES | {"base_lua": 0.62}), MERGING),
        (family(width=0.3), f"{MERGING}, intervals apart"),
        (
            family(ceiling=0.8),
            "most of what seems to turn over would do so if nothing had changed",
        ),
        (
            family(places=PLACES | {"base_lua": 0.2}),
            "the Lua child keeps more of the base than the stories child, intervals apart",
        ),
        (
            family(places=PLACES | {"lua_merge": 0.6}),
            "the merge keeps more of the Lua child than of the stories child, intervals apart",
        ),
    ],
)
def test_each_fails_where_it_is_false(frame, words):
    assert answer(frame, words) == "fails"


def test_an_undetermined_number_leaves_a_conclusion_open():
    frame = family(corrected=np.nan, corrected_low=np.nan, corrected_high=np.nan)
    assert answer(frame, CEILING) == answer(frame, MERGING) == "cannot tell"
    assert answer(frame, "chance is no rival") == "holds"


def test_what_holds_in_one_repeat_only_does_not_hold_in_all():
    both = pd.concat([family(1), family(2, PLACES | {"base_lua": 0.62})])
    table = conclusions(both)
    assert list(table.columns) == [1, 2, "conclusion"]
    lasting = hold_in_all(table)
    assert not lasting[MERGING] and lasting[CEILING]
