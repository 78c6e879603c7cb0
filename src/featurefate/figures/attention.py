"""Where each head looks: one square map a head, tokens against tokens."""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from featurefate.figures import colours
from featurefate.figures.frames import tidy
from featurefate.figures.theme import WIDTH, finish
from featurefate.figures.tokens_html import visible

SIDE_BY_SIDE = 2
LARGEST = 24  # tokens: in a longer text the names of the tokens can no longer be read
INK = colours.REFERENCES["edge"]  # stands out from a light and a dark page
SHADES = alt.Scale(domain=[0, 1], range=[0.03, 1])  # a cell of share 0 is still seen


def attention(
    pattern: np.ndarray,
    tokens: Sequence[str],
    *,
    title: str,
    description: str,
    subtitle: str | None = None,
) -> alt.FacetChart:
    """One map a head: the deeper a cell, the more the token of its row looks at that of its column.

    pattern: shares from 0 to 1, (heads, tokens, tokens), rows adding up to 1, as
    `attention_pattern` gives them. tokens: their text, at most 24.
    """
    heads, size, _ = pattern.shape
    if len(tokens) != size or size > LARGEST:
        raise ValueError(
            f"attention: one name for each of at most {LARGEST} tokens is needed, "
            f"not {len(tokens)} names for {size} tokens"
        )
    head, to, source = np.nonzero(np.tril(np.ones((heads, size, size))))
    names = [visible(token) for token in tokens]
    frame = pd.DataFrame(
        {
            "head": [f"head {h}" for h in head],
            "to": [f"{i:02d} {names[i]}" for i in to],  # unlike a token, its number is unique
            "from": [f"{j:02d} {names[j]}" for j in source],
            "share": pattern[head, to, source].round(4),
            "looks": [names[i] for i in to],
            "at": [names[j] for j in source],
        }
    )
    data = tidy(frame, list(frame.columns), chart="attention")
    axis = alt.Axis(
        labelExpr="slice(datum.value, 3)",  # the name alone
        labelFontSize=10,
        labelLimit=80,
        labelOverlap=False,
        domain=False,
        ticks=False,
    )
    cells = (
        alt.Chart()
        .mark_rect()
        .encode(
            x=alt.X("from:N", title=None, axis=axis),
            y=alt.Y("to:N", title=None, axis=axis),
            color=alt.value(INK),
            opacity=alt.Opacity("share:Q", scale=SHADES, legend=None),
            tooltip=["head:N", "looks:N", "at:N", alt.Tooltip("share:Q", format=".1%")],
        )
    )
    side = WIDTH // SIDE_BY_SIDE - 80
    chart = cells.properties(width=side, height=max(side, 13 * size)).facet(
        facet=alt.Facet("head:N", sort=list(frame["head"].unique()), title=None),
        columns=SIDE_BY_SIDE,
        data=data,
    )
    chart = chart.resolve_axis(x="independent", y="independent")
    return finish(chart, title=title, subtitle=subtitle, description=description)
