"""Who is whose partner: three rules that choose among correlated pairs of features.

*Maximum*: each feature takes the partner that correlates best; many may take the same one.
*Mutual*: only two that are each other's best. *One-to-one*: the assignment with the largest sum of
correlations, in which nobody is taken twice (Kuhn 1955, the "Hungarian method").

A rule is asked about the candidate pairs, not about all. For the first two that changes nothing;
in the third nobody gets a partner at r < 0.3, or one beyond the 8 best of both. In return 16 384
features take seconds, and partners can be assigned anew in every draw of a bootstrap.

In all rules r is that of the pairs, (..., pairs); they return which pairs are chosen by the
features of the first dictionary, and by those of the second, bool (..., pairs) each.
"""

from collections.abc import Callable

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from featurefate.tracking.candidate_pairs import LEAST_R, Pairs

Chosen = tuple[np.ndarray, np.ndarray]


def maximum(pairs: Pairs, r: np.ndarray) -> Chosen:
    """Choose each feature's best pair."""
    first, second = pairs.best(r)
    return r == first[..., pairs.here], r == second[..., pairs.there]


def mutual(pairs: Pairs, r: np.ndarray) -> Chosen:
    """Choose the pairs that are the best of both their features."""
    by_first, by_second = maximum(pairs, r)
    return by_first & by_second, by_first & by_second


def one_to_one(pairs: Pairs, r: np.ndarray) -> Chosen:
    """Choose the assignment with the largest sum of r, of pairs at r ≥ 0.3."""
    chosen = np.empty(r.shape, dtype=bool)
    for draw in np.ndindex(r.shape[:-1]):
        chosen[draw] = _assigned(pairs, r[draw])
    return chosen, chosen


Rule = Callable[[Pairs, np.ndarray], Chosen]
RULES: dict[str, Rule] = {"maximum": maximum, "mutual": mutual, "one-to-one": one_to_one}


def partner_r(rule: Rule, pairs: Pairs, r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return r of each feature with its partner, (..., F1) and (..., F2); −1 where it has none."""
    by_first, by_second = rule(pairs, r)
    return pairs.best(np.where(by_first, r, -1))[0], pairs.best(np.where(by_second, r, -1))[1]


def partners(rule: Rule, pairs: Pairs, r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each feature's partner, int (F1,) and (F2,); −1 where it has none. r: (pairs,)."""
    by_first, by_second = rule(pairs, r)
    forward, backward = (np.full(side.max() + 1, -1) for side in (pairs.here, pairs.there))
    forward[pairs.here[by_first]] = pairs.there[by_first]
    backward[pairs.there[by_second]] = pairs.here[by_second]
    return forward, backward


def side_by_side(r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return orders of rows and columns that put one-to-one partners on the diagonal, best first.

    r: (F1, F2); int (F1,) and (F2,). Whoever has no partner comes last.
    """
    pairs = Pairs.strongest(r)
    forward, _ = partners(one_to_one, pairs, r[pairs.here, pairs.there])
    matched = np.flatnonzero(forward >= 0)
    rows = matched[np.argsort(-r[matched, forward[matched]])]
    columns = forward[rows]
    return tuple(
        np.append(paired, np.setdiff1d(np.arange(features), paired))
        for paired, features in zip((rows, columns), r.shape, strict=True)
    )


def _assigned(pairs: Pairs, r: np.ndarray) -> np.ndarray:
    """Which pairs the best assignment takes, bool (pairs,).

    scipy's sparse solver finds a partner for every row. So each feature of the first dictionary
    gets one more to choose, nobody's, at r = 0; and as weights must not be 0, a pair costs 2 − r.
    """
    allowed = np.flatnonzero(r >= LEAST_R)
    features, others = pairs.here.max() + 1, pairs.there.max() + 1
    alone = np.arange(features)
    row = np.append(pairs.here[allowed], alone)
    column = np.append(pairs.there[allowed], others + alone)
    cost = 2.0 - np.append(r[allowed], np.zeros(features))
    graph = sparse.csr_array((cost, (row, column)), shape=(features, others + features))
    _, partner = min_weight_full_bipartite_matching(graph)
    return partner[pairs.here] == pairs.there
