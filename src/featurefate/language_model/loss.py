"""Next-token cross-entropy that never holds the logits of a whole batch.

The unembedding of a small model is most of its arithmetic, and the float32 logits of one batch
(4 096 tokens × 4 096 words) are larger than the model. Here the product, the softmax and both
gradients are taken a few hundred rows at a time, in the forward pass; the backward pass only
multiplies by the incoming scalar.
"""

import torch
from torch import Tensor, nn
from transformers import MistralForCausalLM

ROWS = 256  # rows a chunk: its logits then fit into the processor's cache


class _ChunkedCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
        total = hidden.new_zeros((), dtype=torch.float32)
        hidden_gradient = torch.empty_like(hidden)
        weight_gradient = torch.zeros(weight.shape, dtype=torch.float32, device=weight.device)
        for start in range(0, len(hidden), ROWS):
            h = hidden[start : start + ROWS]  # (rows, d_model)
            y = targets[start : start + ROWS, None]  # (rows, 1)
            logits = (h @ weight.T).float()  # (rows, vocabulary)
            log_normaliser = torch.logsumexp(logits, dim=1, keepdim=True)
            total += (log_normaliser - logits.gather(1, y)).sum()
            p = logits.sub_(log_normaliser).exp_()
            p.scatter_add_(1, y, torch.full_like(y, -1.0, dtype=p.dtype))  # d loss / d logits
            p = p.to(weight.dtype)
            hidden_gradient[start : start + ROWS] = p @ weight
            weight_gradient += p.T @ h
        ctx.save_for_backward(hidden_gradient, weight_gradient)
        return total / len(hidden)

    @staticmethod
    def backward(ctx, gradient: Tensor):
        hidden_gradient, weight_gradient = ctx.saved_tensors
        scale = gradient / len(hidden_gradient)
        return hidden_gradient * scale.to(hidden_gradient.dtype), weight_gradient * scale, None


def chunked_cross_entropy(hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    """Return the mean cross-entropy in nats of `softmax(hidden @ weight.T)` at `targets`.

    hidden (rows, d_model), weight (vocabulary, d_model), targets int (rows). Under bf16 autocast
    the products run in bf16; softmax, loss and the sum of the weight's gradient are float32.
    """
    if torch.is_autocast_enabled(hidden.device.type):
        dtype = torch.get_autocast_dtype(hidden.device.type)
        hidden, weight = hidden.to(dtype), weight.to(dtype)
    return _ChunkedCrossEntropy.apply(hidden, weight, targets)


class NextTokenLoss(nn.Module):
    """A language model whose forward pass is its training loss on a batch of rows."""

    def __init__(self, model: MistralForCausalLM):
        super().__init__()
        self.model = model

    def forward(self, rows: Tensor) -> Tensor:
        """rows int (batch, position) → mean loss in nats over all positions but the first."""
        hidden = self.model.model(input_ids=rows[:, :-1], use_cache=False).last_hidden_state
        return chunked_cross_entropy(
            hidden.flatten(0, 1), self.model.lm_head.weight, rows[:, 1:].flatten()
        )
