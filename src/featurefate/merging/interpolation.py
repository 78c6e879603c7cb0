"""Two paths between two models: along the chord (linear) and along the arc (SLERP).

Pure functions on state dictionaries. Everywhere `merge(first, second, t)`: `t` is the weight of
the second, so t = 0 is the first and t = 1 the second, to the last bit. Swapping the parents and
t with 1 − t gives the same model.
"""

from collections.abc import Mapping

import pandas as pd
import torch
from torch import Tensor

from featurefate.merging.state import StateDict, check_compatible, copy, cosine, flatten

# mergekit's rule: on nearly parallel tensors the arc is the chord, and dividing by the sine of
# their angle would only amplify rounding.
PARALLEL = 0.9995


def linear(first: StateDict, second: StateDict, t: float) -> StateDict:
    """Return (1 − t)·first + t·second, tensor by tensor."""
    check_compatible(first, second)
    check_weight(t)
    if t in (0, 1):
        return copy(second if t else first)
    return {name: _lerp(tensor, second[name], t) for name, tensor in first.items()}


def slerp(first: StateDict, second: StateDict, t: float | Mapping[str, float]) -> StateDict:
    """Return the spherical interpolation of each tensor, as mergekit does (Shoemake 1985).

    Each tensor is seen as one vector. The angle θ between the two gives the weights
    sin((1 − t)θ)/sin θ and sin(tθ)/sin θ, applied to the tensors as they are. Tensors with
    |cos θ| > `PARALLEL` are interpolated linearly; `paths` says which.

    t: one number for all tensors, or one for each, by name. Raises ValueError, naming the tensors,
    where such a mapping leaves one out or names one that is not there.
    """
    check_compatible(first, second)
    each = _weight_of_each(first, t)
    return {name: _slerp(tensor, second[name], each[name]) for name, tensor in first.items()}


def slerp_whole(first: StateDict, second: StateDict, t: float) -> StateDict:
    """Return the spherical interpolation of all weights seen as one vector.

    One angle serves all tensors: the large ones decide it, and the small ones follow.
    """
    check_compatible(first, second)
    check_weight(t)
    if t in (0, 1):
        return copy(second if t else first)
    on_first, on_second = _arc_weights(cosine(flatten(first), flatten(second)), t)
    return {name: on_first * tensor + on_second * second[name] for name, tensor in first.items()}


def paths(first: StateDict, second: StateDict) -> pd.DataFrame:
    """Return the angle between each tensor of `first` and its twin, and how SLERP merges it.

    One row a tensor: `tensor`, `weights` (how many), `cosine`, `angle` in degrees, `path`: "arc",
    or "chord" where SLERP falls back to linear interpolation; `shorter`: by which share the middle
    of the chord is shorter than the mean of its two ends.
    """
    check_compatible(first, second)
    frame = pd.DataFrame(
        {
            "tensor": name,
            "weights": tensor.numel(),
            "cosine": cosine(tensor, second[name]),
            "shorter": _shorter(tensor, second[name]),
        }
        for name, tensor in first.items()
    )
    frame["angle"] = torch.tensor(frame.cosine.to_numpy()).arccos().rad2deg().numpy()
    frame["path"] = ["chord" if abs(c) > PARALLEL else "arc" for c in frame.cosine]
    return frame


def check_weight(t: float) -> None:
    """Raise ValueError unless t lies between 0 and 1."""
    if not 0 <= t <= 1:
        raise ValueError(f"t is the weight of the second model, between 0 and 1, not {t}")


def _shorter(first: Tensor, second: Tensor) -> float:
    ends = first.double().norm() + second.double().norm()
    return float(1 - (first.double() + second.double()).norm() / ends) if ends else 0.0


def _weight_of_each(state: StateDict, t: float | Mapping[str, float]) -> Mapping[str, float]:
    each = t if isinstance(t, Mapping) else dict.fromkeys(state, t)
    if wrong := sorted(each.keys() ^ state.keys()):
        raise ValueError(f"t by tensor needs one number for each; see {', '.join(wrong)}")
    for weight in each.values():
        check_weight(weight)
    return each


def _lerp(first: Tensor, second: Tensor, t: float) -> Tensor:
    return (1 - t) * first + t * second


def _slerp(first: Tensor, second: Tensor, t: float) -> Tensor:
    if t in (0, 1):
        return (second if t else first).clone()
    on_first, on_second = _arc_weights(cosine(first, second), t)
    return on_first * first + on_second * second


def _arc_weights(cosine: float, t: float) -> tuple[float, float]:
    if abs(cosine) > PARALLEL:
        return 1 - t, t
    angle = torch.tensor(cosine, dtype=torch.float64).arccos()
    return float(((1 - t) * angle).sin() / angle.sin()), float((t * angle).sin() / angle.sin())
