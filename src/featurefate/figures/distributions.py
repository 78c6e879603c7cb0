"""How a quantity is spread: a histogram, or outlines of several on top of each other."""

import altair as alt
import numpy as np
import pandas as pd

from featurefate.figures import colours
from featurefate.figures.frames import tidy
from featurefate.figures.theme import WIDTH, finish


def histogram(
    frame: pd.DataFrame,
    *,
    value: str,
    title: str,
    description: str,
    subtitle: str | None = None,
    colour: str | None = None,
    bins: int = 40,
    log_x: bool = False,
    x_title: str | None = None,
    height: int = 240,
) -> alt.Chart:
    """Shares of the rows of `frame` by `value`, one outline per value of `colour`.

    frame: one row per thing counted. The counting happens here, so the page carries only the
    `bins`. log_x: bins of equal width in log10, for positive values only.
    """
    data = tidy(frame, [value, colour], chart="histogram")
    if log_x and (data[value] <= 0).any():
        raise ValueError(f"histogram: {value} must be positive on a logarithmic axis")
    numbers = np.log10(data[value]) if log_x else data[value]
    edges = np.histogram_bin_edges(numbers.to_numpy(float), bins)
    groups = data[colour] if colour else pd.Series("all", index=data.index)
    parts = [_shares(name, numbers[groups == name], edges, log_x) for name in groups.unique()]
    counted = pd.concat(parts, ignore_index=True)
    chart = alt.Chart(counted).encode(
        x=alt.X(
            "from:Q",
            title=x_title or value,
            scale=alt.Scale(type="log", nice=False) if log_x else alt.Scale(zero=False, nice=False),
            axis=alt.Axis(format="~g", tickCount=6, labelSeparation=8),
        ),
        x2="to:Q",
        y=alt.Y("share:Q", title="share", axis=alt.Axis(format="%"), stack=None),
        y2=alt.datum(0),
        tooltip=[
            alt.Tooltip("group:N"),
            alt.Tooltip("from:Q", format=".3~g"),
            alt.Tooltip("to:Q", format=".3~g"),
            alt.Tooltip("count:Q"),
            alt.Tooltip("share:Q", format=".1%"),
        ],
    )
    names = list(groups.unique())
    chart = chart.mark_bar(opacity=0.75 if len(names) == 1 else 0.45, binSpacing=0).encode(
        color=alt.Color(
            "group:N",
            scale=colours.scale(names),
            legend=alt.Legend(symbolType="square", symbolSize=120) if colour else None,
        )
    )
    chart = chart.properties(width=WIDTH, height=height)
    return finish(chart, title=title, subtitle=subtitle, description=description)


def _shares(name: str, values: pd.Series, edges: np.ndarray, log_x: bool) -> pd.DataFrame:
    count, _ = np.histogram(values.to_numpy(float), edges)
    ends = 10**edges if log_x else edges
    frame = {
        "from": ends[:-1],
        "to": ends[1:],
        "count": count,
        "share": count / max(len(values), 1),
    }
    return tidy(pd.DataFrame(frame).assign(group=name), [*frame, "group"], chart="histogram")
