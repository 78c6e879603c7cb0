"""The world in which a story happens, and what is so in it at each moment.

A plot acts on the world; the world checks that the act is possible, changes, and hands back the
event for telling. So nobody finds what they hold already, and feelings follow from what happened
and from what somebody is like.
"""

import random
from typing import NamedTuple

from featurefate.corpora.stories.cast import PRONOUNS, Character, Pair, Place, Thing
from featurefate.corpora.stories.words.cast_words import CREATURES, LOOKS
from featurefate.corpora.stories.words.lists import LISTS
from featurefate.corpora.stories.words.phrases import Phrases
from featurefate.corpora.stories.words.scenery import OUTDOORS
from featurefate.corpora.stories.words.things import OBJECTS


class Event(NamedTuple):
    """Something that happened: `kind` names the table of sentences that can tell it."""

    kind: str
    agent: Character | None = None
    patient: Character | None = None
    field: str = ""  # of the plan: told by this event, which is left out if it was told before


class ImpossibleEvent(RuntimeError):
    """A plot tried what cannot happen in the present state of the world."""


# What an occasion makes one feel, and what it makes some natures feel instead.
FOLLOWING: dict[str, tuple[tuple[str, ...], dict[str, tuple[str, ...]]]] = {
    "loss": (
        ("sad", "sad", "worried"),
        {"difficult": ("angry", "sad"), "timid": ("scared", "sad")},
    ),
    "gain": (("happy", "happy", "excited"), {"bold": ("excited", "proud")}),
    "kindness": (("happy", "grateful"), {"difficult": ("surprised", "grateful")}),
    "insult": (("sad",), {"difficult": ("angry",), "bold": ("angry", "sad")}),
    "danger": (("scared",), {"bold": ("worried", "scared", "surprised")}),
    "wrong": (("sorry", "sad"), {"timid": ("scared", "sorry")}),
    "wonder": (("surprised", "excited"), {"timid": ("surprised", "scared"), "bold": ("excited",)}),
    "success": (("happy", "proud"), {"merry": ("happy", "excited")}),
    "failure": (("sad",), {"difficult": ("angry", "sad"), "clever": ("worried", "sad")}),
    "being alone": (("lonely", "sad"), {}),
    "another's luck": (("jealous", "sad"), {"difficult": ("jealous", "angry")}),
    "long day": (("tired",), {}),
    "pity": (("sad", "worried", "surprised"), {}),
}


class World:
    """Cast, thing and place of one story, who holds the thing, and what everybody feels."""

    def __init__(
        self,
        plot: str,
        hero: Character,
        friend: Character,
        elder: Character,
        place: Place,
        rng: random.Random,
    ) -> None:
        self.plot, self.hero, self.friend, self.elder, self.place = plot, hero, friend, elder, place
        self.rng = rng
        self.thing: Thing | None = None
        self.holder: Character | None = None
        self.creature: Character | None = None
        self.words: dict[str, str] = {}  # what a list's name stands for throughout this story
        self.turns: list[tuple[str, str]] = []  # that the plot took: what was open, which way
        self.details: list[tuple[str, str]] = []  # settled phrases: name, phrase
        self.pair = Pair(hero, friend)
        self.present = False  # told in the present tense
        self.arrived = False  # the hero has gone to the place
        self.friend_is = "unknown"  # to the reader: unknown, known, or here

    @property
    def indoors(self) -> bool:
        """Whether the place is one where nobody runs about."""
        return self.place.noun.removeprefix("the ") not in OUTDOORS

    @property
    def roles(self) -> dict[str, Character | Pair | None]:
        """Who is meant by the letters of the sentence notation."""
        return {
            "H": self.hero, "F": self.friend, "E": self.elder, "C": self.creature, "W": self.pair,
        }  # fmt: skip

    def other_kind(self, who: Character) -> str:
        """The kind of the hero, for the friend, and of the friend, for everybody else."""
        return (self.hero if who is not self.hero else self.friend).kind

    def choose(self, turn: str, *ways: str) -> str:
        """One of the ways that the story can go on, noted in the plan."""
        way = ways[int(self.rng.random() * len(ways))]
        self.turns.append((turn, way))
        return way

    def settle(self, name: str, phrases: Phrases | None = None) -> str:
        """A phrase of a list that holds for the whole story; in the plan if it comes to be told."""
        phrase = (phrases or LISTS[name]).draw(self.rng.random)
        self.words[name] = phrase
        self.details.append((name, phrase))
        return phrase

    def draw_thing(self, *kinds: str) -> None:
        """The thing that the story is about, of one of the kinds of `OBJECTS`."""
        kind = kinds[int(self.rng.random() * len(kinds))]
        self.thing = OBJECTS[kind].draw(self.rng.random)
        self.words["look"] = self.thing.look

    def meet_creature(self) -> None:
        """A small animal enters the world, in trouble."""
        kind = CREATURES.draw(self.rng.random)
        while kind in (self.hero.kind, self.friend.kind):
            kind = CREATURES.draw(self.rng.random)
        pronouns = PRONOUNS["it" if self.rng.random() < 0.5 else "he"]
        look = LOOKS.draw(self.rng.random)
        self.creature = Character("creature", kind, pronouns, look=look)
        self.settle("trouble")

    def chance(self, share: float) -> bool:
        """Whether something happens that changes the telling, not the plan."""
        return self.rng.random() < share

    def happens(
        self, kind: str, agent: Character | None = None, patient: Character | None = None
    ) -> Event:
        """An event that changes nothing but the reader's knowledge."""
        return Event(kind, agent or self.hero, patient or self.friend)

    def tells(self, kind: str, field: str) -> Event:
        """A field of the plan is told now, if it was not before."""
        return Event(kind, self.hero, self.friend, field)

    def feels(self, who: Character, feeling: str, about: Character | None = None) -> Event:
        """A feeling arises; how `who` speaks and looks follows it until the next one."""
        who.feeling = feeling
        return Event(f"feels {feeling}", who, about or self._other(who))

    def reacts(self, who: Character, occasion: str) -> Event:
        """The feeling that an occasion gives to somebody of such a nature."""
        usual, by_nature = FOLLOWING[occasion]
        feelings = by_nature.get(who.nature, usual)
        return self.feels(who, feelings[int(self.rng.random() * len(feelings))])

    def quietly(self, who: Character, feeling: str) -> Event:
        """A feeling that is not told, but heard in how `who` speaks."""
        who.feeling = feeling
        return Event("")

    def new_paragraph(self) -> Event:
        """A turn in the story."""
        return Event("¶")

    def takes(self, who: Character, kind: str) -> Event:
        """`who` comes to hold the thing: by finding, buying, being given …"""
        if self.holder is who:
            raise ImpossibleEvent(f"{who.name or who.kind} has the {self.thing.noun} already")
        self.holder = who
        return Event(kind, who, self._other(who))

    def loses(self, who: Character, kind: str) -> Event:
        """The thing is gone, stuck or broken: nobody holds it now."""
        if self.holder is not who:
            raise ImpossibleEvent(f"{who.name or who.kind} does not have the {self.thing.noun}")
        self.holder = None
        return Event(kind, who, self._other(who))

    def gives(self, giver: Character, taker: Character, kind: str) -> Event:
        """The thing goes from one to the other."""
        if self.holder is not giver:
            raise ImpossibleEvent(f"{giver.name or giver.kind} cannot give what they do not have")
        self.holder = taker
        return Event(kind, giver, taker)

    def _other(self, who: Character) -> Character:
        return self.friend if who is self.hero else self.hero
