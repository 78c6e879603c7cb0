"""Tables, passages and feature cards: what they show, what they escape, what they refuse."""

import numpy as np
import pandas as pd
import pytest

from featurefate.dictionaries import describe
from featurefate.figures.feature_card import Context, FeatureCard
from featurefate.figures.numbers import minus, typeset, with_interval
from featurefate.figures.passage import boxes, coloured, predictions
from featurefate.figures.tables import table
from featurefate.figures.tokens_html import span, visible


def test_white_space_is_visible():
    assert visible(" a\t\n") == "·a⇥⏎"
    assert span("\n").endswith("<br>")


def test_markup_in_tokens_is_escaped():
    for view in (
        boxes(["<b>", "&"], caption="<i>"),
        coloured(["<b>"], [1.0], caption="<i>", unit='"'),
        predictions(["<b>"], [[("<u>", 0.5)]], caption="<i>"),
    ):
        assert not any(tag in view._repr_html_() for tag in ("<b>", "<i>", "<u>"))


def test_one_value_per_token_is_asked_for():
    with pytest.raises(ValueError, match="2 tokens, but 1 values"):
        coloured(["a", "b"], [1.0], caption="")


def test_strength_follows_the_value_and_unknown_stays_plain():
    markup = coloured(["a", "b", "c"], [np.nan, 1.0, 2.0], caption="")._repr_html_()
    assert markup.count("background") == 2 and "85%" in markup and "42%" in markup


def test_prediction_marks_the_first_guess():
    markup = predictions(["a", "b"], [[("a", 0.9)], [("a", 0.9)]], caption="")._repr_html_()
    assert markup.count("ff-hit") == 1


def test_table_formats_and_says_what_is_missing():
    frame = pd.DataFrame({"name": ["<x>", "y"], "n": [1234, 5], "loss": [3.14159, None]})
    markup = table(frame, formats={"loss": ".2f"}, names={"n": "tokens"})._repr_html_()
    assert "&lt;x&gt;" in markup and ">1,234<" in markup and ">3.14<" in markup
    assert "not run in this profile" in markup and ">tokens<" in markup


def test_table_refuses_formats_of_columns_that_are_not_there():
    with pytest.raises(ValueError, match="no columns los"):
        table(pd.DataFrame({"loss": [1.0]}), formats={"los": ".2f"})


def test_table_shows_the_white_space_of_tokens():
    frame = pd.DataFrame({"source": [" the", "the"], "raises": [["\n    ", "<b>"], []]})
    markup = table(frame, tokens=["source", "raises"])._repr_html_()
    pale = '<span class="ff-space">{}</span>'.format
    assert f'<code class="ff-box">{pale("·")}the</code>' in markup
    assert '<code class="ff-box">the</code>' in markup
    assert f'<code class="ff-box">{pale("⏎")}{pale("·") * 4}</code> <code' in markup
    assert "&lt;b&gt;" in markup and "<td></td>" in markup


def test_table_refuses_tokens_of_columns_that_are_not_there():
    with pytest.raises(ValueError, match="no columns token"):
        table(pd.DataFrame({"source": ["a"]}), tokens=["token"])


def test_negative_numbers_of_a_table_have_the_true_minus_sign():
    frame = pd.DataFrame({"lead": [-0.25], "count": [-3], "code": ["x[-1]"], "r": [-0.5]})
    markup = table(frame, formats={"lead": "+.2f"}, caption="at -1 nats")._repr_html_()
    assert all(shown in markup for shown in ("−0.25", "−3", "−0.5", "x[-1]", "at −1 nats"))


@pytest.mark.parametrize(
    "text, shown",
    [
        ("-0.5", "−0.5"),
        ("lead: -.5 (-1.0 to +2)", "lead: −.5 (−1.0 to +2)"),
        ("-0.00 (-0.05 to -0.0), -0, -.0, -0.001", "0.00 (−0.05 to 0.0), 0, .0, −0.001"),
        ("1e-3, seeds 1-2, skip-trigram, x-1", "1e-3, seeds 1-2, skip-trigram, x-1"),
    ],
)
def test_minus_stands_before_negative_numbers_only(text, shown):
    assert minus(text) == shown


def test_per_cent_stands_apart_in_titles_and_tables():
    assert typeset("-5% to 12.5 %, 100%, %s") == "−5 % to 12.5 %, 100 %, %s"
    markup = table(pd.DataFrame({"share": [0.84]}), formats={"share": ".0%"}, caption="of 20%")
    assert "84 %" in markup._repr_html_() and "of 20 %" in markup._repr_html_()


def test_interval_in_words():
    assert with_interval(0.12, -0.001, 0.25) == "0.12 (0.00 to 0.25)"
    assert with_interval(-0.05, -1.5, 0.25, "+.2f") == "−0.05 (−1.50 to +0.25)"


def card(**changes) -> FeatureCard:
    """A card with everything, changed as asked."""
    parts = {
        "name": "7",
        "model": "base",
        "share": 0.012,
        "counts": [1, 2],
        "edges": [0.5, 1.25, 2.0],
        "promoted": [("</script>", 2.0)],
        "suppressed": [("\n", -1.0)],
        "contexts": [Context([" x", "=", "\n"], [0.0, 2.0, 1.0], "a<b.py")],
    }
    return FeatureCard(**{**parts, **changes})


def test_card_shows_its_parts():
    markup = card(facts={"base → lua": "persisted"})._repr_html_()
    assert "1.2 %" in markup and "base → lua" in markup and "histogram of 3 activations" in markup
    assert "</script>" not in markup and "a&lt;b.py" in markup and "logit +2.00" in markup
    assert "activation 2.00" in markup and "85%" in markup


def test_card_of_a_silent_feature():
    silent = card(counts=[0], edges=[0.0, 1.0], contexts=[], promoted=[], suppressed=[])
    assert "never fires here" in silent._repr_html_()


def test_card_of_a_described_feature():
    described = describe.FeatureDescription(
        feature=12,
        firing_rate=0.03,
        documents=40,
        contexts=[describe.Context([" x", "="], [0.0, 2.0], 1, "python", 7)],
        histogram_counts=[3, 1],
        histogram_edges=[0.0, 1.0, 2.0],
        promoted=[(" None", 1.5)],
        suppressed=[],
    )
    markup = FeatureCard.of(described, model="lua", facts={"fate": "emerged"})._repr_html_()
    assert "3 % of the tokens" in markup and "40 documents" in markup and "emerged" in markup
    assert "python, document 7" in markup and "·None" in markup


def test_context_needs_one_activation_per_token():
    with pytest.raises(ValueError, match="activations"):
        Context(["a"], [], "x")
