"""Plots about courage and care: danger, fear, skill, contests, noises, storms, work and food."""

from collections.abc import Iterator

from featurefate.corpora.stories.plots.parts import (
    beginning,
    ending,
    friend_comes,
    thanks,
    turn,
    with_elder,
)  # fmt: skip
from featurefate.corpora.stories.world import Event, World


def disobeyed(w: World) -> Iterator[Event]:
    """A warning, a temptation, a hurt; somebody saves, or, rarely, nobody does."""
    w.settle("danger")
    with_elder(w)
    yield from beginning(w, alone=True, place=False)
    yield w.tells("likes treat", "treat")  # whoever is lost in the end eats no more
    yield w.happens("warned")
    yield w.happens("tempted")
    yield from turn(w)
    yield w.happens("does danger")
    yield w.reacts(w.hero, "danger")
    yield w.happens("cries for help")
    if w.choose("outcome", "saved", "saved", "saved", "saved", "lost") == "lost":
        yield w.happens("bad end")
        yield from ending(w, "careful", friends=False, happy=False)
        return
    yield w.new_paragraph()
    yield w.happens("saved by elder")
    w.elder.feeling = "calm"
    yield w.happens("elder explains danger")
    yield w.feels(w.hero, "sorry")
    yield w.happens("promises")
    if w.chance(0.4):
        yield w.happens("hugs", w.elder, w.hero)
    yield from ending(w, "careful", friends=False)


def afraid(w: World) -> Iterator[Event]:
    """A fear, a friend, a step, and courage."""
    w.settle("fear")
    yield from beginning(w, place=w.chance(0.5))
    yield w.happens("afraid of")
    yield w.new_paragraph()
    yield w.happens("faces fear")
    yield w.feels(w.hero, "scared")
    yield from friend_comes(w, greeting=0)
    if w.chance(0.8):
        yield w.happens("says afraid")
    w.friend.feeling = "calm"
    yield w.happens("encourages", w.hero, w.friend)
    yield w.happens("takes step")
    yield w.happens("fear was nothing")
    yield w.feels(w.hero, "proud" if w.chance(0.5) else "happy")
    if w.chance(0.5):
        yield w.happens("praises", w.hero, w.friend)
    if w.chance(0.4):
        yield from thanks(w)
    yield from ending(w, "brave")


def skill(w: World) -> Iterator[Event]:
    """A wish to be able to do something; failing; practice; success."""
    w.settle("skill")
    yield from beginning(w, place=w.chance(0.6))
    yield w.happens("wants skill")
    yield w.happens("tries skill")
    yield w.reacts(w.hero, "failure")
    if w.friend.nature == "difficult" and w.choose("the friend", "mocks", "helps") == "mocks":
        yield from friend_comes(w, greeting=0)
        yield w.happens("mocked")
        yield w.reacts(w.hero, "insult")
        teacher = w.elder
    else:
        yield w.new_paragraph()
        yield from friend_comes(w, greeting=0.1)
        teacher = w.friend
    teacher.feeling = "calm"
    yield w.happens("encourages to try", w.hero, teacher)
    if w.chance(0.7):
        yield w.happens("shows how", w.hero, teacher)
    yield w.happens("practises")
    yield w.happens("masters skill")
    yield w.reacts(w.hero, "success")
    if w.chance(0.6):
        yield w.happens("praises", w.hero, teacher)
    yield from ending(w, "try")


def contest(w: World) -> Iterator[Event]:
    """A boast, a race; the other wins, or something better than winning happens."""
    w.settle("contest")
    w.settle("prize")
    yield from beginning(w)
    yield from friend_comes(w, greeting=0.2)
    yield w.happens("contest comes")
    boaster, other = (
        (w.hero, w.friend) if w.hero.nature in ("difficult", "bold") else (w.friend, w.hero)
    )
    boaster.feeling = "proud"
    yield w.happens("boasts", other, boaster)
    yield w.happens("works for contest", other, boaster)
    yield w.new_paragraph()
    yield w.happens("contest begins", other, boaster)
    yield w.happens("mishap", other, boaster)
    if w.choose("outcome", "the other wins", "they finish together") == "the other wins":
        yield w.happens("other wins", other, boaster)
        yield w.reacts(boaster, "another's luck")
        other.feeling = "happy"
        if w.chance(0.7):
            boaster.feeling = "sorry"
            yield w.happens("admits defeat", other, boaster)
    else:
        yield w.happens("stops to help", other, boaster)
        boaster.feeling = "grateful"
        yield w.happens("thanks", boaster, other)
        yield w.happens("finish together", other, boaster)
    yield w.feels(w.hero, "happy")
    yield from ending(w, "fair")


