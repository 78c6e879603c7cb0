"""Are the embeddings of two models alike? One by one, and as a pattern of neighbours."""

from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import MistralForCausalLM


def same_token(first: MistralForCausalLM, second: MistralForCausalLM) -> float:
    """Return the mean cosine between a token's embedding in one model and in the other."""
    both = (model.model.embed_tokens.weight.detach() for model in (first, second))
    return torch.cosine_similarity(*both).mean().item()


def same_neighbours(
    first: MistralForCausalLM, second: MistralForCausalLM, tokens: Sequence[int]
) -> float:
    """Return how alike the two models arrange `tokens`.

    That is the Pearson correlation, over all pairs of tokens, of the cosine between the two in one
    model with that in the other; the embeddings less their mean. It does not change when all
    embeddings of a model are turned or mirrored together.
    """
    cosines = torch.stack([_cosines(model, tokens) for model in (first, second)])
    return torch.corrcoef(cosines)[0, 1].item()


def _cosines(model: MistralForCausalLM, tokens: Sequence[int]) -> Tensor:
    vectors = model.model.embed_tokens.weight.detach()[list(tokens)]
    vectors = torch.nn.functional.normalize(vectors - vectors.mean(dim=0), dim=1)
    return (vectors @ vectors.T)[tuple(torch.triu_indices(len(vectors), len(vectors), 1))]
