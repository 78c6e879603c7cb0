"""Among all weights of the same model, those in which what multiplies has equal size.

A value map, the scale of a rotary plane, the scale of a neuron: each makes one matrix larger and
another smaller, and an optimiser leaves them wherever it likes. Two models must agree on them
before they are averaged. Balanced weights are where weight decay would take them; what is left
free then is a turn of the values, an angle in each plane, a sign for each neuron.
"""

from dataclasses import replace

import torch
from torch import Tensor

from featurefate.alignment.transform import Transform
from featurefate.alignment.weights import (
    DOWN,
    KEY,
    OUTPUT,
    QUERY,
    UP,
    VALUE,
    Sizes,
    group_heads,
    planes,
    query_heads,
)
from featurefate.merging.state import StateDict


def balancing(
    state: StateDict, same: Transform, values: bool, planes: bool, neurons: bool
) -> Transform:
    """Return the transform that balances a model's values, rotary planes and neurons, where asked.

    same: the identity for the model's shape. Afterwards V Vᵀ = Σ W_Oᵀ W_O in each group (over its
    query heads), queries and keys have one norm in each plane, `up` and `down` in each neuron.
    """
    exact = {name: tensor.detach().cpu().double() for name, tensor in state.items()}
    chosen = {}
    if values:
        chosen["values"] = _balanced_values(exact, same.sizes)
    if planes:
        chosen["scales"] = _balanced_planes(exact, same.sizes)
    if neurons:
        chosen["neuron_scales"] = _ratio(exact[DOWN].norm(dim=0), exact[UP].norm(dim=1)).sqrt()
    return replace(same, **chosen)


def _balanced_values(state: StateDict, size: Sizes) -> Tensor:
    """B with B (V Vᵀ) Bᵀ = B⁻ᵀ (Σ W_Oᵀ W_O) B⁻¹: the root of the geometric mean of the two."""
    values = group_heads(state[VALUE], size.groups)
    outputs = query_heads(state[OUTPUT].T, size.groups, size.head)
    written = (outputs @ outputs.mT).sum(dim=1)
    root = _power(values @ values.mT, 0.5)
    inverse = torch.linalg.inv(root)
    return _power(inverse @ _power(root @ written @ root, 0.5) @ inverse, 0.5)


def _balanced_planes(state: StateDict, size: Sizes) -> Tensor:
    queries = planes(query_heads(state[QUERY], size.groups, size.head))
    keys = planes(group_heads(state[KEY], size.groups))
    return _ratio(keys.norm(dim=(1, 3)), queries.transpose(1, 3).flatten(2).norm(dim=2)).sqrt()


def _power(symmetric: Tensor, exponent: float) -> Tensor:
    values, vectors = torch.linalg.eigh(symmetric)
    return (vectors * values[..., None, :].clamp(min=0) ** exponent) @ vectors.mT


def _ratio(above: Tensor, below: Tensor) -> Tensor:
    """above / below, and 1 where either is 0: nothing to balance."""
    return torch.where((above > 0) & (below > 0), above / below, 1)
