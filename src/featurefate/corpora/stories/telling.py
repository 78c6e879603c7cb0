"""How sentences are made: openings, speech, feelings, pronouns and articles.

A `Teller` holds the story so far. It remembers who was named last, so that a name is followed by
pronouns, as in stories that people tell.
"""

import random

from featurefate.corpora.stories import words as lexicon
from featurefate.corpora.stories.world import Character, World


def with_article(thing: str) -> str:
    """ "a ball", "an old hat": the indefinite article that the sound of the next word asks for."""
    vowel = thing[0].lower() in "aeiou" or thing.startswith("honest")
    return f"{'an' if vowel else 'a'} {thing}"


def capitalised(sentence: str) -> str:
    """The sentence with its first letter large, after a quotation mark too."""
    first = 1 if sentence.startswith('"') else 0
    return sentence[:first] + sentence[first].upper() + sentence[first + 1 :]


class Teller:
    """Collects the sentences of one story, paragraph by paragraph."""

    def __init__(self, rng: random.Random, world: World) -> None:
        self.rng = rng
        self.world = world
        self._paragraphs: list[list[str]] = [[]]
        self._last: Character | None = None

    def say(self, *forms: str) -> None:
        """Add one of several forms of a sentence."""
        sentence = self.rng.choice(forms)
        self._paragraphs[-1].append(capitalised(sentence))
        self._remember(sentence)

    def maybe(self, chance: float, *forms: str) -> None:
        """Add one of the forms, or, more or less often, nothing."""
        if self.rng.random() < chance:
            self.say(*forms)

    def paragraph(self) -> None:
        """What follows begins a new paragraph, and names people again."""
        if self._paragraphs[-1]:
            self._paragraphs.append([])
        self._last = None

    def text(self) -> str:
        """The story so far."""
        return "\n\n".join(" ".join(p) for p in self._paragraphs if p) + "\n"

    def who(self, character: Character) -> str:
        """The name, or the pronoun when the same one was spoken of just before."""
        again = self._last is character and self.rng.random() < 0.7
        self._last = character
        return character.pronoun if again else character.name

    def _remember(self, sentence: str) -> None:
        """Know whom the next pronoun would be understood to mean: nobody, after two or none."""
        people = (self.world.hero, self.world.friend, self.world.elder)
        named = [person for person in people if person.name in sentence]
        if named:
            self._last = named[0] if len(named) == 1 else None
        elif self._last and self._last.pronoun not in sentence.lower().split():
            self._last = None

    def opening(self) -> None:
        """Who this is about, what they are like, where they are."""
        hero, world, rng = self.world.hero, self.world, self.rng
        adjective = rng.choice(("little", "small", "young", hero.trait))
        what = with_article(f"{adjective} {hero.kind}")
        self.say(
            f"Once upon a time, there was {what} named {hero.name}.",
            f"Once there was {what} called {hero.name}.",
            f"There once was {what} whose name was {hero.name}.",
            f"{hero.name} was {what}.",
            f"In a small house near {world.place} lived {what} named {hero.name}.",
            f"A long time ago, {what} named {hero.name} lived close to {world.place}.",
        )
        self._last = hero
        habit = lexicon.TRAITS[hero.trait]
        self.say(
            f"{self.who(hero)} was very {hero.trait} and {habit}.",
            f"Everyone knew that {hero.name} was {hero.trait}, because {hero.pronoun} {habit}.",
            f"{self.who(hero)} {habit}.",
        )

    def scene(self) -> None:
        """When and where the story begins, and what there is to see."""
        world, rng = self.world, self.rng
        sight = rng.choice(lexicon.PLACES[world.place])
        together = rng.random() < 0.5
        at = "in" if world.place in lexicon.INSIDE else "at"
        party = f"{world.hero.name} and {world.elder.name}" if together else world.hero.name
        self.say(
            f"{world.time}, {party} went to {world.place}.",
            f"{world.time}, {party} walked to {world.place}.",
            f"{world.time}, {world.hero.name} was playing near {sight} {at} {world.place}.",
        )
        self.maybe(0.6, f"{world.weather}.")
        self.maybe(0.3, f"{self.who(world.hero)} looked at {sight} and felt glad to be there.")

    def meets(self, character: Character) -> None:
        """A second character comes in."""
        hero = self.world.hero
        who = with_article(f"{character.trait} {character.kind}")
        friend = f"{hero.their} friend {character.name}"
        self.say(
            f"There {hero.pronoun} met {who} named {character.name}.",
            f"Then {friend}, {who}, came along.",
            f"{capitalised(friend)} was there too.",
            f"{character.name}, {who}, came over to play.",
        )

    def feels(self, character: Character, feeling: str) -> None:
        """A feeling arises and shows."""
        character.feels(feeling)
        look = self.rng.choice(lexicon.FEELINGS[feeling][0])
        who = self.who(character)
        self.say(
            f"{who} {look}.",
            f"{who} was {feeling} and {look}.",
            f"{who} felt {feeling}.",
            f"Now {who} was very {feeling}.",
        )

    def speaks(self, character: Character, *lines: str, to: Character | None = None) -> None:
        """Direct speech, in the manner of what the character feels. Lines end in . ! or ?"""
        line = self.rng.choice(lines)
        verbs = lexicon.FEELINGS[character.feeling][1]
        if character.feeling == "calm" and line[-1] in "?!":
            verbs = ("asked",) if line.endswith("?") else ("called", "said")
        verb = self.rng.choice(verbs)
        who = self.who(character)
        spoken = line[:-1] + "," if line.endswith(".") else line
        address = f" to {to.name}" if to and verb == "said" else ""
        self.say(
            f'"{spoken}" {who} {verb}{address}.',
            f'"{spoken}" {who} {verb}{address}.',
            f'{who} {verb}{address}, "{line}"',
        )

    def later(self) -> str:
        """A phrase that moves time on."""
        return self.rng.choice(lexicon.NEXT)

    def moral(self, *lessons: str) -> None:
        """How it ends for everyone, and what was learned."""
        hero, rng = self.world.hero, self.rng
        lesson = rng.choice(lessons)
        self.paragraph()
        self.maybe(
            0.5,
            f"That night, {hero.name} fell asleep with a smile.",
            f"On the way home, {hero.name} held {self.world.elder.name}'s hand.",
            "When the stars came out, everyone went home.",
            "They played together until the sun went down.",
        )
        self.say(
            f"From that day on, {hero.name} knew that {lesson}.",
            f"{hero.name} learned that {lesson}.",
            f"{hero.name} and {self.world.friend.name} both knew now that {lesson}.",
            f"And {hero.name} never forgot that {lesson}.",
            f'"{capitalised(lesson)}," {hero.name} told everyone.',
            f"And so {hero.name} found out that {lesson}.",
        )
        self.maybe(0.25, "The end.", "They all lived happily ever after.")
