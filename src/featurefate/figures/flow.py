"""The headline figure: features flowing from the base through its children into the merge.

Every edge is a lane. Its left bar is all features of the parent, its right bar all features of the
child. The ribbon between them is what persisted: as thick on the left as its share of the parent,
on the right as its share of the child. What fades out on the left disappeared, what fades in on the
right emerged. The dashed line is the ceiling: how thick the ribbon would be between two
dictionaries of one model. The dotted line is the stranger: how thick between the same child and a
parent of another lineage.
"""

import json

import altair as alt
import numpy as np
import pandas as pd

from featurefate.figures import flow_geometry as geometry
from featurefate.figures.colours import FATES, MODELS
from featurefate.figures.frames import percent, tidy
from featurefate.figures.theme import finish

SHARES = ["persisted_parent", "persisted_child", "ceiling_parent", "ceiling_child"]
FLOORS = ["stranger", "untrained", "token", "chance"]
OPTIONAL = [f"{floor}_{end}" for floor in FLOORS for end in ("parent", "child")]


def flow(
    frame: pd.DataFrame, *, title: str, description: str, subtitle: str | None = None
) -> alt.LayerChart:
    """The four edges base → two children → merge with their shares; hover for all numbers.

    frame: one row per edge with `parent`, `child` and shares from 0 to 1: `persisted_parent` (of
    the parent's features), `persisted_child` (of the child's), `ceiling_parent`, `ceiling_child`;
    where they were run `stranger_…`, `untrained_…`, `token_…`, `chance_…` with the same endings,
    and for any of them an interval `…_low`, `…_high`. Raises ValueError when the edges
    do not form such a family.
    """
    extra = [c for c in OPTIONAL if c in frame.columns]
    bounds = [f"{c}_{end}" for c in [*SHARES, *extra] for end in ("low", "high")]
    bounds = [c for c in bounds if c in frame.columns]
    tidy(frame, ["parent", "child", *SHARES], chart="flow")
    columns = ["parent", "child", *SHARES, *extra, *bounds]
    data = tidy(frame, columns, chart="flow", keep_missing=True)
    lanes = geometry.lanes(data)
    hover = {lane.name: _hover(lane.edge) for lane in lanes}

    layers = []
    for lane in lanes:
        layers += [_ribbon(lane, hover[lane.name]), *_stubs(lane, hover[lane.name])]
        layers.append(_outline(lane, "ceiling", [7, 4], hover[lane.name]))
        if not np.isnan(lane.share("stranger", "parent")):
            layers.append(_outline(lane, "stranger", [1.5, 3], hover[lane.name]))
    layers += [_bars(lanes), *_words(lanes), *_legend()]
    chart = alt.layer(*layers).properties(width=geometry.WIDTH, height=geometry.HEIGHT)
    chart = chart.properties(usermeta={"narrow": "scroll"})
    return finish(
        chart, title=title, subtitle=subtitle, description=description, width=geometry.WIDTH
    )


X = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, geometry.WIDTH], nice=False))
Y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[geometry.HEIGHT, 0], nice=False))


def _hover(edge: pd.Series) -> dict[str, str]:
    """All numbers of an edge in words, heading -> number."""
    words = {"edge": f"{edge.parent} → {edge.child}"}
    for end in ("parent", "child"):
        kept, low, high = (edge.get(f"persisted_{end}{tail}") for tail in ("", "_low", "_high"))
        lost = "disappeared" if end == "parent" else "emerged"
        words[f"persisted, of {edge[end]}"] = percent(kept, low, high)
        gone = (None, None) if low is None or high is None else (1 - high, 1 - low)
        words[lost] = percent(1 - kept, *gone)
        for name in ("ceiling", *FLOORS):
            value = edge.get(f"{name}_{end}", np.nan)
            bounds = (edge.get(f"{name}_{end}_low"), edge.get(f"{name}_{end}_high"))
            words[f"{name}, of {edge[end]}"] = percent(value, *bounds)
    return words


