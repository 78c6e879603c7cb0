"""Rates with their intervals, each beside its ceiling and its floors."""

import altair as alt
import pandas as pd

from featurefate.figures import colours
from featurefate.figures.frames import NOT_RUN, percent, tidy
from featurefate.figures.theme import WIDTH, finish

REFERENCES = ["ceiling", "stranger", "untrained", "token", "chance"]


def rates(
    frame: pd.DataFrame,
    *,
    label: str,
    title: str,
    description: str,
    subtitle: str | None = None,
    panel: str | None = None,
    points: pd.DataFrame | None = None,
    x_title: str = "share of features",
    columns: int = 1,
) -> alt.LayerChart | alt.FacetChart:
    """One line per row of `frame`: the rate as a point, its interval as a bar through it.

    frame: columns `label` and, for panels (`columns` of them side by side), `panel`; `value`,
    `low`, `high` as shares from 0 to 1. Whichever of the columns `ceiling`, `stranger`,
    `untrained`, `token`, `chance` are there are drawn as broken lines; with `…_low` and `…_high`
    the hover has their intervals, and the ceiling a band. A missing number means "not run in this
    profile", or what the column `…_status` says, and is said so in the hover. points: rates of
    single cases, such as pairs of seeds, as small rings: columns `label`, `panel` and `value`.
    """
    present = [name for name in REFERENCES if name in frame.columns]
    bounds = [f"{name}_{end}" for name in present for end in ("low", "high")]
    bounds = [column for column in bounds if column in frame.columns]
    wanted = [label, panel, "value", "low", "high", *present, *bounds]
    data = tidy(frame, wanted, chart="rates", keep_missing=True).assign(case=False)
    data["rate"] = [percent(r.value, r.low, r.high) for r in data.itertuples()]
    for name in present:
        data[f"{name} "] = _words(frame.reset_index(drop=True), name)
    hover = [alt.Tooltip(f"{name}:N") for name in [panel, label, "rate"] if name]
    hover += [alt.Tooltip(f"{name} :N", title=name) for name in present]
    if points is not None:
        cases = tidy(points, [label, panel, "value"], chart="rates: points")
        data = pd.concat([data, cases.assign(case=True)], ignore_index=True)

    rows = alt.Y(f"{label}:N", sort=list(data[label].unique()), title=None)
    axis = alt.Axis(format="%", tickCount=6)
    across = alt.X("value:Q", title=x_title, axis=axis)
    base = alt.Chart().transform_filter("!datum.case").encode(y=rows, tooltip=hover)
    layers = []
    if "ceiling_low" in bounds and "ceiling_high" in bounds:
        layers.append(
            base.mark_bar(color=colours.REFERENCES["ceiling"], opacity=0.18, height={"band": 0.8})
            .encode(x=alt.X("ceiling_low:Q", title=x_title, axis=axis), x2="ceiling_high:Q")
            .transform_filter("isValid(datum.ceiling_low)")
        )
    if present:
        layers.append(_references(present, label, data))
    edge = colours.REFERENCES["edge"]
    layers.append(
        base.mark_rule(strokeWidth=3, color=edge).encode(
            x=alt.X("low:Q", title=x_title, axis=axis), x2="high:Q"
        )
    )
    if points is not None:
        rings = alt.Chart().transform_filter("datum.case").mark_point(size=28, color=edge)
        tips = [f"{label}:N", alt.Tooltip("value:Q", format=".1%", title="one case")]
        layers.append(rings.encode(x=across, y=rows, tooltip=tips))
    layers.append(base.mark_point(filled=True, size=110, opacity=1, color=edge).encode(x=across))
    width = (WIDTH - 80) // columns - 15 * (columns - 1)
    height = 38 * data[label].nunique()
    if panel is None:
        chart = alt.layer(*layers, data=data).properties(width=width, height=height)
    else:
        panels = alt.Facet(f"{panel}:N", sort=list(data[panel].unique()), title=None)
        chart = alt.layer(*layers).properties(width=width, height=height)
        chart = chart.facet(facet=panels, data=data, columns=columns)
    return finish(chart, title=title, subtitle=subtitle, description=description)


def _words(frame: pd.DataFrame, name: str) -> list[str]:
    """A reference in every row in words: with its interval, or why it is missing."""
    nothing = pd.Series(None, index=frame.index)
    low, high = (frame.get(f"{name}_{end}", nothing) for end in ("low", "high"))
    why = frame.get(f"{name}_status", nothing.fillna(NOT_RUN))
    return [
        why[i] if pd.isna(value) else percent(value, low[i], high[i])
        for i, value in frame[name].items()
    ]


def _references(present: list[str], label: str, data: pd.DataFrame) -> alt.Chart:
    """Ceiling and floors: broken upright lines, one pattern and colour each, in the legend."""
    order = list(data[label].unique())
    return (
        alt.Chart()
        .transform_filter("!datum.case")
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
