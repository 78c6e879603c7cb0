"""Where a rate lies between what a stranger shares (0) and what cannot be exceeded (1)."""

import altair as alt
import pandas as pd

from featurefate.figures import colours
from featurefate.figures.frames import tidy
from featurefate.figures.numbers import minus, with_interval
from featurefate.figures.theme import WIDTH, finish

ENDS = {0: "stranger", 1: "ceiling"}


def between(
    frame: pd.DataFrame,
    *,
    label: str,
    kind: str,
    title: str,
    description: str,
    subtitle: str | None = None,
    x_title: str = "from stranger (0) to ceiling (1)",
) -> alt.LayerChart:
    """One line per `label`, on it a point with its interval for each `kind`, between two lines.

    frame: columns `label`, `kind` (each with a colour of its own), `value`, `low`, `high` on a
    scale where 0 is the stranger and 1 the ceiling. Rows without a value are left out; their label
    keeps its line.
    """
    data = tidy(frame, [label, kind, "value", "low", "high"], chart="between", keep_missing=True)
    labels, kinds = list(data[label].unique()), list(data[kind].unique())
    data = data.dropna(subset="value")
    data["shown"] = [minus(f"{value:.2f}") for value in data.value]
    data["interval"] = [with_interval(r.value, r.low, r.high) for r in data.itertuples()]
    rows = alt.Y(f"{label}:N", sort=labels, title=None, scale=alt.Scale(domain=labels))
    offset = alt.YOffset(f"{kind}:N", scale=alt.Scale(domain=kinds))
    across = alt.X("value:Q", title=x_title, axis=alt.Axis(tickCount=6))
    legend = alt.Legend(symbolType="circle", symbolSize=90)
    base = alt.Chart(data).encode(
        y=rows,
        yOffset=offset,
        color=alt.Color(f"{kind}:N", scale=colours.scale(kinds), legend=legend),
        tooltip=[f"{label}:N", f"{kind}:N", alt.Tooltip("interval:N", title="value")],
    )
    ends = pd.DataFrame({"at": list(ENDS), "end": list(ENDS.values())})
    rules = [
        alt.Chart(ends[ends.end == name])
        .mark_rule(color=colours.REFERENCES[name], strokeDash=colours.DASHES[name], strokeWidth=2)
        .encode(x="at:Q", tooltip=["end:N"])
        for name in ENDS.values()
    ]
    layers = [
        *rules,
        base.mark_rule(strokeWidth=4, opacity=0.45).encode(x=alt.X("low:Q"), x2="high:Q"),
        base.mark_point(filled=True, size=90, opacity=1).encode(x=across),
        base.mark_text(dy=-11, fontSize=11).encode(x=across, text="shown:N"),
    ]
    chart = alt.layer(*layers).properties(width=WIDTH - 120, height=34 * len(kinds) * len(labels))
    return finish(chart, title=title, subtitle=subtitle, description=description)
