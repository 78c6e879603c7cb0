"""The step that follows features through the family: base → stories, lua → merge."""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.corpora.domains import DOMAINS
from featurefate.dictionaries.encoding import encoded_seeds
from featurefate.dictionaries.thresholds import PAPER_THRESHOLD, THRESHOLDS
from featurefate.tracking.comparisons import SIDES, STEPS, Found, rate
from featurefate.tracking.family import (
    EDGES,
    Compared,
    compare_all,
    key_of_ceiling,
    keys_of_edge,
)
from featurefate.tracking.fates import FLOORS, Evidence, fate_rows
from featurefate.tracking.turnover import turnover_rows

FLOW_NUMBERS = [
    f"{rate}{bound}"
    for rate in ("persisted", "ceiling", *FLOORS)
    for bound in ("", "_low", "_high")
]


def track(
    folder: Path, *, draws: int, shifts: int, shuffles: int, seed: int, **inputs: Artifact
) -> None:
    """Step: the fates of all features on the four edges, against ceiling and four floors.

    inputs: what `encode` wrote for `base`, `stories`, `lua`, `merge` (three seeds each or more),
    `base_other_seed`, `stories_other_lineage`, `lua_other_lineage` and `base_untrained`; and what
    `stability` wrote for all dictionaries but the last on validation text, as `base_stable` and so
    on, for those models that have at least two to choose with. `draws` of the bootstrap over
    documents (seed `seed`), `shifts` for the chance floor (seed + 1), `shuffles` for the token
    floor (seeds from seed + 2).

    Writes four tables with the same columns: `rates.parquet` (all tokens, all features that count),
    `stable.parquet` (of them the stable ones, looked up in the dictionary of the last seed, which
    did not choose them), `centred.parquet` (means removed within each domain) and
    `by_domain.parquet` (tokens of one domain; with a column `domain`, at the paper's threshold
    alone). A row per edge × fate × denominator × threshold: edge, parent, child, denominator, fate,
    threshold, threshold_name ("sweep", "paper", "ceiling median"), value, low, high, status,
    ceiling(_low, _high, _status), and for each floor chance, token, stranger, untrained the same;
    lineage_effect(_low, _high), corrected(_low, _high), corrected_status; features (asked about,
    mean over pairs of seeds), pairs, least and most (the rate of single pairs). Intervals are 95 %
    over documents, drawn jointly; those of chance and token are the range over shifts or shuffles.
    A status is "run", "not run in this profile" or "no feature to judge", then numbers are missing.

    And `pairs.parquet`, the rate of persisting at r ≥ .8 of every pair of dictionaries (comparison,
    selection, edge, model, denominator, seed, partner_seed, features, value); `best.parquet`, each
    feature's best partner on all tokens (comparison, edge, model, denominator, seed, partner_seed,
    feature, partner, r, low, high, counted; `edge` is "" for a ceiling; low, high: 95 % over
    documents of r with this partner, missing for chance and token); `flow.parquet`: see `flow`;
    `turnover.parquet`, the parts of the turnover of every edge and denominator (edge, denominator,
    and the columns of `turnover.turnover_rows`; the floor is the stranger).

    Raises ValueError with fewer than three dictionaries of a model: two choose, one tests.
    """
    seeds = encoded_seeds(inputs["base"])
    if len(seeds) < 3:
        raise ValueError(
            f"SAE seeds {seeds} of base: stable features need three, two to choose and one to test"
        )
    compared = compare_all(inputs, draws, shifts, shuffles, seed)
    held_out = seeds[-1]
    rates = _table(compared, "all", "counted", held_out)
    rates.to_parquet(folder / "rates.parquet")
    _table(compared, "all", "stable", held_out).to_parquet(folder / "stable.parquet")
    _table(compared, "centred", "counted", held_out).to_parquet(folder / "centred.parquet")
    by_domain = [
        _table(compared, domain, "counted", held_out, only_paper=True).assign(domain=domain)
        for domain in DOMAINS
    ]
    pd.concat(by_domain, ignore_index=True).to_parquet(folder / "by_domain.parquet")
    _pairs(compared).to_parquet(folder / "pairs.parquet")
    _best(compared).to_parquet(folder / "best.parquet")
    flow(rates).to_parquet(folder / "flow.parquet")
    _turnover(compared, held_out).to_parquet(folder / "turnover.parquet")


