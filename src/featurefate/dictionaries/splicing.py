"""What a model loses when something else stands in for its MLP's activations.

With one layer, the activations at a position change the prediction made there and no other, and
what attention wrote stays as it is. So attention is computed once, for the model as it is and for
all stand-ins, and each costs no more than what comes after it. Nothing is added there (`down_proj`
has no bias), so zeros are the model without its MLP.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from transformers import MistralForCausalLM

from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.encoding import EvaluationTokens
from featurefate.language_model.architecture import load_model

ROWS_AT_A_TIME = 64
TOKENS_AT_A_TIME = 512  # bounds the logits in memory, and keeps them near the processor
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


@torch.inference_mode()
def splice(
    model: Artifact, text: EvaluationTokens, stand_ins: Mapping[str | int, Tensor]
) -> Spliced:
    """Let the model predict with each stand-in for its MLP's activations, and as it is.

    stand_ins: by name, each (tokens, d_mlp) in the order of `text`. The position of <|endoftext|>
    is left as it is: no dictionary has seen it. Float32, on the CPU.
    """
    network = load_model(model)
    layer, stream = network.model.layers[0], _before_mlp(network, text)
    counted, following = _predictions(text)
    nats = {name: np.zeros(len(counted)) for name in (INTACT, *stand_ins)}
    divergence = {name: np.zeros(len(counted)) for name in nats}
    for part in torch.as_tensor(np.flatnonzero(counted)).split(TOKENS_AT_A_TIME):
        target = torch.as_tensor(following[part])[:, None]
        written = layer.mlp(layer.post_attention_layernorm(stream[part]))
        expected = _logits(network, stream[part], written).log_softmax(dim=1)
        probability = expected.exp()
        nats[INTACT][part] = -expected.gather(1, target)[:, 0]
        negative_entropy = _row_products(probability, expected)
        for name, stand_in in stand_ins.items():
            logits = _logits(network, stream[part], layer.mlp.down_proj(stand_in[part]))
            normaliser = logits.logsumexp(dim=1)  # log p is the logit less this: never written out
            nats[name][part] = normaliser - logits.gather(1, target)[:, 0]
            cross = _row_products(probability, logits) - normaliser
            divergence[name][part] = negative_entropy - cross
    return Spliced(counted.astype(np.float64), nats, divergence)


def _before_mlp(network: MistralForCausalLM, text: EvaluationTokens) -> Tensor:
    """The residual stream between attention and MLP, float32 (tokens, d_model)."""
    seen: list[Tensor] = []
    layer = network.model.layers[0]
    keep = lambda _, arguments: seen.append(arguments[0])  # noqa: E731
    with layer.post_attention_layernorm.register_forward_pre_hook(keep):
        for rows in torch.as_tensor(text.rows.astype(np.int64)).split(ROWS_AT_A_TIME):
            network.model(input_ids=rows, use_cache=False)
    return torch.cat(seen)[torch.as_tensor(text.mask)]


def _predictions(text: EvaluationTokens) -> tuple[np.ndarray, np.ndarray]:
    """Which tokens have a next one in their row, bool (tokens,), and what it is, int (tokens,)."""
    predicts = np.zeros_like(text.mask)
    predicts[:, :-1] = text.mask[:, :-1] & text.mask[:, 1:]
    following = np.roll(text.rows, -1, axis=1).astype(np.int64)
    return predicts[text.mask], following[text.mask]


def _logits(network: MistralForCausalLM, stream: Tensor, written: Tensor) -> Tensor:
    """What the model predicts from the stream and what its MLP wrote, (tokens, vocabulary)."""
    return network.lm_head(network.model.norm(stream + written))


def _row_products(first: Tensor, second: Tensor) -> Tensor:
    """The inner product of each row of two matrices (rows, columns), without a third."""
    return (first[:, None] @ second[:, :, None]).flatten()
