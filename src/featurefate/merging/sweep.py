"""Walking from one child to the other: every point evaluated, one point chosen, one model saved."""

from pathlib import Path

import numpy as np
import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.language_model.architecture import load_model, save_model
from featurefate.language_model.evaluation import score_model
from featurefate.merging.interpolation import METHODS


def sweep(
    folder: Path,
    *,
    first: Artifact,
    second: Artifact,
    tokens: Artifact,
    methods: list[str],
    points: int,
    domains: list[str],
    evaluation_tokens: int,
) -> None:
    """Step: score merges of two models at `points` values of t from 0 to 1, ends included.

    Writes `sweep.parquet`: one row a method, t, split (validation, test) and domain, with the
    columns of `Scores.summary`.
    """
    model = load_model(first)
    ends = (
        {name: tensor.clone() for name, tensor in model.state_dict().items()},
        (load_model(second).state_dict()),
    )
    held_out = {
        (split, domain): evaluation_rows(
            load_tokens(tokens, domain, split),
            model.config.max_position_embeddings,
            evaluation_tokens,
        )
        for split in ("validation", "test")
        for domain in domains
    }
    records = []
    for method in methods:
        for t in np.linspace(0, 1, points).round(6):
            model.load_state_dict(METHODS[method](*ends, float(t)))
            for (split, domain), rows in held_out.items():
                where = {"method": method, "t": t, "split": split, "domain": domain}
                records.append({**where, **score_model(model, rows).summary()})
    pd.DataFrame(records).to_parquet(folder / "sweep.parquet")


def merge(
    folder: Path, *, first: Artifact, second: Artifact, tokenizer: Artifact, method: str, t: float
) -> None:
    """Step: write the model `merge(first, second, t)`."""
    model = load_model(first)
    model.load_state_dict(METHODS[method](model.state_dict(), load_model(second).state_dict(), t))
    save_model(model, tokenizer, folder)


def crossing(t: np.ndarray, falling: np.ndarray, rising: np.ndarray) -> float:
    """Return the t where two curves over the same points meet, by linear interpolation.

    `falling` starts above `rising`; the first point where it no longer is counts. Raises
    ValueError where they do not meet.
    """
    gap = np.asarray(falling, dtype=np.float64) - np.asarray(rising, dtype=np.float64)
    below = np.flatnonzero(gap <= 0)
    if gap[0] <= 0 or not len(below):
        raise ValueError(f"the two curves do not meet: the gap goes from {gap[0]} to {gap[-1]}")
    after = below[0]
    share = gap[after - 1] / (gap[after - 1] - gap[after])
    return float(t[after - 1] + share * (t[after] - t[after - 1]))
