"""One chart of every kind, made from small invented frames: for the tests of charts and book."""

from collections.abc import Callable

import altair as alt
import numpy as np
import pandas as pd

from featurefate.figures.best_correlations import best_correlations
from featurefate.figures.between import between
from featurefate.figures.curves import curves
from featurefate.figures.distributions import histogram
from featurefate.figures.flow import flow
from featurefate.figures.heat_map import heat_map
from featurefate.figures.intervals import intervals
from featurefate.figures.ladder import ladder
from featurefate.figures.loss_surface import loss_surface
from featurefate.figures.panels import curves_in_panels
from featurefate.figures.rates import rates
from featurefate.figures.trade_off import trade_off

EDGES = ["base → stories", "base → lua", "stories → merge", "lua → merge"]


def flow_frame() -> pd.DataFrame:
    """The four edges; no stranger was run for the edges into the merge."""
    frame = pd.DataFrame(
        [
            ("base", "stories", 0.36, 0.35, 0.48, 0.47, 0.29, 0.30),
            ("base", "lua", 0.37, 0.37, 0.48, 0.49, 0.32, 0.33),
            ("stories", "merge", 0.43, 0.42, 0.47, 0.49, np.nan, np.nan),
            ("lua", "merge", 0.45, 0.41, 0.49, 0.49, np.nan, np.nan),
        ],
        columns=["parent", "child", "persisted_parent", "persisted_child"]
        + ["ceiling_parent", "ceiling_child", "stranger_parent", "stranger_child"],
    )
    for end in ("parent", "child"):
        frame[f"persisted_{end}_low"] = frame[f"persisted_{end}"] - 0.02
        frame[f"persisted_{end}_high"] = frame[f"persisted_{end}"] + 0.02
        frame[f"chance_{end}"] = 0.001
    return frame


def curves_frame() -> pd.DataFrame:
    """Two loss curves with a band."""
    tokens = np.arange(1, 61) * 50_000
    parts = [
        pd.DataFrame({"tokens": tokens, "loss": end + 4 * np.exp(-tokens / 5e5), "domain": domain})
        for domain, end in {"english": 3.9, "python": 3.2}.items()
    ]
    frame = pd.concat(parts)
    return frame.assign(low=frame.loss - 0.1, high=frame.loss + 0.1)


def heat_map_frame() -> pd.DataFrame:
    """A loss for every model on every domain."""
    models, domains = ["base", "stories", "lua", "merge"], ["english", "python", "stories", "lua"]
    losses = np.random.default_rng(0).uniform(1.5, 6, 16)
    pairs = [(model, domain) for model in models for domain in domains]
    return pd.DataFrame(pairs, columns=["model", "domain"]).assign(loss=losses)


def rates_frame() -> pd.DataFrame:
    """Persisting rates over both denominators."""
    rows = [
        (edge, f"of the {of}'s features", value, value - 0.02, value + 0.02, 0.48, 0.45, 0.51, 0.3)
        for of in ("parent", "child")
        for edge, value in zip(EDGES, [0.36, 0.37, 0.43, 0.45], strict=True)
    ]
    columns = ["edge", "denominator", "value", "low", "high"]
    columns += ["ceiling", "ceiling_low", "ceiling_high", "stranger"]
    frame = pd.DataFrame(rows, columns=columns).assign(chance=0.002, token=0.12, untrained=0.2)
    frame = frame.assign(token_low=0.11, token_high=0.13, stranger_status="run")
    frame.loc[frame.edge.str.contains("merge"), "stranger"] = np.nan
    frame.loc[frame.edge.str.contains("merge"), "stranger_status"] = "no feature to judge"
    return frame


def pairs_frame() -> pd.DataFrame:
    """Two pairs of seeds for every rate."""
    frame = rates_frame()[["edge", "denominator", "value"]]
    return pd.concat([frame.assign(value=frame.value + shift) for shift in (-0.03, 0.03)])


def intervals_frame() -> pd.DataFrame:
    """Losses of two predictors on two domains."""
    pairs = [(name, domain) for name in ("bigram", "one layer") for domain in ("english", "python")]
    frame = pd.DataFrame(pairs, columns=["predictor", "domain"]).assign(loss=[5.1, 4.6, 3.9, 3.2])
    return frame.assign(loss_low=frame.loss - 0.05, loss_high=frame.loss + 0.05)


