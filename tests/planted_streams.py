"""Planted features: streams in which it is known which features correspond."""

import numpy as np
from scipy import sparse

from featurefate.dictionaries.encoding import SparseActivations

DOMAINS, DOCUMENTS, TOKENS_EACH = 4, 30, 60  # 7 200 tokens, 120 documents


def planted(features=128, rate=0.02, seed=0, documents=DOCUMENTS) -> SparseActivations:
    """Features that fire at random, on about `rate` of the tokens, log-normally strong."""
    generator = np.random.default_rng(seed)
    tokens = DOMAINS * documents * TOKENS_EACH
    fires = generator.random((tokens, features)) < rate
    strength = generator.lognormal(0, 0.5, (tokens, features)).astype(np.float32)
    return stream(np.where(fires, strength, 0))


def stream(values, token=None) -> SparseActivations:
    """Give a (tokens, features) matrix documents and domains of equal length, and one token."""
    tokens = values.shape[0]
    return SparseActivations(
        values=sparse.csr_array(values.astype(np.float32)),
        document=np.arange(tokens) // TOKENS_EACH,
        domain=np.arange(tokens) * DOMAINS // tokens,
        token=np.zeros(tokens, dtype=np.int32) if token is None else token,
    )


def planted_overlap(share: float, seed: int, features=128) -> tuple[SparseActivations, ...]:
    """Two streams of which `share` of the features are the same up to a little noise, permuted."""
    first = planted(features, seed=3 * seed + 1)
    other = planted(features, seed=3 * seed + 2).values.toarray()
    generator = np.random.default_rng(3 * seed + 3)
    shared = generator.permutation(features)[: round(share * features)]
    noise = generator.lognormal(0, 0.1, (len(other), len(shared)))
    other[:, shared] = first.values.toarray()[:, shared] * noise
    return first, stream(other[:, generator.permutation(features)])
