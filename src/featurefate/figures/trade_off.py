"""One good thing against another: paths through the plane of two losses, and their front."""

import altair as alt
import pandas as pd

from featurefate.figures import colours
from featurefate.figures.frames import tidy
from featurefate.figures.theme import WIDTH, finish


def trade_off(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    order: str,
    colour: str,
    front: str,
    title: str,
    description: str,
    subtitle: str | None = None,
    x_title: str | None = None,
    y_title: str | None = None,
    landmarks: pd.DataFrame | None = None,
) -> alt.LayerChart:
    """One path per value of `colour`, its points joined in the order of `order`; low is good.

    frame: one row a point; `front` is true where no other point of the frame beats it in both
    directions: those points are large and filled, the others small. landmarks: named points,
    columns `x`, `y`, `label`.
    """
    data = tidy(frame, [x, y, order, colour, front], chart="trade_off")
    ink = alt.Color(f"{colour}:N", scale=colours.scale(data[colour].unique()))
    across = alt.X(f"{x}:Q", title=x_title or x, scale=alt.Scale(zero=False))
    up = alt.Y(f"{y}:Q", title=y_title or y, scale=alt.Scale(zero=False))
    base = alt.Chart(data).encode(x=across, y=up, color=ink)
    hover = [f"{colour}:N", alt.Tooltip(f"{order}:Q", format=",~r")]
    hover += [alt.Tooltip(f"{name}:Q", format=".2f") for name in (x, y)]
    size = alt.condition(f"datum['{front}']", alt.value(80), alt.value(18))
    layers = [
        base.mark_line(strokeWidth=1.4, opacity=0.6).encode(order=f"{order}:Q"),
        base.mark_point(filled=True, opacity=1).encode(size=size, tooltip=hover),
    ]
    if landmarks is not None:
        named = alt.Chart(tidy(landmarks, [x, y, "label"], chart="landmarks"))
        named = named.encode(x=f"{x}:Q", y=f"{y}:Q")
        layers += [
            named.mark_text(text="✚", fontSize=13).encode(tooltip=["label:N"]),
            named.mark_text(align="left", dx=9, dy=-7, fontSize=12).encode(text="label:N"),
        ]
    chart = alt.layer(*layers).properties(width=WIDTH, height=420)
    return finish(chart, title=title, subtitle=subtitle, description=description)