def ladder_frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Three pairs of models on two domains, after each of three steps; and the means."""
    draw = np.random.default_rng(0)
    rungs, domains = ["averaging", "+ neurons", "+ heads"], ["english", "python"]
    cases = pd.DataFrame(
        [
            (r, d, pair)
            for r in rungs
            for d in domains
            for pair in ("1 and 2", "1 and 3", "2 and 3")
        ],
        columns=["rung", "domain", "pair"],
    )
    cases["barrier"] = draw.uniform(1, 2, len(cases))
    means = cases.groupby("rung", sort=False, as_index=False).barrier.mean()
    return cases, means.assign(low=means.barrier - 0.1, high=means.barrier + 0.1)


def between_frame() -> pd.DataFrame:
    """Four edges with fresh dictionaries; a warm start on the first alone."""
    frame = pd.DataFrame({"edge": EDGES, "kind": "all features", "value": [0.2, 0.3, 0.6, 0.7]})
    warm = pd.DataFrame({"edge": EDGES[:2], "kind": "warm start", "value": [0.4, np.nan]})
    frame = pd.concat([frame, warm], ignore_index=True)
    return frame.assign(low=frame.value - 0.05, high=frame.value + 0.05)


def histogram_frame() -> pd.DataFrame:
    """How often features fire, for two models."""
    draw = np.random.default_rng(0)
    shares = 10 ** draw.normal(-3, 0.5, 2000)
    return pd.DataFrame({"share": shares, "model": draw.choice(["base", "merge"], 2000)})


def correlations_frame() -> pd.DataFrame:
    """Best correlations of 500 features for every edge and reference."""
    draw = np.random.default_rng(0)
    shapes = {"edge": (3, 2), "ceiling": (4, 1.6), "stranger": (2.5, 2.2), "chance": (1, 30)}
    parts = [
        pd.DataFrame({"r": draw.beta(*shape, 500), "kind": kind, "edge": edge})
        for edge in EDGES
        for kind, shape in shapes.items()
    ]
    return pd.concat(parts)


def panels_frame() -> pd.DataFrame:
    """Accuracy along t of two methods on two domains."""
    t = np.linspace(0, 1, 7)
    parts = [
        pd.DataFrame({"t": t, "accuracy": level + slope * t, "method": method, "domain": domain})
        for method, level in {"SLERP": 0.1, "linear": 0.15}.items()
        for domain, slope in {"stories": 0.3, "lua": 0.2}.items()
    ]
    frame = pd.concat(parts)
    return frame.assign(low=frame.accuracy - 0.01, high=frame.accuracy + 0.01)


def trade_off_frame() -> pd.DataFrame:
    """Two losses along t of two methods."""
    t = np.linspace(0, 1, 7)
    parts = [
        pd.DataFrame({"t": t, "stories": 2 + bend * t**2, "lua": 3 + bend * (1 - t) ** 2})
        for bend in (4, 5)
    ]
    methods = np.repeat(["SLERP", "linear"], len(t))
    return pd.concat(parts).assign(method=methods, front=methods == "SLERP")


def surface_frame() -> pd.DataFrame:
    """A bowl on a grid, for two domains."""
    grid = np.linspace(-0.5, 1.5, 5)
    points = [(a, b, domain) for domain in ("stories", "lua") for a in grid for b in grid]
    frame = pd.DataFrame(points, columns=["a", "b", "domain"])
    return frame.assign(loss=2 + (frame.a - 1) ** 2 + frame.b**2)


def _words(kind: str) -> dict[str, str]:
    return {"title": f"The finding of the {kind}", "description": f"An invented {kind}."}


CHARTS: dict[str, Callable[[], alt.TopLevelMixin]] = {
    "flow": lambda: flow(flow_frame(), subtitle="partners at r ≥ 0.8", **_words("flow")),
    "curves": lambda: curves(
        curves_frame(),
        x="tokens",
        y="loss",
        colour="domain",
        low="low",
        high="high",
        rules=pd.DataFrame(
            {"value": [5.1, 4.6], "label": ["bigram, english", "bigram, python"]}
        ).assign(domain=["english", "python"]),
        markers={"warm-up ends": 300_000},
        **_words("curves"),
    ),
    "heat_map": lambda: heat_map(
        heat_map_frame(),
        row="model",
        column="domain",
        value="loss",
        low_is_good=True,
        **_words("heat_map"),
    ),
    "rates": lambda: rates(
        rates_frame(),
        label="edge",
        panel="denominator",
        points=pairs_frame(),
        **_words("rates"),
    ),
    "intervals": lambda: intervals(
        intervals_frame(), label="predictor", value="loss", panel="domain", **_words("intervals")
    ),
    "ladder": lambda: ladder(
        *ladder_frames(),
        rung="rung",
        value="barrier",
        colour="domain",
        case="pair",
        **_words("ladder"),
    ),
    "between": lambda: between(between_frame(), label="edge", kind="kind", **_words("between")),
    "histogram": lambda: histogram(
        histogram_frame(), value="share", colour="model", log_x=True, **_words("histogram")
    ),
    "curves_in_panels": lambda: curves_in_panels(
        panels_frame(),
        x="t",
        y="accuracy",
        low="low",
        high="high",
        colour="method",
        panel="domain",
        rules=pd.DataFrame({"domain": ["stories", "lua"], "value": [0.2, 0.1]}),
        **_words("curves_in_panels"),
    ),
    "trade_off": lambda: trade_off(
        trade_off_frame(),
        x="stories",
        y="lua",
        order="t",
        colour="method",
        front="front",
        landmarks=pd.DataFrame({"stories": [6.0], "lua": [6.0], "label": ["base"]}),
        **_words("trade_off"),
    ),
    "loss_surface": lambda: loss_surface(
        surface_frame(),
        x="a",
        y="b",
        value="loss",
        panel="domain",
        models=pd.DataFrame({"a": [0.0], "b": [0.0], "label": ["base"]}),
        line=((0, 1), (1, 0)),
        **_words("loss_surface"),
    ),
    "best_correlations": lambda: best_correlations(
        correlations_frame(),
        correlation="r",
        kind="kind",
        panel="edge",
        **_words("best_correlations"),
    ),
}
