"""The model in float64 throughout, to see whether a change of weights changes the model."""

import copy
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from transformers import MistralForCausalLM

from featurefate.alignment.weights import sizes
from featurefate.merging.state import StateDict


def exact_model(model: MistralForCausalLM, epsilon: float | None = None) -> MistralForCausalLM:
    """Return a copy of the model whose every sum is float64.

    transformers computes the norms in float32 whatever the weights are, so they are replaced.
    epsilon: the ε of the norms, by default the model's own; 0 makes the scale of the stream free.
    """
    exact = copy.deepcopy(model).double().eval()
    epsilon = model.config.rms_norm_eps if epsilon is None else epsilon
    layer = exact.model.layers[0]
    for owner, name in (
        (layer, "input_layernorm"),
        (layer, "post_attention_layernorm"),
        (exact.model, "norm"),
    ):
        norm = nn.RMSNorm(sizes(model.config).hidden, eps=epsilon, dtype=torch.float64)
        norm.load_state_dict(getattr(owner, name).state_dict())
        setattr(owner, name, norm)
    return exact


@torch.no_grad()
def log_probabilities(model: MistralForCausalLM, state: StateDict, rows: Tensor) -> Tensor:
    """Return log p of every next token when the model has these weights.

    rows: int (row, position) → (row, position, vocabulary). The model itself stays as it is.
    """
    output = torch.func.functional_call(model, state, (rows,), {"use_cache": False})
    return output.logits.log_softmax(dim=-1)


def largest_changes(
    model: MistralForCausalLM, state: StateDict, others: Mapping[str, StateDict], rows: Tensor
) -> dict[str, float]:
    """Return by how much each other state changes a log p at most; arguments as above."""
    before = log_probabilities(model, state, rows)
    return {
        name: (log_probabilities(model, other, rows) - before).abs().max().item()
        for name, other in others.items()
    }
