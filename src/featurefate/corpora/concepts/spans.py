"""The labelled spans of one text: what a figure colours, and what alignment turns into labels."""

from collections.abc import Iterable

from featurefate.corpora.concepts.code import code_marks
from featurefate.corpora.concepts.layout import layout_marks
from featurefate.corpora.concepts.names import COLUMN
from featurefate.corpora.concepts.prose import prose_marks
from featurefate.corpora.concepts.syntax import Marks
from featurefate.corpora.document import Span
from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.stories.truth import STORY_CONCEPTS


def spans_of(text: str, domain: str, known: Iterable[Span] | None = None) -> list[Span]:
    """All spans of a text by start, end and concept; they may overlap.

    `known`: spans that come with the text because what made it knows them, as for simulated
    stories; where both a rule and they have a concept, they are believed. The concepts of single
    tokens (names.SURFACE) are not among the spans. Raises KeyError for an unknown domain and
    ValueError for a known span of an unknown concept or outside the text.
    """
    marks = marks_of(text, domain, known)
    return sorted(Span(*span, concept) for concept, spans in marks.items() for span in spans)


def marks_of(text: str, domain: str, known: Iterable[Span] | None = None) -> Marks:
    """The same by concept: concept → [(start, end), …]."""
    if domain not in DOMAINS:
        raise KeyError(f"unknown domain {domain!r}; there are {', '.join(DOMAINS)}")
    read = prose_marks if domain in ("english", "stories") else code_marks
    marks = read(text, domain)
    marks.update(layout_marks(text))
    if known is not None:
        for concept in STORY_CONCEPTS:
            marks.pop(concept, None)
        for start, end, concept in known:
            if concept not in COLUMN or not 0 <= start < end <= len(text):
                raise ValueError(
                    f"span {start}–{end} {concept!r} of a text of {len(text)} characters: its "
                    "concept is not in concepts/names.py, or it is empty or outside the text"
                )
            marks[concept].append((start, end))
    return marks
