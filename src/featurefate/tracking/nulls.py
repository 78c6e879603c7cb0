"""The chance floor: how strong the best of F correlations is when nothing corresponds.

Within each domain one stream is turned round by some thousand tokens against the other. Every
feature keeps its rate and its bursts; only the correspondence between the two is gone.
"""

from dataclasses import replace

from featurefate.dictionaries.circular_shift import turned
from featurefate.dictionaries.encoding import SparseActivations


def shifted(activations: SparseActivations, shift: int) -> SparseActivations:
    """Return the stream with the tokens of each domain moved `shift` tokens on, end to start.

    Within the domain, so that two features of one domain still meet its tokens: agreement that
    comes from the domain alone is part of chance.
    """
    order = turned(activations.domain, shift)
    return replace(activations, values=activations.values[order])
