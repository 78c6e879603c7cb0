"""The loss on a plane of weight space, with the models that lie in it."""

import altair as alt
import pandas as pd

from featurefate.figures.frames import tidy
from featurefate.figures.heat_map import DEEP, PALE
from featurefate.figures.theme import WIDTH, finish

SIDE_BY_SIDE = 3
INK = "#10253d"


def loss_surface(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    value: str,
    panel: str,
    models: pd.DataFrame,
    title: str,
    description: str,
    subtitle: str | None = None,
    x_title: str | None = None,
    y_title: str | None = None,
    line: tuple[tuple[float, float], tuple[float, float]] | None = None,
    most: float = 2.0,
) -> alt.FacetChart:
    """One square per point of a grid, the deeper the blue, the lower the loss; one panel a kind.

    frame: columns `x`, `y` (a regular grid), `value` in nats, `panel`. Colour is nats above the
    lowest of the panel, and from `most` on all the same: a few huge losses at the rim would else
    wash out all that matters. models: points to mark, columns `x`, `y`, `label`. line: its two
    ends, drawn dashed.
    """
    data = tidy(frame, [x, y, value, panel], chart="loss_surface")
    data["above"] = data[value] - data.groupby(panel)[value].transform("min")
    half = data[x].drop_duplicates().sort_values().diff().min() / 2
    for axis in (x, y):
        data[f"{axis}_from"], data[f"{axis}_to"] = data[axis] - half, data[axis] + half
    marked = tidy(models, [x, y, "label"], chart="models")
    panels = list(data[panel].unique())
    everywhere = marked.merge(pd.DataFrame({panel: panels}), how="cross")
    ends = pd.DataFrame(line or [], columns=[x, y]).assign(on_line=True)
    ends = ends.merge(pd.DataFrame({panel: panels}), how="cross")
    together = pd.concat([data, everywhere, ends], ignore_index=True)
    bounds = [float(data[f"{x}_from"].min()), float(data[f"{x}_to"].max())]
    scale = alt.Scale(domain=bounds, nice=False, zero=False)
    axis = alt.Axis(values=[0, 0.5, 1], grid=False)
    cells = (
        alt.Chart()
        .transform_filter(f"isValid(datum['{value}'])")
        .mark_rect()
        .encode(
            x=alt.X(f"{x}_from:Q", title=x_title or x, scale=scale, axis=axis),
            x2=f"{x}_to:Q",
            y=alt.Y(f"{y}_from:Q", title=y_title or y, scale=scale, axis=axis),
            y2=f"{y}_to:Q",
            color=alt.Color(
                "above:Q",
                title="nats above the lowest",
                scale=alt.Scale(domain=[0, most], range=[DEEP, PALE], clamp=True),
                legend=alt.Legend(orient="bottom", direction="horizontal"),
            ),
            tooltip=[alt.Tooltip(f"{name}:Q", format=".2f") for name in (x, y, value)],
        )
    )
    points = alt.Chart().transform_filter("isValid(datum.label)").encode(x=f"{x}:Q", y=f"{y}:Q")
    stretch = alt.Chart().transform_filter("isValid(datum.on_line)").encode(x=f"{x}:Q", y=f"{y}:Q")
    layers = [
        cells,
        stretch.mark_line(strokeDash=[4, 3], strokeWidth=1.5, color=INK),
        points.mark_point(filled=True, size=70, color="#ffffff", stroke=INK, opacity=1),
        points.mark_text(align="left", dx=7, dy=-7, stroke="#ffffff", strokeWidth=3).encode(
            text="label:N"
        ),
        points.mark_text(align="left", dx=7, dy=-7, color=INK).encode(text="label:N"),
    ]
    side = WIDTH // SIDE_BY_SIDE - 40
    chart = (
        alt.layer(*layers)
        .properties(width=side, height=side)
        .facet(
            facet=alt.Facet(f"{panel}:N", sort=panels, title=None),
            columns=SIDE_BY_SIDE,
            data=together,
        )
    )
    return finish(chart, title=title, subtitle=subtitle, description=description)
