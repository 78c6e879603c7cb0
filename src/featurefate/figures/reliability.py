"""Confidence against accuracy: on the diagonal a predictor is as often right as it says."""

import altair as alt
import pandas as pd

from featurefate.figures import colours
from featurefate.figures.frames import tidy
from featurefate.figures.theme import WIDTH, finish


def reliability(
    frame: pd.DataFrame,
    *,
    colour: str,
    title: str,
    description: str,
    subtitle: str | None = None,
) -> alt.LayerChart:
    """One line per value of `colour`, a point with its interval for each bin of confidence.

    frame: columns `colour`, `confidence`, `accuracy`, `low`, `high` (shares from 0 to 1) and
    `tokens`, as `Calibration.reliability` gives them.
    """
    columns = [colour, "confidence", "accuracy", "low", "high", "tokens"]
    data = tidy(frame, columns, chart="reliability")
    share = alt.Scale(domain=[0, 1])
    axis = alt.Axis(format="%", tickCount=6)
    base = alt.Chart(data).encode(
        x=alt.X("confidence:Q", title="confidence in the likeliest token", scale=share, axis=axis),
        color=alt.Color(f"{colour}:N", scale=colours.scale(data[colour].unique())),
        tooltip=[
            alt.Tooltip(f"{colour}:N"),
            alt.Tooltip("confidence:Q", format=".1%"),
            alt.Tooltip("accuracy:Q", format=".1%"),
            alt.Tooltip("low:Q", format=".1%"),
            alt.Tooltip("high:Q", format=".1%"),
            alt.Tooltip("tokens:Q", format=",d"),
        ],
    )
    up = alt.Y("accuracy:Q", title="share that was right", scale=share, axis=axis)
    ends = pd.DataFrame({"confidence": [0, 1], "accuracy": [0, 1]})
    diagonal = alt.Chart(ends).mark_line(strokeDash=[5, 4], strokeWidth=1.2, opacity=0.7)
    layers = [
        diagonal.encode(x="confidence:Q", y="accuracy:Q"),
        base.mark_rule(strokeWidth=3, opacity=0.4).encode(y=alt.Y("low:Q"), y2="high:Q"),
        base.mark_line(strokeWidth=1.4).encode(y=up),
        base.mark_point(filled=True, size=45, opacity=1).encode(y=up),
    ]
    chart = alt.layer(*layers).properties(width=WIDTH - 170, height=WIDTH - 170)
    return finish(chart, title=title, subtitle=subtitle, description=description)
