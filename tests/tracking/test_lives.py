"""Each fate finds the feature that was planted for it."""

import itertools

import pandas as pd

from featurefate.tracking.lives import FATES, TWIN, lives

RELATED = {
    "base": ["base_stories", "base_lua"],
    "stories": ["base_stories", "stories_merge"],
    "lua": ["base_lua", "lua_merge"],
    "merge": ["stories_merge", "lua_merge"],
}
PLANTED = {  # by model: feature -> its r on each related edge
    "base": {1: (0.95, 0.9), 2: (0.9, 0.1)},
    "stories": {3: (0.2, 0.5)},
    "lua": {4: (0.1, 0.5)},
    "merge": {5: (0.1, 0.9)},
}


def table():
    rows = []
    for model, edges in RELATED.items():
        for feature, (number, edge) in itertools.product(range(8), enumerate(edges)):
            r = PLANTED[model].get(feature, (0.6, 0.6))[number]
            side = "parent" if edge.startswith(f"{model}_") else "child"
            rows.append(("edge", edge, model, side, 101, feature, r, True))
            rows.append(("stranger", edge, model, side, 101, feature, 1.0, True))
            rows.append(("edge", edge, model, side, 202, feature, 0.0, True))
        for feature in range(8):
            # 6 would win everywhere but has no twin; 7 is not counted
            twin = 0.3 if feature == 6 else 0.85
            rows.append(("ceiling", "", model, "", 101, feature, twin, feature != 7))
    columns = ["comparison", "edge", "model", "denominator", "seed", "feature", "r", "counted"]
    frame = pd.DataFrame(rows, columns=columns)
    frame.loc[(frame.feature == 6) & (frame.comparison == "edge"), "r"] = 0.0
    frame.loc[frame.feature == 7, "counted"] = False
    return frame


def test_the_planted_lives_are_found():
    found = {life.fate: life for life in lives(table(), seed=101)}
    assert [found[fate].feature for fate in FATES] == [1, 2, 3, 4, 5]
    assert [found[fate].model for fate in FATES] == ["base", "base", "stories", "lua", "merge"]
    assert found["disappeared on the way to Lua"].r == {TWIN: 0.85, "lua": 0.1, "stories": 0.9}


def test_where_no_twin_is_good_the_best_tenth_is_chosen_from():
    frame = table()
    twins = frame.comparison == "ceiling"
    frame.loc[twins, "r"] = frame.loc[twins, "feature"] / 20
    assert all(life.feature == 6 for life in lives(frame, seed=101))
