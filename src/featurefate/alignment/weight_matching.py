"""Matching by the weights alone: the transform that brings one model's weights next to another's.

Coordinate descent after Theus et al. (arXiv 2506.22712) and Git Re-Basin (Ainsworth et al.,
arXiv 2209.04836): given how the stream is turned, heads, inner bases and neurons follow; given
those, the turn of the stream follows. The cosine between the two models' weights never falls, so
their distance never grows. No text is read.

Every weight counts as it is. With each neuron's weights brought to one norm, as in the papers, or
each matrix to one norm, less of averaging's barrier went (by 4 to 9 % of it, at the laptop's size).

The tables of words start it: their rows are the same words in both models, so they say how the
stream is turned before anything else is known.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import torch
from torch import Tensor

from featurefate.alignment.attention_matching import (
    assignment,
    matched_bases,
    matched_heads,
    polar,
)
from featurefate.alignment.drawing import random_orthogonal
from featurefate.alignment.folding import fold_gains
from featurefate.alignment.gauge import balancing
from featurefate.alignment.symmetries import residual_map
from featurefate.alignment.transform import Transform
from featurefate.alignment.weights import (
    DOWN,
    EMBEDDING,
    GATE,
    READERS,
    UNEMBEDDING,
    UP,
    WRITERS,
)
from featurefate.artifacts.store import Artifact
from featurefate.language_model.architecture import load_model
from featurefate.language_model.movement import without_shift
from featurefate.merging.state import StateDict, check_compatible

PARTS = ("neurons", "heads", "values", "planes", "residual_order", "residual")
MATRICES = (EMBEDDING, *READERS, *WRITERS)
ROUNDS = 100
SETTLED = 1e-6  # a smaller rise of the cosine ends the descent


@dataclass(frozen=True)
class WeightMatching:
    """The best start's transform, and every start's cosines of all weights, [start][round]."""

    transform: Transform
    traces: list[list[float]]


def match_weights(
    folder: Path,
    *,
    first: Artifact,
    second: Artifact,
    arms: dict[str, list[str]],
    starts: int,
    seed: int,
) -> None:
    """Step: match `second` to `first` and write one transform for each of `arms`.

    arms: name → which `PARTS` it matches; starts and seed as for `weight_matching`. Writes
    `<arm>.safetensors` (see `Transform.load`) and `traces.parquet`: one row an `arm`, `start` and
    `round` with the `cosine` between all weights of the two models.
    """
    models = load_model(first), load_model(second)
    same = Transform.identity(models[0].config)
    states = [fold_gains(model.state_dict()) for model in models]
    rows = []
    for arm, parts in arms.items():
        found = weight_matching(same, *states, parts, starts, seed)
        found.transform.save(folder / f"{arm}.safetensors")
        rows += [
            {"arm": arm, "start": start, "round": number, "cosine": cosine}
            for start, trace in enumerate(found.traces)
            for number, cosine in enumerate(trace)
        ]
    pd.DataFrame(rows).to_parquet(folder / "traces.parquet")


def weight_matching(
    same: Transform,
    first: StateDict,
    second: StateDict,
    parts: list[str],
    starts: int = 1,
    seed: int = 0,
) -> WeightMatching:
    """Return the transform of `second` that brings its weights nearest to those of `first`.

    same: the identity for their shape; the states have their gains folded; parts: of `PARTS`, what
    may move. "residual" turns the stream, "residual_order" only permutes it; "values" and "planes"
    turn and scale inner bases, "neurons" come with sign and scale. starts: the first one is from
    the word tables, others from random turns of the stream (seed). Raises ValueError for an
    unknown part, no start, or for two states that do not go together.
    """
    if unknown := set(parts) - set(PARTS):
        raise ValueError(f"parts has {', '.join(sorted(unknown))}: {', '.join(PARTS)} exist")
    if starts < 1:
        raise ValueError(f"starts is {starts}: at least 1, from the word tables")
    check_compatible(first, second)
    free = {part: part in parts for part in ("values", "planes", "neurons")}
    gauges = [balancing(state, same, **free) for state in (first, second)]
    a, b = (
        _centred(gauge.apply(state)) for gauge, state in zip(gauges, (first, second), strict=True)
    )
    generator = torch.Generator().manual_seed(seed)
    moving = "residual" in parts or "residual_order" in parts
    runs = [
        _descend(same, a, b, parts, None if start == 0 else generator)
        for start in range(starts if moving else 1)
    ]
    best, _ = max(runs, key=lambda run: run[1][-1])
    transform = gauges[0].inverse().compose(best).compose(gauges[1])
    return WeightMatching(transform, [trace for _, trace in runs])


def _centred(state: StateDict) -> StateDict:
    """In float64, the unembedding without the mean of its rows: a shift of them says nothing."""
    return without_shift({name: t.detach().cpu().double() for name, t in state.items()})


def _descend(
    same: Transform,
    a: StateDict,
    b: StateDict,
    parts: list[str],
    generator: torch.Generator | None,
) -> tuple[Transform, list[float]]:
    """Alternate between the stream and all else; from the word tables, or from a random turn."""
    lengths = _length(a) * _length(b)
    words = (EMBEDDING, UNEMBEDDING)
    tables = sum(a[name].T @ b[name] for name in words)  # what no inner part can change
    a, b = ({**state, **{name: state[name][:0] for name in words}} for state in (a, b))
    start = tables if generator is None else random_orthogonal(len(tables), generator)
    residual, found, trace = _nearest(start, parts), same, []
    if "heads" in parts:
        found = replace(same, **matched_heads(a, residual_map(b, residual), same.sizes))
    while len(trace) < ROUNDS:
        found = _matched_inside(found, a, residual_map(b, residual), parts)
        products = tables + _stream_products(a, found.apply(b))
        residual = _nearest(products, parts)
        trace.append(float((residual * products).sum() / lengths))
        if len(trace) > 1 and trace[-1] - trace[-2] < SETTLED:
            break
    return replace(found, residual=residual), trace


def _length(state: StateDict) -> Tensor:
    return sum(state[name].pow(2).sum() for name in MATRICES).sqrt()


def _nearest(products: Tensor, parts: list[str]) -> Tensor:
    """The allowed map of the stream that has the largest inner product with this matrix."""
    if "residual" in parts:
        return polar(products)
    identity = torch.eye(len(products), dtype=torch.float64)
    return identity[assignment(products)] if "residual_order" in parts else identity


def _stream_products(a: StateDict, b: StateDict) -> Tensor:
    """P such that ⟨O, P⟩ is the inner product of `a` with `b` when b's stream is mapped by O."""
    readers = sum(a[name].T @ b[name] for name in (EMBEDDING, *READERS))
    return readers + sum(a[name] @ b[name].T for name in WRITERS)


def _matched_inside(found: Transform, a: StateDict, b: StateDict, parts: list[str]) -> Transform:
    """Match heads, inner bases and neurons of two models whose streams agree.

    found: the matching so far, whose order of heads stays unless another one is better.
    """
    orders = [{"groups": found.groups, "queries": found.queries}]
    if "heads" in parts:
        orders.append(matched_heads(a, b, found.sizes))
    tried = [matched_bases(a, b, found.sizes, order, tuple(parts)) for order in orders]
    attention, _ = max(tried, key=lambda bases: bases[1])
    neurons = matched_neurons(a, b) if "neurons" in parts else {}
    return replace(found, **attention, **neurons)


def matched_neurons(a: StateDict, b: StateDict) -> dict[str, Tensor]:
    """Return the order of neurons and their signs that bring gate, up and down nearest.

    −up with −down is the same neuron, so a pair scores its gates' product plus the size of the
    rest.
    """
    signed = a[UP] @ b[UP].T + a[DOWN].T @ b[DOWN]
    order = assignment(a[GATE] @ b[GATE].T + signed.abs())
    sign = signed[torch.arange(len(order)), order].sign()
    return {"neurons": order, "neuron_scales": torch.where(sign == 0, 1, sign)}
