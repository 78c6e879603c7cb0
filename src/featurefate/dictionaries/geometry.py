"""How a dictionary's directions lie to each other: twins, and families that share one meaning.

A feature whose direction nearly equals another's has been split: two features for one thing, or a
general feature whose special cases have been absorbed by others (Chanin et al. 2024, "A is for
Absorption"). How near is near is said by directions that cannot have been: random ones, and the
decoder's own with each neuron's weights dealt anew among the features, which keeps how large a
neuron's weights are and so what mere size makes parallel.
"""

import numpy as np
import pandas as pd
import torch
from torch import Tensor

FEATURES_AT_A_TIME = 2_048  # rows of the matrix of cosines held at once


@torch.no_grad()
def written_directions(dictionary) -> Tensor:
    """Return what one unit of each feature adds to the reconstruction, float32 (features, d).

    For every architecture of SAELens whose reconstruction is a weighted sum of directions. Raises
    ValueError for one that normalises its input token by token, for which it is not.
    """
    if dictionary.cfg.normalize_activations != "none":
        raise ValueError(
            f"a dictionary with normalize_activations={dictionary.cfg.normalize_activations!r} has "
            "no fixed directions: fold the normalisation into its weights before saving it"
        )
    directions = dictionary.W_dec
    if getattr(dictionary.cfg, "rescale_acts_by_decoder_norm", False):
        directions = directions / directions.norm(dim=1, keepdim=True)
    return directions.float()


@torch.no_grad()
def nearest_cosines(directions: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Return for each direction the largest cosine with another one, and which one that is.

    directions: (features, d); float32 and int (features,). A direction of no length has cosine 0.
    """
    unit = torch.nn.functional.normalize(directions, dim=1)
    cosine, nearest = [], []
    for start in range(0, len(unit), FEATURES_AT_A_TIME):
        part = unit[start : start + FEATURES_AT_A_TIME] @ unit.T
        part[torch.arange(len(part)), torch.arange(start, start + len(part))] = -torch.inf
        best = part.max(dim=1)
        cosine.append(best.values)
        nearest.append(best.indices)
    return torch.cat(cosine).cpu().numpy(), torch.cat(nearest).cpu().numpy()


def decoder_geometry(dictionary, seed: int) -> pd.DataFrame:
    """Return the nearest neighbours of a dictionary's directions and of two sets of others.

    One row a feature and `kind`: "decoder", "shuffled" (each neuron's weights dealt anew), "random"
    (isotropic): `kind`, `feature`, `nearest` (feature), `cosine`. `seed`: of the other two.
    """
    directions = written_directions(dictionary).cpu()
    generator = torch.Generator().manual_seed(seed)
    order = torch.rand(directions.shape, generator=generator).argsort(dim=0)
    sets = {
        "decoder": directions,
        "shuffled": directions.gather(0, order),
        "random": torch.randn(directions.shape, generator=generator),
    }
    parts = []
    for kind, rows in sets.items():
        cosine, nearest = nearest_cosines(rows)
        feature = np.arange(len(rows))
        columns = {"kind": kind, "feature": feature, "nearest": nearest, "cosine": cosine}
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)
