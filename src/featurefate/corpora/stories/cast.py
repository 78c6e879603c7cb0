"""Who and what a story is about."""

from dataclasses import dataclass
from typing import NamedTuple


class Pronouns(NamedTuple):
    subject: str
    object: str
    possessive: str
    reflexive: str


PRONOUNS = {
    "he": Pronouns("he", "him", "his", "himself"),
    "she": Pronouns("she", "her", "her", "herself"),
    "it": Pronouns("it", "it", "its", "itself"),
    "they": Pronouns("they", "them", "their", "themselves"),
}


@dataclass(eq=False)
class Character:
    """Somebody in the story, with what the simulation knows of them now.

    `name` is empty for those who are called by their kind ("the bird"); `relation` is set for
    those who are somebody's ("his mom"). `nature` is the group that the trait belongs to.
    """

    role: str  # the concept: hero, friend, elder, creature
    kind: str
    pronouns: Pronouns
    name: str = ""
    trait: str = ""
    nature: str = "gentle"
    relation: str = ""
    look: str = ""
    feeling: str = "calm"
    plural = False


@dataclass(eq=False)
class Pair:
    """Two characters who do something together."""

    first: Character
    second: Character
    role: str = "pair"
    plural = True
    pronouns = PRONOUNS["they"]


@dataclass(frozen=True)
class Thing:
    """An object: what it is called, how it looks, and what can be done with it ("throw {it}")."""

    noun: str
    look: str
    size: str  # or another second adjective; may be empty
    uses: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """A place: how one is there ("in the park"), gets there, and what is found and done there."""

    at: str
    to: str
    noun: str
    sights: tuple[str, ...]
    games: tuple[str, ...]
