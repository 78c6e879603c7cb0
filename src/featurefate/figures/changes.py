"""What rose and what fell: the largest changes of both signs, sorted, with their intervals."""

import altair as alt
import pandas as pd

from featurefate.figures.frames import tidy
from featurefate.figures.numbers import minus
from featurefate.figures.theme import WIDTH, finish

# Blue is better, red is worse; both from the palette of `colours`.
COLOURS = {"learned": "#2c72ba", "forgotten": "#c2452f", "unclear": "#8c8c8c"}


def changes(
    frame: pd.DataFrame,
    *,
    label: str,
    title: str,
    description: str,
    subtitle: str | None = None,
    each: int = 10,
    overall: float | None = None,
    x_title: str = "nats a token, child − parent",
) -> alt.LayerChart:
    """One line per row: the change as a point, its interval as a bar, 0 as a rule.

    frame: columns `label`, `change`, `low`, `high`, `verdict` (learned, forgotten, unclear: the
    colour), `parent` and `child` (the two losses), `tokens`, as `changes_by_concept` gives them.
    At most the `each` lowest and the `each` highest changes are drawn. overall: the change over all
    tokens, as a dashed rule; it alone has its name above it, as the axis names 0.
    """
    columns = [label, "change", "low", "high", "verdict", "parent", "child", "tokens"]
    data = tidy(frame, columns, chart="changes").sort_values("change", ignore_index=True)
    if len(data) > 2 * each:
        data = pd.concat([data.head(each), data.tail(each)], ignore_index=True)
    data["interval"] = [minus(f"{r.low:+.2f} to {r.high:+.2f}") for r in data.itertuples()]
    present = [verdict for verdict in COLOURS if verdict in set(data.verdict)]
    ink = alt.Color(
        "verdict:N",
        scale=alt.Scale(domain=present, range=[COLOURS[verdict] for verdict in present]),
        legend=alt.Legend(symbolType="circle", symbolSize=90),
    )
    base = alt.Chart(data).encode(
        y=alt.Y(f"{label}:N", sort=None, title=None),  # in the order of the data
        color=ink,
        tooltip=[
            alt.Tooltip(f"{label}:N"),
            alt.Tooltip("change:Q", format="+.2f"),
            alt.Tooltip("interval:N"),
            alt.Tooltip("parent:Q", format=".2f"),
            alt.Tooltip("child:Q", format=".2f"),
            alt.Tooltip("tokens:Q", format=",d"),
        ],
    )
    axis = alt.Axis(format="~g", tickCount=6)
    rules = [alt.Chart(pd.DataFrame({"at": [0.0]})).mark_rule().encode(x="at:Q")]
    if overall is not None:
        mark = alt.Chart(pd.DataFrame({"mark": ["all tokens"], "at": [overall]}))
        words = mark.mark_text(baseline="bottom", fontSize=11)
        rules += [
            mark.mark_rule(strokeDash=[2, 2]).encode(x="at:Q"),
            words.encode(x="at:Q", y=alt.value(-4), text="mark:N"),
        ]
    bars = base.mark_rule(strokeWidth=4, opacity=0.45).encode(
        x=alt.X("low:Q", title=x_title, axis=axis), x2="high:Q"
    )
    points = base.mark_point(filled=True, size=70, opacity=1).encode(x="change:Q")
    chart = alt.layer(*rules, bars, points).properties(width=WIDTH - 150, height=alt.Step(20))
    return finish(chart, title=title, subtitle=subtitle, description=description)
