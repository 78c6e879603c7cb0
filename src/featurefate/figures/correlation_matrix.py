"""A whole matrix of correlations as a picture: too many cells for a chart to draw one by one."""

import base64
import io

import altair as alt
import numpy as np
import pandas as pd
from PIL import Image

from featurefate.figures.heat_map import DEEP, PALE
from featurefate.figures.theme import finish

SIDE = 440  # pixels
SHADES = 32  # so few that the picture stays small


def correlation_matrix(
    r: np.ndarray,
    *,
    title: str,
    description: str,
    row_title: str,
    column_title: str,
    subtitle: str | None = None,
) -> alt.LayerChart:
    """One dot for every pair of features, the deeper the larger r; negative ones are pale as 0.

    r: (rows, columns), in the order in which they are to be seen. Where there are more than 440
    rows, a dot shows the largest r of several neighbours.
    """
    rows, columns = r.shape
    axis = alt.Axis(grid=False, ticks=False, domain=False, tickCount=4, format="d")
    across = alt.Scale(domain=[0, columns], nice=False)
    down = alt.Scale(domain=[rows, 0], nice=False)
    whole = pd.DataFrame([{"left": 0, "right": columns, "top": 0, "bottom": rows}])
    whole["picture"] = _picture(r)
    picture = (
        alt.Chart(whole)
        .mark_image(aspect=False)
        .encode(
            x=alt.X("left:Q", scale=across, title=column_title, axis=axis),
            x2="right:Q",
            y=alt.Y("top:Q", scale=down, title=row_title, axis=axis),
            y2="bottom:Q",
            url="picture:N",
        )
    )
    shades = pd.DataFrame({"r": [0.0, 1.0]})
    legend = (
        alt.Chart(shades)
        .mark_point(opacity=0)
        .encode(
            color=alt.Color(
                "r:Q",
                scale=alt.Scale(domain=[0, 1], range=[PALE, DEEP]),
                legend=alt.Legend(title="r", gradientLength=160),
            )
        )
    )
    chart = alt.layer(picture, legend).properties(width=SIDE, height=SIDE)
    return finish(chart, title=title, subtitle=subtitle, description=description, width=SIDE)


def _picture(r: np.ndarray) -> str:
    """The matrix as a PNG in a data address."""
    step = -(-max(r.shape) // SIDE)
    for axis in (0, 1):
        r = np.maximum.reduceat(r, np.arange(0, r.shape[axis], step), axis=axis)
    shades = np.round(np.clip(r, 0, 1) * (SHADES - 1)).astype(np.uint8)
    image = Image.fromarray(shades, mode="P")
    ends = [np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)]) for c in (PALE, DEEP)]
    mix = np.linspace(0, 1, SHADES)[:, None]
    image.putpalette(np.round((1 - mix) * ends[0] + mix * ends[1]).astype(np.uint8).tobytes())
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
