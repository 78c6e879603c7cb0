"""Plots about a thing: lost, stuck, found, fought over, broken, longed for, locked up."""

from collections.abc import Iterator

from featurefate.corpora.stories.plots.parts import (
    beginning,
    comfort,
    ending,
    friend_comes,
    making_up,
    thanks,
    turn,
    with_elder,
    with_friend,
)  # fmt: skip
from featurefate.corpora.stories.world import Event, World


def lost(w: World) -> Iterator[Event]:
    """Something loved is lost; a search; somebody finds it, or something better."""
    w.draw_thing("toy", "toy", "wear", "treasure", "book", "tool", "music")
    w.settle("hidden spot")
    yield from beginning(w, place=False)
    yield w.takes(w.hero, "has thing")
    if w.friend_is != "here" or w.chance(0.5):
        yield w.new_paragraph()
    if w.chance(0.4):
        yield w.happens("plays with thing")
    yield from turn(w)
    yield w.loses(w.hero, "loses thing")
    yield w.reacts(w.hero, "loss")
    if w.chance(0.6):
        yield w.happens("cries for thing")
    yield w.happens("searches", w.hero)
    if w.choose("who helps", "friend", "elder") == "elder":
        with_elder(w)
        yield w.happens("asks about thing", w.hero, w.elder)
    else:
        yield w.new_paragraph()
        yield from comfort(w)
        if w.chance(0.3):
            yield w.happens("asks about thing", w.hero, w.friend)
    yield w.happens("searches together")
    if w.choose("outcome", "found", "found", "found", "never found") == "never found":
        yield w.happens("never found")
        yield from ending(w, "lost", friends=w.friend_is == "here")
        return
    yield w.takes(w.hero, "thing found")
    yield w.reacts(w.hero, "gain")
    if w.pair.second is w.friend:
        yield from thanks(w)
    else:
        yield w.happens("thanks", w.hero, w.elder)
    with_friend(w)
    if w.chance(0.3):
        yield w.happens("thing kept")
    yield from ending(w, "helped", friends=w.friend_is == "here")


def stuck(w: World) -> Iterator[Event]:
    """A thing gets out of reach; force fails; a friend and a tool help."""
    w.draw_thing("toy", "wear", "treasure")
    w.settle("tool")
    yield from beginning(w, place=False)
    yield w.takes(w.hero, "has thing")
    yield w.new_paragraph()
    yield w.happens("goes alone" if w.friend_is != "here" else "goes with friend")
    yield w.happens("plays with thing")
    yield from turn(w)
    high = w.choose("where it goes", "up", "down") == "up"
    yield w.loses(w.hero, "thing flies up" if high else "thing falls down")
    yield w.reacts(w.hero, "loss")
    yield w.happens("tries to reach")
    if w.friend_is == "here":
        yield w.happens("asks help", w.hero, w.friend)
    else:
        yield w.reacts(w.hero, "failure")
    yield w.new_paragraph()
    yield from comfort(w)
    yield w.happens("idea with tool", w.hero, w.friend)
    if w.chance(0.4):
        yield w.happens("works together")
    yield w.takes(w.hero, "thing comes down" if high else "thing comes out")
    yield from thanks(w)
    yield from ending(w, "helped")


def found(w: World) -> Iterator[Event]:
    """A thing is found, and belongs to somebody."""
    w.draw_thing("treasure", "wear", "toy", "book", "tool")
    yield from beginning(w, alone=True)
    yield w.takes(w.hero, "finds thing")
    yield w.reacts(w.hero, "wonder")
    yield w.happens("wonders at thing")
    if w.chance(0.35):
        yield w.happens("explains thing", w.hero, w.elder)
    yield w.new_paragraph()
    yield w.happens("wonders whose")
    yield w.happens("sees the owner")
    w.friend_is = "here"
    yield w.tells("friend trait", "friend trait")
    w.friend.feeling = "sad"
    yield w.happens("owner asks")
    if w.hero.nature == "difficult" and w.choose("honest", "at once", "later") == "later":
        yield w.happens("fight words")
        yield w.reacts(w.hero, "wrong")
    yield w.gives(w.hero, w.friend, "returns thing")
    yield w.feels(w.friend, "happy")
    yield w.happens("thanks", w.friend, w.hero)
    if w.chance(0.6):
        yield w.happens("rewards")
    yield w.feels(w.hero, "proud" if w.chance(0.4) else "happy")
    yield from ending(w, "return")


