"""Matching by training: the transform whose merged model predicts text best.

After Theus et al. (arXiv 2506.22712): the transform itself is trained, from where weight matching
ended, on the cross-entropy of the model that it makes of the two. Weights of neither model change.
Real parts are trained as they are, the turn of the stream through the nearest orthogonal matrix,
orders through the best assignment: the forward pass uses it, the gradient goes straight to its
scores (Bengio et al., arXiv 1308.3432).

More text helps slowly: at the laptop's size (one pair, validation text) 131 k tokens took away 87 %
of averaging's barrier at the midpoint, 262 k 88 %, 410 k 89 %, 1.6 M 90.5 %. Rates from 5e-3 to
2e-2, other weights t and a start from tables weighted by frequency made half a point or less.
"""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from transformers import MistralForCausalLM

from featurefate.alignment import symmetries
from featurefate.alignment.attention_matching import assignment, polar
from featurefate.alignment.folding import fold_gains
from featurefate.alignment.transform import Transform
from featurefate.alignment.weights import (
    DOWN,
    GATE,
    KEY,
    OUTPUT,
    QUERY,
    UP,
    VALUE,
    group_heads,
    query_heads,
)
from featurefate.artifacts.store import Account, Artifact
from featurefate.language_model.architecture import load_model
from featurefate.language_model.loss import NextTokenLoss
from featurefate.language_model.order import mixed_rows
from featurefate.language_model.training import precision
from featurefate.merging.state import StateDict

PARTS = ("neurons", "heads", "values", "planes", "residual")
T_RANGE = (0.4, 0.6)  # the weight of the second model, drawn anew in every step
# By how much the scores of an order favour it at first. Adam moves all scores about equally fast,
# so with a small margin an order would change by noise, and every change costs: where scores moved
# 15 times as fast, a third of the neurons changed places and less of the barrier went (86 %).
MARGIN = 5.0


def learn_matching(
    folder: Path,
    *,
    first: Artifact,
    second: Artifact,
    tokens: Artifact,
    start: Artifact,
    arm: str,
    parts: list[str],
    domains: list[str],
    training_tokens: int,
    batch: int,
    learning_rate: float,
    both: bool,
    seed: int,
) -> Account:
    """Step: train the transform `arm` of `start` further; write it as `learned.safetensors`.

    parts: of `PARTS`, what is trained; batch: rows a step; the text is training text, equally much
    of each domain, read once. both: train a transform of either model; what is written moves the
    second to where it stands as seen from the first, which loses nothing: moving both ends alike
    moves what lies between them alike. Also writes `curve.parquet`: `step`, `loss` in nats of the
    merged model. Returns the `precision` of the forward pass.
    """
    model = load_model(first).to("cuda" if torch.cuda.is_available() else "cpu")
    states = [fold_gains(m.state_dict()) for m in (model, load_model(second))]
    begun = Transform.load(start.file(f"{arm}.safetensors"))
    context = model.config.max_position_embeddings
    rows = mixed_rows(tokens, domains, training_tokens, context, seed=seed)
    batches = [rows[i : i + batch] for i in range(0, len(rows), batch)]
    found, losses = learned(
        model, *states, begun, batches, parts, learning_rate=learning_rate, both=both, seed=seed
    )
    found.save(folder / "learned.safetensors")
    curve = pd.DataFrame({"step": range(len(losses)), "loss": losses})
    curve.to_parquet(folder / "curve.parquet")
    return Account({"precision": "bf16" if precision() == "bf16" else "float32"})


def learned(
    model: MistralForCausalLM,
    first: StateDict,
    second: StateDict,
    start: Transform,
    batches: list[np.ndarray],
    parts: list[str],
    *,
    learning_rate: float,
    both: bool,
    seed: int,
) -> tuple[Transform, list[float]]:
    """Return the trained transform of `second`, and the merged model's loss in each step.

    model: one of this shape, whose own weights play no part; the states have their gains folded;
    batches: token ids (row, position), a step each; other arguments as for `learn_matching`.
    Raises ValueError for an unknown part.
    """
    if unknown := set(parts) - set(PARTS):
        raise ValueError(f"parts has {', '.join(sorted(unknown))}: {', '.join(PARTS)} exist")
    loss_of = NextTokenLoss(model)
    ends = tuple(
        {name: weight.detach().to(model.device) for name, weight in state.items()}
        for state in (first, start.apply(second))
    )
    movers = [_Latents(start) if both else None, _Latents(start)]
    latents = nn.ModuleList(mover for mover in movers if mover).to(model.device)
    for name, latent in latents.named_parameters():
        latent.requires_grad_(_part(name) in parts)
    optimizer = torch.optim.Adam([p for p in latents.parameters() if p.requires_grad])
    draw = np.random.default_rng(seed)
    losses = []
    for step, rows in enumerate(batches):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate * (1 + math.cos(math.pi * step / len(batches))) / 2
        a, b = (mover(end) if mover else end for mover, end in zip(movers, ends, strict=True))
        t = float(draw.uniform(*T_RANGE))
        merged = {f"model.{name}": (1 - t) * weight + t * b[name] for name, weight in a.items()}
        ids = torch.as_tensor(rows.astype(np.int64)).to(model.device)
        with torch.autocast(model.device.type, torch.bfloat16, enabled=precision() == "bf16"):
            loss = torch.func.functional_call(loss_of, merged, (ids,))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    found = movers[1].transform(start)
    if both:
        found = movers[0].transform(start).inverse().compose(found)
    return found.compose(start), losses


