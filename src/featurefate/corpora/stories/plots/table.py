"""All plots, how common they are, and the natures of heroes that they are for."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from featurefate.corpora.stories.plots import of_company, of_courage, of_things
from featurefate.corpora.stories.world import Event, World


class Plot(NamedTuple):
    happens: Callable[[World], Iterator[Event]]
    weight: int
    natures: tuple[str, ...] = ()  # empty: any
    outdoors: bool = False


PLOTS: Mapping[str, Plot] = {
    "lost": Plot(of_things.lost, 8),
    "stuck": Plot(of_things.stuck, 7, outdoors=True),
    "found": Plot(of_things.found, 6),
    "what is it": Plot(of_things.what_is_it, 9),
    "quarrel": Plot(of_things.quarrel, 9),
    "broken": Plot(of_things.broken, 6),
    "longed for": Plot(of_things.longed_for, 6),
    "locked": Plot(of_things.locked, 5),
    "disobeyed": Plot(of_courage.disobeyed, 7, ("bold", "difficult", "merry", "timid")),
    "afraid": Plot(of_courage.afraid, 6, ("timid", "gentle", "merry", "clever")),
    "skill": Plot(of_courage.skill, 6),
    "contest": Plot(of_courage.contest, 5, outdoors=True),
    "noise": Plot(of_courage.noise, 5),
    "storm": Plot(of_courage.storm, 4, outdoors=True),
    "untidy": Plot(of_courage.untidy, 5),
    "new food": Plot(of_courage.new_food, 4),
    "rescued": Plot(of_company.rescued, 12, outdoors=True),
    "lonely": Plot(of_company.lonely, 6),
    "greedy": Plot(of_company.greedy, 10, ("difficult",)),
    "mean": Plot(of_company.mean, 6, ("difficult", "bold", "merry")),
    "day out": Plot(of_company.day_out, 6, outdoors=True),
    "pretended": Plot(of_company.pretended, 4),
    "gift": Plot(of_company.gift, 4),
    "made": Plot(of_company.made, 7),
    "wished": Plot(of_company.wished, 4),
    "planted": Plot(of_company.planted, 4),
    "ill": Plot(of_company.ill, 3),
}
