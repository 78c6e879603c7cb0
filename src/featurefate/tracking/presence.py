"""Is a feature without a partner really absent from the other model? One edge, one direction.

The same question is put where nothing has changed (ceiling: another dictionary of the own model)
and where nothing is inherited (stranger: a model of another lineage). In each of them, the features
*called* emerged or disappeared are those that have no partner there.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from torch import Tensor

from featurefate.artifacts.store import Artifact
from featurefate.corpora.domains import DOMAINS
from featurefate.dictionaries.agreement import Rate
from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.encoding import (
    EvaluationTokens,
    activations_on,
    encode_activations,
    evaluation_text,
)
from featurefate.dictionaries.evaluation import decode, squared_deviations
from featurefate.dictionaries.partners import Best, best_partners
from featurefate.dictionaries.resampling import DocumentBlocks
from featurefate.dictionaries.thresholds import PAPER_THRESHOLD
from featurefate.dictionaries.training import load_dictionary
from featurefate.language_model.bootstrap import TAILS, interval, sums_by_document
from featurefate.tracking.fates import NOT_RUN, RUN
from featurefate.tracking.readout import fit_reading
from featurefate.tracking.sought import MEASURES, VERDICTS, Measured, Reading, Sought, verdicts

COMPARISONS = ("edge", "ceiling", "stranger")
VERDICTS_OF = {"all": range(4), "partner": (), "no partner": range(1, 4)}  # those there can be
LEAST_READABLE = 0.05  # the quantile of features with a partner that a readable feature reaches


@dataclass(frozen=True)
class Found:
    """One comparison: the best partner of each feature, and its measures by name."""

    best: Best
    measured: dict[str, Measured]

    @property
    def partner(self) -> np.ndarray:
        """Whether each feature has a partner at r ≥ .8, bool (features,)."""
        return self.best.r >= PAPER_THRESHOLD

    def sets(self) -> dict[str, np.ndarray]:
        """The features that are judged, all of them and apart, bool (features,) each."""
        counted = self.best.counted
        return {
            "all": counted,
            "partner": counted & self.partner,
            "no partner": counted & ~self.partner,
        }

    def least_readable(self) -> Measured:
        """What nearly all features with a partner reach in `readable`; NaN where there are none."""
        readable, chosen = self.measured["readable"], self.sets()["partner"]
        if not chosen.any():
            return Measured(np.array(np.nan), np.array(np.nan))
        return Measured(
            np.quantile(readable.value[chosen], LEAST_READABLE),
            np.quantile(readable.draws[:, chosen], LEAST_READABLE, axis=1, keepdims=True),
        )

    def verdicts(self, least: Measured) -> Measured:
        """Return the index in VERDICTS of each feature; who has a partner is not resampled."""
        applied, readable = self.measured["applied"], self.measured["readable"]
        return Measured(
            verdicts(self.partner, applied.value, readable.value, least.value),
            verdicts(self.partner, applied.draws, readable.draws, least.draws),
        )


def presence(
    folder: Path,
    *,
    tokens: Artifact,
    model: Artifact,
    dictionaries: Artifact,
    other_model: Artifact,
    other_dictionaries: Artifact,
    stranger_model: Artifact | None = None,
    stranger_dictionaries: Artifact | None = None,
    own_seed: int,
    other_seed: int,
    context: int,
    evaluation_tokens: int,
    draws: int,
    seed: int,
) -> None:
    """Step: seek the features of `model` in `other_model` by the measures of `sought.py`.

    The features are those of the dictionary of `own_seed`; all it is compared with are of
    `other_seed`, the ceiling's among them. `evaluation_tokens` of each domain: validation text fits
    the linear readings, test text judges everything. `draws` of the bootstrap over documents, from
    `seed`. Writes

    - `features.parquet`, a row a comparison (COMPARISONS) and feature: counted, r, partner, verdict
      and each measure with _low and _high (95 % over documents; NaN where there is none);
    - `summary.parquet`, a row each of `of` ("all" counted features, those with a "partner", those
      with "no partner") and `what`: the share of a verdict, the share that is "unreadable" whatever
      the verdict (the one share that is fair to a stranger), or the median of a measure. value,
      low, high; the same with ceiling_ and stranger_ in front; stranger_status; features (how many
      on the edge). What is readable is measured by the edge's features with a partner: 95 % of them
      are, in each comparison. Who has a partner is not resampled;
    - `variance.parquet`, a row a domain ("all" or one of DOMAINS) and `by` (whose dictionary: own,
      ceiling, edge, stranger): value, low, high, the share of the variance of the own model's
      activations that it explains.
    """
    texts = [evaluation_text(tokens, context, evaluation_tokens, s) for s in ("validation", "test")]
    before, text = texts
    own_before, activations = (activations_on(each, model) for each in texts)
    own = Reading.of(activations, load_dictionary(dictionaries, own_seed))
    values_before = encode_activations(own.dictionary, own_before)
    blocks = DocumentBlocks.of(text.document, text.domain)
    weights = fit_reading(own_before, values_before)
    sought = Sought(own, weights, blocks, blocks.draws(draws, seed))

    twin = Reading.of(activations, load_dictionary(dictionaries, other_seed))
    found = {"ceiling": _found(sought, twin, own.values, weights, text)}
    rebuilt = {"own": own.reconstruction, "ceiling": twin.reconstruction}
    others = {"edge": (other_model, other_dictionaries)}
    if stranger_model is not None:
        others["stranger"] = (stranger_model, stranger_dictionaries)
    for name, (whose, theirs) in others.items():
        weights = fit_reading(activations_on(before, whose), values_before)
        other = Reading.of(activations_on(text, whose), load_dictionary(theirs, other_seed))
        applied = encode_activations(own.dictionary, other.activations)
        found[name] = _found(sought, other, applied, weights, text)
        there = encode_activations(other.dictionary, activations)
        rebuilt[name] = decode(other.dictionary, there)
    for name in found:
        found[name].measured["spanned"] = sought.spanned_by(rebuilt[name])

    least = found["edge"].least_readable()
    tables = [_feature_rows(name, found[name], least) for name in COMPARISONS if name in found]
    pd.concat(tables, ignore_index=True).to_parquet(folder / "features.parquet")
    summary(found).to_parquet(folder / "summary.parquet")
    _variance(activations, rebuilt, text, seed).to_parquet(folder / "variance.parquet")


def summary(found: dict[str, Found]) -> pd.DataFrame:
    """Return the table `summary.parquet` (see `presence`) of comparisons by name."""
    least = found["edge"].least_readable()
    numbers = {name: _numbers(comparison, least) for name, comparison in found.items()}
    features = {name: int(chosen.sum()) for name, chosen in found["edge"].sets().items()}
    rows = []
    for (of, what), rate in numbers["edge"].items():
        row = {"of": of, "what": what, "value": rate.value}
        row["low"], row["high"] = rate.interval
        for name in COMPARISONS[1:]:
            there = numbers.get(name, {}).get((of, what))
            low, high = there.interval if there else (np.nan, np.nan)
            row |= {name: there.value if there else np.nan}
            row |= {f"{name}_low": low, f"{name}_high": high}
        row["stranger_status"] = RUN if "stranger" in numbers else NOT_RUN
        rows.append(row | {"features": features[of]})
    return pd.DataFrame(rows)


def _found(
    sought: Sought,
    other: Reading,
    applied: sparse.csr_array,
    weights: np.ndarray,
    text: EvaluationTokens,
) -> Found:
    ours, theirs = (reading.sparse_activations(text) for reading in (sought.own, other))
    best, _ = best_partners(correlation(ours.values, theirs.values), ours, theirs)
    return Found(best, sought.measured_in(other, applied, weights))


def _numbers(found: Found, least: Measured) -> dict[tuple[str, str], Rate]:
    """Shares of the verdicts and medians of the measures, by (of, what)."""
    numbers = {}
    verdict, readable = found.verdicts(least), found.measured["readable"]
    for of, chosen in found.sets().items():
        for number in VERDICTS_OF[of]:
            true_of = (verdict.value == number, verdict.draws == number)
            numbers[of, VERDICTS[number]] = _share(*true_of, chosen)
        numbers[of, "unreadable"] = _share(
            ~(readable.value >= least.value), ~(readable.draws >= least.draws), chosen
        )
        for name, measure in found.measured.items():
            numbers[of, f"median {name}"] = _median(measure, chosen)
    return numbers


def _share(true: np.ndarray, draws: np.ndarray, chosen: np.ndarray) -> Rate:
    """The share of the chosen features that something is true of; NaN where none is chosen."""
    if not chosen.any():
        return Rate(np.nan, np.full(len(draws), np.nan))
    value, share = float(true[chosen].mean()), draws[:, chosen].mean(axis=1)
    return Rate(value, share - share.mean() + value)


def _median(measure: Measured, chosen: np.ndarray) -> Rate:
    """The median over the chosen features; NaN where none is chosen."""
    if not chosen.any():
        return Rate(np.nan, np.full(len(measure.draws), np.nan))
    drawn = np.nanmedian(measure.draws[:, chosen], axis=1)
    return Rate(float(np.nanmedian(measure.value[chosen])), drawn)


def _feature_rows(name: str, found: Found, least: Measured) -> pd.DataFrame:
    best = found.best
    columns = {
        "comparison": name,
        "feature": np.arange(len(best.r)),
        "counted": best.counted,
        "r": best.r,
        "partner": best.partner,
        "verdict": np.array(VERDICTS)[found.verdicts(least).value],
    }
    for measure in MEASURES:
        nothing = np.full(len(best.r), np.nan)
        measured = found.measured.get(measure, Measured(nothing, nothing[None]))
        low, high = np.quantile(measured.draws, TAILS, axis=0)
        columns |= {measure: measured.value, f"{measure}_low": low, f"{measure}_high": high}
    return pd.DataFrame(columns)


def _variance(
    activations: Tensor, rebuilt: dict[str, Tensor], text: EvaluationTokens, seed: int
) -> pd.DataFrame:
    """How much of the variance of activations each dictionary explains, over all and by domain."""
    errors = {
        by: (these - activations).pow(2).sum(dim=1).double().numpy()
        for by, these in rebuilt.items()
    }
    rows = []
    for domain in ("all", *DOMAINS):
        here = slice(None) if domain == "all" else text.domain == DOMAINS.index(domain)
        _, document = np.unique(text.document[here], return_inverse=True)
        below = sums_by_document(squared_deviations(activations[here]), document)
        for by, of_tokens in errors.items():
            above = below - sums_by_document(of_tokens[here], document)
            low, high = interval(above, below, seed)
            rows.append((domain, by, above.sum() / below.sum(), low, high))
    return pd.DataFrame(rows, columns=["domain", "by", "value", "low", "high"])
