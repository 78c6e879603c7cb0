"""Points of weight space, written down as recipes.

A region is judged by models that nobody trained: mixtures of its members, members shrunk towards
their base, steps in random directions. Each is a weighted sum of models that there are, and
perhaps a random step. As a recipe it costs nothing; its weights exist only while it is measured.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import torch

from featurefate.language_model.movement import UNEMBEDDING
from featurefate.merging.state import StateDict, check_compatible

BASE = "base"  # the name, in recipes, of the model that all moves start from
Read = Callable[[str], StateDict]  # a model's name → its weights


@dataclass(frozen=True)
class Point:
    """The sum of weight · model over `models`, and a random step from there.

    models: name → weight, in the order in which they are added. step: tensor → length of a random
    step in it, in the units of the weights; `seed` gives its direction, so that points which
    differ in the lengths alone lie on one ray.
    """

    models: Mapping[str, float]
    step: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0

    def __post_init__(self):
        if not self.models:
            raise ValueError("a point needs at least one model to start from")


def place(point: Point, read: Read) -> StateDict:
    """Return the weights at `point`; raise IncompatibleModels where its models do not fit."""
    place: StateDict = {}
    for name, weight in point.models.items():
        model = read(name)
        if not place:
            place = {tensor: weight * values for tensor, values in model.items()}
            continue
        check_compatible(place, model)
        for tensor, values in model.items():
            place[tensor].add_(values, alpha=weight)
    if unknown := point.step.keys() - place.keys():
        raise ValueError(f"a step in tensors that no model has: {', '.join(sorted(unknown))}")
    generator = torch.Generator().manual_seed(point.seed)
    for tensor, length in point.step.items():
        direction = torch.randn(place[tensor].shape, generator=generator)
        direction = _felt(tensor, direction)
        place[tensor].add_(direction, alpha=length / float(direction.norm()))
    return place


def mixture(names: Sequence[str], concentration: float, random: np.random.Generator) -> Point:
    """Return a random convex combination of models: weights from a symmetric Dirichlet.

    A concentration of 1 draws evenly from all convex combinations; a higher one stays nearer to
    the centroid.
    """
    weights = random.dirichlet(np.full(len(names), concentration))
    return Point(dict(zip(names, weights.tolist(), strict=True)))


def centroid(names: Sequence[str]) -> Point:
    """Return the mean of models."""
    return Point(dict.fromkeys(names, 1 / len(names)))


def between(first: str, second: str, t: float) -> Point:
    """Return (1 − t)·first + t·second; beyond the two where t is below 0 or above 1."""
    return Point({first: 1 - t, second: t})


def scaled(point: Point, s: float) -> Point:
    """Return base + s·(point − base): nearer to the base for s < 1. `point` has no random step."""
    models = {name: s * weight for name, weight in point.models.items()}
    return Point(models | {BASE: models.get(BASE, 0.0) + 1 - s})


def random_step(start: Point, lengths: Mapping[str, float], seed: int, times: float = 1) -> Point:
    """Return `start` moved by a random step, `times` these `lengths` in each tensor."""
    step = {tensor: times * length for tensor, length in lengths.items()}
    return Point(start.models, step, seed)


def distance(point: Point, products: pd.DataFrame) -> float:
    """Return how far a point lies from the base; its weights sum to 1, that of the base included.

    products: the inner products of the moves of models from the base, by their names.
    """
    weights = np.array([point.models.get(name, 0.0) for name in products.index])
    return float(np.sqrt(max(0.0, weights @ products.to_numpy() @ weights)))


def tensor_lengths(state: StateDict, origin: StateDict | None = None) -> dict[str, float]:
    """Return the length of each tensor of `state`, or of its move from `origin`.

    Of a move, what changes no probability has no length (`movement.without_shift`).
    """
    if origin is None:
        return {name: float(tensor.norm()) for name, tensor in state.items()}
    return {
        name: float(_felt(name, tensor - origin[name]).norm()) for name, tensor in state.items()
    }


def _felt(name: str, move: torch.Tensor) -> torch.Tensor:
    """The move of a tensor without what changes no probability: the unembedding's mean row."""
    return move - move.mean(dim=0) if name == UNEMBEDDING else move


def mean_lengths(lengths: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Return the mean length of each tensor over several models."""
    return pd.DataFrame(list(lengths)).mean().to_dict()
