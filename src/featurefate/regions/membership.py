"""How good are the models inside a region, outside, and as near to the base?

One step measures them all; `probabilities` reads P_B off its tables, at the three levels.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.language_model.movement import ALL
from featurefate.regions.points import BASE, Point, mean_lengths, scaled, tensor_lengths
from featurefate.regions.probability import Sample, ahead, better, over_pairs
from featurefate.regions.region import Region
from featurefate.regions.sampling import Group, Sampled, groups, inside, outside, trained
from featurefate.regions.task_vectors import gram_matrices


def membership(
    folder: Path,
    *,
    region: dict[str, Any],
    mixtures: dict[str, int],
    runs_mixed: int,
    concentration: float,
    random_directions: int,
    distances: list[float],
    seed: int,
    **inputs: Artifact,
) -> None:
    """Step: measure In, In′, Ex and the controls at three levels, on test text.

    region, inputs: as `region.given_to_steps` gives them. mixtures: level → how many a group;
    `runs_mixed` and `concentration` as in `sampling.inside`. distances: the s at which members and
    mixtures are tried on validation text: one best s for the members of a data set, one for its
    mixtures.

    Writes `points.parquet`, one row a point with the fields of `Sampled`, and `losses.parquet`:
    `point`, `dataset`, `loss` in nats a token, `by_document` (of which it is the mean);
    `distances.parquet`: `kind`, `dataset`, `s`, `loss` of what was tried.
    """
    random = np.random.default_rng(seed)
    around = Region.of(region, inputs)
    own, read = around.members, around.read()
    gram = gram_matrices([inputs[name] for name in own.model], [around.base] * len(own))[ALL]
    products = pd.DataFrame(gram, list(own.model), list(own.model))
    moves = {name: tensor_lengths(read(name), read(BASE)) for name in own.model}
    sampled = trained(own, around.strangers, tuple(around.datasets))
    for group in groups(around.datasets):
        part = own[own.dataset.isin(group.datasets)]
        mixing = dict(mixtures=mixtures[group.level], runs_mixed=runs_mixed)
        sampled += inside(
            group, part, products, **mixing, concentration=concentration, random=random
        )
        lengths = mean_lengths(moves[name] for name in part.model)
        sampled += outside(group, lengths, random_directions, random)
    tried = _along_the_move(sampled, distances, around)
    tried.to_parquet(folder / "distances.parquet")
    sampled += _at_best_distance(sampled, tried)
    found = around.losses([p.point for p in sampled], [p.on for p in sampled], "test")
    write_measured(folder, sampled, found)


def _along_the_move(sampled: list[Sampled], distances: list[float], around: Region) -> pd.DataFrame:
    """Loss on validation text by distance, of the members and as many mixtures of each data set."""
    members = [each for each in sampled if each.kind == "member"]
    lines = [(each.kind, each.dataset, each.point) for each in members]
    for dataset, count in Counter(each.dataset for each in members).items():
        mixed = [each for each in sampled if each.kind == "mixture" and each.on == (dataset,)]
        lines += [(each.kind, dataset, each.point) for each in mixed[:count]]
    tried = [(kind, name, s, scaled(point, s)) for kind, name, point in lines for s in distances]
    points, on = [point for *_, point in tried], [(name,) for _, name, *_ in tried]
    found = [
        loss.mean() for each in around.losses(points, on, "validation") for loss in each.values()
    ]
    table = pd.DataFrame([row[:3] for row in tried], columns=["kind", "dataset", "s"])
    return table.assign(loss=found)


def _at_best_distance(sampled: list[Sampled], tried: pd.DataFrame) -> list[Sampled]:
    """Members and mixtures of each data set at the s that is best for its members, its mixtures."""
    mean = tried.groupby(["kind", "dataset", "s"]).loss.mean().unstack()
    best = mean.idxmin(axis=1)
    moved = []
    for each in sampled:
        if each.kind == "member":
            s, name = best["member", each.dataset], each.dataset
        elif each.kind == "mixture" and each.level == "dataset":
            s, name = best["mixture", each.group], each.group
        else:
            continue
        where = dict(kind=f"best {each.kind}", level="dataset", group=name, on=(name,), s=float(s))
        moved.append(replace(each, point=scaled(each.point, float(s)), **where))
    return moved


def write_measured(
    folder: Path, sampled: Sequence[Sampled], found: Sequence[Mapping[str, np.ndarray]]
) -> None:
    """Write points.parquet (with each point's recipe as JSON) and losses.parquet."""
    table = [asdict(each) | {"recipe": json.dumps(asdict(each.point))} for each in sampled]
    table = pd.DataFrame(table).drop(columns=["point", "on"])
    table.rename_axis("point").reset_index().to_parquet(folder / "points.parquet")
    long = [
        {"point": number, "dataset": dataset, "loss": each.mean(), "by_document": each}
        for number, by_dataset in enumerate(found)
        for dataset, each in by_dataset.items()
    ]
    pd.DataFrame(long).to_parquet(folder / "losses.parquet")


def read_measured(measured: Artifact) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables of points and of losses; `runs` as tuples."""
    points = pd.read_parquet(measured.file("points.parquet"))
    points["runs"] = [tuple(int(run) for run in runs) for runs in points.runs]
    return points, pd.read_parquet(measured.file("losses.parquet"))


def recipe(points: pd.DataFrame, number: int) -> Point:
    """Return the point of a row of `points`."""
    return Point(**json.loads(points.recipe[points.point == number].item()))


def sample(points: pd.DataFrame, losses: pd.DataFrame, group: Group, kind: str) -> Sample:
    """Return the points of one kind, each with its mean loss over the group's measured data sets.

    kind: `in` (the group's own members), `other` (fine-tunes of other data sets), `stranger` (of
    another base, the group's data sets), or a kind of `Sampled`. Points that were not measured on
    all of these data sets are left out.
    """
    own = points.dataset.isin(group.datasets)
    here = (points.level == group.level) & (points.group == group.name)
    chosen = {
        "in": (points.kind == "member") & own,
        "other": (points.kind == "member") & ~own,
        "stranger": (points.kind == "stranger") & own,
        "base": points.kind == "base",
    }.get(kind, here & (points.kind == kind))
    wide = losses.pivot(index="point", columns="dataset", values="by_document")
    names = [name for name in group.datasets if name in wide]
    wide = wide[names].dropna() if names else wide[:0]
    found = points[chosen & points.point.isin(wide.index)]
    wide = wide.loc[found.point]
    texts = [np.stack(wide[name]) for name in names if len(wide)]
    return Sample(texts, found.runs.tolist(), found.point.tolist())


def probabilities(
    points: pd.DataFrame,
    losses: pd.DataFrame,
    datasets: Mapping[str, dict[str, Any]],
    comparisons: Sequence[tuple[str, str]],
    seed: int,
) -> pd.DataFrame:
    """Return P_B and the mean difference of each comparison (kinds of `sample`) at each level.

    One row a level and comparison: `level`, `first`, `second`, `groups`, `pairs` (of models, in
    all groups), `better`, `better_low`, `better_high`, `ahead` (nats by which the mean loss of the
    first is lower), `ahead_low`, `ahead_high`. Comparisons without models of both kinds are left
    out.
    """
    records = []
    for level in ("dataset", "family", "general"):
        at_level = [group for group in groups(datasets) if group.level == level]
        for first, second in comparisons:
            both = [[sample(points, losses, g, k) for k in (first, second)] for g in at_level]
            both = [pair for pair in both if all(s.points for s in pair)]
            if not both:
                continue
            pairs = sum(len(a.points) * len(b.points) for a, b in both)
            record = dict(level=level, first=first, second=second, groups=len(both), pairs=pairs)
            for name, statistic in {"better": better, "ahead": ahead}.items():
                found = over_pairs(statistic, both, seed)
                record |= {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}
            records.append(record)
    return pd.DataFrame(records)
