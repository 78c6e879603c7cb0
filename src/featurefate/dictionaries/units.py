"""Whatever can be asked "what is this?": features, neurons, directions, tokens, alike.

A set of units turns a stretch of text into values, (tokens, units), none negative and 0 for
silence. So the question put to a dictionary can be put to its rivals too.
"""

from typing import Protocol

import numpy as np
import torch
from scipy import sparse
from torch import Tensor

from featurefate.dictionaries.encoding import TOKENS_AT_A_TIME, encode_activations
from featurefate.dictionaries.labelled_text import LabelledText

SELDOM = 3  # a token seen so often counts half


class Units(Protocol):
    """Something with values on text."""

    def encode(self, activations: Tensor, token: np.ndarray) -> sparse.csc_array:
        """Return the values of all units, csc float32 (tokens, units), none negative.

        activations: of the MLP, (tokens, d_mlp); token: ids, (tokens,).
        """


class Features:
    """The features of a (SAELens) dictionary; what is negative in them counts as silence."""

    def __init__(self, dictionary):
        self.dictionary = dictionary

    def encode(self, activations: Tensor, token: np.ndarray) -> sparse.csc_array:
        values = encode_activations(self.dictionary, activations).tocsc()
        values.data = values.data.clip(min=0)
        values.eliminate_zeros()
        return values


class Sides:
    """Both sides of directions: how far a token lies from a centre, one way and the other.

    directions: (d_mlp, n), which makes 2n units: 0 … n − 1 one way, n … 2n − 1 the other.
    """

    def __init__(self, directions: Tensor, centre: Tensor):
        self.directions, self.centre = directions, centre

    def encode(self, activations: Tensor, token: np.ndarray) -> sparse.csc_array:
        along = self.directions.T @ (activations - self.centre).T
        sides = [sparse.csr_array(side.clamp(min=0).numpy()) for side in (along, -along)]
        return sparse.vstack(sides, format="csr").T


class RandomFeatures:
    """A dictionary that has learnt nothing: the k largest of as many random directions a token."""

    def __init__(self, features: int, k: int, centre: Tensor, seed: int):
        generator = torch.Generator().manual_seed(seed)
        directions = torch.randn(len(centre), features, generator=generator)
        self.directions, self.centre, self.k = directions / directions.norm(dim=0), centre, k

    def encode(self, activations: Tensor, token: np.ndarray) -> sparse.csc_array:
        features, rows = self.directions.shape[1], []
        for part in activations.split(TOKENS_AT_A_TIME):
            strongest = ((part - self.centre) @ self.directions).topk(self.k, dim=1)
            starts = np.arange(0, self.k * len(part) + 1, self.k)
            data = strongest.values.clamp(min=0).flatten().numpy()
            indices = strongest.indices.flatten().numpy()
            rows.append(sparse.csr_array((data, indices, starts), (len(part), features)))
        values = sparse.vstack(rows, format="csc")
        values.eliminate_zeros()
        return values


class Tokens:
    """One unit a token of the vocabulary: is it this token?"""

    def __init__(self, vocabulary: int):
        self.vocabulary = vocabulary

    def encode(self, activations: Tensor, token: np.ndarray) -> sparse.csc_array:
        here = np.arange(len(token)), token.astype(np.int64)
        shape = len(token), self.vocabulary
        return sparse.csc_array((np.ones(len(token), np.float32), here), shape)


class TokenSets:
    """One unit a concept: how likely a token carries it, going by what the token is alone.

    Fitted to the tokens (tokens,) and labels of one text; tokens of a kind that was seen seldom are
    thought less likely to carry anything. What a unit that sees context adds shows beside this.
    """

    def __init__(self, token: np.ndarray, text: LabelledText, vocabulary: int):
        position = token.astype(np.int64), np.arange(len(token))
        kinds = sparse.csr_array((np.ones(len(token)), position), (vocabulary, len(token)))
        judged = kinds @ text.defined[text.domain].astype(float)  # (vocabulary, concepts)
        likely = (kinds @ text.carried).toarray() / (judged + SELDOM)
        self.likely = sparse.csr_array(likely.astype(np.float32))

    def encode(self, activations: Tensor, token: np.ndarray) -> sparse.csc_array:
        return self.likely[token.astype(np.int64)].tocsc()


def neurons(activations: Tensor) -> Sides:
    """Return both sides of the neurons: a gated neuron's value may have either sign."""
    neurons = activations.shape[1]
    return Sides(torch.eye(neurons), torch.zeros(neurons))


def principal_directions(activations: Tensor) -> Sides:
    """Return both sides of the principal components of activations (tokens, d_mlp), all of them."""
    centre = activations.double().mean(dim=0)
    centred = activations.double() - centre
    _, directions = torch.linalg.eigh(centred.T @ centred)
    return Sides(directions.flip(1).float(), centre.float())
