"""What a model loses when something else stands in for its MLP's activations.

The stand-in is written into `blocks.0.mlp.hook_post` through TransformerLens's bridge. With one
layer, the activations at a position change the prediction made there and no other.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.encoding import EvaluationTokens
from featurefate.language_model.activations import HOOK

ROWS_AT_A_TIME = 32  # bounds the logits in memory


@torch.no_grad()
def splicing_losses(
    model: Artifact, text: EvaluationTokens, stand_ins: dict[str | int, Tensor]
) -> dict[str | int, np.ndarray]:
    """Return the cross-entropy of the prediction made at each evaluation token, in nats.

    stand_ins: by name, what replaces the activations, each (tokens, d_mlp) in the order of `text`.
    A dict of float64 (tokens,): one entry for each of them, "intact" (the model as it is) and
    "counted" (1 where there is a next token to predict in the same row, else 0; the losses are 0
    there too). The position of <|endoftext|> is left as it is: no dictionary has seen it.
    """
    bridge = load_bridge(model)
    rows, mask = torch.as_tensor(text.rows.astype(np.int64)), torch.as_tensor(text.mask)
    predicts = torch.zeros_like(mask)
    predicts[:, :-1] = mask[:, :-1] & mask[:, 1:]
    first_token = np.concatenate([[0], text.mask.sum(axis=1).cumsum()])  # of each row
    losses = {}
    for name, stand_in in {"intact": None, **stand_ins}.items():
        by_position = torch.zeros(rows.shape)
        for start in range(0, len(rows), ROWS_AT_A_TIME):
            part = slice(start, start + ROWS_AT_A_TIME)
            tokens = slice(first_token[start], first_token[min(part.stop, len(rows))])
            hook = _replace(mask[part], stand_in[tokens]) if stand_in is not None else None
            by_position[part] = _losses(bridge, rows[part], predicts[part], hook)
        losses[name] = by_position[mask].double().numpy()
    losses["counted"] = predicts[mask].double().numpy()
    return losses


def load_bridge(model: Artifact):
    """Return the model of an artifact as a TransformerLens bridge, on the CPU."""
    from transformer_lens.model_bridge import TransformerBridge

    return TransformerBridge.boot_transformers(str(model.path), device="cpu").eval()


def _replace(where: Tensor, by: Tensor):
    """A hook that writes `by` (tokens, d_mlp) to the positions `where` (rows, context)."""

    def hook_function(activations: Tensor, hook) -> Tensor:
        activations = activations.clone()
        activations[where] = by
        return activations

    return hook_function


def _losses(bridge, rows: Tensor, predicts: Tensor, hook) -> Tensor:
    """Cross-entropy of the next token where `predicts`, 0 elsewhere, (rows, context)."""
    hooks = [(HOOK, hook)] if hook else []
    logits = bridge.run_with_hooks(rows, return_type="logits", fwd_hooks=hooks)
    losses = torch.zeros(rows.shape)
    losses[predicts] = cross_entropy(
        logits[predicts].float(), rows.roll(-1, dims=1)[predicts], reduction="none"
    )
    return losses
