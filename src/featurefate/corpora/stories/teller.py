"""How events become sentences: who is called what, in which tense, and who speaks how.

A `Teller` remembers who was named last, so that a name is followed by
pronouns as long as nobody else could be meant, and it marks what it says with the concepts that
the simulation knows to be there.
"""

import random
import re
from collections.abc import Callable
from functools import cache

from featurefate.corpora.stories.cast import Character, Pair
from featurefate.corpora.stories.frames.tables import frames_of
from featurefate.corpora.stories.inflection import (
    ING,
    PAST,
    PLURAL_PRESENT,
    PRESENT,
    capitalised,
    finite,
    inflected,
    negative,
    with_article,
)
from featurefate.corpora.stories.markup import compiled
from featurefate.corpora.stories.transcript import Transcript
from featurefate.corpora.stories.words.lists import LISTS
from featurefate.corpora.stories.world import Event, World

_CONTINUES = ("{h} ", "{w} ", "{a} ")
_MOVE = re.compile(r"([A-Z])(?:\((\w+)\))?: (.*)", re.S)

# How a line is wrapped; %f is the line as it stands, %l the line leading on ("I can," said …).
_WRAPPERS = (
    ("{S} <s:{did utter}>, %f", 30),
    ("%l {S} <s:{did utter}>.", 30),
    ("%l <s:{did utter}> {S.n}.", 8),
    ("{S} {did gesture} and <s:{did utter}>, %f", 22),
    ("%l {S} <s:{did utter}>, {doing gesture}.", 2),
    ("{S} <s:{did utter}> [softly|quietly|loudly|kindly|again], %f", 1),
)


