"""Rung by rung: what each step of a method does to a number, every case a point."""

import altair as alt
import pandas as pd

from featurefate.figures import colours
from featurefate.figures.frames import tidy
from featurefate.figures.numbers import minus
from featurefate.figures.theme import WIDTH, finish


def ladder(
    cases: pd.DataFrame,
    means: pd.DataFrame,
    *,
    rung: str,
    value: str,
    colour: str,
    title: str,
    description: str,
    subtitle: str | None = None,
    case: str | None = None,
    x_title: str | None = None,
    number: str = ".2f",
) -> alt.LayerChart:
    """One line per rung: its cases as small points, their mean as a diamond with its interval.

    cases: columns `rung`, `value`, `colour` (a name, such as the domain) and `case` (more to be
    shown in the hover), one row a point. means: columns `rung`, `value`, `low`, `high`, one row a
    rung, in the order in which they are drawn; the number is written beside the diamond.
    """
    dots = tidy(cases, [rung, value, colour, case], chart="ladder")
    data = tidy(means, [rung, value, "low", "high"], chart="ladder")
    data["shown"] = [minus(format(each, number)) for each in data[value]]
    data["interval"] = [minus(f"{r.low:{number}} to {r.high:{number}}") for r in data.itertuples()]
    rows = alt.Y(f"{rung}:N", sort=list(data[rung]), title=None, axis=alt.Axis(labelLimit=260))
    across = alt.X(f"{value}:Q", title=x_title or value)
    hover = [f"{c}:N" for c in (rung, colour, case) if c]
    small = (
        alt.Chart(dots)
        .mark_point(filled=True, size=34, opacity=0.75)
        .encode(
            x=across,
            y=rows,
            yOffset=alt.YOffset(f"{colour}:N"),
            color=alt.Color(
                f"{colour}:N",
                scale=colours.scale(dots[colour].unique()),
                legend=alt.Legend(symbolType="circle", symbolSize=90),
            ),
            tooltip=[*hover, alt.Tooltip(f"{value}:Q", format=".3~f")],
        )
    )
    base = alt.Chart(data).encode(
        y=rows, tooltip=[f"{rung}:N", alt.Tooltip("shown:N", title="mean"), "interval:N"]
    )
    grey = colours.MODELS["base"]
    layers = [
        small,
        base.mark_rule(strokeWidth=4, opacity=0.55, color=grey).encode(x="low:Q", x2="high:Q"),
        base.mark_point(shape="diamond", filled=True, size=90, opacity=1, color=grey).encode(
            x=across
        ),
        base.mark_text(dy=-13, fontSize=11).encode(x=across, text="shown:N"),
    ]
    chart = alt.layer(*layers).properties(width=WIDTH - 190, height=46 * len(data))
    return finish(chart, title=title, subtitle=subtitle, description=description)
