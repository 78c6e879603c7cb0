"""Merging by task vectors: what each child has learned, added to the base they share.

A child's task vector is its weights minus its base's (Ilharco et al. 2023, arXiv 2212.04089).
"""

from collections.abc import Mapping

from torch import Tensor

from featurefate.merging.interpolation import linear
from featurefate.merging.state import StateDict, check_compatible, combine, cosine

SINGULAR = 1e-6  # below it Model Stock's ratio is no number: the base stays, as in mergekit


def task_vector(base: StateDict, child: StateDict) -> StateDict:
    """Return child − base, tensor by tensor."""
    return combine(lambda before, after: after - before, base, child)


def add(base: StateDict, *parts: tuple[float, StateDict]) -> StateDict:
    """Return base + Σ weight · vector over the `parts` (weight, task vector)."""
    weights, vectors = [weight for weight, _ in parts], [vector for _, vector in parts]

    def sum_up(start: Tensor, *moves: Tensor) -> Tensor:
        return start + sum(weight * move for weight, move in zip(weights, moves, strict=True))

    return combine(sum_up, base, *vectors)


def task_arithmetic(
    base: StateDict,
    first: StateDict,
    second: StateDict,
    t: float,
    scale: float | Mapping[str, float] = 1.0,
) -> StateDict:
    """Return base + scale · ((1 − t) · (first − base) + t · (second − base)).

    That is the chord between the children, moved away from the base by `scale` (a number, or one a
    tensor, by name): at 1 it is the chord, at 2 its middle is the base plus both task vectors.
    The ends are the children, exactly, at scale 1 only; elsewhere they lie on the line from the
    base through a child. Swapping the parents and t with 1 − t gives the same model.
    """
    check_compatible(base, first)
    chord = linear(first, second, t)
    each = scale if isinstance(scale, Mapping) else dict.fromkeys(base, scale)
    return {name: (1 - each[name]) * start + each[name] * chord[name]
            for name, start in base.items()}  # fmt: skip


def model_stock(base: StateDict, first: StateDict, second: StateDict, t: float) -> StateDict:
    """Return the point on the line from the base to the chord that the children's angle names.

    Model Stock (Jang et al. 2024, arXiv 2403.19522) takes two fine-tunes of one base for noisy
    views of one optimum; where their moves share little it trusts neither, and stays near the base
    (`stock_ratios`). The paper's merge, and mergekit's, is t = 0.5; other t are this study's
    extension, from the base towards another point of the chord. No end is a child. Swapping the
    parents and t with 1 − t gives the same model.
    """
    return task_arithmetic(base, first, second, t, scale=stock_ratios(base, first, second))


def stock_ratios(base: StateDict, first: StateDict, second: StateDict) -> dict[str, float]:
    """Return 2·cos θ/(1 + cos θ) for every tensor, θ the angle between the two task vectors.

    1 where the children moved alike (the merge is their mean), 0 at a right angle or where one did
    not move (the merge is the base), negative beyond a right angle.
    """
    moves = task_vector(base, first), task_vector(base, second)
    ratios = {}
    for name in base:
        one, other = (move[name] for move in moves)
        along = cosine(one, other) if one.any() and other.any() else 0.0
        ratios[name] = 2 * along / (1 + along) if abs(1 + along) >= SINGULAR else 0.0
    return ratios
