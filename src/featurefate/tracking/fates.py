"""The fate of features along an edge, against ceiling and floors: tidy rows.

*Persisted* is the share of features with a partner across the edge, once of the child's and once
of the parent's features; *emerged* is the rest of the child's, *disappeared* the rest of the
parent's. Beside each stands the same rate where nothing has changed (ceiling: two SAE seeds of one
model) and where nothing is inherited, by four floors:

- *chance*: one stream turned round against the other (`nulls`);
- *token*: positions exchanged among those with the same current token (`nulls`);
- *stranger*: the same child against a parent of the same kind from another lineage;
- *untrained*: the same child against a model that was never trained.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from featurefate.dictionaries.agreement import Rate
from featurefate.tracking.comparisons import Found, rate

FATES = (
    ("persisted", "child"),
    ("persisted", "parent"),
    ("emerged", "child"),
    ("disappeared", "parent"),
)
FLOORS = ("chance", "token", "stranger", "untrained")
RUN = "run"
NOT_RUN = "not run in this profile"
NOTHING_TO_JUDGE = "no feature to judge"
WITHOUT_DRAWS = ("chance", "token")  # their interval is the range over shifts, or over shuffles


@dataclass(frozen=True)
class Evidence:
    """All that is known about one edge, in one view and for one selection of features.

    found: by "edge", "ceiling" and the names of the floors, by side ("parent", "child"): what the
    comparison found; an empty list where it did not run.
    """

    parent: str
    child: str
    found: Mapping[str, Mapping[str, list[Found]]]


def fate_rows(evidence: Evidence, threshold: float, threshold_name: str) -> list[dict]:
    """Return the four rows of one edge at one threshold; columns as in `track`."""
    return [
        _row(evidence, fate, side, threshold) | {"threshold_name": threshold_name}
        for fate, side in FATES
    ]


def corrected_rate(edge: Rate, stranger: Rate, ceiling: Rate) -> tuple[Rate | None, str]:
    """Return (edge − stranger) / (ceiling − stranger), resampled jointly, and "determined".

    0: no more in common than with a stranger; 1: as much as two dictionaries of one model. Where
    the interval of ceiling − stranger includes 0 there is nothing to divide by: None,
    "undetermined".
    """
    room = ceiling - stranger
    low, high = room.interval
    if low <= 0 <= high:
        return None, "undetermined"
    gained = edge - stranger
    with np.errstate(divide="ignore", invalid="ignore"):
        return Rate(gained.value / room.value, gained.draws / room.draws), "determined"


def _row(evidence: Evidence, fate: str, side: str, threshold: float) -> dict:
    found = {name: sides[side] for name, sides in evidence.found.items()}
    rates = {name: rate(of_name, threshold) for name, of_name in found.items()}
    if fate != "persisted":
        rates = {name: r.complement() if r else None for name, r in rates.items()}
    status = {
        name: RUN if rates[name] else NOTHING_TO_JUDGE if of_name else NOT_RUN
        for name, of_name in found.items()
    }
    edge, ceiling, stranger = rates["edge"], rates["ceiling"], rates["stranger"]
    lineage, corrected = None, None
    missing = [status[name] for name in ("edge", "stranger", "ceiling") if not rates[name]]
    if edge and stranger:
        lineage = edge - stranger
    corrected_status = missing[0] if missing else RUN
    if not missing:
        corrected, corrected_status = corrected_rate(edge, stranger, ceiling)
    judged = [each for each in found["edge"] if each.features]
    of_pairs = [rate([each], threshold).value for each in judged]
    if fate != "persisted":
        of_pairs = [1 - value for value in of_pairs]
    row = {
        "edge": f"{evidence.parent}_{evidence.child}",
        "parent": evidence.parent,
        "child": evidence.child,
        "denominator": side,
        "fate": fate,
        "threshold": threshold,
        **_columns("value", edge, ("low", "high")),
        "status": status["edge"],
        **_columns("ceiling", ceiling),
        "ceiling_status": status["ceiling"],
    }
    for floor in FLOORS:
        row |= _columns(floor, rates[floor], whole_range=floor in WITHOUT_DRAWS)
        row[f"{floor}_status"] = status[floor]
    return row | {
        **_columns("lineage_effect", lineage),
        **_columns("corrected", corrected),
        "corrected_status": corrected_status,
        "features": float(np.mean([each.features for each in judged])) if judged else 0.0,
        "pairs": len(judged),
        "least": min(of_pairs, default=np.nan),
        "most": max(of_pairs, default=np.nan),
    }


def _columns(
    name: str,
    measured: Rate | None,
    bounds: tuple[str, str] | None = None,
    whole_range: bool = False,
) -> dict:
    """A rate as three columns; NaN where there is none."""
    low_name, high_name = bounds or (f"{name}_low", f"{name}_high")
    if measured is None:
        return {name: np.nan, low_name: np.nan, high_name: np.nan}
    low, high = measured.interval
    if whole_range:
        low, high = measured.draws.min(), measured.draws.max()
    return {name: measured.value, low_name: low, high_name: high}
