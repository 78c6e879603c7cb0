"""Two paths between two models: along the chord (linear) and along the arc (SLERP).

Pure functions on state dictionaries. Everywhere `merge(first, second, t)`: `t` is the weight of
the second, so t = 0 is the first and t = 1 the second, exactly.
"""

from collections.abc import Callable

import torch
from torch import Tensor

StateDict = dict[str, Tensor]

# mergekit's rule: on nearly parallel tensors the arc is the chord, and dividing by the sine of
# their angle would only amplify rounding.
PARALLEL = 0.9995


class IncompatibleModels(ValueError):
    """Two models whose weights cannot be merged name by name."""


def linear(first: StateDict, second: StateDict, t: float) -> StateDict:
    """Return (1 − t)·first + t·second, tensor by tensor."""
    return _tensor_by_tensor(_lerp, first, second, t)


def slerp(first: StateDict, second: StateDict, t: float) -> StateDict:
    """Return the spherical interpolation of each tensor, as mergekit does (Shoemake 1985).

    Each tensor is seen as one vector. The angle θ between the two gives the weights
    sin((1 − t)θ)/sin θ and sin(tθ)/sin θ, applied to the tensors as they are. Tensors with
    |cos θ| > `PARALLEL` are interpolated linearly.
    """
    return _tensor_by_tensor(_slerp, first, second, t)


METHODS: dict[str, Callable[[StateDict, StateDict, float], StateDict]] = {
    "slerp": slerp,
    "linear": linear,
}


def cosines(first: StateDict, second: StateDict) -> dict[str, float]:
    """Return the cosine of the angle between each tensor of `first` and its twin in `second`."""
    check_compatible(first, second)
    return {name: _cosine(tensor, second[name]) for name, tensor in first.items()}


def check_compatible(first: StateDict, second: StateDict) -> None:
    """Raise IncompatibleModels, naming the tensor, unless names, shapes and types agree."""
    if only := sorted(first.keys() ^ second.keys()):
        raise IncompatibleModels(f"only one of the two models has {', '.join(only)}")
    for name, tensor in first.items():
        other = second[name]
        if tensor.shape != other.shape or tensor.dtype != other.dtype:
            raise IncompatibleModels(
                f"{name} is {tuple(tensor.shape)} {tensor.dtype} in the first model and "
                f"{tuple(other.shape)} {other.dtype} in the second"
            )


def _tensor_by_tensor(
    rule: Callable[[Tensor, Tensor, float], Tensor], first: StateDict, second: StateDict, t: float
) -> StateDict:
    if not 0 <= t <= 1:
        raise ValueError(f"t is the weight of the second model, between 0 and 1, not {t}")
    check_compatible(first, second)
    if t in (0, 1):  # the ends are the models themselves, to the last bit
        return {name: tensor.clone() for name, tensor in (second if t else first).items()}
    return {name: rule(tensor, second[name], t) for name, tensor in first.items()}


def _lerp(first: Tensor, second: Tensor, t: float) -> Tensor:
    return (1 - t) * first + t * second


def _slerp(first: Tensor, second: Tensor, t: float) -> Tensor:
    cosine = _cosine(first, second)
    if abs(cosine) > PARALLEL:
        return _lerp(first, second, t)
    angle = torch.arccos(torch.tensor(cosine, dtype=torch.float64))
    weights = torch.sin(torch.stack([(1 - t) * angle, t * angle])) / torch.sin(angle)
    return weights[0].to(first.dtype) * first + weights[1].to(first.dtype) * second


def _cosine(first: Tensor, second: Tensor) -> float:
    a, b = first.double().flatten(), second.double().flatten()
    norms = a.norm() * b.norm()
    return float(a @ b / norms) if norms else 1.0  # a zero tensor has no direction: linear
