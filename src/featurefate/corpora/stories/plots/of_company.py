"""Plots about company: strangers, small animals, greed, days out, play, gifts, wishes."""

from collections.abc import Iterator

from featurefate.corpora.stories.plots.parts import (
    beginning,
    ending,
    friend_comes,
    friend_known,
    making_up,
    thanks,
    turn,
    with_elder,
    with_friend,
)  # fmt: skip
from featurefate.corpora.stories.world import Event, World


def rescued(w: World) -> Iterator[Event]:
    """A small animal in trouble is cared for."""
    w.meet_creature()
    yield from beginning(w)
    yield from turn(w)
    yield w.happens("sees creature")
    yield w.reacts(w.hero, "pity")
    w.creature.feeling = "sad"
    yield w.happens("talks to creature")
    if w.chance(0.25):
        yield w.happens("wants to keep creature")
    if w.friend_is == "here" or w.chance(0.3):
        yield from friend_comes(w, greeting=0.2)
        yield w.happens("offers help", w.hero, w.friend)
    else:
        with_elder(w)
        yield w.happens("runs to elder", w.hero, w.elder)
    trouble = w.words["trouble"]
    if "stuck" in trouble:
        way = "freeing"
    elif trouble in ("lost", "alone"):
        way = "the way home"
    else:
        way = w.choose("help", "care", "care", "the way home")
    yield w.new_paragraph()
    yield w.happens(
        {"care": "cares for creature", "freeing": "frees creature"}.get(way, "brings creature home")
    )
    if way == "care" or w.chance(0.3):
        yield w.happens("creature better")
    w.creature.feeling = "happy"
    yield w.happens("creature thanks")
    yield w.feels(w.hero, "happy" if w.chance(0.7) else "proud")
    if w.chance(0.3):
        yield w.happens("creature pays back")
    if w.chance(0.5):
        yield w.happens("goodbye creature")
    with_friend(w)
    yield from ending(w, "help", friends=w.friend_is == "here")


def lonely(w: World) -> Iterator[Event]:
    """Somebody alone finds a friend."""
    w.settle("different")
    yield from beginning(w, alone=True, place=False)
    yield w.happens("is lonely")
    yield w.happens("sits alone")
    yield w.reacts(w.hero, "being alone")
    yield w.new_paragraph()
    yield w.happens("goes alone")
    yield w.happens("meets friend")
    w.friend_is = "here"
    yield w.tells("friend trait", "friend trait")
    yield w.quietly(w.hero, "calm")
    yield w.happens("greets")
    yield w.reacts(w.hero, "kindness")
    yield w.happens("plays")
    if w.chance(0.4):
        yield w.happens("shares food with")
    if w.chance(0.4):
        yield w.happens("plays")
    yield from ending(w, "new friend")


def greedy(w: World) -> Iterator[Event]:
    """Who keeps everything is left alone, and learns to share."""
    w.settle("goods")
    yield from beginning(w, place=w.chance(0.5))
    yield w.happens("has goods")
    yield from friend_comes(w, greeting=0.2)
    yield w.happens("keeps for self")
    yield w.reacts(w.friend, "insult")
    yield w.happens("others leave")
    yield w.new_paragraph()
    yield w.happens("greed hurts")
    yield w.reacts(w.hero, "being alone")
    if w.chance(0.5):
        w.elder.feeling = "calm"
        yield w.happens("tells elder", w.hero, w.elder)
        yield w.happens("advises to share")
    yield w.happens("shares at last")
    yield from making_up(w)
    yield w.feels(w.friend, "happy")
    yield w.happens("plays")
    yield from ending(w, "share")


def mean(w: World) -> Iterator[Event]:
    """Unkind words hurt; then who was hurt turns out to be kind."""
    w.settle("different")
    yield from beginning(w)
    yield from friend_comes(w, greeting=0.2)
    w.hero.feeling = "calm"
    yield w.happens("tease")
    yield w.reacts(w.friend, "insult")
    yield w.new_paragraph()
    if w.choose("turn", "a good deed", "an elder") == "a good deed":
        yield w.happens("good deed")
        yield w.reacts(w.hero, "kindness")
        yield w.happens("thanks", w.hero, w.friend)
    else:
        w.elder.feeling = "calm"
        yield w.happens("advises kindness")
    yield from making_up(w)
    yield w.happens("plays")
    yield from ending(w, "kind")


def day_out(w: World) -> Iterator[Event]:
    """A day at a place: sights, fun, a small trouble, and sleep."""
    with_elder(w)
    w.friend_is = "unknown"
    yield from beginning(w, alone=True, place=False)
    yield w.new_paragraph()
    yield w.happens("trip begins")
    yield w.feels(w.hero, "excited")
    yield w.happens("trip sights")
    if w.chance(0.5):
        yield w.happens("weather")
    yield w.happens("trip fun")
    if w.chance(0.5):
        yield w.happens("gets treat")
    if w.chance(0.5):
        yield from turn(w)
        yield w.happens("trip trouble")
        yield w.quietly(w.hero, "happy")
        if w.chance(0.4):
            yield w.happens("rests")
    elif w.chance(0.5):
        yield w.happens("trip sights")
    if w.chance(0.5):
        yield w.feels(w.hero, "tired")
    if w.chance(0.5):
        yield w.happens("goes home")
    if w.chance(0.5):
        yield w.happens("thanks", w.hero, w.elder)
    if w.chance(0.5):
        yield w.happens("sleeps")
    yield from ending(w, "trip", friends=False)


