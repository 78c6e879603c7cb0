"""Two changes of weights that look like symmetries and are none, in a layer of this kind."""

import torch
from torch import Tensor

from featurefate.alignment.symmetries import residual_map
from featurefate.alignment.weights import KEY, QUERY, READERS
from featurefate.merging.state import StateDict


def stretched_stream(state: StateDict, matrix: Tensor) -> StateDict:
    """Take the stream in any other basis and undo it in all that reads: only the norms object.

    matrix: invertible (d_model, d_model). RMSNorm measures the length of the stream, which a map
    that is not orthogonal changes, by another factor for every token.
    """
    inverse = torch.linalg.inv(matrix)
    mapped = residual_map(state, matrix)
    return mapped | {name: state[name] @ inverse.to(state[name]) for name in READERS}


def inner_order(state: StateDict, order: Tensor) -> StateDict:
    """Reorder the dimensions of queries and keys alike in every head: only rotary positions object.

    order: int (head,), the old dimension that comes to each place. The products of queries and keys
    stay as they are, but each plane is turned at its own speed.
    """
    heads = {name: state[name].unflatten(0, (-1, len(order))) for name in (QUERY, KEY)}
    return state | {name: rows[:, order].flatten(0, 1) for name, rows in heads.items()}
