"""The fate of features along an edge, against ceiling and floors: one tidy table.

*Persisted* is the share of features with a partner across the edge, once of the child's and once
of the parent's features; *emerged* is the rest of the child's, *disappeared* the rest of the
parent's. Beside each stands the same rate where nothing has changed (ceiling: two SAE seeds of one
model) and where nothing is inherited (stranger: a parent of another lineage; chance: no
correspondence at all).
"""

from dataclasses import dataclass

import numpy as np

from featurefate.dictionaries.agreement import Matched, Rate, rate_at_least
from featurefate.dictionaries.partners import Best
from featurefate.tracking.comparisons import Comparison

FATES = (
    ("persisted", "child"),
    ("persisted", "parent"),
    ("emerged", "child"),
    ("disappeared", "parent"),
)
NOT_RUN = "not run in this profile"


@dataclass(frozen=True)
class EdgeEvidence:
    """Everything that is known about one edge.

    edge: both directions of the edge's own comparison; ceilings, chance: by denominator ("parent",
    "child"); stranger: the same child against the other lineage's parent, None where not run.
    """

    parent: str
    child: str
    edge: Comparison
    ceilings: dict[str, list[Matched]]
    chance: dict[str, list[Best]]
    stranger: Comparison | None


def fate_rows(evidence: EdgeEvidence, threshold: float, threshold_name: str) -> list[dict]:
    """Return the four rows of one edge at one threshold; columns as in `track`."""
    return [
        _row(evidence, fate, denominator, threshold, threshold_name) for fate, denominator in FATES
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


def _row(
    evidence: EdgeEvidence, fate: str, denominator: str, threshold: float, threshold_name: str
) -> dict:
    def rate(matched: list[Matched]) -> Rate:
        persisted = rate_at_least(matched, threshold)
        return persisted if fate == "persisted" else persisted.complement()

    own = getattr(evidence.edge, denominator)
    of_pairs = [rate([matched]).value for matched in own]
    edge, ceiling = rate(own), rate(evidence.ceilings[denominator])
    chance = float(np.mean([b.share_at_least(threshold) for b in evidence.chance[denominator]]))
    stranger = lineage = corrected = None
    stranger_status = corrected_status = NOT_RUN
    if evidence.stranger is not None:
        stranger, stranger_status = rate(getattr(evidence.stranger, denominator)), "run"
        lineage = edge - stranger
        corrected, corrected_status = corrected_rate(edge, stranger, ceiling)
    return {
        "edge": f"{evidence.parent}_{evidence.child}",
        "parent": evidence.parent,
        "child": evidence.child,
        "denominator": denominator,
        "fate": fate,
        "threshold": threshold,
        "threshold_name": threshold_name,
        **_columns("value", edge, ("low", "high")),
        **_columns("ceiling", ceiling),
        **_columns("stranger", stranger),
        "stranger_status": stranger_status,
        "chance": chance if fate == "persisted" else 1 - chance,
        **_columns("lineage_effect", lineage),
        **_columns("corrected", corrected),
        "corrected_status": corrected_status,
        "features": float(np.mean([m.best.counted.sum() for m in own])),
        "pairs": len(own),
        "least": min(of_pairs),
        "most": max(of_pairs),
    }


def _columns(name: str, rate: Rate | None, bounds: tuple[str, str] | None = None) -> dict:
    """A rate as three columns; NaN where there is none."""
    low_name, high_name = bounds or (f"{name}_low", f"{name}_high")
    low, high = rate.interval if rate else (np.nan, np.nan)
    return {name: rate.value if rate else np.nan, low_name: low, high_name: high}