def flow(rates: pd.DataFrame) -> pd.DataFrame:
    """Return the rates of persisting at the paper's threshold, one row an edge.

    Columns as in `track`, with the denominator in the name: persisted_parent, persisted_parent_low,
    ceiling_child, stranger_child, …
    """
    paper = rates[(rates.threshold_name == "paper") & (rates.fate == "persisted")]
    paper = paper.rename(columns={"value": "persisted", "low": "persisted_low"})
    paper = paper.rename(columns={"high": "persisted_high"}).set_index(["parent", "child"])
    sides = []
    for end in SIDES:
        side = paper.loc[paper.denominator == end, FLOW_NUMBERS]
        names = [re.sub("^[a-z]+", rf"\g<0>_{end}", column) for column in FLOW_NUMBERS]
        sides.append(side.set_axis(names, axis=1))
    return pd.concat(sides, axis=1).reset_index()


def evidence(
    compared: Compared, parent: str, child: str, view: str, selection: str, held_out: int
) -> Evidence:
    """Return what all comparisons say of one edge, in one view and for one selection of features.

    Stable features are looked up in the dictionary of seed `held_out` alone, where the other model
    has one: only that did not help to choose them.
    """

    def seen(found: list[Found]) -> list[Found]:
        found = [each for each in found if (each.view, each.selection) == (view, selection)]
        tested = [each for each in found if each.partner_seed == held_out]
        return tested if selection == "stable" and tested else found

    by_side = {
        name: {side: seen([each for each in compared[key] if each.side == side]) for side in SIDES}
        for name, key in keys_of_edge(parent, child).items()
    }
    by_side["ceiling"] = {
        side: seen(compared[key_of_ceiling(model)])
        for side, model in zip(SIDES, (parent, child), strict=True)
    }
    return Evidence(parent, child, by_side)


def _table(
    compared: Compared, view: str, selection: str, held_out: int, only_paper: bool = False
) -> pd.DataFrame:
    rows = []
    for parent, child in EDGES:
        known = evidence(compared, parent, child, view, selection, held_out)
        if only_paper:
            rows += fate_rows(known, PAPER_THRESHOLD, "paper")
            continue
        for threshold in THRESHOLDS:
            paper = threshold == PAPER_THRESHOLD
            rows += fate_rows(known, threshold, "paper" if paper else "sweep")
        rows += _at_ceiling_median(known)
    return pd.DataFrame(rows)


def _at_ceiling_median(known: Evidence) -> list[dict]:
    """The rows at the median of the ceiling's r: by construction, the ceiling is about a half."""
    rows = []
    for side, found in known.found["ceiling"].items():
        r = np.concatenate([each.best.r[each.best.counted] for each in found])
        if not len(r):
            continue  # no median of nothing; the sweep's rows say so
        median = round(float(np.median(r)) * STEPS) / STEPS
        every = fate_rows(known, median, "ceiling median")
        rows += [row for row in every if row["denominator"] == side]
    return rows


def _turnover(compared: Compared, held_out: int) -> pd.DataFrame:
    """What becomes of all features that count, taken apart."""
    rows = []
    for parent, child in EDGES:
        known = evidence(compared, parent, child, "all", "counted", held_out).found
        known = {**known, "floor": known["stranger"], "other text": dict.fromkeys(SIDES, [])}
        for side in SIDES:
            parts = turnover_rows(lambda name, r, of=known, at=side: rate(of[name][at], r))
            edge = {"edge": f"{parent}_{child}", "denominator": side}
            rows += [edge | part for part in parts]
    return pd.DataFrame(rows)


def _listed(compared: Compared) -> list[tuple[str, str, str, Found]]:
    """All that was found on all tokens: comparison, edge ("" at a ceiling), model, found."""
    models = dict.fromkeys(sum(EDGES, ()))
    keys = [(name, f"{p}_{c}", k) for p, c in EDGES for name, k in keys_of_edge(p, c).items()]
    keys += [("ceiling", "", key_of_ceiling(model)) for model in models]
    return [
        (name, edge, dict(zip(SIDES, key[1:], strict=True))[each.side], each)
        for name, edge, key in keys
        for each in compared[key]
        if each.view == "all"
    ]


def _pairs(compared: Compared) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "comparison": comparison,
            "selection": found.selection,
            "edge": edge,
            "model": model,
            "denominator": found.side if edge else "",
            "seed": found.seed,
            "partner_seed": found.partner_seed,
            "features": found.features,
            "value": found.best.share_at_least(PAPER_THRESHOLD),
        }
        for comparison, edge, model, found in _listed(compared)
    )


def _best(compared: Compared) -> pd.DataFrame:
    parts = []
    for comparison, edge, model, found in _listed(compared):
        if found.selection != "counted":
            continue
        low, high = (np.nan, np.nan) if found.interval is None else found.interval
        part = {
            "comparison": comparison,
            "edge": edge,
            "model": model,
            "denominator": found.side if edge else "",
            "seed": found.seed,
            "partner_seed": found.partner_seed,
            "feature": range(len(found.best.r)),
            "partner": found.best.partner,
            "r": found.best.r,
            "low": np.float32(low),
            "high": np.float32(high),
            "counted": found.best.counted,
        }
        parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)
