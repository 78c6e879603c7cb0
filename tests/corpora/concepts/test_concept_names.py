"""The list of concepts, and that the rules keep to it."""

import pytest

from featurefate.corpora.concepts import lua_roles, python_roles
from featurefate.corpora.concepts.names import (
    BY_RULE,
    COLUMN,
    CONCEPTS,
    SIMULATION,
    SURFACE,
    concepts_of,
)
from featurefate.corpora.concepts.spans import spans_of
from featurefate.corpora.concepts.syntax import compiled, concept_of
from featurefate.corpora.document import Span
from featurefate.corpora.domains import DOMAINS


def test_names_are_unique_and_explained():
    assert len(COLUMN) == len(CONCEPTS) >= 40
    assert all(concept.meaning and "\n" not in concept.meaning for concept in CONCEPTS)
    assert all(set(concept.domains) <= set(DOMAINS) for concept in CONCEPTS)


def test_the_languages_share_concepts():
    shared = set(concepts_of("python")) & set(concepts_of("lua"))
    assert {"assignment target", "function name", "raise/error", "loop variable"} <= shared
    assert len(shared) >= 60


def test_concepts_of_the_simulation_need_its_truth():
    assert {"hero", "moral"} <= set(concepts_of("stories"))
    assert not {"hero", "moral"} & set(concepts_of("stories", simulated=False))
    assert "speech verb" in concepts_of("stories", simulated=False)  # a rule knows it too
    assert {c.name for c in SIMULATION}.isdisjoint(c.name for c in BY_RULE)


@pytest.mark.parametrize("domain, roles", [("python", python_roles), ("lua", lua_roles)])
def test_every_capture_is_a_concept_of_its_language(domain, roles):
    _, query = compiled(roles.language(), roles.QUERY)
    captures = {query.capture_name(number) for number in range(query.capture_count)}
    named = {concept_of(capture) for capture in captures if not capture.startswith("_")}
    assert named <= set(concepts_of(domain))
    for capture, others in roles.UNLESS.items():
        assert {capture, *others} <= captures


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize(
    "text", ["", "\n", " ", "'", '"', "(", ")", "f{", "--[[", '"""', "é", "…\u2028"]
)
def test_any_text_has_spans(domain, text):
    for start, end, concept in spans_of(text, domain):
        assert 0 <= start < end <= len(text)
        assert concept in concepts_of(domain)
        assert COLUMN[concept] >= len(SURFACE)


def test_known_spans_replace_the_rules():
    text = '"Hello," said Tim.'
    known = [Span(14, 17, "hero")]
    assert Span(9, 13, "speech verb") in spans_of(text, "stories")
    spans = spans_of(text, "stories", known)
    assert Span(14, 17, "hero") in spans
    assert not [span for span in spans if span.concept == "speech verb"]


@pytest.mark.parametrize("span", [Span(0, 1, "no such"), Span(3, 3, "hero"), Span(0, 99, "hero")])
def test_a_wrong_known_span_is_named(span):
    with pytest.raises(ValueError, match=f"{span.start}–{span.end} '{span.concept}'"):
        spans_of("Tim ran.", "stories", [span])


def test_an_unknown_domain_is_named():
    with pytest.raises(KeyError, match="unknown domain 'perl'"):
        spans_of("x", "perl")
