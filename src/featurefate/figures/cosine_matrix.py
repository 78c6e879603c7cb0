"""All cosines between many vectors, those of one group side by side."""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from featurefate.figures.heat_map import DEEP, PALE
from featurefate.figures.theme import finish

SIDE = 440  # pixels


def cosine_matrix(
    cosines: np.ndarray,
    groups: Sequence[str],
    *,
    title: str,
    description: str,
    subtitle: str | None = None,
) -> alt.LayerChart:
    """A square of one cell for each pair of vectors, the deeper the nearer; a name per group.

    cosines: [vectors, vectors], of which negative ones are as pale as 0; groups: of each vector,
    equal ones one after the other.
    """
    names = list(dict.fromkeys(groups))
    if sum(a != b for a, b in zip(groups, groups[1:], strict=False)) != len(names) - 1:
        raise ValueError("cosine_matrix: the vectors of a group must stand one after the other")
    row, column = np.indices(cosines.shape).reshape(2, -1)
    of = np.asarray(groups)
    cells = pd.DataFrame(
        {"row": row, "column": column, "cosine": cosines.ravel().round(3),
         "first": of[row], "second": of[column]}
    )  # fmt: skip
    places = pd.DataFrame({"group": of, "at": np.arange(len(of))}).groupby("group", sort=False)
    middles = (places["at"].mean() + 0.5).rename("middle").reset_index()
    ends = (places["at"].max() + 1).iloc[:-1].to_frame("end")
    span = alt.Scale(domain=[0, len(of)], nice=False)
    down = alt.Scale(domain=[len(of), 0], nice=False)
    squares = (
        alt.Chart(cells)
        .transform_calculate(right="datum.column + 1", below="datum.row + 1")
        .mark_rect()
        .encode(
            x=alt.X("column:Q", scale=span, axis=None),
            x2="right:Q",
            y=alt.Y("row:Q", scale=down, axis=None),
            y2="below:Q",
            color=alt.Color(
                "cosine:Q",
                scale=alt.Scale(domain=[0, 1], range=[PALE, DEEP], clamp=True),
                legend=alt.Legend(title="cosine", gradientLength=160),
            ),
            tooltip=["first:N", "second:N", alt.Tooltip("cosine:Q", format=".2f")],
        )
    )
    border = dict(color="#ffffff", strokeWidth=2)
    rules = [
        alt.Chart(ends).mark_rule(**border).encode(x=alt.X("end:Q", scale=span)),
        alt.Chart(ends).mark_rule(**border).encode(y=alt.Y("end:Q", scale=down)),
    ]
    words = (
        alt.Chart(middles)
        .mark_text(align="right", dx=-6)
        .encode(y=alt.Y("middle:Q", scale=down), x=alt.value(0), text="group:N")
    )
    chart = alt.layer(squares, *rules, words).properties(width=SIDE, height=SIDE)
    return finish(chart, title=title, subtitle=subtitle, description=description, width=SIDE)
