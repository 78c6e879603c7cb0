"""Which story a number stands for, before anything is told.

Three things of every plan, which every story tells, come from the number by a permutation of all
their combinations, so no plan can return before all of them have been used, whatever chance does
with the rest.
"""

import hashlib
import math
from typing import NamedTuple

from featurefate.corpora.stories.words.feelings import TRAITS
from featurefate.corpora.stories.words.lists import LISTS

_TREATS = LISTS["treat"].items
_HABITS = LISTS["habit"].items
DIFFERENT_PLANS = len(TRAITS) * len(_HABITS) * len(_TREATS)


class Outline(NamedTuple):
    """What the number itself decides: what the hero is like, loves to do, and loves to eat."""

    trait: str
    nature: str
    habit: str
    treat: str


def outline(number: int, seed: int) -> Outline:
    """The outline of story `number`: different for any two numbers below `DIFFERENT_PLANS`.

    Raises ValueError for a negative number.
    """
    if number < 0:
        raise ValueError(f"stories are numbered from 0, not {number}")
    step, start = _permutation(seed)
    rest = (number * step + start) % DIFFERENT_PLANS
    rest, hero = divmod(rest, len(TRAITS))
    habit, treat = divmod(rest, len(_TREATS))
    return Outline(*TRAITS[hero], _HABITS[habit], _TREATS[treat])


def _permutation(seed: int) -> tuple[int, int]:
    """Step and start of n → n·step + start, a permutation as the step has no common factor."""
    digest = hashlib.blake2b(f"plans of stories {seed}".encode(), digest_size=16).digest()
    step = int.from_bytes(digest[:8], "big") % DIFFERENT_PLANS
    while math.gcd(step, DIFFERENT_PLANS) != 1:
        step += 1
    return step, int.from_bytes(digest[8:], "big") % DIFFERENT_PLANS
