"""How events become sentences: who is called what, in which tense, and who speaks how.

A `Teller` remembers who was named last, so that a name is followed by pronouns as long as nobody
else could be meant, and it marks what it says with the concepts that the simulation knows of.
"""

import random
import re
from collections.abc import Callable
from typing import NamedTuple

from featurefate.corpora.stories.cast import Character, Pair
from featurefate.corpora.stories.frames.tables import Moves, ways_to_tell
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
from featurefate.corpora.stories.speaking import WRAPPERS, line_of, utterance
from featurefate.corpora.stories.transcript import Mark, Transcript
from featurefate.corpora.stories.words.lists import LISTS
from featurefate.corpora.stories.world import Event, World

_CONTINUES = ("{h} ", "{w} ", "{a} ")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\" ]*\s")
_ARTICLE = re.compile(r"\b(?:the|an?) ")


class _Moment(NamedTuple):
    """What a teller has to know again to take back what it told since."""

    mark: Mark
    focus: dict[str, Character | Pair | None]
    named: dict[int, int]
    move: int
    told: set[str]


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
        self.told: set[str] = set()  # fields of the plan, and roles, that the text names
        self._said = ""  # the text so far, in small letters
        self._told: set[Moves] = set()
        self._drawn: set[str] = set()  # phrases that chance gave to this story
        self._leading = False  # the next direct speech is followed by who says it
        self._focus: dict[str, Character | Pair | None] = {}  # subject pronoun → whom it would mean
        self._named: dict[int, int] = {}  # id of a character → the move it was last mentioned in
        self._roles: dict[str, Character | Pair | None] = {}

    # --- the story as a whole

    def tell(self, event: Event) -> None:
        """Say what happened, in one of the ways that there are for such an event."""
        if not event.kind or event.field in self.told:
            return
        if event.kind == "¶":
            self.paragraph()
            return
        self._roles = {"A": event.agent, "B": event.patient, **self.world.roles}
        if event.kind.endswith(" today"):
            self._begun = True
        before = self._moment()
        for tries_left in (2, 1, 0):
            self._tell_moves(self._way_to_tell(event))
            said = self.text_since(before.mark).lower()
            if not self._repeats(said):
                break
            if tries_left or event.kind.startswith("feels "):
                self._return_to(before)
                said = ""
        self._said += said

    def _tell_moves(self, moves: Moves) -> None:
        told_before = False  # whether the move before this one was told, not spoken
        for move in moves:
            if move == "¶":
                self.paragraph()
            elif line := line_of(move):
                self._say(*line)
            else:
                self._leading = False
                if told_before and move.startswith(_CONTINUES) and self.random() < 0.4:
                    self.join()
                self._sentence(move)
                told_before = True

    def _repeats(self, said: str) -> bool:
        """Whether a sentence, or how it ends, was said before, if perhaps of somebody else."""
        for sentence in _SENTENCE_END.split(said):
            predicate = sentence.strip(' "\n').partition(" ")[2].rstrip('.,!?"\n')
            end = predicate.rpartition(" and ")[2]
            if (len(predicate) > 8 and predicate in self._said) or (
                end.count(" ") > 1 and end in self._said
            ):
                return True
        return False

    def _moment(self) -> "_Moment":
        focus, named = dict(self._focus), dict(self._named)
        return _Moment(self.mark(), focus, named, self._move, set(self.told))

    def _return_to(self, moment: "_Moment") -> None:
        """Take back everything told since."""
        self.back_to(moment.mark)
        self._focus, self._named = dict(moment.focus), dict(moment.named)
        self._move, self.told = moment.move, set(moment.told)

    def _way_to_tell(self, event: Event) -> Moves:
        """One of the ways for such an event, if possible one that was not used in this story."""
        world = self.world
        absent = "F" if world.friend_is == "unknown" else ""
        if absent and event.patient is world.friend:
            absent = "FB"
        options = ways_to_tell(event.kind, event.field, absent)
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
        self.world.words["utter"] = manner or utterance(line, feeling, self.rng)
        self.world.words["gesture"] = LISTS[f"gesture {feeling}"].draw(self.random)
        wrapper = WRAPPERS[int(self.random() * len(WRAPPERS))]
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
        unknown = who.role not in self.told
        self.told.add(who.role)
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
        elif who.name and (
            unknown or self.random() > 0.05 or who.kind == self.world.other_kind(who)
        ):
            self.emit(who.name, who.role)
        else:
            look = f"{who.look} " if who.look and self.random() < 0.3 else ""
            self.told.add(f"{who.role} kind")
            self.emit(f"the {look}{who.kind}", who.role)

    def _introduce(self, who: Character) -> None:
        """The first mention: "a shy little girl named Sue", "his mom"."""
        self._plural = False
        if who.relation:
            self._name(who)
        else:
            self.told |= {who.role, f"{who.role} kind"}
            start, chance = self.open(), self.random()
            if chance < 0.3:
                self.emit(with_article(f"{self._looks(who)} {who.kind}"))
            elif chance < 0.85 and who.trait:
                self.told.add("friend trait" if who.role == "friend" else "trait")
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
        self.told.add(who.role)
        if kind in ("kind", "look"):
            self.told.add(f"{who.role} {kind}")
            self.emit(getattr(who, kind))
        elif who.relation:
            self.emit(capitalised(who.relation.split()[-1]), who.role)
        else:
            self.emit(who.name or f"{who.look} {who.kind}".strip(), who.role)

    # --- things, places, phrases of the lists

    def _thing(self, kind: str) -> None:
        thing = self.world.thing
        self.told.add("thing")
        if kind == "a":
            self.told.add("look")
            size = thing.size if thing.size != f"{thing.look}, " else ""
            self.emit(with_article(f"{size}{thing.look} {thing.noun}"), "wanted thing")
        elif kind == "use":
            use = thing.uses[int(self.random() * len(thing.uses))]
            before, it, after = use.partition("it")
            self.emit(before)
            self.emit(it, "pronoun for wanted thing")
            self.emit(after)
        else:
            look = f"{thing.look} " if self.random() < 0.2 else ""
            if look:
                self.told.add("look")
            the = "the " if kind == "the" else ""
            self.emit(f"{the}{look}{thing.noun}", "wanted thing")

    def _place(self, kind: str) -> None:
        place = self.world.place
        self.told.add("place")
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
            self.told.add(name)
        elif name == "found spot":
            spots = LISTS["inside spot" if self.world.indoors else "spot"]
            phrase = self.world.words[name] = spots.draw(self.random)  # kept for the whole story
        elif name == "search":
            phrase = self._fresh(self._search)
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
            self.emit(with_article(phrase).removesuffix(phrase))
        elif kind == "the":
            phrase = f"the {phrase}"
        elif kind == "do":
            phrase = phrase.replace(" & ", " and ")
        if "_" in phrase or "{" in phrase:  # has verbs and persons of its own
            start = self.open()
            compiled(phrase).tell(self)
            if concept:
                self.close(start, concept)
        else:
            self.emit(phrase, concept)

    def _search(self) -> str:
        """Somewhere to look where the lost thing is not."""
        hidden = _ARTICLE.sub("", self.world.words.get("hidden spot", ""))
        while True:
            phrase = LISTS["search"].draw(self.random)
            if _ARTICLE.sub("", phrase) != f"look {hidden}":
                return phrase

    def _fresh(self, draw: Callable[[], str]) -> str:
        """A phrase that this story has not used yet, if a few draws find one."""
        for _ in range(3):
            phrase = draw()
            if phrase not in self._drawn:
                break
        self._drawn.add(phrase)
        return phrase