def what_is_it(w: World) -> Iterator[Event]:
    """Something strange is found; somebody explains; it is put to use."""
    w.draw_thing("tool", "music", "treasure", "tool", "food", "book")
    yield from beginning(w)
    yield w.takes(w.hero, "finds thing")
    yield w.reacts(w.hero, "wonder")
    yield w.happens("wonders at thing")
    explainer = w.elder
    if w.choose("who explains", "elder", "friend") == "friend":
        yield w.new_paragraph()
        yield from friend_comes(w)
        explainer = w.friend
    explainer.feeling = "calm"
    yield w.happens("explains thing", w.hero, explainer)
    if w.chance(0.5):
        yield w.reacts(w.hero, "gain")
    yield w.happens("plays with thing")
    if w.friend_is == "here":
        yield w.happens("shares thing")
    if w.chance(0.4):
        yield w.happens("tells elder", w.hero, w.elder)
    if w.chance(0.3):
        yield w.happens("thing kept")
    yield from ending(w, "learn", friends=w.friend_is == "here")


def quarrel(w: World) -> Iterator[Event]:
    """Two want the same thing; it breaks, or somebody steps in; they share."""
    w.draw_thing("toy", "toy", "book", "music", "food")
    w.friend_is = "unknown"
    yield from beginning(w)
    yield from friend_comes(w)
    yield w.takes(w.hero, "finds thing")
    if w.chance(0.3):
        yield w.happens("wonders at thing")
    yield w.happens("both want")
    w.friend.feeling = w.hero.feeling = "angry"
    yield w.happens("fight words")
    yield w.happens("pulls")
    turn = w.choose("the quarrel ends by", "breaking it", "an elder", "thinking")
    if turn == "breaking it":
        yield w.loses(w.hero, "thing breaks in fight")
        yield w.reacts(w.friend, "loss")
        yield w.new_paragraph()
        yield from making_up(w)
        if w.chance(0.5):
            yield w.takes(w.hero, "mends together")
            yield w.happens("shares thing")
    else:
        if w.chance(0.6):
            yield w.reacts(w.friend, "insult")
        yield w.new_paragraph()
        if turn == "an elder":
            w.elder.feeling = "calm"
            yield w.happens("elder stops fight")
        if w.chance(0.6):
            yield from making_up(w)
        w.hero.feeling = w.friend.feeling = "calm"
        yield w.happens("has idea to share")
        yield w.happens("shares thing")
    yield from ending(w, "share")


def broken(w: World) -> Iterator[Event]:
    """Something of somebody's breaks; hiding it hurts; the truth mends."""
    w.draw_thing("home")
    yield from beginning(w, alone=True, place=False)
    yield w.new_paragraph()
    with_elder(w)
    yield w.takes(w.elder, "plays near precious")
    yield from turn(w)
    yield w.loses(w.elder, "breaks thing")
    yield w.feels(w.hero, "scared" if w.chance(0.5) else "sorry")
    honest = w.hero.nature in ("gentle", "clever") or w.choose("truth", "at once", "late") == (
        "at once"
    )
    if not honest:
        yield w.happens("hides pieces")
        yield w.new_paragraph()
        yield w.happens("asked about thing")
        yield w.happens("lies")
        yield w.feels(w.hero, "sorry")
    elif w.chance(0.6):
        yield w.happens("asked about thing")
    yield w.happens("tells truth")
    yield w.happens("elder glad of truth")
    if w.chance(0.7):
        yield w.happens("mends thing")
    yield w.feels(w.hero, "happy") if w.chance(0.5) else w.happens("hugs", w.hero, w.elder)
    yield from ending(w, "honest", friends=False)


def longed_for(w: World) -> Iterator[Event]:
    """A wish for a thing has to wait, and is worked for."""
    w.draw_thing("toy", "wear", "music", "book")
    with_elder(w)
    yield from beginning(w, alone=True, place=False)
    yield w.happens("wants thing")
    yield w.happens("asks for thing")
    yield w.happens("elder says no")
    yield w.reacts(w.hero, "failure")
    if w.hero.nature == "difficult":
        yield w.feels(w.hero, "angry")
    yield w.new_paragraph()
    yield w.happens("works for it")
    if w.chance(0.6):
        yield w.happens("works for it")
    yield w.takes(w.hero, "gets thing")
    yield w.reacts(w.hero, "gain")
    if w.chance(0.6):
        yield w.happens("thanks", w.hero, w.elder)
    if w.chance(0.5):
        yield w.happens("plays with thing")
    if w.chance(0.35):
        yield w.happens("thing kept")
    yield from ending(w, "wait", friends=False)


def locked(w: World) -> Iterator[Event]:
    """A closed box; two open it together."""
    w.settle("box")
    w.settle("prize inside")
    yield from beginning(w)
    yield w.happens("finds container")
    yield w.reacts(w.hero, "wonder")
    yield w.happens("cannot open")
    if w.friend_is != "here":
        yield from comfort(w)
    elif w.chance(0.5):
        yield w.happens("offers help", w.hero, w.friend)
    yield w.new_paragraph()
    yield w.happens("opens container")
    yield w.happens("inside is")
    yield w.reacts(w.hero, "gain")
    yield w.happens("whose box")
    if w.chance(0.5):
        yield w.happens("tells elder", w.hero, w.elder)
    yield from ending(w, "box")
