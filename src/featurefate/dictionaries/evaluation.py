"""How good a dictionary is, with an interval over documents for each measure.

l0                   active features a token, at test time
variance_explained   1 − Σ‖x − x̂‖² / Σ‖x − mean‖²: centred, over all neurons and tokens
cross_entropy_rise   nats a token lost when the reconstruction replaces the MLP's activations
zero_ablation_rise   … when zeros replace them: the model without its MLP
mean_ablation_rise   … when their mean replaces them
kl                   KL(intact ‖ spliced), nats a token (also zero_ablation_kl, mean_ablation_kl)
loss_recovered       1 − the rise over that with zeros; NaN where zeros do no harm
loss_recovered_from_mean   1 − the rise over that with the mean; NaN where the mean does no harm
dead_share           features that never fire on the evaluation tokens
ultra_rare_share     features that fire, but on fewer than 1 token in 10 000
"""

from pathlib import Path

import numpy as np
import pandas as pd
import torch
from scipy import sparse

from featurefate.artifacts.store import Artifact
from featurefate.corpora.domains import DOMAINS
from featurefate.dictionaries.encoding import (
    EvaluationTokens,
    activations_on,
    encode_activations,
    evaluation_text,
    firing_counts,
)
from featurefate.dictionaries.geometry import decoder_geometry, written_directions
from featurefate.dictionaries.splicing import INTACT, Spliced, splice
from featurefate.dictionaries.training import load_dictionary
from featurefate.language_model.bootstrap import TAILS, interval, resampled_ratios

TABLES = ("evaluation", "documents", "features", "geometry")
RECOVERED_FROM = {
    "zero_ablation_rise": "loss_recovered",
    "mean_ablation_rise": "loss_recovered_from_mean",
}
ULTRA_RARE = 1e-4
BOOTSTRAP_SEED = 31_337


def evaluate(
    folder: Path,
    *,
    model: Artifact,
    dictionaries: Artifact,
    tokens: Artifact,
    seeds: list[int],
    context: int,
    evaluation_tokens: int,
    split: str,
) -> None:
    """Step: measure each seed's dictionary on `evaluation_tokens` tokens of each domain's `split`.

    The model may be untrained, the dictionaries of any architecture. Writes, a `seed` in each row,

    - `evaluation.parquet`: domain ("all" or one of DOMAINS, with its own mean as the centre),
      measure, value, low, high. Dead and ultra-rare shares have no interval: resampled documents
      repeat, so every draw would find more dead features than there are;
    - `documents.parquet`: document, measure, numerator, denominator: see `paired_difference`;
    - `features.parquet`: feature, firing_rate, tokens, documents, mean_when_active, maximum;
    - `geometry.parquet`: see `decoder_geometry`.
    """
    text = evaluation_text(tokens, context, evaluation_tokens, split)
    activations = activations_on(text, model)
    opened = {seed: load_dictionary(dictionaries, seed) for seed in seeds}
    values = {seed: encode_activations(opened[seed], activations) for seed in seeds}
    reconstructions = {seed: decode(opened[seed], values[seed]) for seed in seeds}
    references = {
        "zero": torch.zeros(1).expand_as(activations),
        "mean": activations.mean(dim=0).expand_as(activations),
    }
    spliced = splice(model, text, references | reconstructions)
    tables: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    for seed in seeds:
        errors = (reconstructions[seed] - activations).double().pow(2).sum(dim=1).numpy()
        measured = {"active": np.diff(values[seed].indptr).astype(float), "error": errors}
        measured |= _costs(spliced, seed)
        found = {
            "evaluation": _evaluation(measured, values[seed], activations, text),
            "documents": _by_document(measured, activations, text),
            "features": feature_statistics(values[seed], text.document),
            "geometry": decoder_geometry(opened[seed], BOOTSTRAP_SEED),
        }
        for name, table in found.items():
            tables[name].append(table.assign(seed=seed))
    for name, parts in tables.items():
        pd.concat(parts, ignore_index=True).to_parquet(folder / f"{name}.parquet")


def paired_difference(
    first: pd.DataFrame, second: pd.DataFrame, measure: str
) -> tuple[float, float, float]:
    """Return how much larger a measure is for the first dictionary, with its 95 % interval.

    first, second: rows of one seed each of `documents.parquet`, on the same text. Documents are
    resampled for both together. Raises ValueError where the documents are not the same.
    """
    ratios = []
    for table in (first, second):
        rows = table[table["measure"] == measure].sort_values("document")
        ratios.append((rows["document"].to_numpy(), rows["numerator"], rows["denominator"]))
    if not np.array_equal(ratios[0][0], ratios[1][0]):
        raise ValueError(f"{measure} was measured on other documents for the second dictionary")
    values = [above.sum() / below.sum() for _, above, below in ratios]
    drawn = [resampled_ratios(above, below, BOOTSTRAP_SEED) for _, above, below in ratios]
    low, high = np.quantile(drawn[0] - drawn[1], TAILS)
    return float(values[0] - values[1]), float(low), float(high)


def variance_explained(errors: np.ndarray, activations: torch.Tensor) -> float:
    """Return 1 − Σ errors / Σ‖x − mean‖², the mean taken over these tokens.

    errors: ‖x − x̂‖² a token, (tokens,); activations: x, (tokens, d).
    """
    return 1 - float(errors.sum() / squared_deviations(activations).sum())


