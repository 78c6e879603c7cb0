"""The seven changes of a one-layer model's weights that do not change the model.

Pure functions on state dictionaries, differentiable, in the dtype of the weights. Norm gains must
be folded (`folding.py`): a gain is tied to a direction of the residual stream, which the first two
do not keep. A general invertible map of the stream is no symmetry, since RMSNorm measures length;
neither is one inner permutation (or any other map but `query_key_planes`) on queries and keys,
since rotary positions turn each plane at its own speed.
"""

import torch
from torch import Tensor

from featurefate.alignment.weights import (
    DOWN,
    EMBEDDING,
    GATE,
    KEY,
    OUTPUT,
    QUERY,
    READERS,
    UNEMBEDDING,
    UP,
    VALUE,
    WRITERS,
    group_heads,
    planes,
    query_heads,
)
from featurefate.merging.state import StateDict


def residual_map(state: StateDict, matrix: Tensor) -> StateDict:
    """1. Turn the residual stream: stream → matrix · stream.

    matrix: orthogonal (d_model, d_model); a permutation of the stream is one. It is taken as it
    is: with a matrix that is not orthogonal the model changes.
    """
    turned = {name: state[name] @ matrix.to(state[name]).T for name in (EMBEDDING, *READERS)}
    turned |= {name: matrix.to(state[name]) @ state[name] for name in WRITERS}
    return {**state, **turned}


def residual_scale(state: StateDict, factor: float) -> StateDict:
    """2. Multiply all that is written to the residual stream by a factor > 0.

    RMSNorm divides it out, exactly where its ε is 0 (or grows by factor²). Averaging two models
    sees it only as their weights in the average.
    """
    if not factor > 0:
        raise ValueError(f"factor is {factor}: the stream is scaled by a number above 0")
    return {**state, **{name: factor * state[name] for name in (EMBEDDING, *WRITERS)}}


def head_order(state: StateDict, groups: Tensor, queries: Tensor) -> StateDict:
    """3. Reorder heads, as far as sharing keys and values allows.

    groups: int (group,), the old group that comes to each place; queries: int (group, query), the
    old query head within that old group that comes to each place.
    """
    old = groups[:, None], queries  # indices of (group, query)
    count, per_group = queries.shape
    size = len(state[KEY]) // count
    output = state[OUTPUT].T  # its rows are the heads' dimensions
    changed = {
        QUERY: query_heads(state[QUERY], count, size)[old].flatten(0, 2),
        KEY: group_heads(state[KEY], count)[groups].flatten(0, 1),
        VALUE: group_heads(state[VALUE], count)[groups].flatten(0, 1),
        OUTPUT: query_heads(output, count, size)[old].flatten(0, 2).T,
    }
    return {**state, **changed}


def value_maps(state: StateDict, maps: Tensor) -> StateDict:
    """4. Take each group's values in another basis, values → map · values, and undo it in W_O.

    maps: invertible (group, head, head).
    """
    count, size, _ = maps.shape
    maps = maps.to(state[VALUE])
    values = maps @ group_heads(state[VALUE], count)
    undo = torch.linalg.inv(maps).mT[:, None]  # for every query head of the group
    output = undo @ query_heads(state[OUTPUT].T, count, size)
    return {**state, VALUE: values.flatten(0, 1), OUTPUT: output.flatten(0, 2).T}


def query_key_planes(state: StateDict, angles: Tensor, scales: Tensor) -> StateDict:
    """5. Turn queries and keys by the same angle in a rotary plane; scale one, divide the other.

    angles (radians), scales (above 0): (group, plane); queries are multiplied by the scale.
    """
    count, size = len(angles), 2 * angles.shape[1]
    angles, scales = angles.to(state[KEY])[..., None], scales.to(state[KEY])[..., None]
    queries = _turn(query_heads(state[QUERY], count, size), angles[:, None])
    keys = _turn(group_heads(state[KEY], count), angles)
    queries = planes(queries) * scales[:, None, None]
    keys = planes(keys) / scales[:, None]
    return {**state, QUERY: queries.flatten(0, 3), KEY: keys.flatten(0, 2)}


def neuron_order(state: StateDict, order: Tensor, scales: Tensor) -> StateDict:
    """6. Reorder neurons, and multiply what the gate lets through by a signed scale.

    order: int (neuron,), the old neuron that comes to each place; scales: not 0 (neuron,), on the
    new neuron's row of `up`, undone in its column of `down`.
    """
    scales = scales.to(state[UP])
    changed = {
        GATE: state[GATE][order],
        UP: state[UP][order] * scales[:, None],
        DOWN: state[DOWN][:, order] / scales,
    }
    return {**state, **changed}


def unembedding_shift(state: StateDict, vector: Tensor) -> StateDict:
    """7. Add one vector (d_model,) to every row of the unembedding: all logits move alike."""
    return {**state, UNEMBEDDING: state[UNEMBEDDING] + vector.to(state[UNEMBEDDING])}


def _turn(rows: Tensor, angles: Tensor) -> Tensor:
    """Turn rows (…, head, columns) by angles (…, plane, 1) in each plane."""
    real, imaginary = planes(rows).unbind(-3)
    cos, sin = torch.cos(angles), torch.sin(angles)
    return torch.cat([cos * real - sin * imaginary, sin * real + cos * imaginary], dim=-2)
