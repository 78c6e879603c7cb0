"""Line curves: training, merging along t. One line per colour, optional band and rules."""

import altair as alt
import pandas as pd

from featurefate.figures import colours
from featurefate.figures.frames import tidy
from featurefate.figures.theme import WIDTH, finish


def curves(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    colour: str,
    title: str,
    description: str,
    subtitle: str | None = None,
    low: str | None = None,
    high: str | None = None,
    x_title: str | None = None,
    y_title: str | None = None,
    rules: pd.DataFrame | None = None,
    markers: dict[str, float] | None = None,
    log_x: bool = False,
    height: int = 280,
) -> alt.LayerChart:
    """One line per value of `colour`; the pointer shows all lines at the nearest x.

    frame: one row per point, columns `x`, `y`, `colour`, and `low`, `high` for an interval band.
    rules: horizontal dashed reference lines, columns `value`, `label` (short), and optionally
        `colour` to draw them in the colour of their line.
    markers: vertical lines, label -> x (for example the chosen t).
    """
    data = tidy(frame, [x, y, colour, low, high], chart="curves")
    if rules is not None:
        rules = tidy(rules, ["value", "label"] + [c for c in [colour] if c in rules], chart="rules")
    ink = alt.Color(f"{colour}:N", scale=colours.scale(data[colour].unique()))
    across = alt.X(
        f"{x}:Q",
        title=x_title or x,
        scale=alt.Scale(type="log", nice=False) if log_x else alt.Scale(zero=False, nice=False),
        axis=alt.Axis(format="~s" if data[x].max() >= 10_000 else "~g", tickCount=8),
    )
    up = alt.Y(f"{y}:Q", title=y_title or y, scale=alt.Scale(zero=False))
    layers = []
    if low and high:
        band = alt.Chart(data).mark_area(opacity=0.2)
        layers.append(band.encode(x=across, y=alt.Y(f"{low}:Q"), y2=f"{high}:Q", color=ink))
    layers += _rules(rules, colour, ink)
    layers.append(alt.Chart(data).mark_line().encode(x=across, y=up, color=ink))
    layers += _pointer(data, across, up, ink, x, y, colour)
    layers += _markers(markers or {})
    chart = alt.layer(*layers).properties(width=WIDTH, height=height)
    return finish(chart, title=title, subtitle=subtitle, description=description)


def _rules(rules: pd.DataFrame | None, colour: str, ink: alt.Color) -> list[alt.Chart]:
    if rules is None:
        return []
    lines = alt.Chart(rules).mark_rule(strokeDash=[5, 4]).encode(y="value:Q")
    words = (
        alt.Chart(rules)
        .mark_text(align="right", baseline="bottom", dy=-2, fontSize=11)
        .encode(y="value:Q", x=alt.value("width"), text="label:N")
    )
    if colour in rules:
        lines, words = lines.encode(color=ink), words.encode(color=ink)
    return [lines, words]


def _pointer(
    data: pd.DataFrame, across: alt.X, up: alt.Y, ink: alt.Color, x: str, y: str, colour: str
) -> list[alt.Chart]:
    """Points that show at the x nearest to the pointer, and a rule whose hover lists all lines."""
    near = alt.selection_point(
        name="near", nearest=True, on="pointerover", encodings=["x"], empty=False
    )
    at = alt.Tooltip(f"{x}:Q", format=",~r")
    points = (
        alt.Chart(data)
        .mark_point(filled=True, size=45)
        .encode(
            x=across,
            y=up,
            color=ink,
            opacity=alt.condition(near, alt.value(1), alt.value(0)),
            tooltip=[alt.Tooltip(f"{colour}:N"), at, alt.Tooltip(f"{y}:Q", format=".4~g")],
        )
    )
    lines = [
        alt.Tooltip(field=name.replace(".", "\\."), type="quantitative", title=name, format=".4~g")
        for name in map(str, data[colour].unique())
    ]
    wide = data.pivot_table(index=x, columns=colour, values=y, observed=True).reset_index()
    rule = (
        alt.Chart(wide)
        .mark_rule()
        .encode(
            x=across,
            opacity=alt.condition(near, alt.value(0.4), alt.value(0)),
            tooltip=[at, *lines],
        )
        .add_params(near)
    )
    return [rule, points]


def _markers(markers: dict[str, float]) -> list[alt.Chart]:
    if not markers:
        return []
    frame = pd.DataFrame({"marker": list(markers), "at": list(markers.values())})
    lines = alt.Chart(frame).mark_rule(strokeDash=[2, 2]).encode(x="at:Q", tooltip=["marker:N"])
    words = (
        alt.Chart(frame)
        .mark_text(baseline="bottom", fontSize=11)
        .encode(x="at:Q", y=alt.value(-4), text="marker:N")
    )
    return [lines, words]
