"""One comparison of two models' dictionaries: over pairs of unequal seeds, in every view.

Pass 1 correlates everything; pass 2 draws documents again for the pairs of features that matter
(`candidate_pairs`). What is kept of the draws is the share of features with a partner at
r ≥ 0.00, 0.01, …, 1.00: any threshold on this grid can be asked for afterwards, and two rates of
different comparisons can be subtracted draw by draw.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from featurefate.dictionaries.agreement import Rate, moved_to
from featurefate.dictionaries.partners import Best, best_of_rows
from featurefate.tracking.candidate_pairs import Pairs, r_in_draws, sums_of_products
from featurefate.tracking.partner_intervals import partner_intervals
from featurefate.tracking.readings import VIEWS, Reading, correlations, groups_of_blocks

STEPS = 100  # of the grid of thresholds
SIDES = ("parent", "child")
Readings = Mapping[int, Reading]  # one model's dictionaries, by SAE seed
Drawn = tuple[np.ndarray, np.ndarray]  # of the parent's features and the child's
Intervals = tuple[np.ndarray, np.ndarray] | tuple[None, None]  # likewise
Chosen = Mapping[int, np.ndarray]  # the stable features of some of them, bool (features,)


@dataclass(frozen=True)
class Found:
    """The features of one dictionary looked up in another.

    view: of `readings`; selection: "counted" (all that fire often enough) or "stable"; side:
    whether they are the parent's or the child's; best: their partners, with `counted` saying which
    features are asked about; draws: float32 (draws, 101), the share of these with a partner at each
    r of the grid in each draw of documents; no draws (0, 101) where nothing was drawn; interval:
    float32 (2, features), 95 % of each feature's r with its partner, where it was asked for: on all
    tokens, with draws.
    """

    view: str
    selection: str
    side: str
    seed: int
    partner_seed: int
    best: Best
    draws: np.ndarray
    interval: np.ndarray | None = None

    @property
    def features(self) -> int:
        """How many features are asked about."""
        return int(self.best.counted.sum())


def compare(
    parent: Readings,
    child: Readings,
    pairs: Iterable[tuple[int, int]],
    times: np.ndarray,
    chosen: Mapping[str, Chosen],
) -> list[Found]:
    """Look the parent's features up in the child, and the reverse, for each pair of seeds.

    times: (draws, blocks); chosen: by side, the features of the selection "stable". Raises
    ValueError where there is no pair.
    """
    found = []
    for a, b in pairs:
        one, other = parent[a], child[b]
        r = correlations(one, other)
        drawn = _drawn(r, one, other, times)
        for view in VIEWS:
            found += _both_sides(view, (a, b), r[view], (one, other), *drawn[view], chosen)
    if not found:
        raise ValueError(
            f"SAE seeds {sorted(parent)} and {sorted(child)}: no pair of unequal seeds to compare"
        )
    return found


def rate(found: list[Found], threshold: float) -> Rate | None:
    """Return the share of features with a partner at r ≥ threshold, the mean over pairs of seeds.

    None where no feature is asked about. threshold: a multiple of 0.01. Without draws, the pairs
    themselves stand in their place.
    """
    found = [each for each in found if each.features]
    if not found:
        return None
    of_pairs = np.array([each.best.share_at_least(threshold) for each in found])
    if not len(found[0].draws):
        return Rate(float(of_pairs.mean()), of_pairs)
    draws = [
        moved_to(value, each.draws[:, round(threshold * STEPS)].astype(float), each.best.counted)
        for value, each in zip(of_pairs, found, strict=True)
    ]
    return Rate(float(of_pairs.mean()), np.mean(draws, axis=0))


def shares_on_grid(r: np.ndarray) -> np.ndarray:
    """Return which share of each row is at least 0.00, 0.01, …, 1.00, float32 (rows, 101)."""
    rows, columns = r.shape
    step = np.clip(np.floor(r * STEPS + 1e-3), -1, STEPS).astype(np.int64) + 1
    cells = np.arange(rows)[:, None] * (STEPS + 2) + step
    counts = np.bincount(cells.ravel(), minlength=rows * (STEPS + 2)).reshape(rows, STEPS + 2)
    at_least = counts[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    return (at_least / max(columns, 1)).astype(np.float32)


def _drawn(
    r: dict[str, np.ndarray], one: Reading, other: Reading, times: np.ndarray
) -> dict[str, tuple[Drawn, Intervals]]:
    """By view: the best r in every draw, (draws, features), and the interval of r with the partner,
    (2, features), None but on all tokens.
    """
    if not len(times):
        nothing = np.empty((0, one.activations.features)), np.empty((0, other.activations.features))
        return dict.fromkeys(VIEWS, (nothing, (None, None)))
    candidates = {view: Pairs.strongest(of_view) for view, of_view in r.items()}
    columns = other.activations.features
    codes = {view: pairs.codes(columns) for view, pairs in candidates.items()}
    union = Pairs.of_codes(np.concatenate(list(codes.values())), columns)
    products = sums_of_products(one.whole, other.whole, union, one.blocks)
    drawn = {}
    for view, pairs in candidates.items():
        of_view = products[:, np.searchsorted(union.codes(columns), codes[view])]
        groups = groups_of_blocks(view, one.blocks)
        r_drawn = r_in_draws(pairs, of_view, one.sums, other.sums, times, groups)
        asked = view == "all"
        intervals = partner_intervals(pairs, r_drawn, r[view]) if asked else (None, None)
        drawn[view] = pairs.best(r_drawn), intervals
    return drawn


def _both_sides(
    view: str,
    seeds: tuple[int, int],
    r: np.ndarray,
    readings: tuple[Reading, Reading],
    drawn: Drawn,
    intervals: Intervals,
    chosen: Mapping[str, Chosen],
) -> list[Found]:
    """What one pair of dictionaries gives in one view; the stable features in "all" alone."""
    found = []
    for side, seed, partner_seed, matrix, reading, resampled, interval in zip(
        SIDES, seeds, seeds[::-1], (r, r.T), readings, drawn, intervals, strict=True
    ):
        asked = {"counted": reading.counted[view]}
        if view == "all" and seed in chosen[side]:
            asked["stable"] = asked["counted"] & chosen[side][seed]
        for selection, counted in asked.items():
            best, draws = best_of_rows(matrix, counted), shares_on_grid(resampled[:, counted])
            who = view, selection, side, seed, partner_seed
            found.append(Found(*who, best, draws, interval))
    return found
