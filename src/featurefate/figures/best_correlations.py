"""How well features find a partner: the share of them at or above every correlation."""

import altair as alt
import numpy as np
import pandas as pd

from featurefate.figures import colours
from featurefate.figures.frames import tidy
from featurefate.figures.theme import WIDTH, finish

STEPS = 50  # of r: enough for a smooth curve, whatever the number of features


def best_correlations(
    frame: pd.DataFrame,
    *,
    correlation: str,
    kind: str,
    title: str,
    description: str,
    subtitle: str | None = None,
    panel: str | None = None,
    threshold: float | None = 0.8,
    columns: int = 2,
) -> alt.LayerChart | alt.FacetChart:
    """Share of features whose best partner correlates at least r, against r.

    Read at the threshold, a curve gives the rate of persisting. frame: one row per feature with
    its best `correlation` (from 0 to 1), its `kind` (`edge`, `ceiling`, `stranger`, `chance`:
    one curve each) and, for small multiples, its `panel` (the edge).
    """
    data = tidy(frame, [correlation, kind, panel], chart="best_correlations")
    by = [kind] if panel is None else [panel, kind]
    grid = np.linspace(0, 1, STEPS + 1)
    parts = []
    for names, group in data.groupby(by, sort=False, observed=True):
        values = np.sort(group[correlation].to_numpy(float))
        share = 1 - np.searchsorted(values, grid, side="left") / len(values)
        known = dict(zip(by, names, strict=True))
        parts.append(pd.DataFrame({"r": grid, "share": share}).assign(**known))
    curve = tidy(pd.concat(parts), ["r", "share", *by], chart="best_correlations")

    names = [n for n in colours.REFERENCES if n in set(curve[kind])]
    names += [n for n in curve[kind].unique() if n not in names]
    lines = (
        alt.Chart()
        .mark_line()
        .encode(
            x=alt.X("r:Q", title="best correlation r", scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("share:Q", title="share of features at or above r", axis=alt.Axis(format="%")),
            color=alt.Color(f"{kind}:N", scale=colours.scale(names)),
            strokeDash=alt.StrokeDash(f"{kind}:N", scale=colours.dashes(names)),
            tooltip=[
                *[f"{column}:N" for column in by],
                alt.Tooltip("r:Q", format=".2f"),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
    )
    # Wide invisible points at every .1 make the thin lines easy to hit with the pointer.
    targets = lines.mark_point(size=150, opacity=0, filled=True)
    layers = [lines, targets.transform_filter("round(datum.r * 50) % 5 == 0")]
    if threshold is not None:
        rule = alt.Chart().transform_sample(1).mark_rule(strokeDash=[2, 2])  # one row: one rule
        layers.append(rule.encode(x=alt.datum(threshold)))
    if panel is None:
        chart = alt.layer(*layers, data=curve).properties(width=WIDTH, height=280)
    else:
        facet = alt.Facet(f"{panel}:N", sort=list(curve[panel].unique()), title=None)
        chart = alt.layer(*layers).properties(width=WIDTH // columns - 30, height=190)
        chart = chart.facet(facet=facet, data=curve, columns=columns)
    return finish(chart, title=title, subtitle=subtitle, description=description)
