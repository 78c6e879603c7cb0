"""The same curves in several panels: every method on every domain."""

import altair as alt
import pandas as pd

from featurefate.figures import colours
from featurefate.figures.frames import tidy
from featurefate.figures.theme import WIDTH, finish

SIDE_BY_SIDE = 2


def curves_in_panels(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    low: str,
    high: str,
    colour: str,
    panel: str,
    title: str,
    description: str,
    subtitle: str | None = None,
    x_title: str | None = None,
    y_title: str | None = None,
    rules: pd.DataFrame | None = None,
    number: str = ".2f",
) -> alt.FacetChart:
    """One panel per value of `panel`, two in a row, each with a y axis of its own.

    frame: one row a point, columns `x`, `y`, `low`, `high` (its interval, drawn as a band),
    `colour` and `panel`. rules: a horizontal dashed reference line in each panel, columns `panel`
    and `value`. number: format of y in the hover, as in Python.
    """
    data = tidy(frame, [x, y, low, high, colour, panel], chart="curves_in_panels")
    data["shown"] = [
        f"{at:{number}} ({a:{number}} to {b:{number}})"
        for at, a, b in zip(data[y], data[low], data[high], strict=True)
    ]
    panels = list(data[panel].unique())
    if rules is not None:
        rules = tidy(rules, [panel, "value"], chart="rules").rename(columns={"value": "rule"})
        data = pd.concat([data, rules[rules[panel].isin(panels)]], ignore_index=True)
    ink = alt.Color(f"{colour}:N", scale=colours.scale(data[colour].dropna().unique()))
    across = alt.X(f"{x}:Q", title=x_title or x, axis=alt.Axis(tickCount=5))
    up = alt.Y(f"{y}:Q", title=y_title or y, scale=alt.Scale(zero=False))
    points = alt.Chart().transform_filter(f"isValid(datum['{y}'])").encode(x=across, color=ink)
    hover = [f"{colour}:N", alt.Tooltip(f"{x}:Q", format=",~r"), alt.Tooltip("shown:N", title=y)]
    layers = [
        points.mark_area(opacity=0.12).encode(y=alt.Y(f"{low}:Q"), y2=f"{high}:Q"),
        points.mark_line(strokeWidth=1.8).encode(y=up),
        points.mark_point(filled=True, size=22, opacity=1).encode(y=up, tooltip=hover),
    ]
    if rules is not None:
        only = alt.Chart().transform_filter("isValid(datum.rule)")
        layers.append(only.mark_rule(strokeDash=[5, 4]).encode(y="rule:Q"))
    chart = (
        alt.layer(*layers)
        .properties(width=WIDTH // SIDE_BY_SIDE - 45, height=190)
        .facet(
            facet=alt.Facet(f"{panel}:N", sort=panels, title=None),
            columns=SIDE_BY_SIDE,
            data=data,
            bounds="flush",  # else a label at the top of one axis moves its panel down
            spacing={"row": 60, "column": 75},
        )
        .resolve_scale(y="independent")
    )
    return finish(chart, title=title, subtitle=subtitle, description=description)
