"""The L1 penalty at which a ReLU dictionary is as sparse as a TopK one.

A penalty says little about how many features will be active, and dictionaries of unequal density
agree less than equal ones do. So the penalty is searched: a short training at each trial, L0 on
validation tokens, and the next trial where log L0, taken as linear in log penalty through the
two nearest trials, would meet the target.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import torch

from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.encoding import activations_on, evaluation_text
from featurefate.dictionaries.training import load_seed, train_dictionaries

USUAL_SLOPE = -1.0  # of log L0 against log penalty, where there is one trial only
CLOSE_ENOUGH = 0.05  # |log(L0 / target)| at which the search ends early


def tune_penalty(
    folder: Path,
    *,
    model: Artifact,
    tokens: Artifact,
    target_l0: float,
    first_penalty: float,
    trials: int,
    seed: int,
    training: dict,
    evaluation_tokens: int,
) -> None:
    """Step: train at most `trials` ReLU dictionaries of `seed`; write how sparse each became.

    `training`: the settings of `train_dictionaries` but architecture, penalty, k and seeds;
    `evaluation_tokens` of each domain's validation text. Writes `trials.parquet`: penalty, l0,
    distance (|log(l0 / target)|). A killed search goes on at its last checkpoint.
    """
    text = evaluation_text(tokens, training["context"], evaluation_tokens, "validation")
    activations = activations_on(text, model)
    tried: list[dict] = []
    for number in range(trials):
        penalty = next_penalty(tried, target_l0, first_penalty)
        scratch = folder / f".trial_{number}"
        scratch.mkdir(exist_ok=True)
        if not (scratch / "curves.parquet").exists():
            train_dictionaries(
                scratch,
                model=model,
                tokens=tokens,
                architecture="relu",
                penalty=penalty,
                seeds=[seed],
                **training,
            )
        l0 = _mean_active(load_seed(scratch, seed), activations)
        distance = abs(np.log(max(l0, 1e-3) / target_l0))
        tried.append({"penalty": penalty, "l0": l0, "distance": distance})
        if distance < CLOSE_ENOUGH:
            break
    pd.DataFrame(tried).to_parquet(folder / "trials.parquet")


def chosen_penalty(search: Artifact) -> float:
    """Return the penalty whose L0 came nearest to the target."""
    tried = pd.read_parquet(search.file("trials.parquet"))
    return float(tried.penalty[tried.distance.idxmin()])


def next_penalty(tried: list[dict], target_l0: float, first_penalty: float) -> float:
    """Return where to look next: the secant through the two trials nearest to the target."""
    if not tried:
        return first_penalty
    nearest = sorted(tried, key=lambda trial: trial["distance"])[:2]
    x = np.log([trial["penalty"] for trial in nearest])
    y = np.log([max(trial["l0"], 1e-3) / target_l0 for trial in nearest])
    slope = (y[1] - y[0]) / (x[1] - x[0]) if len(nearest) == 2 else USUAL_SLOPE
    if not np.isfinite(slope) or slope >= -0.1:  # noise, or a penalty that kills everything
        slope = USUAL_SLOPE
    return float(np.exp(x[0] - np.clip(y[0] / slope, -1.5, 1.5)))


@torch.no_grad()
def _mean_active(dictionary, activations: torch.Tensor) -> float:
    """L0: the mean number of active features a token."""
    active = sum(int((dictionary.encode(part) > 0).sum()) for part in activations.split(8_192))
    return active / len(activations)
