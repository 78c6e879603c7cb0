"""What each word of English prose is: closed classes by list, the rest by ending and neighbours.

The rules are simple on purpose, and right more often than complete; the tests state how often on
sentences labelled by hand.
"""

import re
from typing import NamedTuple

from featurefate.corpora.concepts import prose_words as english
from featurefate.corpora.concepts.layout import number_marks
from featurefate.corpora.concepts.prose_sentences import sentence_marks, sentences_of
from featurefate.corpora.concepts.syntax import Marks

WORD = re.compile(
    r"(?P<code>(?!(?:e\.g|i\.e)\b)(?:"
    r"(?=\w*[A-Za-z])\w*_\w*(?:\.\w+)*"  # with_underscores
    r"|[A-Za-z]\w*(?:\.[A-Za-z_]\w*)+"  # with.dots
    r"|[A-Za-z]\w*(?=\(\))"  # called()
    r"|[a-z]+[A-Z]\w*|[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+)(?:\(\))?)"  # camelCase, CamelCase
    r"|[^\W\d_]+(?:['’][^\W\d_]+)*"
)


class Word(NamedTuple):
    """A word in its sentence. `lower`: in small letters, with a plain apostrophe."""

    start: int
    end: int
    text: str
    lower: str
    first: bool  # begins a sentence
    code: bool  # an identifier


def prose_marks(text: str, domain: str) -> Marks:
    """Concept → characters, for a text of english or stories."""
    sentences = sentences_of(text, domain)
    marks = sentence_marks(text, domain, sentences)
    firsts = {start for start, _ in marks["sentence start"]}
    in_turn = [
        [
            Word(found.start(), found.end(), found[0], found[0].lower().replace("’", "'"),
                 found.start() in firsts, bool(found["code"]))
            for found in WORD.finditer(text, sentence.start, sentence.end)
        ]
        for sentence in sentences
    ]  # fmt: skip
    names = {_stem(word) for words in in_turn for word in words if _is_name_within(word)}
    told = _is_told(text)
    for words in in_turn:
        for place, word in enumerate(words):
            if word.code:
                marks["code-like word"].append((word.start, word.end))
            elif _stem(word) in names:
                marks["name"].append((word.start, word.start + len(_stem(word))))
                if word.lower.endswith("'s"):
                    marks["possessive"].append((word.end - 2, word.end))
            else:
                _classify(marks, word, domain)
                _classify_verb(marks, words, place, told)
                _classify_plural(marks, words, place)
    marks.update(number_marks(text))
    return marks


def _stem(word: Word) -> str:
    return word.text.partition("'")[0].partition("’")[0]


def _is_name_within(word: Word) -> bool:
    """Capitalised where no sentence begins; a name, and one at the beginning of sentences too."""
    capitalised = word.text[0].isupper() and word.text[1:2].islower()
    return capitalised and not (word.first or word.code) and _stem(word) not in english.NO_NAMES


def _is_adverb(lower: str) -> bool:
    return len(lower) > 4 and lower.endswith("ly") and lower not in english.NOT_ADVERB


def _is_told(text: str) -> bool:
    """Whether a text tells what happened: more was and said than is and returns."""
    past = len(re.findall(r"\b(?:was|were|had|said|did|went|asked)\b", text))
    return past > len(re.findall(r"\b(?:is|are|has|have|does|can|returns|must|will)\b", text))


