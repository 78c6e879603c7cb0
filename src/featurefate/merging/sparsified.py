"""Merging task vectors that were thinned out first: TIES and DARE.

A child changes every weight, and most changes matter little. TIES (Yadav et al. 2023, arXiv
2306.01708) keeps the largest of each tensor and lets the children vote on the sign of each weight.
DARE (Yu et al. 2024, arXiv 2311.03099) keeps random ones and makes them larger. `density` is the
share that is kept. With mergekit's choices throughout, where the papers leave one.

The ends: at t = 0 the second child has no weight, so the merge is the base plus the first child's
*thinned* task vector: a child itself only at density 1, up to rounding. Swapping the parents (and
their masks) and t with 1 − t gives the same model.
"""

import hashlib

import torch
from torch import Tensor

from featurefate.merging.arithmetic import task_vector
from featurefate.merging.interpolation import check_weight
from featurefate.merging.state import StateDict, check_compatible

Masks = tuple[StateDict, StateDict]  # of the first and of the second child: 1 keeps, 0 drops


def ties(
    base: StateDict, first: StateDict, second: StateDict, t: float, density: float
) -> StateDict:
    """Return the TIES merge: trim, elect a sign for each weight, average what agrees with it.

    The average is over the children that agree: a weight that only one of them still holds is
    changed in full however small that child's weight. So the path jumps as t leaves 0 or 1.
    """
    check_density(density)
    moves = [
        {name: trim(move, density) for name, move in vector.items()}
        for vector in (task_vector(base, first), task_vector(base, second))
    ]
    return _elected(base, *moves, t, normalise=True)


def dare_linear(
    base: StateDict, first: StateDict, second: StateDict, t: float, masks: Masks
) -> StateDict:
    """Return base + (1 − t)·drop(first − base) + t·drop(second − base)."""
    check_weight(t)
    moves = _dropped(base, first, second, masks)
    return {
        name: start + (1 - t) * moves[0][name] + t * moves[1][name] for name, start in base.items()
    }


def dare_ties(
    base: StateDict, first: StateDict, second: StateDict, t: float, masks: Masks
) -> StateDict:
    """Return the merge of randomly thinned task vectors with TIES's vote, summed, not averaged."""
    return _elected(base, *_dropped(base, first, second, masks), t, normalise=False)


def trim(move: Tensor, density: float) -> Tensor:
    """Return `move` with only its largest entries, a share `density` of all and at least one."""
    kept = max(1, int(density * move.numel()))
    trimmed = torch.zeros_like(move).flatten()
    largest = move.abs().flatten().topk(kept).indices
    trimmed[largest] = move.flatten()[largest]
    return trimmed.view_as(move)


def drop(move: Tensor, mask: Tensor) -> Tensor:
    """Return `move` where `mask` is 1, else 0, scaled so that Σ|entry| is what it was.

    Yu et al. scale by 1/density, which keeps that sum in expectation; this is mergekit's rule.
    """
    kept = move * mask.to(move.dtype)
    before, after = move.abs().sum(), kept.abs().sum()
    return kept * (before / after) if min(before, after) >= 1e-7 else kept


def random_masks(like: StateDict, density: float, seed: int) -> StateDict:
    """Return a random mask for every tensor, each entry 1 with probability `density`.

    A tensor's mask depends on the seed and its name only, not on what other tensors there are.
    """
    check_density(density)
    masks = {}
    for name, tensor in like.items():
        own_seed = int.from_bytes(hashlib.sha256(f"{seed} {name}".encode()).digest()[:7])
        generator = torch.Generator().manual_seed(own_seed)
        masks[name] = (torch.rand(tensor.shape, generator=generator) < density).to(tensor.dtype)
    return masks


def check_density(density: float) -> None:
    """Raise ValueError unless a positive share is kept."""
    if not 0 < density <= 1:
        raise ValueError(f"density is the share of changes kept, above 0 up to 1, not {density}")


def _dropped(base: StateDict, first: StateDict, second: StateDict, masks: Masks) -> list[StateDict]:
    check_compatible(base, first, second, *masks)
    vectors = task_vector(base, first), task_vector(base, second)
    return [
        {name: drop(move, mask[name]) for name, move in vector.items()}
        for vector, mask in zip(vectors, masks, strict=True)
    ]


def _elected(
    base: StateDict, one: StateDict, other: StateDict, t: float, normalise: bool
) -> StateDict:
    """Add to each weight of the base the changes whose sign is that of their weighted sum."""
    check_weight(t)
    merged = {}
    for name, start in base.items():
        weights = torch.tensor([1 - t, t], dtype=start.dtype).view(2, *[1] * start.ndim)
        moves = torch.stack([one[name], other[name]]) * weights
        elected = torch.where(moves.sum(0) >= 0, 1.0, -1.0)
        agree = moves.sign() == elected
        change = (moves * agree).sum(0)
        if normalise:
            agreed = (weights * agree).sum(0)
            change = change / torch.where(agreed == 0, 1.0, agreed)
        merged[name] = (start + change).to(start.dtype)
    return merged
