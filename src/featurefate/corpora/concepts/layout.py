"""Lines and numbers, in any text."""

import re

from featurefate.corpora.concepts.syntax import Marks

PATTERNS = {
    "line start": re.compile(r"(?:^|(?<=\n))[^\S\n]*(\S)"),
    "line end": re.compile(r"(\n)"),
    "blank line": re.compile(r"(\n[^\S\n]*\n\s*)(?=\S|$)"),
}
NUMBER = re.compile(r"(?<![\w.])([0-9]+(?:[.,][0-9]+)*(?:[eE][+-]?[0-9]+)?)(?![\w])")


def layout_marks(text: str) -> Marks:
    """Where lines begin and end."""
    marks = Marks(list)
    for concept, pattern in PATTERNS.items():
        marks[concept] = [found.span(1) for found in pattern.finditer(text)]
    return marks


def number_marks(text: str) -> Marks:
    """Numbers in prose; in code the language's own grammar knows better."""
    return Marks(list, {"number": [found.span(1) for found in NUMBER.finditer(text)]})
