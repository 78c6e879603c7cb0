"""All correlations between two dictionaries: from the active pairs, against the dense product.

python tests/benchmarks/bench_tracking.py --memory FOLDER   peak memory of the large one, MB
"""

import argparse
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import psutil
from harness import benchmark
from scipy import sparse

from featurefate.artifacts.manifest import measured
from featurefate.dictionaries.correlation import correlation, correlations
from featurefate.dictionaries.encoding import SparseActivations
from featurefate.dictionaries.shards import StoredShards

TOKENS, FEATURES, ACTIVE = 16_384, 2_048, 8
MANY_TOKENS, MANY_FEATURES, MANY_ACTIVE = 1_000_000, 16_384, 32
SHARDS, DENSE_TOKENS = 8, 2_048
BLOCK = 64  # features of a block that is correlated again in float64


@benchmark(
    "correlation_2048",
    what="r of all 2 048 × 2 048 pairs of features on 16 384 tokens, k = 8, against the dense "
    "float32 product of standardised activations",
    repeats=5,
)
def correlation_2048():
    first, second = random_pair(TOKENS, FEATURES, ACTIVE, seed=1)
    dense = [matrix.toarray() for matrix in (first, second)]

    def dense_product():
        x, y = ((values - values.mean(0)) / values.std(0) for values in dense)
        return x.T @ y / TOKENS

    return lambda: correlation(first, second), dense_product


@benchmark(
    "correlation_16384",
    unit="tokens/s",
    what="r of all 16 384 × 16 384 pairs of features on 1 000 000 tokens read from disk in 8 "
    "shards, k = 32, against the dense float32 product alone, of 2 048 tokens",
    work=MANY_TOKENS,
    peer_work=DENSE_TOKENS,
    repeats=3,
)
def correlation_16384():
    folder = TemporaryDirectory()
    write_shards(Path(folder.name))
    shards = shards_in(Path(folder.name))
    dense = [values[:DENSE_TOKENS].toarray() for values in next(iter(shards))]
    product = np.empty((MANY_FEATURES, MANY_FEATURES), np.float32)
    found = {}

    def ours():
        found["r"] = correlations(shards)[0]

    def quality():
        growth = subprocess.run(
            [sys.executable, __file__, "--memory", folder.name],
            capture_output=True,
            text=True,
            check=True,
        )
        megabytes = float(growth.stdout)
        largest = largest_difference(found["r"], shards)
        folder.cleanup()
        return (
            f"differs by {largest:.0e} at most from float64 in blocks of features; memory grows "
            f"by {megabytes:,.0f} MB, {megabytes * 2**20 / product.nbytes:.2f} times the result"
        )

    return ours, lambda: np.matmul(dense[0].T, dense[1], out=product), quality


def random_pair(tokens: int, features: int, active: int, seed: int) -> list[sparse.csr_array]:
    """Two dictionaries' activations, (tokens, features) each, half of whose features are the same.

    `active` different features fire on each token, one of each `features / active` neighbours,
    some far more often than others, log-normally strong.
    """
    generator = np.random.default_rng(seed)
    neighbours = features // active
    ends = np.arange(0, tokens * active + 1, active, dtype=np.int32)

    def choice():
        return (neighbours * generator.random((tokens, active)) ** 3).astype(np.int32)

    fires, fires_alone = choice(), choice()
    strength = generator.lognormal(size=(tokens, active)).astype(np.float32)
    noise = generator.lognormal(0, 0.3, (tokens, active)).astype(np.float32)
    own = np.arange(active) % 2 == 1  # every other run of neighbours differs
    offset = neighbours * np.arange(active, dtype=np.int32)
    return [
        sparse.csr_array((values.ravel(), (chosen + offset).ravel(), ends), (tokens, features))
        for chosen, values in (
            (fires, strength),
            (np.where(own, fires_alone, fires), strength * noise),
        )
    ]


def write_shards(folder: Path) -> None:
    tokens = MANY_TOKENS // SHARDS
    nothing = np.zeros(tokens, np.int32)
    for shard in range(SHARDS):
        pair = random_pair(tokens, MANY_FEATURES, MANY_ACTIVE, seed=shard)
        for name, values in zip(("first", "second"), pair, strict=True):
            SparseActivations(values, nothing, nothing, nothing).save(folder / f"{shard}_{name}")


def shards_in(folder: Path) -> StoredShards:
    names = ("first", "second")
    return StoredShards([[folder / f"{n}_{name}.npz" for name in names] for n in range(SHARDS)])


def largest_difference(r: np.ndarray, shards: StoredShards) -> float:
    """How far r is from numpy's in float64, in three blocks of random features.

    In the first block the features are the same ones on both sides, so it holds partners.
    """
    generator = np.random.default_rng(1)
    draw = partial(generator.choice, len(r), BLOCK, replace=False)
    largest = 0.0
    for rows, columns in ((partners := draw(), partners), (draw(), draw()), (draw(), draw())):
        x, y = (
            np.concatenate([shard[side][:, features].toarray() for shard in shards])
            for side, features in enumerate((rows, columns))
        )
        reference = np.corrcoef(x, y, rowvar=False, dtype=np.float64)[:BLOCK, BLOCK:]
        largest = max(largest, np.abs(r[np.ix_(rows, columns)] - reference).max())
    return largest


def print_memory(folder: Path) -> None:
    """Print by how many MB the memory of this process grows at most while r is computed."""
    shards = shards_in(folder)
    before = psutil.Process().memory_info().rss / 2**20
    with measured() as cost:
        correlations(shards)
    print(cost.peak_memory_mb - before)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What `make bench` asks a process of its own.")
    parser.add_argument("--memory", type=Path, required=True, help="folder of the shards")
    print_memory(parser.parse_args().memory)
