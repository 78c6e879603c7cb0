"""A table of numbers as a heat map: every model on every domain."""

import altair as alt
import pandas as pd

from featurefate.figures.frames import tidy
from featurefate.figures.numbers import minus
from featurefate.figures.theme import WIDTH, finish

PALE, DEEP = "#e8f0f8", "#17508f"


def heat_map(
    frame: pd.DataFrame,
    *,
    row: str,
    column: str,
    value: str,
    title: str,
    description: str,
    subtitle: str | None = None,
    number: str = ".2f",
    low_is_good: bool = False,
    row_title: str | None = None,
    column_title: str | None = None,
) -> alt.LayerChart:
    """One cell per row of `frame`, its number in it; the deeper the blue, the better.

    Rows and columns keep the order in which they first stand in the frame.
    number: format of the numbers as in Python. low_is_good: True for losses.
    """
    data = tidy(frame, [row, column, value], chart="heat_map")
    spread = data[value].max() - data[value].min()
    good = (data[value] - data[value].min()) / (spread if spread else 1.0)
    data["white_text"] = (1 - good if low_is_good else good) > 0.5
    data["shown"] = [minus(format(shown, f"z{number}")) for shown in data[value]]  # z: no "-0.00"
    rows, columns = list(data[row].unique()), list(data[column].unique())
    base = alt.Chart(data).encode(
        x=alt.X(
            f"{column}:N",
            sort=columns,
            title=column_title or column,
            axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False),
        ),
        y=alt.Y(
            f"{row}:N",
            sort=rows,
            title=row_title or row,
            axis=alt.Axis(domain=False, ticks=False),
        ),
        tooltip=[f"{row}:N", f"{column}:N", alt.Tooltip("shown:N", title=value)],
    )
    colours = [DEEP, PALE] if low_is_good else [PALE, DEEP]
    cells = base.mark_rect(cornerRadius=3, xOffset=1, yOffset=1, x2Offset=-1, y2Offset=-1).encode(
        color=alt.Color(f"{value}:Q", scale=alt.Scale(range=colours), legend=None)
    )
    words = base.mark_text(fontSize=13).encode(
        text="shown:N",
        color=alt.condition("datum.white_text", alt.value("#ffffff"), alt.value("#10253d")),
    )
    width = min(WIDTH, 120 * len(columns))
    chart = alt.layer(cells, words).properties(width=width, height=42 * len(rows))
    return finish(
        chart, title=title, subtitle=subtitle, description=description, width=max(width, 480)
    )
