"""Checking and slimming the frames that charts are made from, and saying numbers in words."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

NOT_RUN = "not run in this profile"


def tidy(
    frame: pd.DataFrame, columns: Iterable[str | None], *, chart: str, keep_missing: bool = False
) -> pd.DataFrame:
    """The named columns of `frame`, numbers rounded to six digits so that a page stays small.

    Columns given as None (options not asked for) are skipped. Raises ValueError, naming the chart,
    when the frame is empty, lacks a column, or (unless `keep_missing`) has missing values.
    """
    wanted = list(dict.fromkeys(column for column in columns if column is not None))
    missing = [column for column in wanted if column not in frame.columns]
    if missing:
        raise ValueError(
            f"{chart}: the frame lacks the columns {', '.join(missing)}; "
            f"it has {', '.join(map(str, frame.columns)) or 'none'}"
        )
    if frame.empty:
        raise ValueError(f"{chart}: the frame has no rows")
    part = frame[wanted].reset_index(drop=True)
    holes = [column for column in wanted if part[column].isna().any()]
    if holes and not keep_missing:
        raise ValueError(f"{chart}: missing values in the columns {', '.join(holes)}")
    for column in part.select_dtypes("floating"):
        part[column] = [_six_digits(value) for value in part[column]]
    return part


def _six_digits(value: float) -> float:
    return float(f"{value:.6g}") if np.isfinite(value) else float("nan")


def percent(value: float, low: float | None = None, high: float | None = None) -> str:
    """A share in words: `36 %`, `36 % (33 to 39)`, or that it was not run when it is missing."""
    if pd.isna(value):
        return NOT_RUN
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return f"{100 * value:.0f} %" if value == 0 or value >= 0.02 else f"{100 * value:.2g} %"
    return f"{100 * value:.0f} % ({100 * low:.0f} to {100 * high:.0f})"
