"""Single features to be looked at, one for each kind of fate; found by rule, none by eye."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from featurefate.dictionaries.thresholds import PAPER_THRESHOLD

TWIN = "its own model"  # another dictionary of the same model
# A fate: of which model's features, and of what the largest is wanted, given each feature's best r.
FATES: dict[str, tuple[str, Callable[[pd.DataFrame], pd.Series]]] = {
    "persisted in both children": ("base", lambda r: r[["stories", "lua"]].min(axis=1)),
    "disappeared on the way to Lua": ("base", lambda r: -r["lua"]),
    "emerged in the stories child": ("stories", lambda r: -r["base"]),
    "emerged in the Lua child": ("lua", lambda r: -r["base"]),
    "inherited from the Lua child alone": ("merge", lambda r: r["lua"] - r["stories"]),
}


@dataclass(frozen=True)
class Life:
    """One feature of one model; r: its best correlation in each related model, and in its own."""

    fate: str
    model: str
    feature: int
    r: dict[str, float]


def lives(best: pd.DataFrame, seed: int) -> list[Life]:
    """Return one feature for each fate, of the dictionaries of one SAE seed.

    best: the table `best.parquet` of `track`. Only features that count and have a partner at
    r ≥ 0.8 in another dictionary of their own model are chosen from (the best tenth, where a small
    run has none): the absence of others may only be the seed's.
    """
    found = []
    for fate, (model, wanted) in FATES.items():
        r = _best_r(best[(best["model"] == model) & (best["seed"] == seed) & best["counted"]])
        firm = r[r[TWIN] >= min(PAPER_THRESHOLD, r[TWIN].quantile(0.9))]
        feature = wanted(firm).idxmax()
        found.append(Life(fate, model, int(feature), firm.loc[feature].to_dict()))
    return found


def _best_r(rows: pd.DataFrame) -> pd.DataFrame:
    """Each feature's best r: a column for the model at the other end of each edge, and TWIN."""
    rows = rows[rows["comparison"].isin(["edge", "ceiling"])]
    ends = rows["edge"].str.split("_", expand=True).reindex(columns=[0, 1])
    other = ends[0].where(rows["denominator"] == "child", ends[1]).where(rows["edge"] != "", TWIN)
    return rows.assign(other=other).pivot_table(
        index="feature", columns="other", values="r", aggfunc="max"
    )
