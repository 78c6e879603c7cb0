"""Activations of several dictionaries on a long text, read from disk a piece at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

from featurefate.dictionaries.encoding import SparseActivations


@dataclass(frozen=True)
class StoredShards:
    """Shards for `correlations`, in files that `SparseActivations.save` wrote.

    files: for each shard, one file a dictionary, the parent's first. They are read each time the
    shards are walked, one shard at a time. Raises ValueError where the files of a shard are not of
    the same tokens.
    """

    files: Sequence[Sequence[Path]]

    def __iter__(self) -> Iterator[list[sparse.csr_array]]:
        return map(_read, self.files)  # keeps none of them

    def dealt(self, parts: int) -> list["StoredShards"]:
        """Return the shards in at most `parts` parts, as in `correlations(*shards.dealt(2))`."""
        return [StoredShards(self.files[n::parts]) for n in range(min(parts, len(self.files)))]


def _read(files: Sequence[Path]) -> list[sparse.csr_array]:
    shard = [SparseActivations.load(file) for file in files]
    for file, activations in zip(files, shard, strict=True):
        if not np.array_equal(activations.token, shard[0].token):
            raise ValueError(f"{file} and {files[0]} are not of the same tokens")
    return [activations.values for activations in shard]
