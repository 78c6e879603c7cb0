"""The figures of chapter 01: what they draw, say on hover, escape and refuse."""

import json
import re

import altair as alt
import example_corpus_figures as examples
import numpy as np
import pandas as pd
import pytest
import vl_convert
from example_corpus_figures import CHARTS

from featurefate.figures import book_renderer, theme
from featurefate.figures.concept_counts import concept_counts
from featurefate.figures.labelled_passage import labelled_passage
from featurefate.figures.parallel_text import parallel_text
from featurefate.figures.text_comparison import POINTS, frequency_curve

WORDS = {"title": "A finding", "description": "A description"}


@pytest.fixture(autouse=True)
def themed():
    """The book's theme and renderer, and altair as it was afterwards."""
    theme.use()
    yield
    alt.renderers.enable("default")
    alt.theme.enable("default")


def rows_of(chart) -> list[dict]:
    (data,) = chart.to_dict()["datasets"].values()
    return data


@pytest.mark.parametrize("name", CHARTS)
def test_chart_draws_with_its_title(name):
    spec = CHARTS[name]().to_dict(validate=True)
    assert f"The finding of the {name}" in vl_convert.vegalite_to_svg(
        spec, vl_version=theme.VEGA_LITE
    )
    assert spec["description"] == f"An invented {name}."


@pytest.mark.parametrize("name", CHARTS)
def test_page_gets_a_light_figure_without_ink(name):
    spec = CHARTS[name]().to_dict()
    assert not any(word in json.dumps(spec["config"]) for word in ("labelColor", "background"))
    markup = book_renderer.chart_html(spec)
    assert len(markup) < 200_000 and "currentColor" in markup and "http" not in _without_names(spec)


def _without_names(spec: dict) -> str:
    return json.dumps({key: value for key, value in spec.items() if key != "$schema"})


def test_curves_keep_their_ends_and_are_thinned():
    frame = examples.frequencies_frame(words=5000)
    drawn = pd.DataFrame(rows_of(frequency_curve(frame, **WORDS)))
    for source, curve in drawn.groupby("source"):
        assert len(curve) <= POINTS and curve["rank"].min() == 1 and curve["rank"].max() == 5000
        whole = frame[frame.source == source].set_index("rank").frequency
        assert np.allclose(curve.frequency, whole[curve["rank"]], rtol=1e-4)


def test_a_short_curve_is_drawn_whole():
    frame = pd.DataFrame({"rank": [2, 1, 3], "frequency": [0.2, 0.5, 0.1], "source": "a"})
    assert [row["rank"] for row in rows_of(frequency_curve(frame, **WORDS))] == [1, 2, 3]


@pytest.mark.parametrize("column", ["rank", "frequency"])
def test_curves_refuse_what_has_no_logarithm(column):
    frame = examples.frequencies_frame(5)
    frame.loc[0, column] = 0
    with pytest.raises(ValueError, match="must be positive"):
        frequency_curve(frame, **WORDS)


def test_concepts_are_grouped_by_where_they_are_defined():
    groups = {row["concept"]: row["group"] for row in rows_of(CHARTS["concept_counts"]())}
    assert groups["word start"] == "every domain" and groups["moral"] == "stories only"
    assert groups["metatable"] == groups["identifier"] == "code: python and lua"
    assert groups["past tense"] == "prose: english and stories"


def test_a_concept_that_never_occurs_is_shown_as_none():
    (row,) = [r for r in rows_of(CHARTS["concept_counts"]()) if r["concept"] == "metatable"]
    assert row["tokens"] == 0 and row["at"] > 0


def test_many_concepts_still_draw():
    """Vega cannot sort by a written-out list of so many names."""
    frame = pd.DataFrame({"concept": [f"concept {n}" for n in range(160)], "domain": "lua"})
    spec = concept_counts(frame.assign(tokens=range(160)), **WORDS).to_dict()
    svg = vl_convert.vegalite_to_svg(spec, vl_version=theme.VEGA_LITE)
    assert svg.index("concept 159<") < svg.index("concept 3<")


def test_concept_counts_refuse_bad_rows():
    frame = examples.counts_frame()
    with pytest.raises(ValueError, match="unknown domains latin"):
        concept_counts(frame.assign(domain="latin"), **WORDS)
    with pytest.raises(ValueError, match="'word start' comes twice"):
        concept_counts(pd.concat([frame, frame]), **WORDS)
    with pytest.raises(ValueError, match="lacks the columns tokens"):
        concept_counts(frame.drop(columns="tokens"), **WORDS)


def test_parallel_text_is_coloured_by_language_and_escaped():
    markup = examples.parallel().markup
    assert markup.index("highlight-python") < markup.index("highlight-lua")
    assert "<figcaption>the same in Lua</figcaption>" in markup
    odd = parallel_text(["<b>"], languages=["text"], captions=["<i>"]).markup
    assert "<b>" not in odd and "<i>" not in odd


def test_parallel_text_needs_a_caption_each():
    with pytest.raises(ValueError, match="2 texts, 2 languages and 1 captions"):
        parallel_text(["a", "b"], languages=["text", "text"], captions=["one"])


def shown_text(markup: str) -> str:
    """The passage as a reader sees it, white space made visible."""
    body = re.search(r'translate="no">(.*)</div><figcaption', markup, re.DOTALL)[1]
    return re.sub(r"<(?!br>)[^>]*>", "", body)


def test_passage_keeps_every_character_and_breaks_lines_where_they_end():
    tokens = ["a", "\n  ", "\n", "b <c>"]
    markup = labelled_passage(tokens, {"x": [True] * 4}, caption="").markup
    assert shown_text(markup) == "a⏎<br>··⏎<br>b·&lt;c&gt;"


def test_passage_names_all_concepts_on_hover_and_underlines_those_shown():
    labels = {"one": [True, False], "two": [True, True], "<three>": [True, False]}
    markup = labelled_passage(["a", "b"], labels, shown=["two"], caption="").markup
    assert 'title="one, two, &lt;three&gt;">a<' in markup and 'title="two">b<' in markup
    assert markup.count("underline solid") == 3  # two tokens and the legend
    assert "<three>" not in markup


def test_each_concept_has_its_own_kind_and_height_of_line():
    names = list("abcdef")
    markup = labelled_passage(["t"], {name: [True] for name in names}, caption="").markup
    styles = set(re.findall(r"text-decoration:underline ([^;]*);", markup))
    offsets = set(re.findall(r"text-underline-offset:(\d+)px", markup))
    assert len(styles) == len(offsets) == 6
    assert len({style.rsplit(" ", 1)[0] for style in styles}) == 6  # also without the colours


def test_passage_chooses_the_commonest_concepts_and_none_that_is_absent():
    legend = examples.passage().markup.split("</ul>")[0]
    assert "identifier" in legend and "never" not in legend


def test_passage_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="2 tokens, but 1 values of 'x'"):
        labelled_passage(["a", "b"], {"x": [True]}, caption="")
    with pytest.raises(ValueError, match="no values for the concepts y"):
        labelled_passage(["a"], {"x": [True]}, shown=["y"], caption="")
    seven = {str(n): [True] for n in range(7)}
    with pytest.raises(ValueError, match="7 concepts to show; at most 6"):
        labelled_passage(["a"], seven, shown=list(seven), caption="")
