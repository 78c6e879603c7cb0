"""The chance floor: how strong the best of F correlations is when nothing corresponds.

One stream is turned round by some thousand tokens against the other. Every feature keeps its rate,
its bursts and its documents; only the correspondence between the two is gone.
"""

from dataclasses import replace

import numpy as np
from scipy import sparse

from featurefate.dictionaries.encoding import SparseActivations


def shifted(activations: SparseActivations, shift: int) -> SparseActivations:
    """Return the stream with every token's activations moved `shift` tokens on, end to start."""
    tokens = activations.values.shape[0]
    shift %= tokens
    values = sparse.vstack(
        [activations.values[tokens - shift :], activations.values[: tokens - shift]], format="csr"
    )
    return replace(activations, values=values)


def random_shifts(tokens: int, shifts: int, seed: int) -> list[int]:
    """Return `shifts` different shifts, each at least an eighth of the stream from no shift."""
    nearest = max(1, tokens // 8)
    choices = np.random.default_rng(seed).choice(tokens - 2 * nearest, size=shifts, replace=False)
    return [int(choice) + nearest for choice in choices]
