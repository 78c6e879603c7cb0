"""Rates with their intervals, each beside its ceiling and its floors."""

import altair as alt
import pandas as pd

from featurefate.figures import colours
from featurefate.figures.frames import percent, tidy
from featurefate.figures.theme import WIDTH, finish

REFERENCES = ["ceiling", "stranger", "token", "chance"]


def rates(
    frame: pd.DataFrame,
    *,
    label: str,
    title: str,
    description: str,
    subtitle: str | None = None,
    panel: str | None = None,
    x_title: str = "share of features",
) -> alt.LayerChart | alt.FacetChart:
    """One line per row of `frame`: the rate as a point, its interval as a bar through it.

    frame: columns `label` and, for panels one under another, `panel`; `value`, `low`, `high` as
    shares from 0 to 1. Whichever of the columns `ceiling`, `stranger`, `token`, `chance` are there
    are drawn as broken lines; `ceiling_low` and `ceiling_high` add the ceiling's band. A missing
    number means "not run in this profile" and is said so in the hover.
    """
    present = [name for name in REFERENCES if name in frame.columns]
    band = [c for c in ["ceiling_low", "ceiling_high"] if c in frame.columns]
    columns = [label, panel, "value", "low", "high", *present, *band]
    data = tidy(frame, columns, chart="rates", keep_missing=True)
    data["rate"] = [percent(r.value, r.low, r.high) for r in data.itertuples()]
    for name in present:
        data[f"{name} "] = data[name].map(percent)
    hover = [alt.Tooltip(f"{name}:N") for name in [panel, label, "rate"] if name]
    hover += [alt.Tooltip(f"{name} :N", title=name) for name in present]

    rows = alt.Y(f"{label}:N", sort=list(data[label].unique()), title=None)
    axis = alt.Axis(format="%", tickCount=6)
    base = alt.Chart().encode(y=rows, tooltip=hover)
    layers = []
    if len(band) == 2:
        layers.append(
            base.mark_bar(color=colours.REFERENCES["ceiling"], opacity=0.18, height={"band": 0.8})
            .encode(x=alt.X("ceiling_low:Q", title=x_title, axis=axis), x2="ceiling_high:Q")
            .transform_filter("isValid(datum.ceiling_low)")
        )
    if present:
        layers.append(_references(present, label, data))
    layers += [
        base.mark_rule(strokeWidth=3, color=colours.REFERENCES["edge"]).encode(
            x=alt.X("low:Q", title=x_title, axis=axis), x2="high:Q"
        ),
        base.mark_point(filled=True, size=110, opacity=1, color=colours.REFERENCES["edge"]).encode(
            x="value:Q"
        ),
    ]
    height = 38 * data[label].nunique()
    if panel is None:
        chart = alt.layer(*layers, data=data).properties(width=WIDTH - 80, height=height)
    else:
        panels = alt.Facet(f"{panel}:N", sort=list(data[panel].unique()), title=None)
        chart = alt.layer(*layers).properties(width=WIDTH - 80, height=height)
        chart = chart.facet(facet=panels, data=data, columns=1)
    return finish(chart, title=title, subtitle=subtitle, description=description)


def _references(present: list[str], label: str, data: pd.DataFrame) -> alt.Chart:
    """Ceiling and floors: broken upright lines, one pattern and colour each, in the legend."""
    order = list(data[label].unique())
    return (
        alt.Chart()
        .transform_fold(present, as_=["reference", "at"])
        .transform_filter("isValid(datum.at)")
        .mark_rule(strokeWidth=2.2)
        .encode(
            x="at:Q",
            y=alt.Y(f"{label}:N", sort=order, bandPosition=0.1),
            y2=alt.Y2(f"{label}:N", bandPosition=0.9),
            color=alt.Color("reference:N", scale=colours.scale(present)),
            strokeDash=alt.StrokeDash("reference:N", scale=colours.dashes(present)),
            tooltip=["reference:N", alt.Tooltip("at:Q", format=".1%", title="rate")],
        )
    )
