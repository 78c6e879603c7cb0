"""Is the feature for a concept in one model the partner of the feature for it in another?

Two models may each have a feature for assignment without these two being each other's best
partners. So both questions are asked: which feature of the other model fits best, and how well fits
the other model's own detector of the concept.
"""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.encoding import load_encoded
from featurefate.dictionaries.resampling import DocumentBlocks
from featurefate.tracking.looked_up import Summed, drawn_correlations, partners_of

DETECTORS = "_detectors"  # ends the name of an input that `domain_detectors` wrote


def detector_partners(
    folder: Path,
    *,
    concepts: list[str],
    draws: int,
    seed: int,
    **read: Artifact,
) -> None:
    """Step: correlate the models' detectors of `concepts` with each other.

    read: by model, what `encode` wrote, and by model with "_detectors" behind it, what
    `domain_detectors` wrote of two dictionaries or more. Compared are all pairs of dictionaries of
    unequal seeds, of two models or of one (the ceiling). Writes `partners.parquet`, a row a
    concept and pair:

    - concept, model, seed, other, other_seed; unit, f1, f1_low, f1_high of the detector in
      `model`; other_unit, other_f1 of the detector in `other`;
    - r, r_low, r_high: between the two detectors, 95 % over documents;
    - partner, best_r, best_low, best_high: the feature of `other` that correlates best with `unit`;
    - each_other: whether the two detectors are each other's best partners.

    A concept that is too rare in the text for detectors has no row.
    """
    names = [n for n in read if not n.endswith(DETECTORS)]
    tables = {n: pd.read_parquet(read[n + DETECTORS].file("detectors.parquet")) for n in names}
    streams, chosen = {}, {}
    for name, table in tables.items():
        for number, part in table.groupby("seed"):
            stream = load_encoded(read[name], int(number))
            blocks = DocumentBlocks.of(stream.document, stream.domain)
            streams[name, number] = Summed.of(stream.values, blocks)
            chosen[name, number] = part[part["concept"].isin(concepts)].set_index("concept")
    times = blocks.draws(draws, seed)
    both = {
        (one, other): chosen[one].join(chosen[other], how="inner", rsuffix="_other")
        for one, other in product(streams, streams)
        if one[1] != other[1]
    }
    both = {pair: shared for pair, shared in both.items() if len(shared)}
    best = {
        (one, other): partners_of(shared["unit"].to_numpy(int), streams[one], streams[other], times)
        for (one, other), shared in both.items()
    }
    rows = []
    for (one, other), here in both.items():
        mine, theirs = (here[c].to_numpy(int) for c in ("unit", "unit_other"))
        first, second, found = streams[one], streams[other], best[one, other]
        back = best[other, one].partner
        own, others = first.values[:, mine].tocsr(), second.values[:, theirs].tocsr()
        low, high = _interval(drawn_correlations(mine, first, theirs, second, times))
        best_low, best_high = _interval(found.drawn)
        frame = pd.DataFrame(
            {
                "model": one[0],
                "seed": one[1],
                "other": other[0],
                "other_seed": other[1],
                "unit": mine,
                "f1": here["f1"].to_numpy(),
                "f1_low": here["low"].to_numpy(),
                "f1_high": here["high"].to_numpy(),
                "other_unit": theirs,
                "other_f1": here["f1_other"].to_numpy(),
                "r": np.diag(correlation(own, others)),
                "r_low": low,
                "r_high": high,
                "partner": found.partner,
                "best_r": found.r,
                "best_low": best_low,
                "best_high": best_high,
                "each_other": (found.partner == theirs) & (back == mine),
            },
            index=here.index,
        )
        rows.append(frame.reset_index())
    pd.concat(rows, ignore_index=True).to_parquet(folder / "partners.parquet")


def _interval(drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return low, high
