"""One comparison of two models' dictionaries, over all their pairs of unequal SAE seeds."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from featurefate.dictionaries.agreement import Encoded, Matched, match
from featurefate.dictionaries.resampling import DocumentBlocks


@dataclass(frozen=True)
class Comparison:
    """Both directions: the parent's features looked up in the child, the child's in the parent."""

    parent: list[Matched]
    child: list[Matched]


def compare(
    parent: Encoded, child: Encoded, blocks: DocumentBlocks, times: np.ndarray
) -> Comparison:
    """Compare two models over every pair of unequal seeds. times: (draws, blocks)."""
    pairs = [(a, b) for a, b in product(parent, child) if a != b]
    return Comparison(*match(parent, child, pairs, blocks, times))