def noise(w: World) -> Iterator[Event]:
    """Something makes a noise; fear guesses; courage looks."""
    w.settle("monster")
    w.settle("behind")
    yield from beginning(w)
    if w.friend_is != "here":
        yield from friend_comes(w)
    yield from turn(w)
    yield w.happens("hears noise")
    yield w.reacts(w.hero, "danger")
    w.friend.feeling = "scared" if w.friend.nature == "timid" else "calm"
    yield w.happens("guesses noise")
    if w.chance(0.4):
        yield w.happens("encourages in danger", w.hero, w.friend)
    yield w.happens("goes to look")
    yield w.happens("noise was")
    w.hero.feeling = "happy"
    yield w.happens("laughs at fear")
    if w.chance(0.5):
        yield w.feels(w.hero, "happy" if w.chance(0.6) else "surprised")
    yield from ending(w, "brave")


def storm(w: World) -> Iterator[Event]:
    """The weather turns; a shelter, a wait, and the sun."""
    w.settle("to shelter")
    yield from beginning(w)
    yield from friend_comes(w)
    yield w.happens("plays")
    yield from turn(w)
    yield w.happens("bad weather")
    yield w.reacts(w.hero, "danger")
    w.friend.feeling = "calm"
    yield w.happens("storm hides")
    if w.chance(0.5):
        yield w.happens("encourages in danger", w.hero, w.friend)
    yield w.happens("waits out storm")
    yield w.happens("good weather")
    w.hero.feeling = "happy"
    yield w.happens("after storm")
    yield w.feels(w.hero, "happy")
    yield from ending(w, "friends" if w.chance(0.6) else "brave")


def untidy(w: World) -> Iterator[Event]:
    """A mess, a refusal, what comes of it, and work that is easier together."""
    yield from beginning(w, alone=True, place=False)
    yield w.happens("makes mess")
    w.elder.feeling = "calm"
    yield w.happens("told to clean")
    yield w.reacts(w.hero, "failure")
    if w.hero.nature in ("difficult", "merry", "bold") or w.chance(0.4):
        yield w.happens("does not want")
        yield w.new_paragraph()
        yield w.happens("trips on mess")
        yield w.feels(w.hero, "sorry")
        yield w.happens("promises")
    if w.choose("who helps", "friend", "elder") == "friend":
        yield from friend_comes(w)
        yield w.happens("offers help", w.hero, w.friend)
    else:
        with_elder(w)
    yield w.happens("cleans")
    yield w.feels(w.hero, "happy" if w.chance(0.5) else "proud")
    w.elder.feeling = "happy"
    yield w.happens("praises", w.hero, w.elder)
    yield from ending(w, "clean", friends=False)


def new_food(w: World) -> Iterator[Event]:
    """A strange dish, a refusal, and a bite."""
    with_elder(w)
    yield from beginning(w, alone=True, place=False)
    if w.chance(0.6):
        yield w.new_paragraph()
    yield w.happens("new food")
    yield w.feels(w.hero, "worried" if w.hero.nature == "timid" else "surprised")
    yield w.happens("will not eat")
    yield w.happens("urged to taste", w.hero, w.elder)
    bad = w.choose("outcome", "good", "good", "bad") == "bad"
    if not bad:
        yield w.happens("tastes")
        yield w.feels(w.hero, "happy" if w.chance(0.7) else "surprised")
        if w.chance(0.7):
            yield w.happens("eats all")
    else:
        yield w.happens("tastes bad")
        yield w.feels(w.hero, "sad")
        yield w.happens("says sorry", w.elder, w.hero)
        yield w.happens("gets treat")
    yield from ending(w, "bad food" if bad else "food", friends=False)
