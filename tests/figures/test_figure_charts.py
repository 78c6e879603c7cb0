"""Every chart function: a valid specification that draws, and clear errors."""

import json

import altair as alt
import example_charts
import pandas as pd
import pytest
import vl_convert
from example_charts import CHARTS

from featurefate.figures import book_renderer, theme
from featurefate.figures.best_correlations import best_correlations
from featurefate.figures.curves import curves
from featurefate.figures.distributions import histogram
from featurefate.figures.flow import flow
from featurefate.figures.heat_map import heat_map
from featurefate.figures.intervals import intervals
from featurefate.figures.loss_surface import loss_surface
from featurefate.figures.panels import curves_in_panels
from featurefate.figures.rates import rates
from featurefate.figures.trade_off import trade_off

WORDS = {"title": "A finding", "description": "A description"}


@pytest.fixture(autouse=True)
def themed():
    """The book's theme and renderer, and altair as it was afterwards."""
    theme.use()
    yield
    alt.renderers.enable("default")
    alt.theme.enable("default")


@pytest.mark.parametrize("name", CHARTS)
def test_chart_draws_with_its_title(name):
    spec = CHARTS[name]().to_dict(validate=True)
    svg = vl_convert.vegalite_to_svg(spec, vl_version=theme.VEGA_LITE)
    assert f"The finding of the {name}" in svg
    assert svg.count("<path") > 10
    assert spec["description"] == f"An invented {name}."


@pytest.mark.parametrize("name", CHARTS)
def test_chart_names_no_ink_and_no_background(name):
    config = json.dumps(CHARTS[name]().to_dict()["config"])
    assert not any(word in config for word in ("labelColor", "background", "black", "#000"))


@pytest.mark.parametrize("name", CHARTS)
def test_page_gets_still_and_specification(name):
    markup = book_renderer.chart_html(CHARTS[name]().to_dict())
    assert len(markup) < 200_000, "too heavy for a page"
    assert markup.count("</script>") == 1 and "<svg" in markup and "currentColor" in markup
    start = markup.index('class="chart-spec">') + len('class="chart-spec">')
    spec = json.loads(markup[start : markup.index("</script>")])
    assert "title" not in spec and spec["config"]["axis"]["labelColor"] == "currentColor"


def test_specification_cannot_end_its_script():
    frame = example_charts.heat_map_frame().replace({"base": "</script><b>"})
    chart = heat_map(frame, row="model", column="domain", value="loss", **WORDS)
    assert book_renderer.chart_html(chart.to_dict()).count("</script>") == 1


def test_notebook_gets_no_html():
    data, _ = CHARTS["heat_map"]()._repr_mimebundle_()
    assert set(data) == {theme.MIME_TYPE, "image/png", "text/plain"}
    assert "/v6" in data[theme.MIME_TYPE]["$schema"]
    assert len(data["image/png"]) < 80_000


CALLS = {
    "curves": lambda f: curves(f, x="tokens", y="loss", colour="domain", **WORDS),
    "heat_map": lambda f: heat_map(f, row="model", column="domain", value="loss", **WORDS),
    "rates": lambda f: rates(f, label="edge", **WORDS),
    "intervals": lambda f: intervals(f, label="predictor", value="loss", **WORDS),
    "histogram": lambda f: histogram(f, value="share", **WORDS),
    "best_correlations": lambda f: best_correlations(f, correlation="r", kind="kind", **WORDS),
    "curves_in_panels": lambda f: curves_in_panels(
        f, x="t", y="loss", low="low", high="high", colour="method", panel="domain", **WORDS
    ),
    "trade_off": lambda f: trade_off(
        f, x="stories", y="lua", order="t", colour="method", front="front", **WORDS
    ),
    "loss_surface": lambda f: loss_surface(
        f, x="a", y="b", value="loss", panel="domain", models=f, **WORDS
    ),
    "flow": lambda f: flow(f, **WORDS),
}


