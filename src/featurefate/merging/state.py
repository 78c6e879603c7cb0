"""Weights as named tensors: do two models fit together, and one rule applied to all tensors."""

from collections.abc import Callable

import torch
from torch import Tensor

StateDict = dict[str, Tensor]


class IncompatibleModels(ValueError):
    """Models whose weights cannot be merged name by name."""


def check_compatible(*states: StateDict) -> None:
    """Raise IncompatibleModels, naming the tensor, unless names, shapes and types agree.

    Tensors must hold floating point numbers: a mean of two counts or masks means nothing.
    """
    first, *others = states
    for name, tensor in first.items():
        if not tensor.is_floating_point():
            raise IncompatibleModels(f"{name} is {tensor.dtype}: only floating point can be merged")
    for other in others:
        if only := sorted(first.keys() ^ other.keys()):
            raise IncompatibleModels(f"only one of the models has {', '.join(only)}")
        for name, tensor in first.items():
            twin = other[name]
            if tensor.shape != twin.shape or tensor.dtype != twin.dtype:
                raise IncompatibleModels(
                    f"{name} is {tuple(tensor.shape)} {tensor.dtype} in one model and "
                    f"{tuple(twin.shape)} {twin.dtype} in another"
                )


def combine(rule: Callable[..., Tensor], *states: StateDict) -> StateDict:
    """Return `rule(tensor of each state …)` for every name; the states must be compatible."""
    check_compatible(*states)
    return {name: rule(*(state[name] for state in states)) for name in states[0]}


def copy(state: StateDict) -> StateDict:
    """Return the same weights in new memory."""
    return {name: tensor.clone() for name, tensor in state.items()}


def flatten(state: StateDict) -> Tensor:
    """Return all weights as one vector, float64 (weights,), tensors in the order of their names."""
    return torch.cat([state[name].double().flatten() for name in sorted(state)])


def cosine(first: Tensor, second: Tensor) -> float:
    """Return the cosine of the angle between two tensors, each seen as one vector.

    A zero tensor has no direction; it counts as parallel to all (1).
    """
    a, b = first.double().flatten(), second.double().flatten()
    norms = a.norm() * b.norm()
    return float((a @ b / norms).clamp(-1, 1)) if norms else 1.0
