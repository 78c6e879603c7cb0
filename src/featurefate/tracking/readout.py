"""Can a model's neurons tell when a feature of another model fires? A linear reading, with a test.

Directions can be compared within one lineage only; a reading needs no common basis, so it can be
asked of a stranger as well. Its weights are fitted on one text and judged on another.
"""

import numpy as np
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve
from torch import Tensor

from featurefate.dictionaries.resampling import DocumentBlocks
from featurefate.tracking.candidate_pairs import BlockSums

RIDGE = 1e-3  # of a neuron's variance: one that never stirs has no other inverse


def fit_reading(activations: Tensor, values: sparse.csr_array) -> np.ndarray:
    """Return weights that read features off neurons, least squares, float32 (neurons, features).

    activations: (tokens, neurons); values: csr (tokens, features), what is to be read. The
    intercept is left out, as correlation does not see it.
    """
    centred = (activations - activations.mean(dim=0)).numpy()
    covariance = (centred.T @ centred).astype(np.float64) / len(centred)
    together = (values.T @ centred).T.astype(np.float64) / len(centred)
    deviation = np.sqrt(np.maximum(np.diag(covariance), 1e-24))
    standard = covariance / np.outer(deviation, deviation) + RIDGE * np.eye(len(covariance))
    weights = cho_solve(cho_factor(standard), together / deviation[:, None])  # all features at once
    return (weights / deviation[:, None]).astype(np.float32)


def reading_sums(
    activations: Tensor, weights: np.ndarray, values: sparse.csr_array, blocks: DocumentBlocks
) -> tuple[BlockSums, np.ndarray]:
    """Return the sums of what is read on another text, and of its products with what is there.

    activations: (tokens, neurons); weights: from `fit_reading`; values: csr (tokens, features);
    the products: float64 (blocks, features).
    """
    neurons = activations.numpy()
    shape = len(blocks.domain), weights.shape[1]
    plain, squares, products = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for number, (start, stop) in enumerate(zip(blocks.starts[:-1], blocks.starts[1:], strict=True)):
        read = neurons[start:stop] @ weights
        plain[number] = read.sum(axis=0, dtype=np.float64)
        squares[number] = np.einsum("tf,tf->f", read, read)
        products[number] = values[start:stop].multiply(read).sum(axis=0)
    return BlockSums(plain, squares, np.diff(blocks.starts).astype(np.float64)), products
