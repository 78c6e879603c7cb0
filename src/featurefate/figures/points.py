"""Models as points on a map of weight space; colour says which kind they are, or how good."""

import altair as alt
import numpy as np
import pandas as pd

from featurefate.figures import colours
from featurefate.figures.frames import tidy
from featurefate.figures.heat_map import DEEP
from featurefate.figures.theme import WIDTH, finish

FAR = "#e3a857"  # the other end of the scale from DEEP; both stand out from white and black
SHAPES = ["circle", "diamond", "triangle-up", "square", "cross", "triangle-down"]


def points(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    colour: str,
    title: str,
    description: str,
    subtitle: str | None = None,
    shape: str | None = None,
    panel: str | None = None,
    hover: list[str] | None = None,
    axes: bool = True,
) -> alt.Chart | alt.FacetChart:
    """One mark per row of `frame` at (`x`, `y`), both axes in one scale, as on a map.

    colour: a column of names, or of numbers (low is deep blue). shape: a column of names. panel:
    maps side by side, of the same size and scale. hover: more columns to be shown. axes: False
    where places have no unit.
    """
    data = tidy(frame, [x, y, colour, shape, panel, *(hover or [])], chart="points")
    panels = list(data[panel].unique()) if panel else [None]
    size = (WIDTH - 60 * len(panels)) // len(panels) if len(panels) > 1 else 400
    middle = [(data[each].max() + data[each].min()) / 2 for each in (x, y)]
    half = 0.55 * max(np.ptp(data[x]), np.ptp(data[y]))
    axis = alt.Axis(tickCount=5, format=",~r") if axes else None
    across, up = (
        encoding(
            f"{each}:Q",
            axis=axis,
            title=each,
            scale=alt.Scale(domain=[centre - half, centre + half], nice=False, zero=False),
        )
        for encoding, each, centre in zip((alt.X, alt.Y), (x, y), middle, strict=True)
    )
    told = dict.fromkeys(c for c in (panel, shape, colour, *(hover or [])) if c)
    number = {c: alt.Tooltip(f"{c}:Q", format=".3~g") for c in data.select_dtypes("number")}
    marks = (
        alt.Chart(data)
        .mark_point(filled=True, size=90, opacity=0.85)
        .encode(
            x=across,
            y=up,
            color=_colour(data, colour),
            tooltip=[number.get(c, alt.Tooltip(f"{c}:N")) for c in told],
        )
        .properties(width=size, height=size)
    )
    if shape:
        names = list(data[shape].unique())
        grey = colours.MODELS["base"]
        legend = alt.Legend(
            symbolType=alt.Undefined, symbolSize=90, symbolFillColor=grey,
            symbolStrokeColor=grey, orient="bottom", columns=4,
        )  # fmt: skip
        scale = alt.Scale(domain=names, range=SHAPES[: len(names)])
        marks = marks.encode(shape=alt.Shape(f"{shape}:N", scale=scale, legend=legend))
    if panel:
        marks = marks.facet(facet=alt.Facet(f"{panel}:N", sort=panels, title=None), columns=2)
    return finish(marks, title=title, subtitle=subtitle, description=description)


def _colour(data: pd.DataFrame, colour: str) -> alt.Color:
    if pd.api.types.is_numeric_dtype(data[colour]):
        legend = alt.Legend(title=colour, gradientLength=200, format=".1f")
        return alt.Color(f"{colour}:Q", scale=alt.Scale(range=[DEEP, FAR]), legend=legend)
    legend = alt.Legend(symbolType="circle", symbolSize=90, symbolStrokeWidth=0, columns=3)
    names = data[colour].unique()
    return alt.Color(f"{colour}:N", scale=colours.scale(names), legend=legend)
