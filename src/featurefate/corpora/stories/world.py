"""The world in which the stories happen: characters who want, feel, quarrel and help.

A world is drawn first; what is told about it follows from its state. So a reader of the story can
infer what was never drawn directly: who is happy at the end, and why.
"""

import random
from dataclasses import dataclass, field

from featurefate.corpora.stories import words as lexicon


@dataclass
class Character:
    """Somebody in the story. `feeling` is the present one, `felt` all of them in order."""

    name: str
    kind: str  # girl, boy, or an animal
    pronoun: str  # she, he
    trait: str = "kind"
    feeling: str = "calm"
    felt: list[str] = field(default_factory=list)

    @property
    def them(self) -> str:
        return {"she": "her", "he": "him"}[self.pronoun]

    @property
    def their(self) -> str:
        return {"she": "her", "he": "his"}[self.pronoun]

    def feels(self, feeling: str) -> None:
        """Events change feelings; what comes next is told accordingly."""
        self.feeling = feeling
        self.felt.append(feeling)


@dataclass
class World:
    """Two friends, somebody older, a place and a time."""

    hero: Character
    friend: Character
    elder: Character
    place: str
    time: str
    weather: str


def draw_world(rng: random.Random) -> World:
    """A world of children, or of animals, or of a child with an animal for a friend."""
    animals = rng.random() < 0.35
    hero = _animal(rng) if animals else _child(rng)
    friend = _animal(rng) if animals or rng.random() < 0.2 else _child(rng)
    while friend.name == hero.name or friend.kind == hero.kind == "animal":
        friend = _child(rng) if not animals else _animal(rng)
    hero.trait, friend.trait = rng.sample(sorted(lexicon.TRAITS), 2)
    title, pronoun = rng.choice(lexicon.ELDERS)
    if animals:
        elder = Character(f"the old {rng.choice(lexicon.ANIMALS)}", "elder", pronoun)
    else:
        elder = Character(f"{hero.their} {title}", "elder", pronoun)
    return World(
        hero, friend, elder,
        place=rng.choice(sorted(lexicon.PLACES)),
        time=rng.choice(lexicon.TIMES),
        weather=rng.choice(lexicon.WEATHER),
    )  # fmt: skip


def _child(rng: random.Random) -> Character:
    if rng.random() < 0.5:
        return Character(rng.choice(lexicon.GIRLS), "girl", "she")
    return Character(rng.choice(lexicon.BOYS), "boy", "he")


def _animal(rng: random.Random) -> Character:
    return Character(
        rng.choice(lexicon.ANIMAL_NAMES), rng.choice(lexicon.ANIMALS), rng.choice(("she", "he"))
    )
