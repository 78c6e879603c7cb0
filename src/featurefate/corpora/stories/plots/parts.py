"""Parts that most plots share: beginnings, meetings, feelings in company, endings."""

from collections.abc import Iterator

from featurefate.corpora.stories.cast import Pair
from featurefate.corpora.stories.words.lists import LISTS
from featurefate.corpora.stories.world import Event, World


def beginning(w: World, *, alone: bool = False, place: bool = True) -> Iterator[Event]:
    """Who this is about, and how they come to be at the place of the story.

    `alone`: the friend is not there from the start. Without `place`, nobody goes anywhere yet.
    """
    together = not alone and bool(w.friend.name) and w.chance(0.45 if w.present else 0.22)
    if together:
        w.friend_is = "here"
        w.arrived = place and w.chance(0.5)
        w.turns.append(("beginning", "together"))
        yield w.happens("opens pair today" if w.arrived else "opens pair")
        if w.chance(0.5):
            yield w.tells("traits of pair", "friend trait")
        yield w.tells(f"trait {w.hero.nature}", "trait")
        yield w.tells("friend trait", "friend trait")
        yield w.tells("pair habit", "habit")
    elif place and w.chance(0.9 if w.present else 0.27):
        w.arrived = True
        yield w.happens("opens today")
        yield w.tells("own habit", "habit")
        yield w.tells(f"trait {w.hero.nature}", "trait")
    else:
        land = w.chance(0.2)
        yield w.happens("opens now" if w.present else "opens land" if land else "opens alone")
        yield w.tells("own habit", "habit")
        yield w.tells(f"trait {w.hero.nature}", "trait")
        if w.chance(0.2):
            yield w.happens("habit")
        if not alone and w.friend.name and w.chance(0.2):
            yield from friend_known(w)
    if w.chance(0.4):
        yield w.tells("likes treat", "treat")
    if place:
        yield from arrival(w)


def arrival(w: World) -> Iterator[Event]:
    """The hero, or both friends, go to the place, and look around there."""
    if w.chance(0.7) and not w.arrived:
        yield w.new_paragraph()
    if not w.arrived:
        if w.friend_is == "here":
            yield w.happens("goes with friend")
        else:
            yield w.happens("goes alone" if w.chance(0.8) else "goes with elder")
        w.arrived = True
    if w.chance(0.25):
        yield w.happens("weather")
    if w.chance(0.3):
        yield w.happens("sees around")
    if w.chance(0.3):
        yield w.happens("plays" if w.friend_is == "here" else "plays alone")


def turn(w: World) -> Iterator[Event]:
    """A new paragraph, which may say that something is about to happen."""
    if w.chance(0.75):
        yield w.new_paragraph()
    if w.chance(0.17):
        yield w.happens("turn")


def friend_comes(w: World, greeting: float = 0.6) -> Iterator[Event]:
    """The friend enters the story, unless they were there all the time."""
    if w.friend_is == "here":
        return
    known = w.friend_is == "known" or (bool(w.friend.name) and w.chance(0.35))
    if known:
        w.friend_is = "known"
    yield w.happens("meets known" if known else "meets friend")
    w.friend_is = "here"
    yield w.tells("friend trait", "friend trait")
    if w.chance(greeting):
        yield w.happens("greets")


def friend_known(w: World) -> Iterator[Event]:
    """The reader hears of the friend, who is not there yet."""
    w.friend_is = "known"
    yield w.happens("has friend" if w.friend.name else "has nameless friend")
    yield w.tells("friend trait", "friend trait")


def comfort(w: World) -> Iterator[Event]:
    """The friend sees that the hero is not happy, and helps, or first will not."""
    yield from friend_comes(w, greeting=0.1)
    if w.chance(0.6):
        yield w.happens("asks why sad", w.hero, w.friend)
    if w.friend.nature == "difficult" and w.choose("at first the friend", "helps", "refuses") == (
        "refuses"
    ):
        yield w.happens("refuses", w.hero, w.friend)
        yield w.reacts(w.hero, "insult")
        yield w.reacts(w.friend, "wrong")
    yield w.happens("offers help", w.hero, w.friend)
    if w.chance(0.35):
        yield w.happens("accepts help", w.hero, w.friend)


def thanks(w: World) -> Iterator[Event]:
    """What was gained makes glad, and is thanked for."""
    yield w.reacts(w.hero, "kindness")
    yield w.happens("thanks", w.hero, w.friend)
    if w.chance(0.4):
        yield w.happens("welcomes", w.hero, w.friend)


def making_up(w: World) -> Iterator[Event]:
    """The hero is sorry, says so, and is forgiven."""
    yield w.reacts(w.hero, "wrong")
    yield w.happens("says sorry", w.hero, w.friend)
    yield w.quietly(w.friend, "calm")
    yield w.happens("forgives", w.hero, w.friend)
    if w.chance(0.3):
        yield w.happens("hugs", w.hero, w.friend)
    yield w.quietly(w.hero, "happy")


def with_elder(w: World) -> None:
    """From here "they" are the hero and the elder."""
    w.pair = Pair(w.hero, w.elder)


def with_friend(w: World) -> None:
    """From here "they" are the hero and the friend."""
    w.pair = Pair(w.hero, w.friend)


def ending(w: World, moral: str, *, friends: bool = True, happy: bool = True) -> Iterator[Event]:
    """How it ends for everyone and what was learned; `moral` names the list of lessons."""
    w.settle("moral", LISTS[f"moral {moral}"])
    w.words["lesson"] = LISTS[f"lesson {moral}"].draw(w.rng.random)
    friends = friends and w.friend_is == "here"
    if not happy:
        w.hero.feeling = "sad"
        yield w.happens("ends sad")
        if w.chance(0.5):
            yield w.happens("moral of the story" if w.chance(0.5) else "learns")
        return
    w.hero.feeling = "happy"
    if w.friend_is != "here":
        with_elder(w)
    if w.chance(0.3):
        yield w.happens("plays" if friends else "ends happy")
    yield w.tells("eats treat" if w.pair.second is w.friend else "gets treat", "treat")
    if w.chance(0.22):
        if friends:
            yield w.happens("go home together")
        elif w.arrived:
            yield w.happens("goes home")
    if w.chance(0.1):
        yield w.happens("sleeps")
    if w.chance(0.6):
        yield w.new_paragraph()
    if w.chance(0.42):
        yield w.happens("learns" if w.chance(0.75) else "moral of the story")
        if w.chance(0.2):
            yield w.happens("ends as friends" if friends else "ends happy")
    else:
        yield w.happens("ends as friends" if friends else "ends happy")
    if w.chance(0.14):
        yield w.happens("happily ever after" if w.chance(0.7) else "the end")
    elif w.chance(0.06):
        yield w.happens("the end")
