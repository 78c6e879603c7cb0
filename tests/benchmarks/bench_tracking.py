"""All correlations between two dictionaries: from the active pairs, against the dense product."""

import numpy as np
from harness import benchmark
from scipy import sparse

from featurefate.dictionaries.correlation import correlation

TOKENS, FEATURES, ACTIVE = 16_384, 2_048, 8


@benchmark(
    "correlation_2048",
    what="r of all 2 048 × 2 048 pairs of features on 16 384 tokens, k = 8, against the dense "
    "float32 product of standardised activations",
    repeats=5,
)
def correlation_2048():
    first, second = random_activations(seed=1), random_activations(seed=2)
    dense = [matrix.toarray() for matrix in (first, second)]

    def dense_product():
        x, y = ((values - values.mean(0)) / values.std(0) for values in dense)
        return x.T @ y / TOKENS

    return lambda: correlation(first, second), dense_product


def random_activations(seed: int) -> sparse.csr_array:
    """k different features active on each token, log-normally strong; (tokens, features)."""
    generator = np.random.default_rng(seed)
    chosen = generator.random((TOKENS, FEATURES)).argpartition(ACTIVE, axis=1)[:, :ACTIVE]
    strength = generator.lognormal(size=TOKENS * ACTIVE).astype(np.float32)
    ends = np.arange(0, TOKENS * ACTIVE + 1, ACTIVE)
    return sparse.csr_array((strength, chosen.ravel(), ends), shape=(TOKENS, FEATURES))