class _Latents(nn.Module):
    """A transform in trainable numbers, at first the identity."""

    def __init__(self, start: Transform):
        super().__init__()
        size = start.sizes
        self.size = size
        self.residual = nn.Parameter(torch.eye(size.hidden))
        self.groups = nn.Parameter(MARGIN * torch.eye(size.groups))
        self.queries = nn.Parameter(MARGIN * torch.eye(size.queries).repeat(size.groups, 1, 1))
        self.values = nn.Parameter(torch.eye(size.head).repeat(size.groups, 1, 1))
        self.angles = nn.Parameter(torch.zeros(size.groups, size.planes))
        self.log_scales = nn.Parameter(torch.zeros(size.groups, size.planes))
        self.neurons = nn.Parameter(MARGIN * torch.eye(size.neurons))
        self.neuron_scales = nn.Parameter(torch.ones(size.neurons))

    def forward(self, state: StateDict) -> StateDict:
        """The state in its new form, with gradients to the latents."""
        moved = symmetries.residual_map(state, _Polar.apply(self.residual))
        moved = self._heads(moved)
        moved = symmetries.value_maps(moved, self.values)
        moved = symmetries.query_key_planes(moved, self.angles, self.log_scales.exp())
        return self._neurons(moved)

    def transform(self, start: Transform) -> Transform:
        """The transform that these latents stand for."""
        with torch.no_grad():
            exact = {name: latent.cpu().double() for name, latent in self.named_parameters()}
        log_scales = exact.pop("log_scales")
        orders = {
            "groups": assignment(exact["groups"]),
            "queries": torch.stack([assignment(latent) for latent in exact["queries"]]),
            "neurons": assignment(exact["neurons"]),
        }
        turned = {"residual": polar(exact["residual"]), "scales": log_scales.exp()}
        return replace(start, **exact | orders | turned)

    def _heads(self, state: StateDict) -> StateDict:
        groups = _straight_through(self.groups)
        queries = torch.stack([_straight_through(latent) for latent in self.queries])

        def by_query(rows: Tensor) -> Tensor:
            heads = query_heads(rows, self.size.groups, self.size.head)
            return torch.einsum("gh,grs,hsix->grix", groups, queries, heads).flatten(0, 2)

        def by_group(rows: Tensor) -> Tensor:
            heads = group_heads(rows, self.size.groups)
            return torch.einsum("gh,hix->gix", groups, heads).flatten(0, 1)

        changed = {name: by_group(state[name]) for name in (KEY, VALUE)}
        changed |= {QUERY: by_query(state[QUERY]), OUTPUT: by_query(state[OUTPUT].T).T}
        return {**state, **changed}

    def _neurons(self, state: StateDict) -> StateDict:
        order, scales = _straight_through(self.neurons), self.neuron_scales
        changed = {
            GATE: order @ state[GATE],
            UP: (order @ state[UP]) * scales[:, None],
            DOWN: state[DOWN] @ order.T / scales,
        }
        return {**state, **changed}


def _part(latent: str) -> str:
    """The part that a parameter of `_Latents` belongs to; its name ends with the latent's."""
    part_of = {
        "groups": "heads",
        "queries": "heads",
        "angles": "planes",
        "log_scales": "planes",
        "neuron_scales": "neurons",
    }
    name = latent.rpartition(".")[2]
    return part_of.get(name, name)


def _straight_through(scores: Tensor) -> Tensor:
    """The best assignment as a matrix of 0 and 1, whose gradient is taken as that of the scores."""
    best = assignment(scores.detach().cpu())
    hard = torch.zeros_like(scores).scatter_(1, best.to(scores.device)[:, None], 1)
    return hard + scores - scores.detach()


class _Polar(torch.autograd.Function):
    """The orthogonal matrix nearest to a matrix, U Vᵀ of U S Vᵀ.

    The gradient of an SVD has no value where singular values are equal, as they all are at the
    start; that of the product has: its denominators are their sums.
    """

    @staticmethod
    def forward(ctx, matrix: Tensor) -> Tensor:
        left, values, right = torch.linalg.svd(matrix)
        ctx.save_for_backward(left, values, right)
        return left @ right

    @staticmethod
    def backward(ctx, gradient: Tensor) -> Tensor:
        left, values, right = ctx.saved_tensors
        turned = left.T @ gradient @ right.T
        return left @ ((turned - turned.T) / (values[:, None] + values)) @ right
