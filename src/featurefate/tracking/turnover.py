"""What the features that do not persist are lost to: seed, matcher, model; and what the rest owe.

The rates from the floor up to 1 cut all features into parts that add up:

    0 ── floor ── edge ── ceiling ── ceiling at r ≥ .5 ── 1
      without     by        model      matcher        dictionary
      descent   descent

*Without descent*: a stranger has them as well. *By descent*: only the true parent has. *Model*: a
second dictionary of the same model has them, one of the other model has not. *Matcher*: even that
second dictionary has only something like them, at r from .5 to .8. *Dictionary*: not even that.
The last three are the turnover, 1 − edge. All dictionaries of the study are trained on the same
text, so text has no part in it; how large it would be is asked apart, of one model's dictionaries.

Parts are differences of rates, so they say how many features, not which. Warm starts are the second
view, with a ceiling (nothing changed) and a floor (another lineage) of their own.
"""

from collections.abc import Callable

import numpy as np

from featurefate.dictionaries.agreement import Rate
from featurefate.dictionaries.thresholds import PAPER_THRESHOLD, THRESHOLDS
from featurefate.tracking.fates import NOT_RUN, RUN

NEAR = min(THRESHOLDS)  # something like the feature
PARTS = ("without descent", "by descent", "model", "matcher", "dictionary")
RateAt = Callable[[str, float], Rate | None]  # of a comparison, at a threshold; None: not run


def turnover_rows(rate_at: RateAt) -> list[dict]:
    """Return one row a part: part, value, low, high, ceiling, floor, status.

    rate_at: of one model's features, on the "edge", in the "ceiling", in the "floor", and in a
    dictionary of the same model that saw "other text". Three more rows are no parts of the sum:
    "persisted", the rate on the edge, and "turnover", the rest of it, which alone have a ceiling
    and a floor; and "text", what other text takes off the ceiling.
    """
    edge, top, floor, text = (
        rate_at(name, PAPER_THRESHOLD) for name in ("edge", "ceiling", "floor", "other text")
    )
    near = rate_at("ceiling", NEAR)
    values = {
        "without descent": floor,
        "by descent": _minus(edge, floor),
        "model": _minus(top, edge),
        "matcher": _minus(near, top),
        "dictionary": near and near.complement(),
        "persisted": edge,
        "turnover": edge and edge.complement(),
        "text": _minus(top, text),
    }
    ceiling_value, floor_value = (r.value if r else np.nan for r in (top, floor))
    references = {
        "persisted": {"ceiling": ceiling_value, "floor": floor_value},
        "turnover": {"ceiling": 1 - ceiling_value, "floor": 1 - floor_value},
    }
    nothing = {"ceiling": np.nan, "floor": np.nan}
    rows = []
    for part, share in values.items():
        low, high = share.interval if share else (np.nan, np.nan)
        row = {"part": part, "value": share.value if share else np.nan, "low": low, "high": high}
        row |= references.get(part, nothing)
        rows.append(row | {"status": RUN if share else NOT_RUN})
    return rows


def _minus(larger: Rate | None, smaller: Rate | None) -> Rate | None:
    return larger - smaller if larger and smaller else None
