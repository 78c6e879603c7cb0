"""Charts of what language models do: changes by concept, calibration, attention."""

import json

import numpy as np
import pandas as pd
import pytest
import vl_convert

from featurefate.figures import theme
from featurefate.figures.attention import attention
from featurefate.figures.changes import changes
from featurefate.figures.reliability import reliability

WORDS = {"title": "The finding", "description": "An invented chart."}


def changes_frame(rows: int) -> pd.DataFrame:
    change = np.linspace(-2, 2, rows)
    frame = pd.DataFrame({"concept": [f"concept {i}" for i in range(rows)], "change": change})
    frame = frame.assign(low=change - 0.3, high=change + 0.3, parent=3.0, child=3 + change)
    verdict = np.select([change < -0.5, change > 0.5], ["learned", "forgotten"], "unclear")
    return frame.assign(tokens=50, verdict=verdict)


def reliability_frame() -> pd.DataFrame:
    confidence = np.linspace(0.1, 0.9, 9)
    frame = pd.DataFrame({"confidence": confidence, "accuracy": confidence**1.2, "tokens": 80})
    return frame.assign(low=frame.accuracy - 0.05, high=frame.accuracy + 0.05, model="base")


def pattern(heads: int, tokens: int) -> np.ndarray:
    shares = np.tril(np.random.default_rng(1).uniform(size=(heads, tokens, tokens)))
    return shares / shares.sum(axis=2, keepdims=True)


CHARTS = {
    "changes": lambda: changes(changes_frame(9), label="concept", overall=0.4, **WORDS),
    "reliability": lambda: reliability(reliability_frame(), colour="model", **WORDS),
    "attention": lambda: attention(pattern(4, 5), list("ab\nd "), **WORDS),
}


def data_of(chart) -> list[dict]:
    """The largest data set of a chart."""
    return max(chart.to_dict()["datasets"].values(), key=len)


def svg(chart) -> str:
    return vl_convert.vegalite_to_svg(chart.to_dict(validate=True), vl_version=theme.VEGA_LITE)


@pytest.mark.parametrize("name", CHARTS)
def test_chart_draws_with_its_title_and_names_no_ink(name):
    drawn = svg(CHARTS[name]())
    assert "The finding" in drawn and drawn.count("<path") > 10
    config = json.dumps(CHARTS[name]().to_dict()["config"])
    assert not any(word in config for word in ("labelColor", "background", "black", "#000"))


def test_changes_keep_both_ends_in_order():
    frame = changes_frame(30).sample(frac=1, random_state=1)
    kept = [row["concept"] for row in data_of(changes(frame, label="concept", each=3, **WORDS))]
    assert kept == [f"concept {i}" for i in (0, 1, 2, 27, 28, 29)]


def test_changes_draw_names_that_are_words_of_javascript():
    frame = changes_frame(3)
    frame["concept"] = ["constructor", "toString", "name"]
    assert "constructor" in svg(changes(frame, label="concept", **WORDS))


def texts_at(chart) -> dict[str, float]:
    """The texts that a chart writes above its plotting area, with where they stand."""
    data = chart.to_dict()
    marks = [layer for layer in data["layer"] if layer["mark"]["type"] == "text"]
    return {
        row["mark"]: row["at"] for layer in marks for row in data["datasets"][layer["data"]["name"]]
    }


@pytest.mark.parametrize("overall", [0.4, 0.001])
def test_changes_name_the_overall_change_and_leave_zero_to_the_axis(overall):
    """Two names above the rules would lie on each other where all tokens hardly change."""
    chart = changes(changes_frame(9), label="concept", overall=overall, **WORDS)
    assert texts_at(chart) == {"all tokens": overall}
    assert texts_at(changes(changes_frame(9), label="concept", **WORDS)) == {}


def test_changes_always_draw_a_rule_at_zero():
    chart = changes(changes_frame(9), label="concept", **WORDS).to_dict()
    rules = [
        layer for layer in chart["layer"] if layer["encoding"].get("x", {}).get("field") == "at"
    ]
    assert [chart["datasets"][r["data"]["name"]] for r in rules] == [[{"at": 0.0}]]


def test_titles_have_the_true_minus_sign():
    chart = changes(changes_frame(3), label="concept", title="It is -0.5", description="A chart.")
    assert chart.to_dict()["title"]["text"] == ["It is −0.5"]


def test_attention_shows_every_pair_once_and_white_space():
    data = data_of(CHARTS["attention"]())
    assert len({(row["head"], row["to"], row["from"]) for row in data}) == len(data) == 4 * 15
    assert all(row["from"] <= row["to"] for row in data)
    assert {row["looks"] for row in data} == {"a", "b", "⏎", "d", "·"}
    own = [row for row in data if row["to"] == row["from"] == "00 a"]
    assert [row["share"] for row in own] == [1.0] * 4


def test_attention_draws_tokens_that_are_words_of_the_charts_language():
    chart = attention(pattern(1, 4), ["if", "datum", '"', "if"], **WORDS)
    assert ">if</text>" in svg(chart)


@pytest.mark.parametrize("tokens, names", [(5, 4), (25, 25)])
def test_attention_refuses_what_cannot_be_read(tokens, names):
    with pytest.raises(ValueError, match="at most 24 tokens"):
        attention(pattern(1, tokens), ["a"] * names, **WORDS)


def test_missing_column_is_named():
    with pytest.raises(ValueError, match="reliability: the frame lacks the columns .*low"):
        reliability(reliability_frame().drop(columns="low"), colour="model", **WORDS)
    with pytest.raises(ValueError, match="changes: the frame lacks the columns .*verdict"):
        changes(changes_frame(3).drop(columns="verdict"), label="concept", **WORDS)