def pretended(w: World) -> Iterator[Event]:
    """A game that becomes a world of its own."""
    w.settle("job")
    w.settle("box")
    yield from beginning(w)
    yield from friend_comes(w)
    yield w.happens("pretends")
    yield w.reacts(w.hero, "gain")
    yield w.happens("pretend adventure")
    if w.chance(0.7):
        yield w.happens("pretend adventure")
    if w.chance(0.5):
        yield w.happens("plays")
    yield w.new_paragraph()
    yield w.happens("pretend ends")
    yield from ending(w, "pretend")


def gift(w: World) -> Iterator[Event]:
    """What to give to a friend."""
    w.settle("present")
    yield from beginning(w, alone=True, place=False)
    yield from friend_known(w)
    yield w.happens("birthday")
    yield w.happens("thinks of gift")
    if w.chance(0.5):
        yield w.feels(w.hero, "worried")
    yield w.happens("makes gift")
    yield w.new_paragraph()
    w.friend.feeling = w.hero.feeling = "happy"
    yield w.happens("gives gift")
    yield w.feels(w.friend, "happy")
    if w.chance(0.7):
        yield w.happens("party")
    yield w.feels(w.hero, "proud" if w.chance(0.4) else "happy")
    yield from ending(w, "friends")


def made(w: World) -> Iterator[Event]:
    """Something is made together, fails once, and succeeds."""
    w.settle("make")
    yield from beginning(w, place=w.chance(0.5))
    yield from friend_comes(w)
    yield w.happens("making begins")
    yield w.happens("gathers")
    fails = w.choose("at first it", "fails", "works") == "fails"
    if fails:
        yield from turn(w)
        yield w.happens("making fails")
        yield w.reacts(w.hero, "failure")
        w.friend.feeling = "calm"
        yield w.happens("encourages to try", w.hero, w.friend)
        yield w.new_paragraph()
    yield w.happens("makes again" if fails else "makes it")
    w.hero.feeling = "happy"
    yield w.happens("made it")
    yield w.reacts(w.hero, "success")
    if w.chance(0.4):
        yield w.happens("praises", w.hero, w.elder)
    if w.chance(0.4):
        yield w.happens("celebrates")
    yield from ending(w, "try" if fails else "make")


def wished(w: World) -> Iterator[Event]:
    """A wish comes true, and is not what it seemed."""
    w.settle("magic thing")
    w.settle("big wish")
    yield from beginning(w)
    yield w.happens("wish")
    yield w.reacts(w.hero, "wonder")
    yield w.happens("wishes")
    yield w.happens("wish granted")
    yield w.feels(w.hero, "happy")
    if w.choose("the wish", "was wise", "was foolish") == "was foolish":
        yield w.new_paragraph()
        yield w.happens("wish trouble")
        yield w.feels(w.hero, "sad")
        yield w.happens("wish undone")
        yield w.feels(w.hero, "happy")
        yield from ending(w, "content", friends=w.friend_is == "here")
    else:
        yield from friend_comes(w)
        yield w.happens("celebrates")
        yield from ending(w, "wish")


def planted(w: World) -> Iterator[Event]:
    """A seed, water, and patience."""
    w.settle("plant")
    yield from beginning(w, alone=True, place=w.chance(0.4))
    yield w.happens("plants")
    yield w.feels(w.hero, "excited")
    yield w.happens("waits for plant")
    yield w.reacts(w.hero, "failure")
    if w.chance(0.6):
        w.elder.feeling = "calm"
        yield w.happens("counsels patience")
    yield w.new_paragraph()
    yield w.happens("plant grows")
    yield w.reacts(w.hero, "success")
    if w.chance(0.5):
        yield w.happens("tells elder", w.hero, w.elder)
        yield w.happens("praises", w.hero, w.elder)
    if w.chance(0.4):
        yield from friend_comes(w)
        yield w.happens("plays")
    yield from ending(w, "grow", friends=False)


def ill(w: World) -> Iterator[Event]:
    """A friend is sick; a visit helps."""
    yield from beginning(w, alone=True, place=False)
    yield from friend_known(w)
    yield w.happens("sick")
    yield w.feels(w.hero, "worried" if w.chance(0.5) else "sad")
    yield w.new_paragraph()
    yield w.happens("visits sick")
    w.friend_is = "here"
    yield w.happens("thanks", w.friend, w.hero)
    yield w.happens("gets well")
    yield w.feels(w.hero, "happy")
    if w.chance(0.3):
        yield from thanks(w)
    yield from ending(w, "friends" if w.chance(0.5) else "help")
