"""The barrier: by how much the models between two models are worse than the two.

Three definitions are kept apart. Above the *mean* of the ends, at the worst point (Verma & Elbayad,
arXiv 2403.00986); above the *chord*, the straight line from one end's loss to the other's, at the
worst point (Theus et al., arXiv 2506.22712); at the *midpoint*, above the mean of the ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from featurefate.alignment.aligned import aligned
from featurefate.alignment.weights import PLACES
from featurefate.artifacts.store import Artifact
from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.language_model.bootstrap import TAILS, resampled_sums
from featurefate.language_model.evaluation import score_model
from featurefate.merging.interpolation import linear

DEFINITIONS = ("mean", "chord", "midpoint")


def walk(
    folder: Path,
    *,
    first: Artifact,
    second: Artifact,
    tokens: Artifact,
    at: list[float],
    domains: list[str],
    evaluation_tokens: int,
    transforms: Artifact | None = None,
    arm: str | None = None,
    places: list[str] | None = None,
) -> None:
    """Step: score the models on the chord from `first` to the transformed `second`, on test text.

    at: values of t, the weight of the second. `transforms` and `arm` as for `aligned`. places: of
    `weights.PLACES`, those whose weights move, while all others stay those of `first`; by default
    everything moves. Writes `documents.parquet`: one row a domain, document and t with its summed
    `nats` and `tokens`.
    """
    model, a, b = aligned(first, second, transforms, arm)
    if places is not None:
        b = a | {name: b[name] for place in places for name in PLACES[place]}
    context = model.config.max_position_embeddings
    test = {
        d: evaluation_rows(load_tokens(tokens, d, "test"), context, evaluation_tokens)
        for d in domains
    }
    parts = []
    for t in at:
        model.load_state_dict(linear(a, b, t))
        for domain, rows in test.items():
            scores = score_model(model, rows)
            columns = dict(document=np.arange(len(scores.tokens)), nats=scores.nats)
            parts.append(
                pd.DataFrame(columns | {"tokens": scores.tokens}).assign(domain=domain, t=t)
            )
    pd.concat(parts, ignore_index=True).to_parquet(folder / "documents.parquet")


@dataclass(frozen=True)
class Estimate:
    """A number, and the same number on each of many bootstrap samples of documents, (draws,).

    Estimates on the same documents have the same samples, so they are combined draw by draw.
    """

    value: float
    draws: np.ndarray

    @property
    def interval(self) -> tuple[float, float]:
        """95 % over documents. It says nothing about other seeds of the models."""
        low, high = np.quantile(self.draws, TAILS)
        return float(low), float(high)

    def removed(self, before: "Estimate") -> "Estimate":
        """Return which share of `before` is gone: 1 − this / before."""
        return Estimate(1 - self.value / before.value, 1 - self.draws / before.draws)


def mean(estimates: Sequence[Estimate]) -> Estimate:
    """Return the mean of estimates, draw by draw."""
    return Estimate(
        float(np.mean([e.value for e in estimates])), np.mean([e.draws for e in estimates], axis=0)
    )


def losses(walked: pd.DataFrame, domain: str, seed: int = 0) -> tuple[np.ndarray, ...]:
    """Return t (points,), the loss at each (points,), and its bootstrap draws (draws, points).

    walked: what `walk` wrote. The same documents are drawn at every t, and for every pair and arm.
    """
    here = walked[walked.domain == domain]
    nats = here.pivot(index="document", columns="t", values="nats")
    tokens = here.pivot(index="document", columns="t", values="tokens")
    seed = [seed, *domain.encode()]  # of two domains, other documents
    drawn = resampled_sums(nats, seed) / resampled_sums(tokens, seed)
    return nats.columns.to_numpy(), (nats.sum() / tokens.sum()).to_numpy(), drawn


def barrier(walked: pd.DataFrame, domain: str, definition: str = "mean") -> Estimate:
    """Return the barrier on one domain in nats a token, by one of `DEFINITIONS`.

    In every draw the worst point is looked for anew.
    """
    if definition not in DEFINITIONS:
        raise ValueError(f"definition is {definition!r}: one of {', '.join(DEFINITIONS)}")
    t, loss, drawn = losses(walked, domain)
    every = np.vstack([loss, drawn])
    first, last = every[:, :1], every[:, -1:]
    ends = (1 - t) * first + t * last if definition == "chord" else (first + last) / 2
    above = every - ends
    value = above[:, len(t) // 2] if definition == "midpoint" else above.max(axis=1)
    return Estimate(float(value[0]), value[1:])


def lost(walked: pd.DataFrame, domain: str, t: float) -> Estimate:
    """Return by how much the loss at `t` lies above that of the first end, in nats a token."""
    at, loss, drawn = losses(walked, domain)
    every = np.vstack([loss, drawn])
    above = every[:, np.flatnonzero(np.isclose(at, t))[0]] - every[:, 0]
    return Estimate(float(above[0]), above[1:])
