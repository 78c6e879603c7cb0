"""Which features of a model does another dictionary of the same model find again?

The share that another seed finds is the *ceiling* of every rate of persistence: with nothing
changed but the seed of the dictionary, no more can be expected (Paulo & Belrose 2025).
"""

from pathlib import Path

import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.agreement import (
    Matched,
    ceiling,
    median_r,
    rate_at_least,
    share_of_all,
)
from featurefate.dictionaries.encoding import encoded_seeds, load_encoded
from featurefate.dictionaries.resampling import DocumentBlocks
from featurefate.dictionaries.thresholds import PAPER_THRESHOLD, THRESHOLDS

DENOMINATORS = {"counted": rate_at_least, "all": share_of_all}


def stability(folder: Path, *, encoded: Artifact, draws: int, seed: int) -> None:
    """Step: match all pairs of dictionaries of one model, encoded by `encode` on one text.

    `draws` of the bootstrap over documents, from `seed`. Writes

    - `partners.parquet`: seed, partner_seed, feature, partner, r, counted: each feature's best
      partner in each other dictionary;
    - `features.parquet`: `stable_features` of all seeds;
    - `ceiling.parquet`: of ("counted" features, or "all": one that is not counted is not found),
      threshold, threshold_name ("sweep", "paper", "median"), value, low, high (mean over pairs,
      95 % over documents), pairs, least, most (of single pairs).

    Raises ValueError for an encoded model with a single seed.
    """
    model = {number: load_encoded(encoded, number) for number in encoded_seeds(encoded)}
    stream = next(iter(model.values()))
    blocks = DocumentBlocks.of(stream.document, stream.domain)
    matched = ceiling(model, blocks, blocks.draws(draws, seed))
    partners = pd.concat([_rows(m) for m in matched], ignore_index=True)
    partners.to_parquet(folder / "partners.parquet")
    stable_features(partners).to_parquet(folder / "features.parquet")
    named = {t: "paper" if t == PAPER_THRESHOLD else "sweep" for t in THRESHOLDS}
    named[median_r(matched)] = "median"
    rates = [_rate(matched, t, name, of) for of in DENOMINATORS for t, name in named.items()]
    pd.DataFrame(rates).to_parquet(folder / "ceiling.parquet")


def stable_features(
    partners: pd.DataFrame, among: list[int] | None = None, threshold: float = PAPER_THRESHOLD
) -> pd.DataFrame:
    """Return which features every other dictionary finds again at r ≥ threshold.

    partners: as `stability` writes it; among: the seeds that take part, None for all (a seed left
    out can then test the others' claims). One row a dictionary and feature: seed, feature,
    counted, least_r and mean_r over the other dictionaries, stable (False where not counted).
    """
    if among is not None:
        partners = partners[partners["seed"].isin(among) & partners["partner_seed"].isin(among)]
    rows = partners.groupby(["seed", "feature"], as_index=False).agg(
        counted=("counted", "first"), least_r=("r", "min"), mean_r=("r", "mean")
    )
    return rows.assign(stable=rows["counted"] & (rows["least_r"] >= threshold))


def _rows(matched: Matched) -> pd.DataFrame:
    best = matched.best
    return pd.DataFrame(
        {
            "seed": matched.seed,
            "partner_seed": matched.partner_seed,
            "feature": range(len(best.r)),
            "partner": best.partner,
            "r": best.r,
            "counted": best.counted,
        }
    )


def _rate(matched: list[Matched], threshold: float, name: str, of: str) -> dict:
    rate = DENOMINATORS[of](matched, threshold)
    low, high = rate.interval
    of_pairs = [DENOMINATORS[of]([m], threshold).value for m in matched]
    return {
        "of": of,
        "threshold": threshold,
        "threshold_name": name,
        "value": rate.value,
        "low": low,
        "high": high,
        "pairs": len(matched) // 2,
        "least": min(of_pairs),
        "most": max(of_pairs),
    }