@pytest.mark.parametrize("name", CALLS)
def test_missing_column_is_named(name):
    frame = pd.DataFrame({"something": [1.0]})
    with pytest.raises(ValueError, match=rf"{name}: the frame lacks the columns .*something"):
        CALLS[name](frame)


def test_empty_frame_and_missing_value_are_refused():
    frame = example_charts.heat_map_frame()
    with pytest.raises(ValueError, match="no rows"):
        CALLS["heat_map"](frame.head(0))
    frame.loc[0, "loss"] = None
    with pytest.raises(ValueError, match="missing values in the columns loss"):
        CALLS["heat_map"](frame)


def test_title_and_description_are_required():
    with pytest.raises(ValueError, match="title"):
        heat_map(
            example_charts.heat_map_frame(),
            row="model",
            column="domain",
            value="loss",
            title="A finding",
            description=" ",
        )


def test_flow_refuses_another_family():
    with pytest.raises(ValueError, match="base → two children → merge"):
        flow(example_charts.flow_frame().head(3), **WORDS)


def test_flow_hover_says_what_was_not_run():
    spec = json.dumps(CHARTS["flow"]().to_dict(), ensure_ascii=False)
    assert "not run in this profile" in spec
    assert "36 % (34 to 38)" in spec and "64 % (62 to 66)" in spec and "0.1 %" in spec


def test_rates_say_what_every_reference_is_and_why_one_is_missing():
    spec = CHARTS["rates"]().to_dict()
    (data,) = spec["datasets"].values()
    rate, pair = data[0], data[-1]
    assert rate["token "] == "12 % (11 to 13)" and rate["untrained "] == "20 %"
    missing = next(row for row in data if row["edge"] == "lua → merge")
    assert missing["stranger "] == "no feature to judge"
    assert [row["case"] for row in (rate, pair)] == [False, True]
    assert sum(row["case"] for row in data) == len(example_charts.pairs_frame())


def test_histogram_counts_every_row():
    chart = CHARTS["histogram"]().to_dict()
    (data,) = chart["datasets"].values()
    assert sum(row["count"] for row in data) == len(example_charts.histogram_frame())


def test_best_correlations_give_the_rate_at_the_threshold():
    frame = pd.DataFrame({"r": [0.1, 0.5, 0.8, 0.9], "kind": "edge"})
    (data,) = CALLS["best_correlations"](frame).to_dict()["datasets"].values()
    at = {row["r"]: row["share"] for row in data if "r" in row}
    assert at[0.8] == 0.5 and at[0.82] == 0.25 and at[0.0] == 1.0 and at[1.0] == 0.0


def test_curves_read_names_with_dots():
    frame = pd.DataFrame(
        {"x": [1, 2, 1, 2], "y": [1.0, 2, 3, 4], "name": ["t = .5"] * 2 + ["a"] * 2}
    )
    chart = curves(frame, x="x", y="y", colour="name", **WORDS)
    fields = json.dumps(chart.to_dict(), ensure_ascii=False)
    assert r"t = \\.5" in fields
    vl_convert.vegalite_to_svg(chart.to_dict(), vl_version=theme.VEGA_LITE)


def test_a_front_and_a_grid_are_drawn_as_they_are():
    points = CHARTS["trade_off"]().to_dict()["datasets"]
    flags = [row["front"] for rows in points.values() for row in rows if "front" in row]
    assert sum(flags) == 7 and len(flags) == 14
    (cells,) = CHARTS["loss_surface"]().to_dict()["datasets"].values()
    squares = [row for row in cells if row.get("loss") is not None]
    assert len(squares) == 50 and {row["a_to"] - row["a_from"] for row in squares} == {0.5}
    lowest = min(squares, key=lambda row: row["loss"])
    assert (lowest["a"], lowest["b"]) == (1, 0) and lowest["above"] == 0
    ends = [(row["a"], row["b"]) for row in cells if row.get("on_line")]
    assert sorted(ends) == 2 * [(0, 1)] + 2 * [(1, 0)], "in both panels"
