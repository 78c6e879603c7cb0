"""The activations a model's dictionaries are trained on, a bounded piece at a time.

The rows of text are in random order already (`mixed_rows`); a piece of them is held in memory and
every dictionary shuffles it for itself. Piece i is a function of i alone, so a resumed run asks
for the next piece and gets what it would have got.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from transformers import MistralForCausalLM

from featurefate.language_model.activations import mlp_activations


@dataclass(frozen=True)
class ActivationStream:
    """Activations of `tokens` tokens of `rows`, in pieces of `piece` tokens (the last is shorter).

    rows: token ids (rows, context). The first position of a row holds <|endoftext|> in every row
    and is left out.
    """

    model: MistralForCausalLM
    rows: np.ndarray
    tokens: int
    piece: int

    def __post_init__(self):
        there = len(self.rows) * self._per_row
        if self.tokens > there:
            raise ValueError(f"{self.tokens} tokens are wanted, the rows hold {there}")

    def __len__(self) -> int:
        """Number of pieces."""
        return -(-self.tokens // self.piece)

    def __getitem__(self, index: int) -> Tensor:
        """Return piece `index`, float32 (at most `piece` tokens, d_mlp)."""
        first = index * self.piece
        last = min(first + self.piece, self.tokens)
        first_row, last_row = first // self._per_row, -(-last // self._per_row)
        activations = mlp_activations(self.model, self.rows[first_row:last_row])[:, 1:]
        offset = first_row * self._per_row
        return activations.flatten(0, 1)[first - offset : last - offset]

    @property
    def _per_row(self) -> int:
        return self.rows.shape[1] - 1


def shuffled_batches(activations: Tensor, batch: int, seed: tuple[int, ...]):
    """Yield the activations (tokens, d_mlp) in a seeded random order, `batch` at a time.

    A last, smaller batch is left out. `seed`: any integers; the same ones give the same order.
    """
    order = torch.as_tensor(np.random.default_rng(seed).permutation(len(activations)))
    for indices in order.split(batch):
        if len(indices) == batch:
            yield activations[indices.to(activations.device)]
