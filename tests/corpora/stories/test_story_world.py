import random

import pytest

from featurefate.corpora.stories.cast import PRONOUNS, Character, Thing
from featurefate.corpora.stories.plots.table import PLOTS
from featurefate.corpora.stories.story import _simulation
from featurefate.corpora.stories.words.scenery import PLACES
from featurefate.corpora.stories.world import FOLLOWING, ImpossibleEvent, World


def world(nature="gentle"):
    hero = Character("hero", "girl", PRONOUNS["she"], "Lily", "kind", nature)
    friend = Character("friend", "dog", PRONOUNS["he"], "Spot", "shy", "timid")
    elder = Character("elder", "mom", PRONOUNS["she"], relation="mom")
    made = World("lost", hero, friend, elder, PLACES["park"], random.Random(1))
    made.thing = Thing("toy", "red", "", ("play with it",))
    return made


def test_nobody_finds_what_they_have():
    w = world()
    w.takes(w.hero, "finds thing")
    with pytest.raises(ImpossibleEvent, match="Lily has the toy already"):
        w.takes(w.hero, "finds thing")


def test_nobody_loses_or_gives_what_they_do_not_have():
    w = world()
    with pytest.raises(ImpossibleEvent, match="Lily does not have the toy"):
        w.loses(w.hero, "loses thing")
    with pytest.raises(ImpossibleEvent, match="Lily cannot give"):
        w.gives(w.hero, w.friend, "returns thing")


def test_a_thing_goes_from_hand_to_hand():
    w = world()
    w.takes(w.hero, "finds thing")
    w.gives(w.hero, w.friend, "returns thing")
    assert w.holder is w.friend
    w.loses(w.friend, "loses thing")
    assert w.holder is None


@pytest.mark.parametrize("occasion", sorted(FOLLOWING))
@pytest.mark.parametrize("nature", ["gentle", "difficult", "timid"])
def test_feelings_follow_from_what_happened_and_to_whom(occasion, nature):
    w = world(nature)
    usual, by_nature = FOLLOWING[occasion]
    event = w.reacts(w.hero, occasion)
    assert w.hero.feeling in by_nature.get(nature, usual)
    assert event.kind == f"feels {w.hero.feeling}" and event.agent is w.hero


def test_settled_words_and_turns_are_in_the_plan():
    w = world()
    danger = w.settle("danger")
    turn = w.choose("outcome", "found", "gone")
    assert w.words["danger"] == danger
    assert w.details == [("danger", danger)] and w.turns == [("outcome", turn)]


def test_only_fitting_heroes_get_a_plot():
    for number in range(600):
        told, _ = _simulation(number, seed=3)
        natures = PLOTS[told.plot].natures
        assert not natures or told.hero.nature in natures
        assert told.hero.name != told.friend.name
