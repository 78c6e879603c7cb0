"""How much of a feature is in a model's activations, whether or not a dictionary has a name for it.

A feature without a partner need not be absent: the other model's dictionary may describe the same
thing by several features, or leave it in its error. Latent scaling asks the activations themselves
(Minder et al. 2025, arXiv 2504.02922). Feature j writes f_j(t) d_j at token t; with which scale
would that best explain a target y, in least squares?

    β_j(y) = Σ_t f_j(t) ⟨d_j, y(t)⟩ / Σ_t f_j(t)² ‖d_j‖²

The scale in another model over that in the feature's own says how much of it is there: ν is 1 for a
feature that is there as strongly and 0 for one that is absent. A direction means the same in two
models only within one lineage; for a stranger ν is what a direction without meaning gets.
"""

import warnings

import numpy as np
import torch
from scipy import sparse
from torch import Tensor

from featurefate.dictionaries.resampling import DocumentBlocks


@torch.no_grad()
def explained(
    values: sparse.csr_array, directions: Tensor, target: Tensor, blocks: DocumentBlocks
) -> np.ndarray:
    """Return Σ f_j ⟨d_j, y⟩ of each feature in each block, float64 (blocks, features).

    values: f, csr (tokens, features); directions: d, (features, neurons); target: y, float32
    (tokens, neurons). Only the active pairs are computed.
    """
    products = _active_products(values, directions, target)
    weighted = (products * values.data, values.indices, values.indptr)
    return blocks.sums(sparse.csr_array(weighted, shape=values.shape).tocsc())


def written(values: sparse.csr_array, directions: Tensor, blocks: DocumentBlocks) -> np.ndarray:
    """Return Σ f_j² ‖d_j‖² of each feature in each block, float64 (blocks, features)."""
    lengths = directions.detach().double().pow(2).sum(dim=1).numpy()
    return blocks.sums(values.astype(np.float64).power(2).tocsc()) * lengths


def scale_ratio(other: np.ndarray, own: np.ndarray, times: np.ndarray | None = None) -> np.ndarray:
    """Return ν, the scale in `other` over the scale in `own`, float64 (features,) or a draw each.

    other, own: from `explained`, (blocks, features); times: (draws, blocks), which gives
    (draws, features). NaN where the feature explains nothing of its own model (it never fires).
    """
    weights = np.ones((1, len(own))) if times is None else times
    above, below = weights @ other, weights @ own
    ratio = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return ratio[0] if times is None else ratio


def _active_products(values: sparse.csr_array, directions: Tensor, target: Tensor) -> np.ndarray:
    """⟨d_j, y(t)⟩ for the active pairs (t, j), in the order of values.data."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta")
        pattern = torch.sparse_csr_tensor(
            torch.as_tensor(values.indptr.astype(np.int64)),
            torch.as_tensor(values.indices.astype(np.int64)),
            torch.zeros(values.nnz),
            values.shape,
            check_invariants=False,
        )
    product = torch.sparse.sampled_addmm(pattern, target, directions.float().t(), beta=0.0)
    return product.values().numpy()