class Teller(Transcript):
    """Tells the events of one world, one after the other."""

    def __init__(self, world: World, rng: random.Random, tense: str) -> None:
        super().__init__()
        self.world = world
        self.rng = rng
        self.random = rng.random
        self.tense = tense
        self._plural = False  # the number of the last subject
        self._move = 0  # sentences so far
        self._begun = False  # "one day" was said
        self._told: set[tuple[str, ...]] = set()
        self._drawn: set[str] = set()  # phrases that chance gave to this story
        self._leading = False  # the next direct speech is followed by who says it
        self._focus: dict[str, Character | Pair | None] = {}  # subject pronoun → whom it would mean
        self._named: dict[int, int] = {}  # id of a character → the move it was last mentioned in
        self._roles: dict[str, Character | Pair | None] = {}

    # --- the story as a whole

    def tell(self, event: Event) -> None:
        """Say what happened, in one of the ways that there are for such an event."""
        if not event.kind:
            return
        if event.kind == "¶":
            self.paragraph()
            return
        self._roles = {"A": event.agent, "B": event.patient, **self.world.roles}
        told_before = False  # whether the move before this one was told, not spoken
        if event.kind == "opens today":
            self._begun = True
        for move in self._way_to_tell(event.kind):
            if move == "¶":
                self.paragraph()
            elif line := _line(move):
                self._say(*line)
            else:
                self._leading = False
                if told_before and move.startswith(_CONTINUES) and self.random() < 0.4:
                    self.join()
                self._sentence(move)
                told_before = True

    def _way_to_tell(self, kind: str) -> tuple[str, ...]:
        """One of the ways for such an event, if possible one that was not used in this story."""
        options = frames_of(kind)
        for _ in range(4):
            way = options[int(self.random() * len(options))]
            if way not in self._told:
                break
        self._told.add(way)
        return way

    def paragraph(self) -> None:
        """What follows begins a new paragraph, and names people again."""
        self.new_paragraph()
        self._focus.clear()

    def _sentence(self, source: str) -> None:
        self._move += 1
        self._plural = False
        self.new_sentence()
        compiled(source).tell(self)

    def _say(self, role: str, manner: str | None, line: str) -> None:
        speaker = self._roles[role]
        self._roles["S"] = speaker
        feeling = "calm" if isinstance(speaker, Pair) else speaker.feeling
        self.world.words["utter"] = manner or _utterance(line, feeling, self.rng)
        self.world.words["gesture"] = LISTS[f"gesture {feeling}"].draw(self.random)
        wrapper = _WRAPPER_OF[int(self.random() * len(_WRAPPER_OF))]
        self._leading = wrapper.startswith("%l")
        if self.between == " " and self.random() < 0.33:
            self.paragraph()
        self._sentence(wrapper.replace("%f", "%l").replace("%l", f'"{line}"'))

    # --- what trees of sentences call

    def end_speech(self, start: int) -> None:
        """Close the quotation marks; a sentence that leads on ends in a comma."""
        if self._leading:
            self.comma_for_full_stop()
        self.emit('"')
        self.close(start, "direct speech")

    def verb(self, base: str, plural: bool | None, negated: bool) -> None:
        """A finite verb that agrees with the last subject; "did not" is "didn't" at times."""
        form = finite(base, self.tense, self._plural if plural is None else plural)
        if negated:
            form = negative(form, short=self.random() < 0.22)
        self.emit(form)

    def slot(self, kind: str, name: str) -> None:
        """Whatever the notation of `markup` allows between braces."""
        if name in "HFECABSW" or name in "hfecabsw":
            who = self._roles[name.upper()]
            if who is None:
                raise ValueError(f"nobody plays {name} in the plot {self.world.plot!r}")
            if kind == "a":
                self._introduce(who)
            elif kind in ("call", "kind", "look"):
                self._address(who, kind)
            else:
                self._mention(who, kind, pronoun=name.islower())
        elif name == "T":
            self._thing(kind)
        elif name == "P":
            self._place(kind)
        elif name == "it":
            self.emit("it", "pronoun for wanted thing")
        else:
            self._phrase(kind, name)

    # --- characters

    def _mention(self, who: Character | Pair, form: str, *, pronoun: bool) -> None:
        """A name or a pronoun: a pronoun only where it can mean nobody else."""
        if form not in ("o", "p", "r"):
            self._plural = who.plural
        case = {"o": 1, "p": 2, "r": 3}.get(form, 0)
        key = who.pronouns.subject
        if pronoun and self._focus.get(key) is not who:  # clear only within the sentence
            pronoun = self._named.get(id(who)) == self._move
        elif not pronoun and form != "n":
            recent = self._move - self._named.get(id(who), -9) <= 1
            pronoun = recent and self._focus.get(key) is who and self.random() < 0.85
        if pronoun or form == "r":
            self.emit(who.pronouns[case], f"pronoun for {'a pair' if who.plural else who.role}")
        elif isinstance(who, Pair):
            self._pair(who, case)
        else:
            self._name(who)
            if case == 2:
                self.emit("'s")
        self._focus_on(who)

    def _focus_on(self, who: Character | Pair) -> None:
        """From here a pronoun means `who`, or nobody clearly where two were named together."""
        key = who.pronouns.subject
        before = self._focus.get(key)
        clash = before not in (None, who) and self._named.get(id(before)) == self._move
        self._focus[key] = None if clash else who
        self._named[id(who)] = self._move

    def _pair(self, pair: Pair, case: int) -> None:
        if self.random() < 0.06 and case == 0:
            self.emit("the two friends" if pair.second.role == "friend" else "the two of them")
            return
        self._name(pair.first)
        self.emit(" and ")
        self._name(pair.second, after=pair.first)
        if case == 2:
            self.emit("'s")
        for one in (pair.first, pair.second):
            self._focus_on(one)

    def _name(self, who: Character, after: Character | None = None) -> None:
        """The name, or what stands for it: "his mom", "Tim's mom", "the bird"."""
        if who.relation:
            of = self.world.hero
            clear = of is after or self._focus.get(of.pronouns.subject) is of
            start = self.open()
            if clear:
                self.emit(of.pronouns.possessive, "pronoun for hero")
            elif self.random() < 0.5:  # called as the hero does: "Mom said"
                self.emit(capitalised(who.relation.split()[-1]), who.role)
                return
            else:
                self._name(of)
                self.emit("'s")
            self.emit(" " + who.relation)
            self.close(start, who.role)
        elif who.name and (self.random() > 0.05 or who.kind == self.world.other_kind(who)):
            self.emit(who.name, who.role)
        else:
            look = f"{who.look} " if who.look and self.random() < 0.3 else ""
            self.emit(f"the {look}{who.kind}", who.role)

    def _introduce(self, who: Character) -> None:
        """The first mention: "a shy little girl named Sue", "his mom"."""
        self._plural = False
        if who.relation:
            self._name(who)
        else:
            start, chance = self.open(), self.random()
            if chance < 0.35:
                self.emit(with_article(f"{self._looks(who)} {who.kind}"))
            elif chance < 0.8 and who.trait:
                article = with_article(who.trait).removesuffix(who.trait)
                self.emit(article)
                self.emit(who.trait, "trait word")
                little = "little " if self.random() < 0.3 else ""
                self.emit(f" {little}{who.kind}")
            else:
                self.emit(with_article(who.kind))
            if who.name:
                self.emit(" named " if self.random() < 0.85 else " called ")
                self.emit(who.name)
            self.close(start, who.role)
        self._focus_on(who)

    def _looks(self, who: Character) -> str:
        """How somebody looks who is seen for the first time."""
        if who.kind not in ("girl", "boy") and self.random() < 0.3:
            return LISTS["rare look"].draw(self.random)
        return who.look or "little"

    def _address(self, who: Character, kind: str) -> None:
        """As one is called by others ("Mom", "little bird"), or the bare kind ("girl")."""
        if kind in ("kind", "look"):
            self.emit(getattr(who, kind))
        elif who.relation:
            self.emit(capitalised(who.relation.split()[-1]), who.role)
        else:
            self.emit(who.name or f"{who.look} {who.kind}".strip(), who.role)

    # --- things, places, phrases of the lists

    def _thing(self, kind: str) -> None:
        thing = self.world.thing
        if kind == "a":
            size = thing.size if thing.size != f"{thing.look}, " else ""
            self.emit(with_article(f"{size}{thing.look} {thing.noun}"), "wanted thing")
        elif kind == "use":
            use = thing.uses[int(self.random() * len(thing.uses))]
            before, it, after = use.partition("it")
            self.emit(before)
            self.emit(it, "pronoun for wanted thing")
            self.emit(after)
        else:
            look = f"{thing.look} " if thing.look and self.random() < 0.2 else ""
            the = "the " if kind == "the" else ""
            self.emit(f"{the}{look}{thing.noun}", "wanted thing")

    def _place(self, kind: str) -> None:
        place = self.world.place
        self.emit({"at": place.at, "to": place.to}.get(kind, place.noun), "place")

    def _phrase(self, kind: str, name: str) -> None:
        if name == "once":
            if self._begun:
                name = "next"
            self._begun = True
        elif name in ("spot", "view") and self.world.indoors:
            name = f"inside {name}"
        bound = self.world.words.get(name)
        phrases = LISTS.get(name)
        if bound is not None:
            phrase = bound
        elif name in ("sight", "game") or (name == "play" and self.world.indoors):
            choice = self.world.place.sights if name == "sight" else self.world.place.games
            phrase = self._fresh(lambda: choice[int(self.random() * len(choice))])
        else:
            phrase = self._fresh(lambda: phrases.draw(self.random))
        concept = phrases.concept if phrases else "trait word" if "trait" in name else None
        if kind == "did":
            form = PAST if self.tense == PAST else PLURAL_PRESENT if self._plural else PRESENT
            phrase = (
                phrase.replace(" & ", " and ")
                if form == PLURAL_PRESENT
                else inflected(phrase, form)
            )
        elif kind == "doing":
            phrase = inflected(phrase, ING)
        elif kind == "a":
            phrase = with_article(phrase)
        elif kind == "the":
            phrase = f"the {phrase}"
        elif kind == "do":
            phrase = phrase.replace(" & ", " and ")
        if "_" in phrase:  # a clause of its own, whose verb takes the tense of the story
            start = self.open()
            compiled(phrase).tell(self)
            self.close(start, concept or "weather")
        else:
            self.emit(phrase, concept)

    def _fresh(self, draw: Callable[[], str]) -> str:
        """A phrase that this story has not used yet, if a few draws find one."""
        for _ in range(3):
            phrase = draw()
            if phrase not in self._drawn:
                break
        self._drawn.add(phrase)
        return phrase


_WRAPPER_OF = tuple(wrapper for wrapper, weight in _WRAPPERS for _ in range(weight))


@cache
def _line(move: str) -> tuple[str, str | None, str] | None:
    """Who says what, and how, where a move is direct speech ("H: Hello!", "F(shout): Stop!")."""
    match = _MOVE.fullmatch(move)
    return (match[1], match[2], match[3]) if match else None


def _utterance(line: str, feeling: str, rng: random.Random) -> str:
    """The speech verb that fits the line and the mood of who says it."""
    if line.endswith("?"):
        return "ask" if rng.random() < 0.7 else "say"
    if line.endswith("]"):  # how the line ends is not known yet
        return "say"
    if rng.random() < (0.5 if line.endswith("!") else 0.12):
        return LISTS[f"utter {feeling}"].draw(rng.random)
    return "say"
