import pytest

from featurefate.corpora.stories.frames.tables import TABLES, tables_of, ways_to_tell
from featurefate.corpora.stories.inflection import (
    ING,
    PAST,
    PRESENT,
    finite,
    inflected,
    negative,
    with_article,
)
from featurefate.corpora.stories.markup import Choice, Sequence, Slot, compiled
from featurefate.corpora.stories.speaking import line_of
from featurefate.corpora.stories.words.lists import LISTS
from featurefate.corpora.stories.words.phrases import Phrases

SETTLED = {
    "run", "trait", "friend trait", "look", "sight", "game", "moral", "lesson", "found spot",
    "T", "P", "it",
}  # fmt: skip


def slots(node):
    if isinstance(node, Slot):
        yield node
    elif isinstance(node, Choice):
        for option in node.options:
            yield from slots(option)
    elif isinstance(node, Sequence):
        for part in node.parts:
            yield from slots(part)
    elif hasattr(node, "inside"):
        yield from slots(node.inside)


@pytest.mark.parametrize("kind", sorted(TABLES))
def test_every_way_to_tell_an_event_can_be_read(kind):
    for moves in set(ways_to_tell(kind)):
        for move in moves:
            if move == "¶":
                continue
            spoken = line_of(move)
            for slot in slots(compiled(spoken[2] if spoken else move)):
                known = slot.name in SETTLED or slot.name in LISTS
                assert known or (len(slot.name) == 1 and slot.name in "HFECABWhfecabw"), move


@pytest.mark.parametrize("source", ["[one|two", "one]", "<f:sad", "sad>", '"no end', "{H"])
def test_what_does_not_match_is_refused(source):
    with pytest.raises(ValueError, match="in '|cannot read"):
        compiled(source)


def test_weights_make_an_option_likelier():
    choice = compiled("[a*3|b]").parts[0]
    assert choice.bounds == [0.75]
    assert [option.parts[0].text for option in choice.options] == ["a", "b"]


def test_a_character_is_subject_only_before_a_verb():
    def form(source, at=0):
        return list(slots(compiled(source)))[at].kind

    assert form("{H} _run.") == form("{H} never _run.") == form("{H} [_run|_go].") == ""
    assert form("They _see {H}.") == "o" and form("{H} and {F} _run.") == "n"
    assert form("{H} and {F} _run.", 1) == "n" and form("{h.p} ball") == "p"


def test_tables_are_read_with_their_weights():
    assert tables_of("== a kind\n2* One. // H: Two!\nThree.\n") == {
        "a kind": (("One.", "H: Two!"), ("One.", "H: Two!"), ("Three.",))
    }


def test_phrases_come_as_often_as_they_weigh():
    phrases = Phrases("ball*3, toy car")
    drawn = [phrases.draw(lambda share=k / 100: share) for k in range(100)]
    assert drawn.count("ball") == 75 and drawn.count("toy car") == 25


@pytest.mark.parametrize(
    ("phrase", "past", "present", "ing"),
    [
        ("play", "played", "plays", "playing"),
        ("cry out", "cried out", "cries out", "crying out"),
        ("ride a bike", "rode a bike", "rides a bike", "riding a bike"),
        ("hop", "hopped", "hops", "hopping"),
        ("watch", "watched", "watches", "watching"),
        ("go home", "went home", "goes home", "going home"),
        ("lie down", "lay down", "lies down", "lying down"),
        ("sing & dance", "sang and danced", "sings and dances", "singing and dancing"),
    ],
)
def test_forms_of_verbs(phrase, past, present, ing):
    assert [inflected(phrase, form) for form in (PAST, PRESENT, ING)] == [past, present, ing]


def test_agreement_and_negation():
    assert [finite("be", PAST, plural) for plural in (False, True)] == ["was", "were"]
    assert [finite("be", PRESENT, plural) for plural in (False, True)] == ["is", "are"]
    assert [finite("want", PRESENT, plural) for plural in (False, True)] == ["wants", "want"]
    assert finite("can", PRESENT, False) == "can" and finite("can", PAST, True) == "could"
    assert negative("did", short=True) == "didn't" and negative("can", short=True) == "can't"


def test_articles():
    assert [with_article(x) for x in ("old hat", "red hat", "useful hat", "honest man")] == [
        "an old hat", "a red hat", "a useful hat", "an honest man",
    ]  # fmt: skip
