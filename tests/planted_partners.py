"""Planted pairs of features whose correlation in the long run is known.

Of two dictionaries' features some are the same, up to whole documents in which the second does not
follow the first. That fixes their true r, the one that an endless text would show; a short text
shows it with an error that varies with the documents. Some pairs are *contested*: their true r are
spread evenly around .8, half above and half below, so that on a short text a few fall on the wrong
side, and the measured overlap scatters around the planted one.
"""

import numpy as np
from scipy import sparse

from featurefate.dictionaries.encoding import SparseActivations

SEED = 8_128  # with a number for each data set; no other seed of the study is a pair with it
DOMAINS, DOCUMENTS, TOKENS_EACH = 4, 60, 30  # 60 documents of 30 tokens in each of 4 domains
RATE = 0.06  # share of the tokens on which a feature fires, unless asked otherwise
STRENGTH = 0.5  # σ of the logarithm of its activations
MEAN, MEAN_SQUARE = np.exp(STRENGTH**2 / 2), np.exp(2 * STRENGTH**2)
STRINGS = 4_096  # different tokens, as in the laptop's vocabulary
THRESHOLD, WIDTH = 0.8, 0.1  # .8 ± .1 for the contested features, three in eight of all


def true_correlations(share: float, features: int) -> np.ndarray:
    """The true r of each pair of the same number, 0 where there is none, ascending (features,).

    `share` of them are at least .8. With none of them or all, nothing is contested: r from .3 to .6
    for a quarter, or from .93 to .99 for all.
    """
    overlap = round(share * features)
    if share == 0:
        true = np.linspace(0.3, 0.6, features // 4)
    elif share == 1:
        true = np.linspace(0.93, 0.99, features)
    else:
        half = 3 * features // 16
        steps = (np.arange(2 * half) + 0.5) / half - 1  # from −1 to 1, none at 0
        certain = np.linspace(0.95, 0.99, overlap - half)
        true = np.concatenate([THRESHOLD + WIDTH * steps, certain])
    return np.concatenate([np.zeros(features - len(true)), true])


def share_followed(r: np.ndarray, rate: float) -> np.ndarray:
    """The share of documents in which a feature follows another that makes r their correlation.

    With x the feature and q the share: cov = q·var(x), and the follower's variance is
    q·E[x²] − q²·E[x]².
    """
    square, mean = rate * MEAN_SQUARE, rate * MEAN
    return r**2 * square / (square - mean**2 + r**2 * mean**2)


def scattered_overlap(
    share: float, seed: int | tuple, features=128, documents=DOCUMENTS, rate=RATE, followers=1
) -> tuple[SparseActivations, SparseActivations, np.ndarray]:
    """Two streams of 4 × `documents` documents, and which features of the second are whose.

    The third: int (followers, features), the places of feature i's followers among the second's
    features. With several of them, all equally good, the best on a short text is a lucky one.
    """
    generator = np.random.default_rng((SEED, *np.atleast_1d(seed)))
    tokens = DOMAINS * documents * TOKENS_EACH
    q = generator.permutation(share_followed(true_correlations(share, features), rate))
    place = generator.permutation(followers * features).reshape(followers, features)
    first, row, column, strength = _fire(generator, tokens, features, rate), [], [], []
    for where in place:
        follows = generator.random((DOMAINS * documents, features)) < q
        kept = follows[first.row // TOKENS_EACH, first.col]
        own = _fire(generator, tokens, features, rate)  # of those that follow nobody
        free = q[own.col] == 0
        row += [first.row[kept], own.row[free]]
        column += [where[first.col[kept]], where[own.col[free]]]
        strength += [first.data[kept], own.data[free]]
    second = sparse.coo_array(
        (np.concatenate(strength), (np.concatenate(row), np.concatenate(column))),
        shape=(tokens, followers * features),
    )
    string = generator.integers(STRINGS, size=tokens)
    streams = (_stream(each, string) for each in (first, second))
    return *streams, place


def _fire(
    generator: np.random.Generator, tokens: int, features: int, rate: float
) -> sparse.coo_array:
    """Features that fire at random, log-normally strong, (tokens, features)."""
    row, column = np.nonzero(generator.random((tokens, features), dtype=np.float32) < rate)
    strength = generator.lognormal(0, STRENGTH, len(row))
    return sparse.coo_array((strength, (row, column)), shape=(tokens, features))


def _stream(values: sparse.coo_array, string: np.ndarray) -> SparseActivations:
    token = np.arange(len(string))
    document, domain = token // TOKENS_EACH, token * DOMAINS // len(token)
    return SparseActivations(values.tocsr().astype(np.float32), document, domain, string)
