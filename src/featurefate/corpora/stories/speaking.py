"""How direct speech is introduced, and which verb says it."""

import random
import re
from functools import cache

from featurefate.corpora.stories.words.lists import LISTS

_MOVE = re.compile(r"([A-Z])(?:\((\w+)\))?: (.*)", re.S)

# How a line is wrapped; %f is the line as it stands, %l the line leading on ("I can," said …).
_WEIGHTED = (
    ("{S} <s:{did utter}>, %f", 30),
    ("%l {S} <s:{did utter}>.", 30),
    ("%l <s:{did utter}> {S.n}.", 8),
    ("{S} {did gesture} and <s:{did utter}>, %f", 22),
    ("%l {S} <s:{did utter}>, {doing gesture}.", 2),
    ("{S} <s:{did utter}> [softly|quietly|loudly|kindly|again], %f", 1),
)
WRAPPERS = tuple(wrapper for wrapper, weight in _WEIGHTED for _ in range(weight))


@cache
def line_of(move: str) -> tuple[str, str | None, str] | None:
    """Who says what, and how, where a move is direct speech ("H: Hello!", "F(shout): Stop!")."""
    match = _MOVE.fullmatch(move)
    return (match[1], match[2], match[3]) if match else None


def utterance(line: str, feeling: str, rng: random.Random) -> str:
    """The speech verb that fits the line and the mood of who says it."""
    if line.endswith("?"):
        return "ask" if rng.random() < 0.7 else "say"
    if line.endswith("]"):  # how the line ends is not known yet
        return "say"
    if rng.random() < (0.5 if line.endswith("!") else 0.12):
        return LISTS[f"utter {feeling}"].draw(rng.random)
    return "say"
