"""Norm gains folded into the matrices that read through them: the same model, with gains of 1.

A gain belongs to one direction of the residual stream, so only a model without gains can be turned.
"""

import torch

from featurefate.alignment.weights import READ_THROUGH, TENSORS
from featurefate.merging.state import StateDict


def fold_gains(state: StateDict) -> StateDict:
    """Return the state with every norm gain multiplied into the next matrices and set to 1.

    W · (gain ∘ x) = (W · diag gain) · x: exact but for one rounding of each weight. Raises
    ValueError, naming the tensors, for a state that is no model of one layer.
    """
    if odd := sorted(set(state) ^ set(TENSORS)):
        raise ValueError(f"not a model of one layer: {', '.join(odd)}")
    folded = dict(state)
    for gain, readers in READ_THROUGH.items():
        folded |= {reader: state[reader] * state[gain] for reader in readers}
        folded[gain] = torch.ones_like(state[gain])
    return folded


def is_folded(state: StateDict) -> bool:
    """Return whether all norm gains are 1."""
    return all(bool((state[gain] == 1).all()) for gain in READ_THROUGH)
