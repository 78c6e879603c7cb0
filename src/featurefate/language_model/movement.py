"""How far the weights moved in fine-tuning, and whether two children moved the same way.

A child's *task vector* is its weights minus its parent's (Ilharco et al. 2023). Everything here is
measured `without_shift`: what no probability shows has neither length nor direction.
"""

import copy
import math
from collections.abc import Mapping

import pandas as pd
import torch
from transformers import MistralForCausalLM

EMBEDDING, UNEMBEDDING = "model.embed_tokens.weight", "lm_head.weight"
PARTS = {
    EMBEDDING: "embedding",
    "model.layers.0.input_layernorm.weight": "attention norm",
    "model.layers.0.self_attn.q_proj.weight": "queries",
    "model.layers.0.self_attn.k_proj.weight": "keys",
    "model.layers.0.self_attn.v_proj.weight": "values",
    "model.layers.0.self_attn.o_proj.weight": "attention output",
    "model.layers.0.post_attention_layernorm.weight": "MLP norm",
    "model.layers.0.mlp.gate_proj.weight": "gate",
    "model.layers.0.mlp.up_proj.weight": "up",
    "model.layers.0.mlp.down_proj.weight": "down",
    "model.norm.weight": "final norm",
    UNEMBEDDING: "unembedding",
}  # in the order in which a token meets them
WORD_TABLES = ("embedding", "unembedding")
INNER, ALL = "all but the word tables", "all weights"

Pair = tuple[MistralForCausalLM, MistralForCausalLM]  # a parent and its child


def without_shift(weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return weights, or a difference of weights, without what changes no probability.

    One vector added to every row of the unembedding adds the same number to all logits, which the
    softmax takes off again. So the unembedding's mean row is free; here it is 0. weights: by name
    of the parameter, the unembedding (vocabulary, d_model); the others come back as they are.
    """
    rows = weights[UNEMBEDDING]
    return {**weights, UNEMBEDDING: rows - rows.mean(dim=0)}


def movement(parent: MistralForCausalLM, child: MistralForCausalLM) -> pd.DataFrame:
    """Return how far each part of the model moved from parent to child.

    One row a part, in the order in which a token meets them, then `all but the word tables` and
    `all weights`: `part`, `weights` (how many), `length` of the move, `moved` (this length over the
    parent's own), `share` (of the move's squared length: the parts' shares sum to 1).
    """
    before, moves = _vectors(parent), _moves(parent, child)
    whole = moves[ALL].norm()
    return pd.DataFrame(
        {
            "part": part,
            "weights": len(move),
            "length": float(move.norm()),
            "moved": float(move.norm() / before[part].norm()),
            "share": float((move.norm() / whole) ** 2) if whole else 0.0,
        }
        for part, move in moves.items()
    )


def moves_compared(first: Pair, second: Pair) -> pd.DataFrame:
    """Return the cosine between two moves, part by part.

    first, second: a parent and its child each; the parent may be the same. One row a part as in
    `movement`: `part`, `weights`, `cosine`, `contribution` (what the part adds to the cosine of all
    weights: the parts' contributions sum to it), and `null_low`, `null_high`: between these lie
    95 % of the cosines of two random directions in as many dimensions (±1.96/√n). That null is
    easily beaten: one small change that every fine-tuning makes is enough.
    """
    one, other = _moves(*first), _moves(*second)
    lengths = one[ALL].norm() * other[ALL].norm()
    rows = []
    for part, move in one.items():
        product, within = move @ other[part], 1.96 / math.sqrt(len(move))
        row = {"part": part, "weights": len(move)}
        row["cosine"] = float(product / (move.norm() * other[part].norm()))
        row["contribution"] = float(product / lengths)
        rows.append({**row, "null_low": -within, "null_high": within})
    return pd.DataFrame(rows)


@torch.no_grad()
def moved_like(start: MistralForCausalLM, pair: Pair) -> MistralForCausalLM:
    """Return a copy of `start` after the move that led the pair's parent to its child."""
    moved = copy.deepcopy(start)
    before, after = (dict(model.named_parameters()) for model in pair)
    for name, own in moved.named_parameters():
        own += after[name] - before[name]
    return moved


@torch.no_grad()
def moved_at_random(start: MistralForCausalLM, pair: Pair, seed: int) -> MistralForCausalLM:
    """Return a copy of `start` after a random move, in each part as long as the pair's own."""
    moved, lengths = copy.deepcopy(start), movement(*pair).set_index("part").length
    noise = torch.Generator().manual_seed(seed)
    drawn = {n: torch.randn(p.shape, generator=noise) for n, p in moved.named_parameters()}
    drawn = without_shift(drawn)
    for name, own in moved.named_parameters():
        own += drawn[name] * (lengths[PARTS[name]] / drawn[name].norm())
    return moved


def _moves(parent: MistralForCausalLM, child: MistralForCausalLM) -> dict[str, torch.Tensor]:
    before, after = _vectors(parent), _vectors(child)
    return {part: after[part] - before[part] for part in before}


def _vectors(model: MistralForCausalLM) -> dict[str, torch.Tensor]:
    """Each part of a model as one vector, float64 (weights,), then those that are no word table
    together, then all; without shift."""
    weights = {name: p.detach().cpu().double() for name, p in model.named_parameters()}
    if set(weights) != set(PARTS):
        raise ValueError(f"not a model of one layer: {', '.join(set(weights) ^ set(PARTS))}")
    weights = without_shift(weights)
    vectors = {part: weights[name].flatten() for name, part in PARTS.items()}
    inner = [vector for part, vector in vectors.items() if part not in WORD_TABLES]
    return {**vectors, INNER: torch.cat(inner), ALL: torch.cat(list(vectors.values()))}
