"""Streams in which nothing, or nothing but the token, corresponds: the two floors without a model.

*Chance*: within each domain one stream is turned round by some thousand tokens against the other.
Every feature keeps its rate and its bursts; only the correspondence between the two is gone.

*Token*: positions change places with others that have the same current token. A feature that is a
function of the token loses nothing; of everything else only the correspondence is gone.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from featurefate.dictionaries.circular_shift import random_shifts, turned
from featurefate.dictionaries.encoding import SparseActivations

Move = Callable[[SparseActivations], SparseActivations]


def moves_by_chance(domain: np.ndarray, shifts: int, seed: int) -> list[Move]:
    """Return `shifts` ways to turn a stream round; domain: of each token (tokens,)."""
    return [partial(shifted, shift=shift) for shift in random_shifts(domain, shifts, seed)]


def moves_within_tokens(shuffles: int, seed: int) -> list[Move]:
    """Return `shuffles` ways to move a stream within its tokens, with seeds from `seed` on."""
    return [partial(shuffled_within_tokens, seed=seed + number) for number in range(shuffles)]


def shifted(activations: SparseActivations, shift: int) -> SparseActivations:
    """Return the stream with the tokens of each domain moved `shift` tokens on, end to start.

    Within the domain, so that two features of one domain still meet its tokens: agreement that
    comes from the domain alone is part of chance.
    """
    order = turned(activations.domain, shift)
    return replace(activations, values=activations.values[order])


def shuffled_within_tokens(activations: SparseActivations, seed: int) -> SparseActivations:
    """Return the stream with each position's activations taken from another of the same token.

    The positions of a token change places in one random cycle, across documents and domains, so
    that none keeps its own unless its token occurs only once.
    """
    order = cycles_within(activations.token, np.random.default_rng(seed))
    return replace(activations, values=activations.values[order])


def cycles_within(token: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return whose place each position takes, int (tokens,): one random cycle a token."""
    at = np.lexsort((generator.random(len(token)), token))  # by token, within one at random
    first = np.flatnonzero(np.diff(token[at], prepend=token[at[0]] - 1))
    last = np.append(first[1:], len(token)) - 1
    source = np.roll(at, -1)
    source[last] = at[first]
    order = np.empty_like(at)
    order[at] = source
    return order