def _area(points: pd.DataFrame, hover: dict[str, str], fill: alt.Gradient) -> alt.Chart:
    tips = [alt.Tooltip(f"tip{i}:N", title=heading) for i, heading in enumerate(hover)]
    words = {f"tip{i}": _quoted(text) for i, text in enumerate(hover.values())}
    area = alt.Chart(points.round(1)).transform_calculate(**words).mark_area(color=fill)
    return area.encode(x=X, y=Y, y2="y2:Q", tooltip=tips)


def _quoted(text: str) -> str:
    """`text` as a constant in a Vega expression."""
    return json.dumps(text, ensure_ascii=False)


def _fade(left: str, left_opacity: float, right: str, right_opacity: float) -> alt.Gradient:
    stops = [
        alt.GradientStop(color=geometry.rgba(left, left_opacity), offset=0),
        alt.GradientStop(color=geometry.rgba(right, right_opacity), offset=1),
    ]
    return alt.Gradient(gradient="linear", stops=stops, x1=0, x2=1, y1=0, y2=0)


def _ribbon(lane: geometry.Lane, hover: dict[str, str]) -> alt.Chart:
    fill = _fade(lane.colour("parent"), 0.65, lane.colour("child"), 0.65)
    return _area(lane.ribbon(), hover, fill)


def _stubs(lane: geometry.Lane, hover: dict[str, str]) -> list[alt.Chart]:
    gone = _fade(FATES["disappeared"], 0.45, FATES["disappeared"], 0)
    new = _fade(lane.colour("child"), 0, lane.colour("child"), 0.45)
    return [_area(lane.stub("parent"), hover, gone), _area(lane.stub("child"), hover, new)]


def _outline(lane: geometry.Lane, name: str, dash: list[float], hover: dict[str, str]) -> alt.Chart:
    words = f"{hover[f'{name}, of {lane.edge.parent}']} of {lane.edge.parent}'s features"
    return (
        alt.Chart(lane.outline(name).round(1))
        .transform_calculate(words=_quoted(words))
        .mark_line(strokeDash=dash, strokeWidth=1.6)
        .encode(x=X, y=Y, tooltip=alt.Tooltip("words:N", title=name))
    )


def _bars(lanes: list[geometry.Lane]) -> alt.Chart:
    frame = pd.DataFrame([bar for lane in lanes for bar in lane.bars()]).drop_duplicates()
    models = list(frame.model.unique())
    shown = alt.Scale(domain=models, range=[MODELS.get(model, "#8c8c8c") for model in models])
    colour = alt.Color("model:N", legend=None, scale=shown)
    bars = alt.Chart(frame).mark_rect(cornerRadius=2)
    return bars.encode(x=X, x2="x2:Q", y=Y, y2="y2:Q", color=colour, tooltip=["model:N"])


def _words(lanes: list[geometry.Lane]) -> list[alt.Chart]:
    frame = pd.DataFrame([word for lane in lanes for word in lane.words()]).drop_duplicates()
    layers = []
    for (align, weight), part in frame.groupby(["align", "weight"]):
        size = 15 if weight == 600 else 12.5
        mark = alt.Chart(part).mark_text(
            align=align, fontWeight=weight, fontSize=size, baseline="middle"
        )
        layers.append(mark.encode(x=X, y=Y, text="text:N"))
    return layers


def _legend() -> list[alt.Chart]:
    y = geometry.HEIGHT - 10
    layers = []
    for x, dash, text in [
        (12, [7, 4], "ceiling: two dictionaries of one model"),
        (330, [1.5, 3], "stranger: a parent of another lineage"),
    ]:
        line = pd.DataFrame({"x": [x, x + 30], "y": [y, y]})
        layers.append(alt.Chart(line).mark_line(strokeDash=dash, strokeWidth=1.6).encode(x=X, y=Y))
        words = alt.Chart(pd.DataFrame({"x": [x + 38], "y": [y], "text": [text]}))
        layers.append(
            words.mark_text(align="left", baseline="middle").encode(x=X, y=Y, text="text:N")
        )
    return layers
