"""Headline numbers: every number that prose, README or a comparison uses, by its dotted name.

While a notebook runs, its numbers go to a file that the runner names; they join
build/<profile>/headline when the notebook has run to its end, so that a run that failed, or a
session in JupyterLab, never changes them. Rendering merges them into headline.json:

    {"loss.base.english": {"value": 3.21, "low": 3.15, "high": 3.27, "ceiling": null,
                           "floor": null, "unit": "nats", "notebook": "02_base_training"}, …}
"""

import json
import math
import os
import re
from numbers import Integral
from pathlib import Path
from typing import Any

from featurefate.figures.numbers import minus
from featurefate.study import folders

RECORD_TO = "FEATUREFATE_HEADLINE"  # set by the runner
NAME = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")


def entry(
    value: float | None,
    low: float | None,
    high: float | None,
    ceiling: float | None,
    floor: float | None,
    unit: str | None,
    notebook: str,
) -> dict[str, Any]:
    """One headline number as plain JSON; ValueError where a number is not finite."""
    numbers = {"value": value, "low": low, "high": high, "ceiling": ceiling, "floor": floor}
    return {key: _plain(x) for key, x in numbers.items()} | {"unit": unit, "notebook": notebook}


def is_recording() -> bool:
    """Whether the runner (and not JupyterLab) runs this notebook."""
    return RECORD_TO in os.environ


def record(name: str, number: dict[str, Any]) -> None:
    """Add a number to those of the running notebook; without a runner this only checks the name."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r}: a headline number has a dotted name such as loss.base.english")
    if path := os.environ.get(RECORD_TO):
        numbers = _read(Path(path)) | {name: number}
        Path(path).write_text(json.dumps(numbers, indent=1), encoding="utf-8")


def prose(number: dict[str, Any]) -> str:
    """A number as a sentence shows it: "3.21", "3.21 (3.15 to 3.27)" or "undetermined".

    A share (a unit that begins with "share") is shown in per cent: "35.1 % (33.0 to 36.2)".
    """
    if number["value"] is None:
        return "undetermined"
    factor, sign = (100, " %") if (number["unit"] or "").startswith("share") else (1, "")
    value, low, high = (x and factor * x for x in (number[k] for k in ("value", "low", "high")))
    shown = _digits(value, like=value) + sign
    if low is None or high is None:
        return shown
    return f"{shown} ({_digits(low, like=value)} to {_digits(high, like=value)})"


def merge(profile: str) -> dict[str, dict[str, Any]]:
    """Write build/<profile>/headline.json from all notebooks that have run; return its content.

    Adds `seconds.<notebook>` and `seconds.total`, the wall clock of each run. Raises ValueError
    when two notebooks report one name.
    """
    merged: dict[str, dict[str, Any]] = {}
    total = 0.0
    for executed in sorted(folders.executed(profile).glob("*.ipynb")):
        numbers = _read(folders.headline(profile) / f"{executed.stem}.json")
        seconds = json.loads(executed.read_text())["metadata"]["papermill"]["duration"]
        total += seconds
        numbers[f"seconds.{executed.stem}"] = _seconds(seconds, executed.stem)
        if both := merged.keys() & numbers.keys():
            raise ValueError(f"{executed.stem} and a notebook before it both report {min(both)}")
        merged |= numbers
    merged["seconds.total"] = _seconds(total, None)
    target = folders.headline_file(profile)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(merged, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return merged


def _plain(number: float | None) -> int | float | None:
    """A number, of NumPy or not, as JSON has it: whole numbers stay whole."""
    if number is None or isinstance(number, Integral):
        return number if number is None else int(number)
    if not math.isfinite(number):
        raise ValueError(f"{number} is not a number to report; None stands for 'undetermined'")
    return float(number)


def _digits(number: float, like: float) -> str:
    """Decimals by the size of `like`, so that a value and its interval line up."""
    size = abs(like)
    decimals = 3 if size < 0.1 else 2 if size < 10 else 1 if size < 100 else 0
    return minus(f"{number:,.{0 if isinstance(like, int) else decimals}f}")


def _seconds(seconds: float, notebook: str | None) -> dict[str, Any]:
    return entry(seconds, None, None, None, None, "seconds", notebook)


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
