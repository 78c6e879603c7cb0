"""Measured values side by side: one line a predictor, model or method, with its interval."""

import altair as alt
import pandas as pd

from featurefate.figures import colours
from featurefate.figures.frames import tidy
from featurefate.figures.numbers import minus
from featurefate.figures.theme import WIDTH, finish

SIDE_BY_SIDE = 2  # panels in a row: in a narrower one an interval cannot be seen


def intervals(
    frame: pd.DataFrame,
    *,
    label: str,
    value: str,
    low: str | None = None,
    high: str | None = None,
    title: str,
    description: str,
    subtitle: str | None = None,
    panel: str | None = None,
    x_title: str | None = None,
    number: str = ".2f",
) -> alt.LayerChart | alt.FacetChart:
    """One point per row of `frame` with its interval as a bar, its number beside it.

    frame: columns `label`, `value`, `low`, `high` (if not given: `<value>_low`, `<value>_high`) in
    the unit of `x_title` and, for panels, `panel`. number: format of the numbers as
    in Python.
    """
    low, high = low or f"{value}_low", high or f"{value}_high"
    data = tidy(frame, [label, panel, value, low, high], chart="intervals")
    data["shown"] = [minus(format(v, number)) for v in data[value]]
    data["interval"] = [
        minus(f"{a:{number}} to {b:{number}}") for a, b in zip(data[low], data[high], strict=True)
    ]
    order = list(data[label].unique())
    rows = alt.Y(f"{label}:N", sort=order, title=None)
    hover = [f"{c}:N" for c in (panel, label) if c]
    hover += [alt.Tooltip("shown:N", title=value), "interval:N"]
    base = alt.Chart().encode(
        y=rows,
        tooltip=hover,
        color=alt.Color(f"{label}:N", scale=colours.family_scale(order), legend=None),
    )
    across = alt.X(f"{value}:Q", title=x_title or value, scale=alt.Scale(zero=False, padding=30))
    layers = [
        base.mark_rule(strokeWidth=4, opacity=0.45).encode(x=alt.X(f"{low}:Q"), x2=f"{high}:Q"),
        base.mark_point(filled=True, size=70, opacity=1).encode(x=across),
        base.mark_text(dy=-12, fontSize=11).encode(x=across, text="shown:N"),
    ]
    height = alt.Step(38)
    if panel is None:
        chart = alt.layer(*layers, data=data).properties(width=WIDTH, height=height)
    else:
        panels = list(data[panel].unique())
        columns = min(len(panels), SIDE_BY_SIDE)
        facet = alt.Facet(f"{panel}:N", sort=panels, title=None)
        chart = alt.layer(*layers).properties(width=WIDTH // columns - 60, height=height)
        chart = chart.facet(facet=facet, columns=columns, data=data)
    return finish(chart, title=title, subtitle=subtitle, description=description)
