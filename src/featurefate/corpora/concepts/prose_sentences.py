"""Sentences, paragraphs and what stands between marks, in English prose."""

import re
from dataclasses import dataclass

from featurefate.corpora.concepts.prose_words import WORDS
from featurefate.corpora.concepts.syntax import Marks

END = re.compile(r"[.!?…]+(?=[\"'”’)\]]*(?:\s|$))")
CLOSERS = re.compile(r"[\"'”’)\]]*")
PARAGRAPHS = {  # a story's paragraphs are lines; lines of other prose may be wrapped
    "english": re.compile(r"\S(?:.|\n(?!\s*\n))*"),
    "stories": re.compile(r"\S.*"),
}
FIRST_WORD = re.compile(r"\w+(?:['’]\w+)*")
QUOTATION = re.compile(r"\"(?:[^\"\n]|\n(?!\s*\n))*\"|“(?:[^”\n]|\n(?!\s*\n))*”")
PARENTHESES = re.compile(r"\((?:[^()]|\([^()]{0,200}\)){0,600}\)")
COMMA_CLAUSE = re.compile(r",\s(?:[^,.;:!?()\"“”]|[.](?=\w))*")
ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|etc|al|eq|fig|sec|no|vol|ed|eds|approx|resp|dr|mr|mrs|ms|st|prof)"
    r"|\b[A-Z])\.$",
    re.IGNORECASE,
)
LONGEST_ABBREVIATION = 8  # characters, with what stands before it
SPEECH = re.compile(rf"(?:\w+\s+){{0,3}}(?:{'|'.join(WORDS['speech verb'].split())})\b")


@dataclass(frozen=True)
class Sentence:
    """Characters [start, end) with the closing mark [mark, mark_end), empty where there is none.

    `tag`: it only says who spoke what stands before it ("Hana!" *she whispered.*)."""

    start: int
    end: int
    mark: int
    mark_end: int
    tag: bool


def sentences_of(text: str, domain: str) -> list[Sentence]:
    """The sentences in order. They end at . ! ? before white space, but for abbreviations and
    where a small letter goes on; a quotation's end ends a sentence too."""
    found = []
    for paragraph in PARAGRAPHS[domain].finditer(text):
        start, limit, tag = *paragraph.span(), False
        for mark in END.finditer(text, start, limit):
            closed = CLOSERS.match(text, mark.end(), limit).end()
            closers = text[mark.end() : closed]
            following = text[closed:limit].lstrip()[:40] if closed < limit else ""
            quoted = any(sign in closers for sign in '"”')
            goes_on = following[:1].islower() and not quoted
            shortened = mark[0] == "." and ABBREVIATION.search(
                text, max(start, mark.end() - LONGEST_ABBREVIATION), mark.end()
            )
            if goes_on or (shortened and following):
                continue
            found.append(Sentence(start, closed, mark.start(), mark.end(), tag))
            start = closed + len(text[closed:limit]) - len(text[closed:limit].lstrip())
            tag = quoted and bool(SPEECH.match(following))
        if start < limit:
            found.append(Sentence(start, limit, limit, limit, tag))
    return found


def sentence_marks(text: str, domain: str, sentences: list[Sentence]) -> Marks:
    """What sentences, paragraphs, quotations and parentheses are."""
    marks = Marks(list)
    marks["quotation"] = [found.span() for found in QUOTATION.finditer(text)]
    marks["parentheses"] = [found.span() for found in PARENTHESES.finditer(text)]
    marks["comma clause"] = [found.span() for found in COMMA_CLAUSE.finditer(text)]
    for paragraph in PARAGRAPHS[domain].finditer(text):
        _add_first_word(marks["paragraph start"], text, *paragraph.span())
    for sentence in sentences:
        if not sentence.tag:
            _add_first_word(marks["sentence start"], text, sentence.start, sentence.end)
        if sentence.mark < sentence.mark_end:
            marks["sentence end"].append((sentence.mark, sentence.mark_end))
            mark = text[sentence.mark : sentence.mark_end]
            kind = "question" if "?" in mark else "exclamation" if "!" in mark else ""
            if kind:
                opening = max(text.rfind(sign, sentence.start, sentence.mark) for sign in '"“')
                marks[kind].append((max(opening, sentence.start), sentence.end))
    for start, end in marks["quotation"]:  # speech begins a sentence in the middle of another
        if text[start + 1].isupper() and text[:start].rstrip()[-1:] in (",", ":"):
            _add_first_word(marks["sentence start"], text, start, end)
    return marks


def _add_first_word(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    word = FIRST_WORD.search(text, start, end)
    if word:
        spans.append(word.span())
