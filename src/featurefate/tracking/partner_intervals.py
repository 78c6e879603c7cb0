"""How sure is the r of a feature and its best partner? Documents are drawn again, the pair is kept.

Rates ask whether *some* feature is a partner, so their draws choose the partner anew. A reader who
looks at two cards asks about these two.
"""

import numpy as np

from featurefate.tracking.candidate_pairs import Pairs, r_in_draws, sums_of_products
from featurefate.tracking.readings import Reading, groups_of_blocks


def partner_intervals(
    r: np.ndarray, one: Reading, other: Reading, times: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % interval of every feature's r with its best partner: (2, F1) and (2, F2).

    r: (F1, F2), on all tokens; times: (draws, blocks), at least one draw.
    """
    columns = r.shape[1]
    forward = np.arange(len(r)) * columns + r.argmax(axis=1)
    backward = r.argmax(axis=0) * columns + np.arange(columns)
    codes = np.union1d(forward, backward)
    pairs = Pairs(*np.divmod(codes, columns))
    products = sums_of_products(one.whole, other.whole, pairs, one.blocks)
    every = groups_of_blocks("all", one.blocks)
    draws = r_in_draws(pairs, products, one.sums, other.sums, times, every)
    bounds = np.quantile(np.concatenate(list(draws)), [0.025, 0.975], axis=0)
    of_sides = (bounds[:, np.searchsorted(codes, side)] for side in (forward, backward))
    return tuple(side.astype(np.float32) for side in of_sides)
