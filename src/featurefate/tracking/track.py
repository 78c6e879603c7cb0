"""The step that follows features through the family: base → stories, lua → merge."""

import re
from pathlib import Path

import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.agreement import (
    PAPER_THRESHOLD,
    THRESHOLDS,
    Encoded,
    Matched,
    ceiling,
    median_r,
)
from featurefate.dictionaries.circular_shift import random_shifts
from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.encoding import encoded_seeds, load_encoded
from featurefate.dictionaries.partners import Best, best_partners
from featurefate.dictionaries.resampling import DocumentBlocks
from featurefate.tracking.comparisons import Comparison, compare
from featurefate.tracking.fates import EdgeEvidence, fate_rows
from featurefate.tracking.nulls import shifted

EDGES = (("base", "stories"), ("base", "lua"), ("stories", "merge"), ("lua", "merge"))
STRANGERS = {"base": "base_other_seed"}  # who stands in for a parent; the others are not run yet
FLOW_NUMBERS = [
    f"{rate}{bound}"
    for rate in ("persisted", "ceiling", "stranger")
    for bound in ("", "_low", "_high")
] + ["chance"]


def track(
    folder: Path,
    *,
    base: Artifact,
    stories: Artifact,
    lua: Artifact,
    merge: Artifact,
    base_other_seed: Artifact,
    draws: int,
    shifts: int,
    seed: int,
) -> None:
    """Step: the fates of all features on the four edges. Inputs are what `encode` wrote.

    `draws` of the bootstrap over documents, `shifts` for the chance floor, `seed` of both. Writes

    - `rates.parquet`, a row per edge × fate × denominator × threshold: edge, parent, child,
      denominator, fate, threshold, threshold_name ("sweep", "paper", "ceiling median"), value,
      low, high, ceiling(_low, _high), stranger(_low, _high), stranger_status, chance,
      lineage_effect(_low, _high), corrected(_low, _high), corrected_status, features (counted,
      mean over pairs of seeds), pairs, least and most (the rate of single pairs);
    - `best.parquet`, each feature's best partner: comparison ("edge", "ceiling", "stranger",
      "chance"), edge ("" for a ceiling), model, denominator, seed, partner_seed, feature, partner,
      r, counted; seeds are missing for chance;
    - `flow.parquet`, the rates of persisting at r ≥ .8, a row an edge: see `flow`.
    """
    artifacts = {"base": base, "stories": stories, "lua": lua, "merge": merge}
    models = {name: _load(artifact) for name, artifact in artifacts.items()}
    strangers = {"base_other_seed": _load(base_other_seed)}
    stream = next(iter(models["base"].values()))
    blocks = DocumentBlocks.of(stream.document, stream.domain)
    times = blocks.draws(draws, seed)
    turned = random_shifts(stream.domain, shifts, seed + 1)

    ceilings = {name: ceiling(model, blocks, times) for name, model in models.items()}
    rates, best = [], []
    for name, matched in ceilings.items():
        best += [_best_rows("ceiling", "", name, "", m) for m in matched]
    for parent, child in EDGES:
        stranger = None
        if parent in STRANGERS:
            stranger = compare(strangers[STRANGERS[parent]], models[child], blocks, times)
        evidence = EdgeEvidence(
            parent=parent,
            child=child,
            edge=compare(models[parent], models[child], blocks, times),
            ceilings={"parent": ceilings[parent], "child": ceilings[child]},
            chance=_chance(models[parent], models[child], turned),
            stranger=stranger,
        )
        for threshold in THRESHOLDS:
            paper = threshold == PAPER_THRESHOLD
            rates += fate_rows(evidence, threshold, "paper" if paper else "sweep")
        rates += _at_ceiling_median(evidence)
        best += _edge_rows(evidence)
    table = pd.DataFrame(rates)
    table.to_parquet(folder / "rates.parquet")
    pd.concat(best, ignore_index=True).to_parquet(folder / "best.parquet")
    flow(table).to_parquet(folder / "flow.parquet")


def flow(rates: pd.DataFrame) -> pd.DataFrame:
    """Return the rates of persisting at the paper's threshold, one row an edge.

    Columns as in `track`, with the denominator in the name: persisted_parent, persisted_parent_low,
    ceiling_child, stranger_child, …
    """
    paper = rates[(rates.threshold_name == "paper") & (rates.fate == "persisted")]
    paper = paper.rename(columns={"value": "persisted", "low": "persisted_low"})
    paper = paper.rename(columns={"high": "persisted_high"}).set_index(["parent", "child"])
    sides = []
    for end in ("parent", "child"):
        side = paper.loc[paper.denominator == end, FLOW_NUMBERS]
        names = [re.sub("^[a-z]+", rf"\g<0>_{end}", column) for column in FLOW_NUMBERS]
        sides.append(side.set_axis(names, axis=1))
    return pd.concat(sides, axis=1).reset_index()


def _load(encoded: Artifact) -> Encoded:
    return {seed: load_encoded(encoded, seed) for seed in encoded_seeds(encoded)}


def _chance(parent: Encoded, child: Encoded, turned: list[int]) -> dict[str, list[Best]]:
    """Best partners of the edge's own dictionaries with the child's stream turned round.

    One pair of seeds a shift: the pairs have the same null.
    """
    a, b = next((a, b) for a in parent for b in child if a != b)
    chance = {"parent": [], "child": []}
    for shift in turned:
        moved = shifted(child[b], shift)
        r = correlation(parent[a].values, moved.values)
        for denominator, best in zip(chance, best_partners(r, parent[a], moved), strict=True):
            chance[denominator].append(best)
    return chance


def _at_ceiling_median(evidence: EdgeEvidence) -> list[dict]:
    """The rows at the median of the ceiling's r: by construction, the ceiling is about a half."""
    rows = []
    for denominator, matched in evidence.ceilings.items():
        every = fate_rows(evidence, median_r(matched), "ceiling median")
        rows += [row for row in every if row["denominator"] == denominator]
    return rows


def _edge_rows(evidence: EdgeEvidence) -> list[pd.DataFrame]:
    edge = f"{evidence.parent}_{evidence.child}"
    compared: dict[str, Comparison | None] = {"edge": evidence.edge, "stranger": evidence.stranger}
    rows = []
    for denominator in ("parent", "child"):
        for name, comparison in compared.items():
            model = getattr(evidence, denominator)
            if name == "stranger":
                model = STRANGERS.get(model, model)
            for matched in getattr(comparison, denominator) if comparison else ():
                rows.append(_best_rows(name, edge, model, denominator, matched))
        for best in evidence.chance[denominator]:
            model = getattr(evidence, denominator)
            rows.append(_best_frame("chance", edge, model, denominator, best))
    return rows


def _best_rows(
    comparison: str, edge: str, model: str, denominator: str, matched: Matched
) -> pd.DataFrame:
    frame = _best_frame(comparison, edge, model, denominator, matched.best)
    return frame.assign(seed=matched.seed, partner_seed=matched.partner_seed)


def _best_frame(
    comparison: str, edge: str, model: str, denominator: str, best: Best
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "comparison": comparison,
            "edge": edge,
            "model": model,
            "denominator": denominator,
            "feature": range(len(best.r)),
            "partner": best.partner,
            "r": best.r,
            "counted": best.counted,
        }
    )
