"""The **stories** domain: a small world simulated, then told (after TinyStories, Eldan & Li 2023).

Story `number` of a seed is always the same story; there is no last one.
"""

import random
from bisect import bisect
from collections.abc import Callable, Container, Iterator
from itertools import accumulate
from typing import NamedTuple

from featurefate.corpora.document import Span
from featurefate.corpora.stories.cast import PRONOUNS, Character
from featurefate.corpora.stories.inflection import PAST, PRESENT
from featurefate.corpora.stories.plan import outline
from featurefate.corpora.stories.plots.table import PLOTS
from featurefate.corpora.stories.teller import Teller
from featurefate.corpora.stories.words import cast_words as people
from featurefate.corpora.stories.words.feelings import TRAITS
from featurefate.corpora.stories.words.phrases import Phrases
from featurefate.corpora.stories.words.scenery import OUTDOORS, PLACE_WEIGHTS, PLACES
from featurefate.corpora.stories.world import Event, World


class Story(NamedTuple):
    """A story, what it is about, and what is known of its words.

    `plan` is the abstract story: who is in it, what they are like, what happens and how it turns
    out. It has nothing that `text` does not tell. `spans` are (start, end, concept) in characters
    of `text`, in order; their concepts are those of `truth.STORY_CONCEPTS`.
    """

    text: str
    plan: str
    spans: tuple[Span, ...]


def tell_story(number: int, seed: int) -> Story:
    """Story `number` of a seed, in a few short paragraphs, ending in a newline.

    Stories with numbers below `plan.DIFFERENT_PLANS` (89 280) all have different plans.
    Raises ValueError for a negative number.
    """
    world, events = _simulation(number, seed)
    tense = PRESENT if world.present else PAST
    teller = Teller(world, random.Random(f"telling {seed} {number}"), tense)
    for event in events:
        teller.tell(event)
    return Story(teller.text(), _plan(world, teller.told), tuple(sorted(teller.spans)))


def _simulation(number: int, seed: int) -> tuple[World, Iterator[Event]]:
    """The world of a story, and what happens in it: simulated as the events are taken."""
    given = outline(number, seed)
    rng = random.Random(f"story {seed} {number}")
    plot = _plot_for(given.nature, rng.random)
    hero = _somebody("hero", given.trait, given.nature, rng.random)
    friend = _friend_of(hero, rng.random)
    place = _PLACE_NAMES.draw(rng.random)
    while PLOTS[plot].outdoors and place not in OUTDOORS:
        place = _PLACE_NAMES.draw(rng.random)
    world = World(plot, hero, friend, _elder(hero, friend, rng.random), PLACES[place], rng)
    world.present = rng.random() < 0.09
    world.words |= {
        "habit": given.habit, "treat": given.treat, "run": _way_of_running(hero.kind),
        "trait": hero.trait, "friend trait": friend.trait,
    }  # fmt: skip
    return world, PLOTS[plot].happens(world)


def _plan(world: World, told: Container[str]) -> str:
    """The plot, its turns, and every detail that was told."""
    thing = world.thing
    who, other = (
        someone.kind if f"{someone.role} kind" in told else someone.name
        for someone in (world.hero, world.friend)
    )
    fields = [
        ("hero", f"{world.hero.trait} {who} who loves to {world.words['habit']}"),
        ("friend", f"{world.friend.trait} {other}"),
        ("elder", world.elder.kind),
        ("treat", world.words["treat"]),
        ("place", world.place.noun.removeprefix("the ")),
    ]
    if thing:
        fields.append(("thing", f"{thing.look if 'look' in told else ''} {thing.noun}".strip()))
    if world.creature:
        fields.append(("creature", world.creature.kind))
    fields = [field for field in fields + world.details if field[0] in told]
    return "; ".join(
        f"{name}: {value}" for name, value in [("plot", world.plot), *fields, *world.turns]
    )


_PLACE_NAMES = Phrases(", ".join(f"{name}*{weight}" for name, weight in PLACE_WEIGHTS))


def _plot_for(nature: str, random: Callable[[], float]) -> str:
    names, bounds = _PLOTS_FOR[nature]
    return names[bisect(bounds, random())]


def _plots_for(nature: str) -> tuple[list[str], list[float]]:
    names = [n for n, plot in PLOTS.items() if not plot.natures or nature in plot.natures]
    total = sum(PLOTS[name].weight for name in names)
    return names, [w / total for w in accumulate(PLOTS[name].weight for name in names)][:-1]


_PLOTS_FOR = {
    nature: _plots_for(nature)
    for nature in ("gentle", "bold", "timid", "difficult", "merry", "clever")
}


def _somebody(role: str, trait: str, nature: str, random: Callable[[], float]) -> Character:
    """A child or, less often, an animal."""
    share = random()
    if share < 0.34:
        kind, name, pronoun = "girl", people.GIRLS.draw(random), "she"
    elif share < 0.68:
        kind, name, pronoun = "boy", people.BOYS.draw(random), "he"
    else:
        kind, name = people.ANIMALS.draw(random), people.PETS.draw(random)
        female = name in people.SHE_NAMES or (name not in people.HE_NAMES and random() < 0.4)
        pronoun = "she" if female else "he"
    look = people.LOOKS.draw(random) if share >= 0.68 else "little"
    return Character(role, kind, PRONOUNS[pronoun], name, trait, nature, look=look)


def _friend_of(hero: Character, random: Callable[[], float]) -> Character:
    """Somebody else: children mostly have children for friends, and animals animals."""
    animal_story = hero.kind not in ("girl", "boy")
    while True:
        friend = _somebody("friend", *TRAITS[int(random() * len(TRAITS))], random)
        animal = friend.kind not in ("girl", "boy")
        if friend.name == hero.name or friend.trait == hero.trait:
            continue
        if animal and friend.kind == hero.kind:
            continue
        if animal_story == animal or random() < 0.25:
            break
    if animal and random() < 0.3:
        friend.name = ""
    return friend


def _elder(hero: Character, friend: Character, random: Callable[[], float]) -> Character:
    animal_story = hero.kind not in ("girl", "boy")
    if random() < (0.55 if animal_story else 0.85):
        relation = people.RELATIVES.draw(random)
        pronouns = PRONOUNS["she" if relation in people.FEMALE else "he"]
        return Character("elder", relation, pronouns, relation=relation)
    kind = people.STRANGERS.draw(random)
    while kind.split()[-1] in (hero.kind, friend.kind):
        kind = people.STRANGERS.draw(random)
    pronouns = PRONOUNS["she" if kind in people.FEMALE else "he"]
    return Character("elder", kind, pronouns)


def _way_of_running(kind: str) -> str:
    return "fly" if kind in people.FLYERS else "hop" if kind in people.HOPPERS else "run"
