"""Units as detectors of concepts: the threshold with the best F1, and AUROC.

A unit (a feature, one side of a neuron) is silent, 0, on some tokens and positive on the others. It
says that a concept is there where its value reaches a threshold. Sums run over the tokens where it
is not silent: how many of them carry each concept is, for all units, thresholds and concepts
together, a product of two sparse matrices; the silent ones are one block of ties.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.stats import rankdata

from featurefate.dictionaries.labelled_text import LabelledText

LEVELS = 64  # thresholds tried for a unit: all its values, or its quantiles, closer at the top
UNITS_AT_A_TIME = 256  # bounds the (units, levels, concepts) arrays in memory


@dataclass(frozen=True)
class Detectors:
    """Each unit's best threshold for each concept, chosen on one text.

    grid: float32 (units, levels), descending: the thresholds tried, infinite for a unit that never
    fires; level: int (units, concepts), the chosen column of `grid`; f1: float32 (units, concepts),
    reached with it on the text it was chosen on.
    """

    grid: np.ndarray
    level: np.ndarray
    f1: np.ndarray

    @property
    def threshold(self) -> np.ndarray:
        """The chosen thresholds, float32 (units, concepts)."""
        return np.take_along_axis(self.grid, self.level, axis=1)


@dataclass(frozen=True)
class Pairs:
    """Some units, each as a detector of one concept at one threshold.

    unit, concept: int (pairs,); threshold: float32 (pairs,).
    """

    unit: np.ndarray
    concept: np.ndarray
    threshold: np.ndarray

    @classmethod
    def of_units(cls, detectors: Detectors) -> "Pairs":
        """Return each unit with the concept that it detects best."""
        return cls._at(detectors, np.arange(len(detectors.f1)), detectors.f1.argmax(axis=1))

    @classmethod
    def of_concepts(cls, detectors: Detectors) -> "Pairs":
        """Return each concept with the unit that detects it best."""
        return cls._at(detectors, detectors.f1.argmax(axis=0), np.arange(detectors.f1.shape[1]))

    @classmethod
    def _at(cls, detectors: Detectors, unit: np.ndarray, concept: np.ndarray) -> "Pairs":
        return cls(unit, concept, detectors.threshold[unit, concept])


def best_detectors(values: sparse.csc_array, text: LabelledText) -> Detectors:
    """Return for each unit and concept the threshold with the best F1 on this text.

    values: (tokens, units), none negative. The thresholds tried are all the different values of a
    unit that has at most 64 of them, else 64, whose ranks grow by a constant factor once they are
    apart. Raises ValueError for negative values, and for values of another text.
    """
    values = _checked(values, text)
    grid = _grid(values)
    level, f1 = [], []
    for part in _f1_by_level(values, text, grid):
        best = part.argmax(axis=1)
        level.append(best)
        f1.append(np.take_along_axis(part, best[:, None], axis=1)[:, 0])
    return Detectors(grid, np.concatenate(level), np.concatenate(f1))


def calls(values: sparse.csc_array, pairs: Pairs, text: LabelledText) -> sparse.csc_array:
    """Return where each pair says that its concept is there, csc bool (tokens, pairs).

    values: (tokens, pairs), those of the pairs' units. Domains where a concept is not defined are
    left out.
    """
    token, pair = values.indices, np.repeat(np.arange(values.shape[1]), np.diff(values.indptr))
    loud = values.data >= pairs.threshold[pair]
    loud &= text.defined[text.domain[token], pairs.concept[pair]]
    return sparse.csc_array((np.ones(loud.sum(), bool), (token[loud], pair[loud])), values.shape)


def auroc(values: sparse.csc_array, concept: np.ndarray, text: LabelledText) -> np.ndarray:
    """Return how often a token with the concept has a larger value than one without it.

    values: (tokens, pairs), none negative; concept: int (pairs,), which concept each column is to
    tell. float64 (pairs,); a tie counts half. It is the Mann–Whitney statistic, exact. NaN for a
    concept that all tokens carry, or none.
    """
    values, carried = _checked(values, text), text.carried.toarray() > 0
    everywhere, there = text.tokens, text.carriers
    area = np.full(len(concept), np.nan)
    for pair, c in enumerate(concept):
        if not 0 < there[c] < everywhere[c]:
            continue
        entries = slice(*values.indptr[pair : pair + 2])
        token = values.indices[entries]
        inside = text.defined[text.domain[token], c]
        rank = rankdata(values.data[entries][inside])  # from 1; the silent tokens come before
        on = carried[token[inside], c]
        silent = everywhere[c] - len(rank)
        rank_sum = (rank[on] + silent).sum() + (there[c] - on.sum()) * (silent + 1) / 2
        wins = rank_sum - there[c] * (there[c] + 1) / 2
        area[pair] = wins / (there[c] * (everywhere[c] - there[c]))
    return area


def _grid(values: sparse.csc_array) -> np.ndarray:
    """The thresholds to try, float32 (units, LEVELS), descending."""
    grid = np.full((values.shape[1], LEVELS), np.inf, dtype=np.float32)
    steps = np.arange(LEVELS)
    for unit, (start, stop) in enumerate(zip(values.indptr[:-1], values.indptr[1:], strict=True)):
        tried = np.unique(values.data[start:stop])
        ranks = steps + 1
        if len(tried) > LEVELS:
            tried = np.sort(values.data[start:stop])
            ranks = np.maximum(ranks, np.ceil(len(tried) ** (steps / (LEVELS - 1))).astype(int))
        if len(tried):
            grid[unit] = tried[-np.minimum(ranks, len(tried))]
    return grid


def _f1_by_level(
    values: sparse.csc_array, text: LabelledText, grid: np.ndarray
) -> Iterator[np.ndarray]:
    """F1 of each unit at each of its thresholds, float32 (some units, levels, concepts)."""
    domains = np.eye(len(text.defined), dtype=np.float32)[text.domain]
    sought = sparse.hstack([text.carried, sparse.csr_array(domains)], format="csr")
    there = text.carriers.astype(np.float32)
    defined = text.defined.astype(np.float32)
    for start in range(0, values.shape[1], UNITS_AT_A_TIME):
        level = _levels(values[:, start : start + UNITS_AT_A_TIME], grid[start:])
        counts = (level @ sought).toarray().reshape(-1, LEVELS, sought.shape[1])
        counts = counts.cumsum(axis=1)  # of the tokens with a value at the threshold or above
        hits, called = counts[:, :, : len(there)], counts[:, :, len(there) :] @ defined
        said_or_there = called + there
        yield np.divide(2 * hits, said_or_there, out=np.zeros_like(hits), where=said_or_there > 0)


def _levels(values: sparse.csc_array, grid: np.ndarray) -> sparse.csr_array:
    """1 where a token's value first reaches a unit's threshold, (units × levels, tokens)."""
    tokens, units = values.shape
    reached = [
        unit * LEVELS + np.searchsorted(-grid[unit], -values.data[start:stop])
        for unit, (start, stop) in enumerate(
            zip(values.indptr[:-1], values.indptr[1:], strict=True)
        )
    ]
    row = np.concatenate(reached)
    unit = np.repeat(np.arange(units), np.diff(values.indptr))
    loud = row < (unit + 1) * LEVELS  # the others stay below every threshold
    ones = np.ones(loud.sum(), dtype=np.float32)
    return sparse.csr_array((ones, (row[loud], values.indices[loud])), (units * LEVELS, tokens))


def _checked(values: sparse.csc_array, text: LabelledText) -> sparse.csc_array:
    if values.shape[0] != len(text.domain):
        raise ValueError(f"{values.shape[0]} tokens of values, {len(text.domain)} of labels")
    values = sparse.csc_array(values)
    values.eliminate_zeros()
    if values.nnz and values.data.min() < 0:
        raise ValueError("a unit has negative values: give each of its sides as a unit of its own")
    return values
