"""Task vectors: where fine-tuned models lie, seen from the model that they were fine-tuned from.

A model's *task vector* is its weights less its parent's (Ilharco et al. 2023). Everything this
study asks of a set of them follows from their inner products. These are summed over blocks of
weights, so that no more than a block of every model is in memory. What changes no probability is
left out, as in `movement.without_shift`: the mean row of the unembedding's move.
"""

import math
from collections.abc import Sequence

import numpy as np
import torch
from safetensors import safe_open

from featurefate.artifacts.store import Artifact
from featurefate.language_model.movement import ALL, INNER, PARTS, UNEMBEDDING, WORD_TABLES

BLOCK = 2**26  # numbers held at a time, of all models together


def gram_matrices(
    models: Sequence[Artifact], parents: Sequence[Artifact], block: int = BLOCK
) -> dict[str, np.ndarray]:
    """Return the inner products of the task vectors, part by part, float64 [models, models].

    `parents`: what is subtracted from each model. Keys: the parts of `movement.PARTS`, `ALL` (the
    whole model) and `INNER` (all but embedding and unembedding). Products are taken in float32 and
    summed over blocks in float64. Raises ValueError for a file that is not a model of one layer
    and for models of different shapes.
    """
    grams = {part: np.zeros((len(models), len(models))) for part in PARTS.values()}
    points = [_weights(model) for model in models]
    origins = {parent.path: _weights(parent) for parent in parents}
    width = max(1, block // (len(models) + len(origins)))
    for name, part in PARTS.items():
        shapes = {tuple(file.get_slice(name).get_shape()) for file in (*points, *origins.values())}
        if len(shapes) > 1:
            raise ValueError(f"{name} has different shapes: {', '.join(map(str, sorted(shapes)))}")
        (shape,) = shapes
        rows = max(1, width // math.prod(shape[1:]))
        shift = torch.zeros(len(models), shape[-1], dtype=torch.float64)  # rows, summed
        for first in range(0, shape[0], rows):
            before = {path: _rows(each, name, first, rows) for path, each in origins.items()}
            moved = torch.stack([_rows(each, name, first, rows) for each in points])
            for vector, parent in zip(moved, parents, strict=True):
                vector -= before[parent.path]
            grams[part] += (moved @ moved.T).double().numpy()
            if name == UNEMBEDDING:
                rows_moved = moved.view(len(models), -1, shape[1])
                shift += rows_moved.double().sum(dim=1)
        if name == UNEMBEDDING:
            grams[part] -= (shift @ shift.T).numpy() / shape[0]
    inner = sum(gram for part, gram in grams.items() if part not in WORD_TABLES)
    return {ALL: sum(grams.values()), INNER: inner, **grams}


def cosines(gram: np.ndarray) -> np.ndarray:
    """Return the cosines [vectors, vectors] that belong to inner products.

    Raises ValueError where a vector has no length, and so no direction.
    """
    lengths = np.sqrt(np.diag(gram))
    if not lengths.all():
        still = ", ".join(map(str, np.flatnonzero(lengths == 0)))
        raise ValueError(f"the task vectors {still} are 0: these models are the base itself")
    return np.clip(gram / np.outer(lengths, lengths), -1, 1)


def _weights(model: Artifact):
    path = model.file("model.safetensors")
    file = safe_open(path, framework="pt")
    if set(file.keys()) != set(PARTS):
        raise ValueError(f"{path} is not a model of one layer")
    return file


def _rows(file, name: str, first: int, rows: int) -> torch.Tensor:
    return file.get_slice(name)[first : first + rows].float().flatten()
