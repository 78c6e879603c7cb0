"""What chance looks like: one stream turned round against another, within each domain.

Everything keeps its rate and its runs; only the correspondence between the two streams is gone. It
is turned within the domain, so agreement that comes from the domain alone is part of chance.
"""

import numpy as np


def turned(domain: np.ndarray, shift: int) -> np.ndarray:
    """Return which token comes to stand at each place, int (tokens,).

    The tokens of each domain move `shift` on, the last ones to the front. domain: (tokens,).
    """
    order = np.arange(len(domain))
    for name in np.unique(domain):
        here = np.flatnonzero(domain == name)
        order[here] = np.roll(here, shift)
    return order


def random_shifts(domain: np.ndarray, shifts: int, seed: int) -> list[int]:
    """Return `shifts` different shifts, each at least an eighth of a domain from no shift.

    domain: of each token (tokens,); the smallest domain bounds the shifts.
    """
    tokens = int(np.unique(domain, return_counts=True)[1].min())
    nearest = max(1, tokens // 8)
    choices = np.random.default_rng(seed).choice(tokens - 2 * nearest, size=shifts, replace=False)
    return [int(choice) + nearest for choice in choices]