@torch.no_grad()
def decode(dictionary, values: sparse.csr_array) -> torch.Tensor:
    """Return the reconstruction x̂, float32 (tokens, d), from activations (tokens, features)."""
    written = values @ written_directions(dictionary).numpy()
    nothing = torch.zeros(1, values.shape[1])
    return torch.as_tensor(written) + dictionary.decode(nothing).detach()


def squared_deviations(activations: torch.Tensor) -> np.ndarray:
    """Return ‖x − mean over these tokens‖² of each token, float64 (tokens,)."""
    centred = activations.double() - activations.double().mean(dim=0)
    return centred.pow(2).sum(dim=1).numpy()


def feature_statistics(values: sparse.csr_array, document: np.ndarray) -> pd.DataFrame:
    """Return one row a feature: how often, in how many documents and how strongly it fires.

    values: csr (tokens, features); document: (tokens,). `maximum` and `mean_when_active` are 0 for
    a feature that never fires.
    """
    firings, documents = firing_counts(values, document)
    return pd.DataFrame(
        {
            "feature": np.arange(values.shape[1]),
            "firing_rate": firings / values.shape[0],
            "tokens": firings,
            "documents": documents,
            "mean_when_active": values.sum(axis=0) / np.maximum(firings, 1),
            "maximum": values.max(axis=0).toarray().ravel(),
        }
    )


def _costs(spliced: Spliced, seed: int) -> dict[str, np.ndarray]:
    """What a reconstruction and the references cost at each token, in nats, (tokens,) each."""
    costs = {"predictions": spliced.counted}
    for name, key in (("", seed), ("zero_", "zero"), ("mean_", "mean")):
        costs[f"{name}rise"] = spliced.nats[key] - spliced.nats[INTACT]
        costs[f"{name}divergence"] = spliced.divergence[key]
    return costs


def _evaluation(
    measured: dict[str, np.ndarray],
    values: sparse.csr_array,
    activations: torch.Tensor,
    text: EvaluationTokens,
) -> pd.DataFrame:
    """One row a domain and measure; measured: by name, one number a token, (tokens,)."""
    table = []
    for domain in ("all", *DOMAINS):
        chosen = np.full(len(text.domain), True)
        if domain != "all":
            chosen = text.domain == DOMAINS.index(domain)
        ratios = _ratios(measured, activations, text.document, chosen)
        rows = [_with_interval(name, *sums) for name, sums in ratios.items()]
        _drop_without_scale(rows)
        if domain == "all":
            rows += _shares(values)
        table += [{"domain": domain, **row} for row in rows]
    return pd.DataFrame(table)


def _by_document(
    measured: dict[str, np.ndarray], activations: torch.Tensor, text: EvaluationTokens
) -> pd.DataFrame:
    """Numerator and denominator of every measure in every document, all domains together."""
    everywhere = np.full(len(text.domain), True)
    ratios = _ratios(measured, activations, text.document, everywhere)
    parts = [
        pd.DataFrame({"measure": name, "numerator": above, "denominator": below})
        for name, (above, below) in ratios.items()
    ]
    return pd.concat([part.rename_axis("document").reset_index() for part in parts])


def _ratios(
    measured: dict[str, np.ndarray],
    activations: torch.Tensor,
    document: np.ndarray,
    chosen: np.ndarray,
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Numerator and denominator of each measure, by document, over the chosen tokens."""
    _, of_token = np.unique(document[chosen], return_inverse=True)
    deviation = squared_deviations(activations[torch.as_tensor(chosen)])
    deviations = np.bincount(of_token, weights=deviation)
    sums = {name: np.bincount(of_token, weights=x[chosen]) for name, x in measured.items()}
    predictions, rise = sums["predictions"], sums["rise"]
    return {
        "l0": (sums["active"], np.bincount(of_token).astype(float)),
        "variance_explained": (deviations - sums["error"], deviations),
        "cross_entropy_rise": (rise, predictions),
        "zero_ablation_rise": (sums["zero_rise"], predictions),
        "mean_ablation_rise": (sums["mean_rise"], predictions),
        "kl": (sums["divergence"], predictions),
        "zero_ablation_kl": (sums["zero_divergence"], predictions),
        "mean_ablation_kl": (sums["mean_divergence"], predictions),
        "loss_recovered": (sums["zero_rise"] - rise, sums["zero_rise"]),
        "loss_recovered_from_mean": (sums["mean_rise"] - rise, sums["mean_rise"]),
    }


def _with_interval(measure: str, numerator: np.ndarray, denominator: np.ndarray) -> dict:
    low, high = interval(numerator, denominator, seed=BOOTSTRAP_SEED)
    value = float(numerator.sum() / denominator.sum())
    return {"measure": measure, "value": value, "low": low, "high": high}


def _drop_without_scale(rows: list[dict]) -> None:
    """Blank a loss recovered where it cannot be told that its reference does any harm."""
    by_name = {row["measure"]: row for row in rows}
    for reference, recovered in RECOVERED_FROM.items():
        if by_name[reference]["low"] <= 0:
            by_name[recovered] |= dict.fromkeys(("value", "low", "high"), np.nan)


def _shares(values: sparse.csr_array) -> list[dict]:
    rate = np.bincount(values.indices, minlength=values.shape[1]) / values.shape[0]
    shares = {"dead_share": rate == 0, "ultra_rare_share": (rate > 0) & (rate < ULTRA_RARE)}
    return [
        {"measure": name, "value": float(which.mean()), "low": np.nan, "high": np.nan}
        for name, which in shares.items()
    ]
