"""The ceiling of a merge: both children asked, and their probabilities averaged.

It costs twice the memory and time of one model, which is what merging saves.
"""

import math
from types import SimpleNamespace

import torch
from torch import Tensor
from transformers import MistralForCausalLM


class Ensemble:
    """Two models that answer as one, with the mean of their probabilities.

    For whatever scores a model through `model` (hidden states) and `lm_head` (logits), as
    `score_tokens` does.
    """

    def __init__(self, first: MistralForCausalLM, second: MistralForCausalLM):
        self.members = first, second
        self.device = first.device

    def model(self, **inputs: Tensor) -> SimpleNamespace:
        """Return the members' hidden states side by side: `last_hidden_state` (…, 2·d_model)."""
        hidden = [member.model(**inputs).last_hidden_state for member in self.members]
        return SimpleNamespace(last_hidden_state=torch.cat(hidden, -1))

    def lm_head(self, hidden: Tensor) -> Tensor:
        """Return log((p₁ + p₂)/2) for every token of the vocabulary, (…, vocabulary)."""
        first, second = (
            member.lm_head(part).float().log_softmax(-1)
            for member, part in zip(self.members, hidden.chunk(2, -1), strict=True)
        )
        return torch.logaddexp(first, second) - math.log(2)
