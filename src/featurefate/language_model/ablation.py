"""Mean ablation: a part of the layer goes on writing, but always the same.

A part that writes nothing leaves the rest of the model a stream unlike any that it was trained on,
so the loss then rises for two reasons. A part that writes its mean leaves the stream where it
usually is and takes away only what the part says about the text at hand.
"""

import copy

import torch
from torch import Tensor, nn
from transformers import MistralForCausalLM

HEADS = "self_attn.o_proj"  # reads what the heads found, head by head
NEURONS = "mlp.down_proj"  # reads the neurons


def mean_ablated(
    model: MistralForCausalLM, matrix: str, inputs: slice, rows: Tensor, batch: int = 64
) -> MistralForCausalLM:
    """Return a copy of `model` in which some of what `matrix` reads is always its mean.

    matrix: `HEADS` or `NEURONS`. inputs: which of its columns: head h has h · head_dim up to (h +
    1) · head_dim, neuron n has n. rows: the text of the mean, token ids (rows, position). As both
    matrices are linear, the mean becomes a bias.
    """
    mean = _mean_input(model, matrix, rows, batch)
    ablated = copy.deepcopy(model)
    write = ablated.model.layers[0].get_submodule(matrix)
    weight = write.weight.detach()  # (d_model, inputs)
    bias = weight[:, inputs] @ mean[inputs]
    write.bias = nn.Parameter(bias if write.bias is None else write.bias.detach() + bias)
    weight[:, inputs] = 0
    return ablated


@torch.inference_mode()
def _mean_input(model: MistralForCausalLM, matrix: str, rows: Tensor, batch: int) -> Tensor:
    """The mean of what `matrix` reads over all tokens of `rows`, (inputs,)."""
    sums: list[Tensor] = []
    read = model.model.layers[0].get_submodule(matrix)
    handle = read.register_forward_pre_hook(lambda _, args: sums.append(args[0].sum(dim=(0, 1))))
    try:
        for part in rows.split(batch):
            model.model(input_ids=part.to(model.device), use_cache=False)
    finally:
        handle.remove()
    return torch.stack(sums).sum(dim=0) / rows.numel()
