"""The features of one dictionary sought in another model, by measures beside the partner's r.

applied            r of the feature with itself: its own encoder applied to the other model's
                   activations. One dictionary, so no noise of seeds
nu_activation      latent scaling (`latent_scaling.py`) in the other model's activations …
nu_reconstruction  … in what the other's dictionary says of them …
nu_error           … and in what it leaves over
spanned            share of what the feature writes in its own model that the other's dictionary,
                   applied there, accounts for: 1 − the scale in its error over that without the
                   feature
from_neurons       r of a linear reading of the feature from the other model's neurons, fitted on
                   other text (`readout.py`)
readable           that r over the r of the same reading from the own model's neurons

The last two need no common basis. All others compare directions: they mean nothing for a stranger,
and fine-tuning turns directions, too, so that even a feature with a partner may have a low ν.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from torch import Tensor

from featurefate.dictionaries.encoding import (
    EvaluationTokens,
    SparseActivations,
    encode_activations,
)
from featurefate.dictionaries.evaluation import decode
from featurefate.dictionaries.geometry import written_directions
from featurefate.dictionaries.resampling import DocumentBlocks
from featurefate.dictionaries.thresholds import PAPER_THRESHOLD
from featurefate.tracking.candidate_pairs import BlockSums, r_of_columns
from featurefate.tracking.latent_scaling import explained, scale_ratio, written
from featurefate.tracking.readout import reading_sums

if TYPE_CHECKING:
    from sae_lens import SAE

MEASURES = (
    "applied", "nu_activation", "nu_reconstruction", "nu_error", "spanned", "from_neurons",
    "readable",
)  # fmt: skip
VERDICTS = ("partner", "described otherwise", "readable", "absent")


@dataclass(frozen=True)
class Reading:
    """A model on a text, with one dictionary's account of it.

    activations: float32 (tokens, neurons); values: csr (tokens, features).
    """

    activations: Tensor
    values: sparse.csr_array
    dictionary: "SAE"

    @classmethod
    def of(cls, activations: Tensor, dictionary: "SAE") -> "Reading":
        """Read a model's activations with a dictionary."""
        return cls(activations, encode_activations(dictionary, activations), dictionary)

    @cached_property
    def mean(self) -> Tensor:
        """The mean activation of each neuron."""
        return self.activations.mean(dim=0)

    @cached_property
    def reconstruction(self) -> Tensor:
        """The activations as the dictionary rebuilds them, (tokens, neurons)."""
        return decode(self.dictionary, self.values)

    def sparse_activations(self, text: EvaluationTokens) -> SparseActivations:
        """The features alone, with the tokens' documents and domains."""
        return SparseActivations(self.values, text.document, text.domain, text.token)


@dataclass(frozen=True)
class Measured:
    """A measure of each feature, float64 (features,), and its bootstrap draws (draws, features)."""

    value: np.ndarray
    draws: np.ndarray

    def over(self, other: "Measured") -> "Measured":
        """The ratio of two measures."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return Measured(self.value / other.value, self.draws / other.draws)


@dataclass(frozen=True)
class Sought:
    """The features of `own`, to be sought in other models on the same text.

    weights: (neurons, features), that read the features off `own`; blocks, times: of the bootstrap
    over documents.
    """

    own: Reading
    weights: np.ndarray
    blocks: DocumentBlocks
    times: np.ndarray

    def measured_in(
        self, other: Reading, applied: sparse.csr_array, weights: np.ndarray
    ) -> dict[str, Measured]:
        """Return all measures but `spanned`.

        applied: what the own encoder says of the other's activations, csr (tokens, features);
        weights: that read the features off them.
        """
        in_activations, read = self._own_activations, self._own_read
        if other.activations is not self.own.activations:
            in_activations = self._explained(other.activations - other.mean)
            read = self._read(other, weights)
        in_reconstruction = self._explained(other.reconstruction - other.mean)
        in_error = in_activations - in_reconstruction
        own = self.own.values.astype(np.float64)
        together = self.blocks.sums(own.multiply(applied).tocsc())
        return {
            "applied": self._r(together, self._sums_of(applied)),
            "nu_activation": self._ratio(in_activations, self._own_activations),
            "nu_reconstruction": self._ratio(in_reconstruction, self._own_reconstruction),
            "nu_error": self._ratio(in_error, self._left_without_itself),
            "from_neurons": read,
            "readable": read.over(self._own_read),
        }

    def spanned_by(self, rebuilt: Tensor) -> Measured:
        """Return which share of what each feature writes another dictionary accounts for.

        rebuilt: the own model's activations as that dictionary rebuilds them, (tokens, neurons).
        """
        left = self._explained(self.own.activations - rebuilt)
        unexplained = self._ratio(left, self._left_without_itself)
        return Measured(1 - unexplained.value, 1 - unexplained.draws)

    @cached_property
    def _own_activations(self) -> np.ndarray:
        return self._explained(self.own.activations - self.own.mean)

    @cached_property
    def _own_reconstruction(self) -> np.ndarray:
        return self._explained(self.own.reconstruction - self.own.mean)

    @cached_property
    def _left_without_itself(self) -> np.ndarray:
        """What each feature explains of its own model where its dictionary has to do without it."""
        itself = written(self.own.values, written_directions(self.own.dictionary), self.blocks)
        return self._own_activations - self._own_reconstruction + itself

    @cached_property
    def _own_read(self) -> Measured:
        return self._read(self.own, self.weights)

    @cached_property
    def _own_sums(self) -> BlockSums:
        return self._sums_of(self.own.values)

    def _sums_of(self, values: sparse.csr_array) -> BlockSums:
        return BlockSums.of(values.astype(np.float64).tocsc(), self.blocks)

    def _explained(self, target: Tensor) -> np.ndarray:
        return explained(
            self.own.values, written_directions(self.own.dictionary), target, self.blocks
        )

    def _read(self, reading: Reading, weights: np.ndarray) -> Measured:
        sums, together = reading_sums(reading.activations, weights, self.own.values, self.blocks)
        return self._r(together, sums)

    def _ratio(self, other: np.ndarray, own: np.ndarray) -> Measured:
        return Measured(scale_ratio(other, own), scale_ratio(other, own, self.times))

    def _r(self, together: np.ndarray, other: BlockSums) -> Measured:
        once = np.ones((1, len(together)))  # each block once: the text itself, before its draws
        times = np.concatenate([once, self.times])
        r = r_of_columns(together, self._own_sums, other, times)
        return Measured(r[0], r[1:])


def verdicts(
    partner: np.ndarray, applied: np.ndarray, readable: np.ndarray, least: np.ndarray | float
) -> np.ndarray:
    """Return the index in VERDICTS of each feature; the measures may have draws in front.

    partner: whether there is one at r ≥ .8. A feature without is *described otherwise* where its
    own encoder finds it at r ≥ .8; *readable* where the other's neurons read it at least as well,
    beside the own ones, as `least` (one a draw, (draws, 1)); and otherwise *absent*.
    """
    found, there = applied >= PAPER_THRESHOLD, readable >= least
    return np.select([partner, found, there], [0, 1, 2], default=3)
