"""Lines through a region: between its models, beyond its edges, and out from its centroid.

(Gueta et al., arXiv 2302.04863, find the ground between fine-tunes flat and its edges steep.)
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.regions.datasets import family
from featurefate.regions.points import (
    Point,
    between,
    centroid,
    place,
    random_step,
    tensor_lengths,
)
from featurefate.regions.region import Region

Pair = tuple[Any, Any]  # two rows of the table of models
LEVELS = ("same data set", "same family", "across families", "other base")


def pairs(
    members: pd.DataFrame, strangers: pd.DataFrame, datasets: dict, level: str, count: int,
    random: np.random.Generator,
) -> list[Pair]:  # fmt: skip
    """Return `count` pairs of models of a level, drawn without replacement.

    same data set: two seeds of it; same family: two of its data sets; across families; other base:
    one data set, and the bases are two. Tables: `model`, `dataset`, `run`.
    """
    second = strangers if level == "other base" else members
    found = [
        (a, b)
        for i, a in enumerate(members.itertuples())
        for j, b in enumerate(second.itertuples())
        if (second is strangers or i < j) and _level(a, b, datasets, second is strangers) == level
    ]
    chosen = random.permutation(len(found))[:count]
    return [found[i] for i in chosen]


def _level(a: Any, b: Any, datasets: dict, other_base: bool) -> str | None:
    if other_base:
        return "other base" if a.dataset == b.dataset else None
    if a.dataset == b.dataset:
        return "same data set"
    same = family(datasets[a.dataset]) == family(datasets[b.dataset])
    return "same family" if same else "across families"


def paths(
    folder: Path,
    *,
    region: dict[str, Any],
    counts: dict[str, int],
    inner: int,
    beyond: list[float],
    beyond_pairs: int,
    outward: list[float],
    directions: int,
    seed: int,
    **inputs: Artifact,
) -> None:
    """Step: measure the lines, on test text.

    region, inputs: as `region.given_to_steps` gives them.
    counts: level → pairs; inner: values of t between the two models of a pair. beyond: distances
    past either end, in units of the pair's own, for the first `beyond_pairs` pairs of a level.
    outward: how far to go from the centroid of all members, in units of its length, tensor by
    tensor: towards the origin, away from it, and in random `directions`.

    Writes `between.parquet` (`level`, `pair`, `first`, `second`, `t`, `loss`: the mean over the
    pair's data sets) and `outward.parquet` (`direction`, `number`, `length`, `loss`: the mean over
    all data sets), and `spread.parquet`: how far each member is from the centroid, as a share of
    the centroid's length.
    """
    random = np.random.default_rng(seed)
    around = Region.of(region, inputs)
    own, datasets, read = around.members, around.datasets, around.read()
    lines = [
        line
        for level in LEVELS
        for number, pair in enumerate(
            pairs(own, around.strangers, datasets, level, counts.get(level, 0), random)
        )
        for line in _along(
            level, number, pair, np.linspace(0, 1, inner + 2),
            beyond if number < beyond_pairs else [],
        )
    ]  # fmt: skip
    centre = centroid(own.model.tolist())
    middle = place(centre, read)
    out = list(_outward(centre, tensor_lengths(middle), outward, directions, random))
    points = [point for _, point, _ in lines] + [point for _, point in out]
    on = [names for _, _, names in lines] + [tuple(datasets)] * len(out)
    measured = around.losses(points, on, "test")
    found = [float(np.mean([loss.mean() for loss in each.values()])) for each in measured]
    described = pd.DataFrame([row for row, _, _ in lines])
    described.assign(loss=found[: len(lines)]).to_parquet(folder / "between.parquet")
    described = pd.DataFrame([row for row, _ in out])
    described.assign(loss=found[len(lines) :]).to_parquet(folder / "outward.parquet")
    whole = _norm(tensor_lengths(middle))
    away = [_norm(tensor_lengths(read(name), middle)) / whole for name in own.model]
    pd.DataFrame({"model": own.model, "length": away}).to_parquet(folder / "spread.parquet")


def _along(
    level: str, number: int, pair: Pair, inner: Sequence[float], beyond: Sequence[float]
) -> Iterator[tuple[dict, Point, tuple[str, ...]]]:
    first, second = pair
    on = tuple(dict.fromkeys([first.dataset, second.dataset]))
    ends = [-past for past in beyond[::-1]], [1 + past for past in beyond]
    for t in [*ends[0], *map(float, inner), *ends[1]]:
        row = dict(level=level, pair=number, first=first.model, second=second.model, t=t)
        yield row, between(first.model, second.model, t), on


def _outward(
    centre: Point, lengths: dict[str, float], outward: list[float], directions: int,
    random: np.random.Generator,
) -> Iterator[tuple[dict, Point]]:  # fmt: skip
    seeds = [int(seed) for seed in random.integers(2**31, size=directions)]
    yield dict(direction="centroid", number=0, length=0.0), centre
    for share in outward:
        for direction, times in {"to the origin": 1 - share, "from the origin": 1 + share}.items():
            models = {name: times * weight for name, weight in centre.models.items()}
            yield dict(direction=direction, number=0, length=share), Point(models)
        for number, seed in enumerate(seeds):
            row = dict(direction="random", number=number, length=share)
            yield row, random_step(centre, lengths, seed, times=share)


def _norm(lengths: dict[str, float]) -> float:
    return float(np.linalg.norm(list(lengths.values())))
