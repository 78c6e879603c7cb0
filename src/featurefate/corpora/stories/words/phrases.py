"""Weighted lists of phrases, read from plain text."""

import re
from bisect import bisect
from collections.abc import Callable
from itertools import accumulate

_HEADER = re.compile(r"^== ([\w ]+?)(?: \(([\w ]+)\))?$", re.M)


class Phrases:
    """Phrases to draw from. `concept` is what each of them is known to be, if anything."""

    def __init__(self, text: str, concept: str | None = None) -> None:
        self.items: tuple[str, ...] = ()
        weights = []
        for entry in " ".join(text.split()).split(","):
            phrase, _, weight = entry.strip().partition("*")
            if phrase:
                self.items += (phrase,)
                weights.append(int(weight or 1))
        total = sum(weights)
        self._bounds = [weight / total for weight in accumulate(weights)][:-1]
        self.concept = concept

    def draw(self, random: Callable[[], float]) -> str:
        """One of the phrases; "phrase*3" in the text is three times as likely as "phrase"."""
        return self.items[bisect(self._bounds, random())]


def lists_of(text: str) -> dict[str, Phrases]:
    """Lists from a text in which "== name" or "== name (concept)" begins each of them."""
    parts = _HEADER.split(text)[1:]
    return {
        name: Phrases(body, concept)
        for name, concept, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    }
