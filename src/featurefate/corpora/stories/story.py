"""The **stories** domain: a small world simulated, then told (after TinyStories, Eldan & Li 2023).

Story `number` of a seed is always the same story; there is no last one.
"""

import random
from collections.abc import Callable

from featurefate.corpora.stories.of_courage import afraid, contest, lost_creature, truth
from featurefate.corpora.stories.of_things import making, out_of_reach, quarrel, waiting
from featurefate.corpora.stories.telling import Teller
from featurefate.corpora.stories.world import draw_world

PLOTS: tuple[Callable[[Teller], None], ...] = (
    out_of_reach, quarrel, making, afraid, lost_creature, truth, waiting, contest,
)  # fmt: skip


def tell_story(number: int, seed: int) -> str:
    """One story of a few short paragraphs, ending in a newline."""
    rng = random.Random(f"story {seed} {number}")
    teller = Teller(rng, draw_world(rng))
    teller.opening()
    rng.choice(PLOTS)(teller)
    return teller.text()
