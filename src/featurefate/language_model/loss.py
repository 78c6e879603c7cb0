"""Next-token cross-entropy that never holds the logits of a whole batch.

The unembedding of a small model is most of its arithmetic, and the float32 logits of one batch
(2 048 tokens × 4 096 words) are larger than the model. Here the product, the softmax and both
gradients are taken a chunk of rows at a time, in the forward pass and in the same two pieces of
memory; the backward pass only multiplies by the incoming scalar.
"""

import torch
from torch import Tensor, nn
from transformers import MistralForCausalLM

# Rows a chunk. A processor wants logits that stay in its cache, a GPU products that fill it.
ROWS = {"cpu": 256, "cuda": 4_096}


class _ChunkedCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
        rows = min(len(hidden), ROWS.get(hidden.device.type, ROWS["cpu"]))
        logits_memory = hidden.new_empty(rows, len(weight))
        softmax_memory = hidden.new_empty(rows, len(weight), dtype=torch.float32)
        total = hidden.new_zeros((), dtype=torch.float32)
        hidden_gradient = torch.empty_like(hidden)
        weight_gradient = torch.zeros_like(weight, dtype=torch.float32)
        for start in range(0, len(hidden), rows):
            h = hidden[start : start + rows]  # (rows, d_model)
            y = targets[start : start + rows, None]  # (rows, 1)
            logits = torch.mm(h, weight.T, out=logits_memory[: len(h)])  # (rows, vocabulary)
            e = softmax_memory[: len(h)].copy_(logits)
            largest = e.amax(dim=1, keepdim=True)
            at_target = e.gather(1, y) - largest
            e.sub_(largest).exp_()
            normaliser = e.sum(dim=1, keepdim=True)  # p = e / normaliser
            total += (normaliser.log() - at_target).sum()
            e.scatter_add_(1, y, -normaliser)  # d loss / d logits is p, less 1 at the target
            gradient = torch.div(e, normaliser, out=logits)
            torch.mm(gradient, weight, out=hidden_gradient[start : start + rows])
            weight_gradient += gradient.T @ h
        ctx.save_for_backward(hidden_gradient, weight_gradient)
        return total / len(hidden)

    @staticmethod
    def backward(ctx, gradient: Tensor):
        hidden_gradient, weight_gradient = ctx.saved_tensors
        scale = gradient / len(hidden_gradient)
        return hidden_gradient * scale.to(hidden_gradient.dtype), weight_gradient * scale, None


@torch.compiler.disable  # the products fill a GPU as they are
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
