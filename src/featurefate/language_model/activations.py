"""What the sparse autoencoders see: the gated product act(gate)·up, one value a neuron.

It is the input of `down_proj`, which TransformerLens calls `blocks.0.mlp.hook_post`: the site of
Horn & Elliott (arXiv 2410.12391).
"""

from contextlib import suppress

import numpy as np
import torch
from torch import Tensor
from transformers import MistralForCausalLM

HOOK = "blocks.0.mlp.hook_post"


class _Reached(Exception):
    """The model has computed all that is asked for."""


@torch.inference_mode()
def mlp_activations(model: MistralForCausalLM, rows: np.ndarray, batch: int = 16) -> Tensor:
    """Return the activations at `HOOK`, float32 (rows, position, d_mlp).

    rows: token ids (rows, position). The model is stopped there: no later layer is computed.
    `batch` rows are run at a time, which a processor's cache can hold; the result holds all of
    them, so callers with much text pass it in pieces.
    """
    down_projection = model.model.layers[0].mlp.down_proj
    found = torch.empty(*rows.shape, down_projection.in_features, device=model.device)
    parts = iter(found.split(batch))  # filled in turn: joining them would take as much room again

    def keep(_, arguments):
        next(parts).copy_(arguments[0])
        raise _Reached

    with down_projection.register_forward_pre_hook(keep):
        for ids in torch.as_tensor(rows.astype(np.int64)).split(batch):
            with suppress(_Reached):
                model.model(input_ids=ids.to(model.device), use_cache=False)
    return found
