"""How good a dictionary is, with an interval over documents for each measure.

l0                   active features a token, at test time
variance_explained   1 − Σ‖x − x̂‖² / Σ‖x − mean‖²: centred, over all neurons and tokens
cross_entropy_rise   nats a token lost when the reconstruction replaces the MLP's activations
loss_recovered       1 − that rise over the rise when zeros replace them; NaN where zeros do no harm
mean_ablation_rise   the rise when the mean activation replaces them (zero_ablation_rise: zeros)
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
    activations_on,
    encode_activations,
    evaluation_text,
    firing_counts,
)
from featurefate.dictionaries.splicing import splicing_losses
from featurefate.dictionaries.training import load_dictionary
from featurefate.language_model.bootstrap import interval

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

    Writes `evaluation.parquet` (seed, domain, measure, value, low, high; domain "all" or one of
    DOMAINS, with its own mean as the centre) and `features.parquet` (seed, feature, firing_rate,
    tokens, documents, mean_when_active, maximum). Dead and ultra-rare shares have no interval:
    resampled documents repeat, so every draw would find more dead features than there are.
    """
    text = evaluation_text(tokens, context, evaluation_tokens, split)
    activations = activations_on(text, model)
    values, reconstructions = {}, {}
    for seed in seeds:
        dictionary = load_dictionary(dictionaries, seed)
        values[seed] = encode_activations(dictionary, activations)
        reconstructions[seed] = decode(dictionary, values[seed])
    references = {
        "zero": torch.zeros(1).expand_as(activations),
        "mean": activations.mean(dim=0).expand_as(activations),
    }
    losses = splicing_losses(model, text, references | reconstructions)
    table, features = [], []
    for seed in seeds:
        errors = (reconstructions[seed] - activations).double().pow(2).sum(dim=1).numpy()
        per_token = {
            "active": np.diff(values[seed].indptr).astype(float),
            "error": errors,
            "predictions": losses["counted"],
            "rise": losses[seed] - losses["intact"],
            "zero_rise": losses["zero"] - losses["intact"],
            "mean_rise": losses["mean"] - losses["intact"],
        }
        for domain in ("all", *DOMAINS):
            chosen = np.full(len(text.domain), True)
            if domain != "all":
                chosen = text.domain == DOMAINS.index(domain)
            ratios = _ratios(per_token, activations, text.document, chosen)
            rows = [_with_interval(name, *sums) for name, sums in ratios.items()]
            _drop_without_scale(rows)
            if domain == "all":
                rows += _shares(values[seed])
            table += [{"seed": seed, "domain": domain, **row} for row in rows]
        features.append(feature_statistics(values[seed], text.document).assign(seed=seed))
    pd.DataFrame(table).to_parquet(folder / "evaluation.parquet")
    pd.concat(features, ignore_index=True).to_parquet(folder / "features.parquet")


def variance_explained(errors: np.ndarray, activations: torch.Tensor) -> float:
    """Return 1 − Σ errors / Σ‖x − mean‖², the mean taken over these tokens.

    errors: ‖x − x̂‖² a token, (tokens,); activations: x, (tokens, d).
    """
    return 1 - float(errors.sum() / squared_deviations(activations).sum())


@torch.no_grad()
def decode(dictionary, values: sparse.csr_array) -> torch.Tensor:
    """Return the reconstruction x̂, float32 (tokens, d), from activations (tokens, features)."""
    written = values @ dictionary.W_dec.numpy()
    return torch.as_tensor(written) + dictionary.b_dec


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


def _ratios(
    per_token: dict[str, np.ndarray],
    activations: torch.Tensor,
    document: np.ndarray,
    chosen: np.ndarray,
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Numerator and denominator of each measure, by document, over the chosen tokens."""
    _, of_token = np.unique(document[chosen], return_inverse=True)
    deviation = squared_deviations(activations[torch.as_tensor(chosen)])
    deviations = np.bincount(of_token, weights=deviation)
    sums = {name: np.bincount(of_token, weights=x[chosen]) for name, x in per_token.items()}
    predictions, zero_rise = sums["predictions"], sums["zero_rise"]
    return {
        "l0": (sums["active"], np.bincount(of_token).astype(float)),
        "variance_explained": (deviations - sums["error"], deviations),
        "cross_entropy_rise": (sums["rise"], predictions),
        "zero_ablation_rise": (zero_rise, predictions),
        "mean_ablation_rise": (sums["mean_rise"], predictions),
        "loss_recovered": (zero_rise - sums["rise"], zero_rise),
    }


def _with_interval(measure: str, numerator: np.ndarray, denominator: np.ndarray) -> dict:
    low, high = interval(numerator, denominator, seed=BOOTSTRAP_SEED)
    value = float(numerator.sum() / denominator.sum())
    return {"measure": measure, "value": value, "low": low, "high": high}


def _drop_without_scale(rows: list[dict]) -> None:
    """Blank the loss recovered where it cannot be told that zeros do any harm."""
    by_name = {row["measure"]: row for row in rows}
    if by_name["zero_ablation_rise"]["low"] <= 0:
        by_name["loss_recovered"] |= dict.fromkeys(("value", "low", "high"), np.nan)


def _shares(values: sparse.csr_array) -> list[dict]:
    rate = np.bincount(values.indices, minlength=values.shape[1]) / values.shape[0]
    shares = {"dead_share": rate == 0, "ultra_rare_share": (rate > 0) & (rate < ULTRA_RARE)}
    return [
        {"measure": name, "value": float(which.mean()), "low": np.nan, "high": np.nan}
        for name, which in shares.items()
    ]
