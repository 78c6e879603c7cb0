"""Three views of one feature's fate, each with another way to see through the noise of seeds.

fresh    dictionaries trained anew on the child: all of them (but that of the feature's own seed)
         must find the feature, as a stable feature is found in all of the parent's
warm     a dictionary that went on from the parent's on the child's activations
shared   one dictionary of parent and child together: the latent that goes with the feature, and
         whether its direction in the child is at least half as long as in the parent

They can be wrong in different ways: the first by luck, the second by memory, the third by sharing
what is merely alike. So each has a reference of its own, and a fate on which they agree rests on
more than one method.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.agreement import Matched, Rate, rate_at_least
from featurefate.dictionaries.shared import SharedDictionary
from featurefate.dictionaries.thresholds import PAPER_THRESHOLD
from featurefate.tracking.comparisons import Readings
from featurefate.tracking.family import chosen_features
from featurefate.tracking.fates import NOT_RUN, NOTHING_TO_JUDGE, RUN
from featurefate.tracking.lookups import Lookups
from featurefate.tracking.nulls import shuffled_within_tokens
from featurefate.tracking.turnover import turnover_rows

VIEWS = ("fresh", "warm", "shared")
THERE = 0.5  # of the parent's length: nearer to unchanged than to absent
Says = tuple[np.ndarray, np.ndarray]  # 1 persisted, 0 lost, NaN nothing: (features,), and its draws


def views(
    folder: Path,
    *,
    parent: Artifact,
    stable: Artifact,
    child: Artifact,
    warm_child: Artifact,
    warm_same: Artifact,
    warm_other_text: Artifact,
    warm_stranger: Artifact,
    shared: Artifact | None = None,
    shared_encoded: Artifact | None = None,
    shared_names: list[str] | None = None,
    parent_seed: int,
    draws: int,
    seed: int,
) -> None:
    """Step: the fate of each feature of the parent's dictionary of `parent_seed` in all views.

    Encoded on one text: parent, child, and dictionaries that went on from the parent's: on the
    child, on the parent itself, there on other text, and on a stranger; stable: what `stability`
    wrote for the parent on another text. Where there is one, a shared dictionary and what it says
    of the text; `shared_names`: what it calls parent, child and a stranger. `draws` of the
    bootstrap over documents, from `seed`; tokens of the fresh view's floor are shuffled from
    seed + 1. Writes

    - `features.parquet`, a row a feature: feature, counted, stable, fresh_r (the least over the
      child's dictionaries), warm_r, and for each view that was run "persisted", "lost" or "no
      latent" (none in the shared dictionary goes with the feature);
    - `rates.parquet`, a row a view of VIEWS and set of features (`of` "counted" or "stable"):
      value, low, high (share persisted, of those of which the view says anything), features, status
      and ceiling and floor, each with _status. Ceilings: the parent's own other dictionaries
      (fresh), nothing changed (warm). Floors: the child's positions shuffled within tokens (fresh),
      the stranger (warm), the stranger's directions (shared);
    - `agreement.parquet`: `agreement_rows`;
    - `turnover.parquet`: `turnover_rows` of the warm view, with the stranger as floor.
    """
    given = {"parent": parent, "child": child, "warm": warm_child, "same": warm_same}
    lookups = Lookups(given | {"text": warm_other_text, "stranger": warm_stranger}, draws, seed)
    lookups.models["token"] = _shuffled(lookups.models["child"], seed + 1)
    found = {name: lookups.between("parent", name, parent_seed) for name in lookups.models}
    persisted = {name: _in_all(looks) for name, looks in found.items()}
    says = {"fresh": persisted["child"], "warm": persisted["warm"]}
    ceilings = {"fresh": persisted["parent"], "warm": persisted["same"]}
    floors = {"fresh": persisted["token"], "warm": persisted["stranger"]}
    if shared is not None:
        lookups.models |= Lookups({"shared": shared_encoded}, draws, seed).models
        (latent,) = lookups.between("parent", "shared", parent_seed)
        norms = SharedDictionary.load(shared, latent.partner_seed).norms()
        of_parent, of_child, of_stranger = (norms[name] for name in shared_names)
        says["shared"] = _as_long(latent, of_child / np.maximum(of_parent, 1e-12))
        floors["shared"] = _as_long(latent, of_stranger / np.maximum(of_parent, 1e-12))
    counted = found["child"][0].best.counted
    chosen = {"counted": counted, "stable": counted & chosen_features(stable)[parent_seed]}
    rows = {"feature": np.arange(len(counted)), **chosen}
    rows |= {"fresh_r": _least(found["child"]), "warm_r": _least(found["warm"])}
    rows |= {view: _words(verdict) for view, (verdict, _) in says.items()}
    pd.DataFrame(rows).to_parquet(folder / "features.parquet")
    rate_rows(says, ceilings, floors, chosen).to_parquet(folder / "rates.parquet")
    agreement_rows(says, chosen).to_parquet(folder / "agreement.parquet")
    names = {"edge": "warm", "ceiling": "same", "floor": "stranger", "other text": "text"}
    parts = turnover_rows(lambda name, threshold: rate_at_least(found[names[name]], threshold))
    pd.DataFrame(parts).to_parquet(folder / "turnover.parquet")


def rate_rows(
    says: Mapping[str, Says],
    ceilings: Mapping[str, Says],
    floors: Mapping[str, Says],
    chosen: Mapping[str, np.ndarray],
) -> pd.DataFrame:
    """Return the table `rates.parquet` (see `views`); chosen: sets of features by name."""
    rows = []
    for of, features in chosen.items():
        for view in VIEWS:
            rate = _persisted(says.get(view), features)
            judged = int((~np.isnan(says[view][0][features])).sum()) if rate else 0
            low, high = rate.interval if judged else (np.nan, np.nan)
            row = {"of": of, "view": view, "value": rate.value if judged else np.nan}
            row |= {"low": low, "high": high, "features": judged}
            row["status"] = RUN if judged else NOTHING_TO_JUDGE if rate else NOT_RUN
            for name, references in (("ceiling", ceilings), ("floor", floors)):
                there = _persisted(references.get(view), features)
                row[name] = there.value if there else np.nan
                row[f"{name}_status"] = RUN if there else NOT_RUN
            rows.append(row)
    return pd.DataFrame(rows)


def agreement_rows(says: Mapping[str, Says], chosen: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Return how often two views say the same of a feature, beside what chance would give.

    chosen: by name, the features that are asked about. A row a set (`of`), first and second view:
    features (of which both views say something), value, low, high (share on which they agree, 95 %
    over documents), chance (of two views with these shares of "persisted" that know nothing of each
    other), kappa, kappa_low, kappa_high (Cohen's: 0 chance, 1 full agreement; NaN where a view says
    one thing of all).
    """
    rows = []
    for of, features in chosen.items():
        for first, second in combinations(says, 2):
            (agree, chance, kappa, both), drawn = (
                _agreement(a[..., features], b[..., features])
                for a, b in zip(says[first], says[second], strict=True)
            )
            row = {"of": of, "first": first, "second": second, "features": int(both)}
            row |= {"value": agree, "chance": chance, "kappa": kappa}
            for name, value, draws in (("", agree, drawn[0]), ("kappa_", kappa, drawn[2])):
                low, high = Rate(value, draws - draws.mean() + value).interval
                row |= {f"{name}low": low, f"{name}high": high}
            rows.append(row)
    return pd.DataFrame(rows)


def _shuffled(readings: Readings, seed: int) -> Readings:
    """The same dictionaries with positions exchanged among those of the same token."""
    return {
        number: replace(
            reading, activations=shuffled_within_tokens(reading.activations, seed + place)
        )
        for place, (number, reading) in enumerate(readings.items())
    }


def _least(looks: list[Matched]) -> np.ndarray:
    return np.min([look.best.r for look in looks], axis=0)


def _in_all(looks: list[Matched]) -> Says:
    """Whether each feature has a partner in all dictionaries that it was looked up in."""
    drawn = np.min([look.resampled for look in looks], axis=0)
    return tuple((r >= PAPER_THRESHOLD).astype(float) for r in (_least(looks), drawn))


def _as_long(latent: Matched, length: np.ndarray) -> Says:
    """Whether the latent that goes with each feature is there; NaN where none goes with it."""
    there = (length >= THERE)[latent.best.partner]
    return tuple(
        np.where(r >= PAPER_THRESHOLD, there, np.nan) for r in (latent.best.r, latent.resampled)
    )


def _persisted(says: Says | None, features: np.ndarray) -> Rate | None:
    """The share of "persisted" among the features of which something is said; NaN: of none."""
    if says is None:
        return None
    chosen = [verdict[..., features] for verdict in says]
    with np.errstate(invalid="ignore"):
        value, draws = ((x == 1).sum(axis=-1) / (~np.isnan(x)).sum(axis=-1) for x in chosen)
    return Rate(float(value), draws - draws.mean() + value)


def _agreement(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, ...]:
    """Agreement, that by chance, kappa, and of how many features both say something."""
    seen = ~np.isnan(first) & ~np.isnan(second)
    both = seen.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        agree = (seen & (first == second)).sum(axis=-1) / both
        shares = [(seen & (x == 1)).sum(axis=-1) / both for x in (first, second)]
        chance = shares[0] * shares[1] + (1 - shares[0]) * (1 - shares[1])
        kappa = (agree - chance) / (1 - chance)
    return agree, chance, kappa, both


def _words(verdict: np.ndarray) -> np.ndarray:
    return np.select([verdict == 1, verdict == 0], ["persisted", "lost"], default="no latent")
