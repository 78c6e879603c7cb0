"""All tables of sentences, by the kind of event that they tell.

In the text of a table, "== kind" begins the sentences for a kind of event. Each line is one way to
tell it, "3* " makes a line three times as likely, and " // " stands between its moves: a sentence
in the notation of `markup`, a line of direct speech ("H: Hello!"), or "¶", a new paragraph.
"""

import re
from functools import cache

from featurefate.corpora.stories.frames.endings import ENDINGS
from featurefate.corpora.stories.frames.feelings import FEELINGS, GOING, HELP
from featurefate.corpora.stories.frames.of_company import COMPANY
from featurefate.corpora.stories.frames.of_courage import COURAGE
from featurefate.corpora.stories.frames.of_home import HOME
from featurefate.corpora.stories.frames.of_things import THINGS_LOST
from featurefate.corpora.stories.frames.openings import OPENINGS, SCENES

Moves = tuple[str, ...]

_WEIGHT = re.compile(r"(\d+)\* ")


def tables_of(text: str) -> dict[str, tuple[Moves, ...]]:
    """Kind of event → the ways to tell it, each as often as it is likely."""
    tables = {}
    for section in text.split("== ")[1:]:
        kind, *lines = (line.strip() for line in section.strip().split("\n"))
        ways = []
        for line in lines:
            weight = _WEIGHT.match(line)
            moves = tuple((line[weight.end() :] if weight else line).split(" // "))
            ways.extend([moves] * (int(weight[1]) if weight else 1))
        tables[kind.strip()] = tuple(ways)
    return tables


_TEXTS = (
    OPENINGS, SCENES, FEELINGS, HELP, GOING, ENDINGS, THINGS_LOST, HOME, COURAGE, COMPANY,
)  # fmt: skip
TABLES: dict[str, tuple[Moves, ...]] = {
    kind: ways for text in _TEXTS for kind, ways in tables_of(text).items()
}


@cache
def ways_to_tell(kind: str, field: str = "", absent: str = "") -> tuple[Moves, ...]:
    """The ways to tell an event that name the field of the plan, and nobody who is absent.

    `absent` are letters of characters whom the reader has not met; a way may introduce them.
    Raises KeyError naming the kind where there are no such ways.
    """
    names_field = re.compile(rf"\{{(?:\w+ )?{field}\}}")
    names_absent = re.compile(rf"\{{[{absent}{absent.lower()}][.}}]|^[{absent}][:(]")
    ways = tuple(
        way
        for way in TABLES[kind]
        if (not field or any(map(names_field.search, way)))
        and (not absent or "{a F}" in " ".join(way) or not any(map(names_absent.search, way)))
    )
    if not ways:
        raise KeyError(f"nothing tells {kind!r} with field {field!r} without {absent!r}")
    return ways
