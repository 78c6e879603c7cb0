"""The small language in which sentences are written, compiled once into trees that tell themselves.

    {H} _want to {do play} [with|near] {F}, <r:because {h} _be <f:lonely>>.

- `[a|b|]`   one of these, by chance; `[a*3|b]` a three times as often as b
- `_want`    a verb in base form, told in the tense of the story, agreeing with its subject;
             `_be+` is always plural, `_shine-` always singular; `_do not` may become "didn't"
- `<f:sad>`  words of which a concept is known; the letters are in `MARKS`
- `"…"`      direct speech
- `{H}`      a character: hero H, friend F, elder E, creature C, agent A and patient B of the event,
             the pair W. A name or a pronoun, as the teller finds clear; `{h}` is always a pronoun.
             Forms: `.o` object (him), `.p` possessive (his), `.r` reflexive (himself), `.n` name,
             `.call` as addressed, `.kind`; `{a F}` introduces ("a shy boy named Tom")
- `{T}`      the wanted thing: `{a T}` a red ball, `{the T}` the ball, `{T}` ball, `{it}` it
- `{at P}`, `{to P}`, `{the P}`  the place
- `{do x}`, `{did x}`, `{doing x}`  a phrase of the list x that starts with a verb, in that form
- `{a x}`, `{the x}`, `{x}`  a noun phrase or another phrase of the list x

What a slot means is for the teller to know; this module only reads the notation.
"""

import re
from bisect import bisect
from functools import cache
from itertools import accumulate
from typing import NamedTuple, Protocol

MARKS = {
    "f": "feeling word", "q": "trait word", "s": "speech verb", "t": "time phrase", "w": "weather",
    "r": "reason clause", "m": "moral", "o": "opening formula", "e": "ending formula", "p": "place",
}  # fmt: skip

_TOKEN = re.compile(r'_[a-z]+[+-]?(?: not\b)?|\{[^}]*\}|<[a-z]:|[\[\]|>"]|[^_{<\[\]|>"]+')
_WEIGHT = re.compile(r"\*(\d+)$")
_KINDS = frozenset(("a", "the", "do", "did", "doing"))
_SENTENCE_ENDS = re.compile(r"[.!?…] $")


_CHARACTER = re.compile(r"(?<=\{)([HFECABW])(?=\}(.*))", re.S)
_OPENS_PREDICATE = re.compile(
    r" (?:(?:both|never|always|still|really|also|often|just|now|soon|all) )*"
    r"\[?(?:(?:really|always|never|both) )?\|?\]?(?:_|\{did )"
)


def _with_case(match: re.Match) -> str:
    """A character without a form gets one from what follows: a verb makes a subject of it."""
    if match.string[: match.start()].endswith(" and {"):
        return match[1] + ".n"
    if _OPENS_PREDICATE.match(match[2]):
        return match[1]
    if match[2].startswith((" and ", "'s", " who ", ", ")):
        return match[1] + ".n"
    return match[1] + ".o"


class Speaker(Protocol):
    """What a tree needs of the teller."""

    capital: bool

    def random(self) -> float: ...
    def emit(self, text: str, concept: str | None = None) -> None: ...
    def verb(self, base: str, plural: bool | None, negated: bool) -> None: ...
    def slot(self, kind: str, name: str) -> None: ...
    def open(self) -> int: ...
    def close(self, start: int, concept: str) -> None: ...
    def end_speech(self, start: int) -> None: ...


class Text(NamedTuple):
    text: str
    ends_sentence: bool

    def tell(self, to: Speaker) -> None:
        to.emit(self.text)
        if self.ends_sentence:
            to.capital = True


class Verb(NamedTuple):
    base: str
    plural: bool | None  # None: as the subject is
    negated: bool

    def tell(self, to: Speaker) -> None:
        to.verb(self.base, self.plural, self.negated)


class Slot(NamedTuple):
    kind: str  # what stands before the name, or after its dot: a, the, do, o, p, …
    name: str

    def tell(self, to: Speaker) -> None:
        to.slot(self.kind, self.name)


class Choice(NamedTuple):
    options: tuple["Sequence", ...]
    bounds: list[float]  # cumulative share of each option

    def tell(self, to: Speaker) -> None:
        self.options[bisect(self.bounds, to.random())].tell(to)


class Marked(NamedTuple):
    concept: str
    inside: "Sequence"

    def tell(self, to: Speaker) -> None:
        start = to.open()
        self.inside.tell(to)
        to.close(start, self.concept)


class Speech(NamedTuple):
    inside: "Sequence"

    def tell(self, to: Speaker) -> None:
        start = to.open()
        to.emit('"')
        to.capital = True
        self.inside.tell(to)
        to.end_speech(start)


class Sequence(NamedTuple):
    parts: tuple[Text | Verb | Slot | Choice | Marked | Speech, ...]

    def tell(self, to: Speaker) -> None:
        for part in self.parts:
            part.tell(to)


@cache
def compiled(source: str) -> Sequence:
    """The tree of a sentence in the notation. Raises ValueError where brackets do not match."""
    tokens = _TOKEN.findall(_CHARACTER.sub(_with_case, source))
    if sum(map(len, tokens)) < len(source):
        raise ValueError(f"cannot read {source!r}")
    tree, used = _sequence(tokens, 0, closing=None, source=source)
    return tree


def _sequence(tokens: list[str], at: int, closing: str | None, source: str):
    """Read until `closing` (any of its characters) and return the tree and where it stopped."""
    parts = []
    while at < len(tokens):
        token = tokens[at]
        if closing and token in closing:
            return Sequence(tuple(parts)), at
        if token == "[":
            node, at = _choice(tokens, at + 1, source)
        elif token[0] == "<":
            inside, at = _sequence(tokens, at + 1, ">", source)
            node = Marked(MARKS[token[1]], inside)
        elif token == '"':
            inside, at = _sequence(tokens, at + 1, '"', source)
            node = Speech(inside)
        elif token in "]|>":
            raise ValueError(f"{token!r} without its beginning in {source!r}")
        else:
            node = _leaf(token)
        parts.append(node)
        at += 1
    if closing:
        raise ValueError(f"{closing!r} is missing in {source!r}")
    return Sequence(tuple(parts)), at


def _choice(tokens: list[str], at: int, source: str) -> tuple[Choice, int]:
    options, weights = [], []
    while True:
        option, at = _sequence(tokens, at, "|]", source)
        option, weight = _weighted(option)
        options.append(option)
        weights.append(weight)
        if tokens[at] == "]":
            break
        at += 1
    total = sum(weights)
    return Choice(tuple(options), [w / total for w in accumulate(weights)][:-1]), at


def _weighted(option: Sequence) -> tuple[Sequence, int]:
    """The option without its "*3", and that 3."""
    last = option.parts[-1] if option.parts else None
    match = _WEIGHT.search(last.text) if isinstance(last, Text) else None
    if match is None:
        return option, 1
    rest = last.text[: match.start()]
    return Sequence(option.parts[:-1] + ((Text(rest, False),) if rest else ())), int(match[1])


def _leaf(token: str) -> Text | Verb | Slot:
    if token[0] == "_":
        verb, negated, _ = token[1:].partition(" ")
        plural = {"+": True, "-": False}.get(verb[-1])
        return Verb(verb.rstrip("+-"), plural, bool(negated))
    if token[0] == "{":
        inside = token[1:-1]
        kind, _, name = inside.partition(" ")
        if name and (kind in _KINDS or name == "P"):
            return Slot(kind, name)
        name, _, form = inside.partition(".")
        return Slot(form, name)
    return Text(token, bool(_SENTENCE_ENDS.search(token)))
