"""What the three papers claim, beside what this study found, with a verdict by rule.

The papers' numbers lie in `notebooks/papers.yaml`, with where they stand. Other models on other
text give other numbers, so a verdict is about the *claim*: on which side of a bound our number has
to lie for it.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import yaml

from featurefate.figures.frames import NOT_RUN
from featurefate.figures.numbers import minus
from featurefate.study import folders
from featurefate.study.reported import Number

AGREES, DIFFERS, CANNOT_TELL = "agrees", "differs", "cannot tell"


def verdict(low: float, high: float, side: str, bound_low: float, bound_high: float) -> str:
    """Return what an interval says of a claim that a number lies "above" or "below" a bound.

    The claim holds where the whole interval lies on its side of the bound's own interval, and
    fails where it lies on the other; anything between cannot tell.
    """
    if side not in ("above", "below"):
        raise ValueError(f"{side!r}: a claim puts a number above or below a bound")
    above, below = low > bound_high, high < bound_low
    if not (above or below):
        return CANNOT_TELL
    return AGREES if above == (side == "above") else DIFFERS


def compare_with_papers(numbers: Mapping[str, Number]) -> pd.DataFrame:
    """Return one row a claim of the papers.

    Columns: paper, verdict, claim and what to keep in mind, reported (in words) and where, ours
    with ceiling and floor; and number (what they report, as the difference or share that is shown,
    None where there is none) and name (of ours). numbers: what the chapters reported. Where ours
    was not run in this profile, or has no interval, that stands in the place of the verdict.
    """
    path = folders.notebooks() / "papers.yaml"
    literature = yaml.safe_load(path.read_text(encoding="utf-8"))
    rows = []
    for claim in literature["claims"]:
        ours, name = numbers.get(claim["ours"]), claim["ours"]
        reported, number = _reported(claim.get("reported"))
        rows.append(
            {
                "paper": literature["papers"][claim["paper"]],
                "verdict": _verdict(claim, ours, numbers),
                "claim": f"{claim['says']}. ({claim['beside']})",
                "reported": f"{reported}: {claim['where']}",
                "ours": _ours(ours),
                "number": number,
                "name": name,
            }
        )
    return pd.DataFrame(rows)


def _ours(number: Number | None) -> str | None:
    """Our number with its interval, ceiling and floor in words."""
    if number is None:
        return None
    beside = {"ceiling": number.ceiling, "floor": number.floor}
    known = [f"{name} {value:.2f}" for name, value in beside.items() if value is not None]
    return "; ".join([number.prose, *known])


def _verdict(claim: Mapping[str, Any], ours: Number | None, numbers: Mapping[str, Number]) -> str:
    ((side, bound),) = claim["agrees"].items()
    against = numbers.get(bound) if isinstance(bound, str) and bound != "floor" else None
    if ours is None or (isinstance(bound, str) and bound != "floor" and against is None):
        return NOT_RUN
    if bound == "floor":
        bound = ours.floor
    ends = (against.low, against.high) if against else (bound, bound)
    needed = {name: numbers.get(name) for name in claim.get("needs", {})}
    if None in needed.values():
        return NOT_RUN
    if None in (ours.value, ours.low, ours.high, *ends):
        return CANNOT_TELL
    if any(
        number.value is None or number.value < claim["needs"][name]
        for name, number in needed.items()
    ):
        return CANNOT_TELL
    return verdict(ours.low, ours.high, side, *ends)


def _reported(number: Mapping[str, Any] | None) -> tuple[str, float | None]:
    """A number of a paper in words and as a number; "in words" where the paper gives none."""
    if number is None:
        return "in words", None
    value, unit = number["value"], number.get("unit", "")
    if "minus" in number:
        return minus(f"{value - number['minus']:+.2f} {unit}"), value - number["minus"]
    if "whole" not in number:
        return f"{100 * value:.3g} %", value
    kept = value / number["whole"]
    share = 1 - kept if number["as"] == "removed" else kept
    part, whole = (
        f"{number[key]:g}" + (f" ± {number[spread]:g}" if spread in number else "")
        for key, spread in (("value", "spread"), ("whole", "whole_spread"))
    )
    of = f"{part} of {whole} {unit}".strip()
    return minus(f"{number['as']} {100 * share:.0f} % ({of})"), share
