"""What is sampled of a region: In, In′, Ex, and models that only lie as near to the base.

A *group* is what a region is asked of: one data set, one family of data sets, or all of them. In
are the group's fine-tunes, In′ random mixtures of them, Ex models that are outside (Gueta et al.,
arXiv 2302.04863). A mixture differs from its members twice: in its direction and, because the
members' moves partly cancel, in its distance from the base. *Shrunk* members, moved to the
distance of one mixture of their data set each, tell the two apart; so do members and mixtures that
are both moved to the distance that suits them best.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from featurefate.regions.datasets import family
from featurefate.regions.points import (
    BASE,
    Point,
    centroid,
    distance,
    mixture,
    random_step,
    scaled,
)


@dataclass(frozen=True)
class Group:
    """The data sets that a region is asked of. level: dataset, family or general."""

    level: str
    name: str
    datasets: tuple[str, ...]


@dataclass(frozen=True)
class Sampled:
    """A point with what it stands for, and the data sets `on` which it is measured.

    level, group: empty for trained models, which belong to several groups. kind: member, base,
    stranger (fine-tuned from another base), mixture, shrunk, random, centroid; best member and best
    mixture (at their best distance). dataset: a trained model's own; model: the member that it is
    or was scaled from; runs: the seeds it was made of; s: by how much its move was scaled.
    """

    kind: str
    point: Point
    on: tuple[str, ...]
    level: str = ""
    group: str = ""
    dataset: str = ""
    model: str = ""
    runs: tuple[int, ...] = ()
    s: float = 1.0


def groups(datasets: Mapping[str, dict[str, Any]]) -> list[Group]:
    """Return every data set, every family, and all data sets together."""
    families: dict[str, list[str]] = {}
    for name, rule in datasets.items():
        families.setdefault(family(rule), []).append(name)
    return [
        *(Group("dataset", name, (name,)) for name in datasets),
        *(Group("family", name, tuple(inside)) for name, inside in families.items()),
        Group("general", "all", tuple(datasets)),
    ]


def trained(members: pd.DataFrame, strangers: pd.DataFrame, on: tuple[str, ...]) -> list[Sampled]:
    """Return the base, its fine-tunes and those of another base (`model`, `dataset`, `run`).

    The last are measured on their own data set alone.
    """
    found = [Sampled("base", Point({BASE: 1.0}), on, model=BASE)]
    for kind, table in {"member": members, "stranger": strangers}.items():
        for m in table.itertuples():
            where = on if kind == "member" else (m.dataset,)
            point, own = Point({m.model: 1.0}), dict(dataset=m.dataset, model=m.model)
            found.append(Sampled(kind, point, where, **own, runs=(m.run,)))
    return found


def inside(
    group: Group,
    members: pd.DataFrame,
    products: pd.DataFrame,
    *,
    mixtures: int,
    runs_mixed: int,
    concentration: float,
    random: np.random.Generator,
) -> list[Sampled]:
    """Return the centroid of the group's members, mixtures of them, and shrunk members.

    members: of this group alone; products: inner products of all moves. Each mixture takes
    `runs_mixed` seeds of every data set; all choices of seeds come equally often. A mixture of one
    data set is followed by one of its members, moved to its distance: that which was taken least
    often so far. Raises ValueError where there are fewer seeds.
    """
    runs = sorted(members.run.unique().tolist())
    if len(runs) < runs_mixed:
        raise ValueError(f"{group.name} has {len(runs)} seeds; a mixture takes {runs_mixed}")
    choices = list(combinations(runs, runs_mixed))
    where = Sampled("centroid", centroid(members.model.tolist()), group.datasets,
                    group.level, group.name, runs=tuple(runs))  # fmt: skip
    sampled, taken = [where], Counter()
    for number in range(mixtures):
        chosen = choices[number % len(choices)]
        names = members.model[members.run.isin(chosen)].tolist()
        mixed = mixture(names, concentration, random)
        sampled.append(replace(where, kind="mixture", point=mixed, runs=chosen))
        if group.level == "dataset":
            model = min(names, key=lambda name: taken[name])
            taken[model] += 1
            member = Point({model: 1.0})
            s = distance(mixed, products) / distance(member, products)
            moved = replace(where, kind="shrunk", point=scaled(member, s), model=model, s=s)
            sampled.append(replace(moved, runs=chosen))
    return sampled


def outside(
    group: Group, lengths: Mapping[str, float], directions: int, random: np.random.Generator
) -> list[Sampled]:
    """Return steps from the base in random directions, of the given length in each tensor."""
    start = Point({BASE: 1.0})
    return [
        Sampled("random", random_step(start, lengths, int(seed)), group.datasets,
                group.level, group.name)
        for seed in random.integers(2**31, size=directions)
    ]  # fmt: skip