def _classify(marks: Marks, word: Word, domain: str) -> None:
    """What the word is by itself."""
    span, lower = (word.start, word.end), word.lower
    for concept in english.CLASSES.get(lower, ()):
        if not (
            (lower == "i" and word.text == "i")  # the variable
            or (word.text == "May" and not word.first)
            or (concept == "speech verb" and domain == "english"
                and lower in english.SPOKEN_ONLY_IN_STORIES)
        ):  # fmt: skip
            marks[concept].append(span)
    if "'" in lower:
        stem, _, ending = lower.rpartition("'")
        if ending == "t" and stem.endswith("n"):
            marks["negation"].append(span)
            if lower[:-3] in english.WORDS["modal verb"].split() or lower in ("can't", "won't"):
                marks["modal verb"].append(span)
            if lower[:-3] in english.BE:
                marks["form of be"].append(span)
        elif ending == "s" and stem not in ("it", "he", "she", "that", "there", "what", "who",
                                            "where", "here", "let", "how"):  # fmt: skip
            marks["possessive"].append((word.end - 2, word.end))
        for concept in english.CLASSES.get(stem, ()):
            if "person" in concept:
                marks[concept].append((word.start, word.start + len(stem)))
        if ending == "ll" or (ending == "d" and stem in english.SUBJECTS):
            marks["modal verb"].append((word.end - len(ending) - 1, word.end))
        if ending in ("m", "re"):
            marks["form of be"].append((word.end - len(ending) - 1, word.end))
    if _is_adverb(lower):
        marks["adverb in -ly"].append(span)
    if len(lower) > 4 and lower.endswith("ing") and lower not in english.NOT_ING:
        marks["-ing form"].append(span)


def _classify_verb(marks: Marks, words: list[Word], place: int, told: bool) -> None:
    """Past tense, participle, or to with its verb, by what stands before the word."""
    word = words[place]
    lower, before = word.lower, words[place - 1].lower if place else ""
    if lower in english.BASE_VERBS and before == "to":
        marks["infinitive"].append((words[place - 1].start, word.end))
    regular = len(lower) > 3 and lower.endswith("ed") and lower not in english.NOT_PAST
    if not (regular or lower in english.IRREGULAR_PAST or lower in english.IRREGULAR_PARTICIPLES):
        return
    head = place - 1
    while head >= 0 and (words[head].lower in english.SKIPPED or _is_adverb(words[head].lower)):
        head -= 1
    governor = words[head].lower if head >= 0 else ""
    governed = (
        governor in english.BE
        or governor in english.HAVE
        or governor in english.GET
        or governor.endswith(english.CONTRACTED_BE)
        or (governor.endswith("n't") and governor[:-3] in english.BE | english.HAVE)
        or any(other.lower in english.BE | english.HAVE for other in words[head + 1 : place])
    )
    if governed:
        if regular or lower in english.IRREGULAR_PARTICIPLES:
            marks["participle"].append((word.start, word.end))
    elif (regular or lower in english.IRREGULAR_PAST) and _is_past(words, place, governor, told):
        marks["past tense"].append((word.start, word.end))


def _is_past(words: list[Word], place: int, governor: str, told: bool) -> bool:
    """Whether a past form without be or have is the verb of its clause."""
    word = words[place]
    following = words[place + 1] if place + 1 < len(words) else None
    if word.lower in ("was", "were", "did"):
        return True
    if word.lower in ("named", "called") and following and following.text[0].isupper():
        return False  # a girl named Emma
    if governor in english.DETERMINERS or governor in english.PREPOSITIONS or governor == "to":
        return False  # the given value, as expected
    if not governor:
        return False  # "Deprecated since then"
    named = words[place - 1].text[0].isupper() and not words[place - 1].first
    return told or governor in english.SUBJECTS or (named and not words[place - 1].code)


def _classify_plural(marks: Marks, words: list[Word], place: int) -> None:
    """A word in -s with a determiner or preposition before it, or `are`, `were` after it."""
    word = words[place]
    lower = word.lower
    if (
        len(lower) < 4
        or lower[-1] != "s"
        or lower.endswith(("ss", "us", "is", "'s", "ous"))
        or lower in english.NOT_PLURAL
    ):
        return
    before = words[place - 1].lower if place else ""
    after = words[place + 1].lower if place + 1 < len(words) else ""
    singular = before in ("a", "an", "this", "each", "every", "one")
    introduced = before in english.DETERMINERS or before in english.PREPOSITIONS
    if (introduced or after in ("are", "were")) and not singular:
        marks["plural noun"].append((word.start, word.end))
