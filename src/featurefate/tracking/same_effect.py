"""How often do features that fire alike also do alike? Rates over the pairs that `causes` wrote."""

import numpy as np
import pandas as pd

from featurefate.dictionaries.thresholds import PAPER_THRESHOLD
from featurefate.language_model.bootstrap import interval
from featurefate.tracking.causes import PARTNER, RANDOM

CHANCE_LEVEL = 0.95  # an effect below so much of random pairs' cosines cannot be told from theirs
BINS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)  # of r
LEAST_FEATURES = 10  # in a bin


def same_effect(pairs: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return how alike the effects of persisting features are, and of the random counterparts.

    pairs: as `causes` writes them. A feature persists when its partner has r ≥ .8; its random
    counterpart is the control. One row a kind and measure: kind, measure, value, low, high (95 %
    over features, from `seed`), features. The measures:

    - "taken out", "put in": mean cosine of the two effects;
    - "effect kept": what the counterparts give to the promoted tokens, over what the features give;
    - "no common effect": share whose cosine, taken out, is below the 95th percentile of those of
      random pairs.

    Nothing where no feature persists.
    """
    random = pairs[pairs.kind == RANDOM]
    chance = random.out.quantile(CHANCE_LEVEL) if len(random) else np.nan
    persisting = pairs.feature[(pairs.kind == PARTNER) & (pairs.r >= PAPER_THRESHOLD)]
    chosen = pairs[pairs.feature.isin(persisting)]
    rows = []
    for kind, part in chosen.groupby("kind", sort=False):
        one = np.ones(len(part))
        measures = {
            "taken out": (part.out, one),
            "put in": (part["in"], one),
            "effect kept": (part.promoted_by_partner, part.promoted),
            "no common effect": (part.out < chance, one),
        }
        for measure, ratio in measures.items():
            rows.append({"kind": kind, "measure": measure, **_ratio(*ratio, seed)})
    columns = ["kind", "measure", "value", "low", "high", "features"]
    return pd.DataFrame(rows, columns=columns)


def by_correlation(pairs: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the mean cosine of effects, taken out, of pairs that fire alike to the same degree.

    pairs: as `causes` writes them, of one kind. One row a bin of r with 10 features or more: r (its
    middle), value, low, high (95 % over features), features.
    """
    middle = [(low + high) / 2 for low, high in zip(BINS[:-1], BINS[1:], strict=True)]
    bins = pd.cut(pairs.r, BINS, right=False, labels=middle)
    rows = [
        {"r": float(r), **_ratio(part.out, np.ones(len(part)), seed)}
        for r, part in pairs.groupby(bins, observed=True)
        if len(part) >= LEAST_FEATURES
    ]
    return pd.DataFrame(rows, columns=["r", "value", "low", "high", "features"])


def _ratio(above: pd.Series, below: np.ndarray, seed: int) -> dict[str, float]:
    above, below = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    low, high = interval(above, below, seed)
    value = float(above.sum() / below.sum())
    return {"value": value, "low": low, "high": high, "features": len(above)}
