"""How far the weights moved in fine-tuning, and whether two children moved the same way.

A child's *task vector* is its weights minus its parent's (Ilharco et al. 2023).
"""

import math

import pandas as pd
import torch
from transformers import MistralForCausalLM

PARTS = {
    "model.embed_tokens.weight": "embedding",
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
    "lm_head.weight": "unembedding",
}  # in the order in which a token meets them
ALL = "all weights"


def movement(parent: MistralForCausalLM, child: MistralForCausalLM) -> pd.DataFrame:
    """Return how far each part of the model moved from parent to child.

    One row a part, in the order in which a token meets them, then `all weights`: `part`, `weights`
    (how many), `moved` (length of the move over the parent's own length).
    """
    before = _vectors(parent)
    moves = _moves(parent, child)
    return pd.DataFrame(
        {
            "part": part,
            "weights": len(move),
            "moved": float(move.norm() / before[part].norm()),
        }
        for part, move in moves.items()
    )


def moves_compared(
    parent: MistralForCausalLM, first: MistralForCausalLM, second: MistralForCausalLM
) -> pd.DataFrame:
    """Return the cosine between the moves of two children of `parent`, part by part.

    One row a part as in `movement`: `part`, `weights`, `cosine`, and `null_low`, `null_high`:
    between these lie 95 % of the cosines of two random directions in as many dimensions
    (±1.96/√n). That null is easily beaten: any two fine-tunings change frequent tokens most.
    """
    other = _moves(parent, second)
    rows = []
    for part, move in _moves(parent, first).items():
        within = 1.96 / math.sqrt(len(move))
        cosine = float(move @ other[part] / (move.norm() * other[part].norm()))
        row = {"part": part, "weights": len(move), "cosine": cosine}
        rows.append({**row, "null_low": -within, "null_high": within})
    return pd.DataFrame(rows)


def _moves(parent: MistralForCausalLM, child: MistralForCausalLM) -> dict[str, torch.Tensor]:
    before, after = _vectors(parent), _vectors(child)
    return {part: after[part] - before[part] for part in before}


def _vectors(model: MistralForCausalLM) -> dict[str, torch.Tensor]:
    """Each part of a model as one vector, float64 (weights,), and all of them together."""
    weights = {name: p.detach().cpu().double().flatten() for name, p in model.named_parameters()}
    if set(weights) != set(PARTS):
        raise ValueError(f"not a model of one layer: {', '.join(set(weights) ^ set(PARTS))}")
    vectors = {part: weights[name] for name, part in PARTS.items()}
    return {**vectors, ALL: torch.cat(list(vectors.values()))}
