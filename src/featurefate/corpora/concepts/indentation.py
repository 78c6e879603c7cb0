"""How deep lines are indented, in levels of the text's own unit."""

import re
from bisect import bisect_right
from collections import Counter

from featurefate.corpora.concepts.syntax import Marks

LINE = re.compile(r"^([ \t]*)(?=\S)", re.MULTILINE)
USUAL = 4  # columns, where a text never goes deeper


def indentation_marks(text: str, opaque: list[tuple[int, int]]) -> Marks:
    """The white space before lines. Lines that begin inside `opaque` spans (long strings and
    comments) are not the code's own and left out."""
    inside = sorted(span for span in opaque if "\n" in text[slice(*span)])
    starts = [start for start, _ in inside]
    lines = []
    for line in LINE.finditer(text):
        before = bisect_right(starts, line.start() - 1) - 1
        if before < 0 or inside[before][1] <= line.start():
            lines.append((line.start(), line.end(), len(line[1].expandtabs(USUAL))))
    unit = _unit([width for _, _, width in lines])
    marks = Marks(list)
    for start, end, width in lines:
        if width:
            level = min(3, max(1, round(width / unit)))
            marks[f"indentation {level}{'+' if level == 3 else ''}"].append((start, end))
    return marks


def _unit(widths: list[int]) -> int:
    """The commonest step inwards from one line to the next; the smaller of equally common ones."""
    pairs = zip(widths, widths[1:], strict=False)
    steps = Counter(after - before for before, after in pairs if 1 < after - before <= 8)
    return min(steps, key=lambda step: (-steps[step], step), default=USUAL)
