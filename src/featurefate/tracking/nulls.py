"""The chance floor: how strong the best of F correlations is when nothing corresponds.

Within each domain one stream is turned round by some thousand tokens against the other. Every
feature keeps its rate and its bursts; only the correspondence between the two is gone.
"""

from dataclasses import replace

import numpy as np

from featurefate.dictionaries.encoding import SparseActivations


def shifted(activations: SparseActivations, shift: int) -> SparseActivations:
    """Return the stream with the tokens of each domain moved `shift` tokens on, end to start.

    Within the domain, so that two features of one domain still meet its tokens: agreement that
    comes from the domain alone is part of chance.
    """
    order = np.arange(len(activations.domain))
    for domain in np.unique(activations.domain):
        here = np.flatnonzero(activations.domain == domain)
        order[here] = np.roll(here, shift)
    return replace(activations, values=activations.values[order])


def random_shifts(domain: np.ndarray, shifts: int, seed: int) -> list[int]:
    """Return `shifts` different shifts, each at least an eighth of a domain from no shift.

    domain: of each token (tokens,); the smallest domain bounds the shifts.
    """
    tokens = int(np.unique(domain, return_counts=True)[1].min())
    nearest = max(1, tokens // 8)
    choices = np.random.default_rng(seed).choice(tokens - 2 * nearest, size=shifts, replace=False)
    return [int(choice) + nearest for choice in choices]
