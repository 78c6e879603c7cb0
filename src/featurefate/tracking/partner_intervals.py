"""How sure is the r of a feature and its best partner? Documents are drawn again, the pair is kept.

Rates ask whether *some* feature is a partner, so their draws choose the partner anew. A reader who
looks at two cards asks about these two.
"""

import numpy as np

from featurefate.language_model.bootstrap import TAILS
from featurefate.tracking.candidate_pairs import Pairs


def partner_intervals(
    pairs: Pairs, drawn: np.ndarray, r: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % interval of every feature's r with its best partner: (2, F1) and (2, F2).

    pairs: from `Pairs.strongest(r)`, which has every best one; drawn: r of the pairs in every draw,
    (draws, pairs), at least one draw; r: (F1, F2), on all tokens.
    """
    rows, columns = map(np.arange, r.shape)
    codes = pairs.codes(len(columns))
    best = Pairs(rows, r.argmax(axis=1)), Pairs(r.argmax(axis=0), columns)
    places = (np.searchsorted(codes, of_side.codes(len(columns))) for of_side in best)
    of_sides = (drawn[:, place] for place in places)
    return tuple(np.quantile(side, TAILS, axis=0).astype(np.float32) for side in of_sides)
