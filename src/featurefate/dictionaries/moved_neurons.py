"""A dictionary follows its model into another form: its neurons change place, sign and scale."""

import copy

import torch
from torch import Tensor


@torch.no_grad()
def with_moved_neurons(dictionary, neurons: Tensor, scales: Tensor):
    """Return a copy that reads the moved model as `dictionary` reads the model itself.

    neurons: int (d_mlp,), the old neuron that comes to each place; scales: (d_mlp,), not 0, what
    its activation is multiplied by there; both as in `alignment.transform.Transform`. Every feature
    fires as before; only the directions in which it is read and written change.
    """
    moved, scales = copy.deepcopy(dictionary), scales.to(dictionary.W_enc.dtype)
    moved.W_enc.copy_(dictionary.W_enc[neurons] / scales[:, None])
    moved.W_dec.copy_(dictionary.W_dec[:, neurons] * scales)
    moved.b_dec.copy_(dictionary.b_dec[neurons] * scales)
    moved.cfg.rescale_acts_by_decoder_norm = False  # norms were 1, and are no longer
    return moved
