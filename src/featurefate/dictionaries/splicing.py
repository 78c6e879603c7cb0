"""What a model loses when something else stands in for its MLP's activations.

The stand-in is written into `blocks.0.mlp.hook_post` through TransformerLens's bridge. With one
layer, the activations at a position change the prediction made there and no other. Nothing is added
behind the site (`down_proj` has no bias), so zeros there are the model without its MLP.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.encoding import EvaluationTokens
from featurefate.language_model.activations import HOOK

ROWS_AT_A_TIME = 32  # bounds the logits in memory
INTACT = "intact"  # the name of the model as it is


@dataclass(frozen=True)
class Spliced:
    """The predictions made at each evaluation token, with each stand-in; all float64 (tokens,).

    counted: 1 where there is a next token to predict in the same row, else 0 (and then all else is
    0 there too). By the stand-in's name: nats, the cross-entropy of the next token; divergence,
    KL(intact ‖ spliced) in nats. "intact" is among the names.
    """

    counted: np.ndarray
    nats: dict[str | int, np.ndarray]
    divergence: dict[str | int, np.ndarray]


@torch.no_grad()
def splice(
    model: Artifact, text: EvaluationTokens, stand_ins: Mapping[str | int, Tensor]
) -> Spliced:
    """Run the model with each stand-in for its MLP's activations, and as it is.

    stand_ins: by name, each (tokens, d_mlp) in the order of `text`. The position of <|endoftext|>
    is left as it is: no dictionary has seen it.
    """
    bridge = load_bridge(model)
    rows, mask = torch.as_tensor(text.rows.astype(np.int64)), torch.as_tensor(text.mask)
    predicts = torch.zeros_like(mask)
    predicts[:, :-1] = mask[:, :-1] & mask[:, 1:]
    first_token = np.concatenate([[0], text.mask.sum(axis=1).cumsum()])  # of each row
    nats = {name: torch.zeros(rows.shape) for name in (INTACT, *stand_ins)}
    divergence = {name: torch.zeros(rows.shape) for name in nats}
    for start in range(0, len(rows), ROWS_AT_A_TIME):
        part = slice(start, min(start + ROWS_AT_A_TIME, len(rows)))
        tokens = slice(first_token[part.start], first_token[part.stop])
        where, following = predicts[part], rows[part].roll(-1, dims=1)[predicts[part], None]
        intact = _logits(bridge, rows[part], where).log_softmax(dim=1)
        probability = intact.exp()
        nats[INTACT][part][where] = -intact.gather(1, following)[:, 0]
        negative_entropy = _row_products(probability, intact)
        for name, stand_in in stand_ins.items():
            hook = _replace(mask[part], stand_in[tokens])
            logits = _logits(bridge, rows[part], where, hook)
            normaliser = logits.logsumexp(dim=1)  # log p is the logit less this: never written out
            nats[name][part][where] = normaliser - logits.gather(1, following)[:, 0]
            cross = _row_products(probability, logits) - normaliser
            divergence[name][part][where] = negative_entropy - cross
    return Spliced(
        counted=predicts[mask].double().numpy(),
        nats={name: by_position[mask].double().numpy() for name, by_position in nats.items()},
        divergence={
            name: by_position[mask].double().numpy() for name, by_position in divergence.items()
        },
    )


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


def _logits(bridge, rows: Tensor, where: Tensor, hook=None) -> Tensor:
    """The logits of what follows the positions `where`, float32 (predictions, vocabulary)."""
    hooks = [(HOOK, hook)] if hook else []
    return bridge.run_with_hooks(rows, return_type="logits", fwd_hooks=hooks)[where].float()


def _row_products(first: Tensor, second: Tensor) -> Tensor:
    """The inner product of each row of two matrices (rows, columns), without a third."""
    return (first[:, None] @ second[:, :, None]).flatten()
