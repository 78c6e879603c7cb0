"""A region as the steps on it see it: its models, and the text that points are measured on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.corpora.tokens import EvaluationRows, TokenStream
from featurefate.language_model.architecture import read_model
from featurefate.regions.datasets import DATASETS, dataset_stream
from featurefate.regions.measuring import held_out_rows, losses, reader
from featurefate.regions.points import BASE, Point, Read


@dataclass(frozen=True)
class Region:
    """Members and their base, strangers (fine-tunes of another base), and their data sets.

    datasets: name → rule. members, strangers: columns `model`, `dataset`, `run` (its seed).
    evaluation: `tokens` and `documents` of each data set. artifacts: `base`, `documents`, `tokens`
    and the models by their names.
    """

    datasets: dict[str, dict[str, Any]]
    members: pd.DataFrame
    strangers: pd.DataFrame
    evaluation: dict[str, int]
    artifacts: Mapping[str, Artifact]

    @classmethod
    def of(cls, settings: Mapping[str, Any], artifacts: Mapping[str, Artifact]) -> "Region":
        """Read what `given_to_steps` wrote down."""
        columns = ["model", "dataset", "run"]
        tables = {
            kind: pd.DataFrame(settings[kind], columns=columns) for kind in ("members", "strangers")
        }
        return cls(settings["datasets"], **tables, evaluation=settings["evaluation"],
                   artifacts=artifacts)  # fmt: skip

    @property
    def base(self) -> Artifact:
        return self.artifacts[BASE]

    @property
    def folders(self) -> dict[str, Path]:
        """Where the base and the models were saved, by the names that points give them."""
        names = [BASE, *self.members.model, *self.strangers.model]
        return {name: self.artifacts[name].path for name in names}

    @property
    def context(self) -> int:
        """Tokens a row of training text."""
        return read_model(self.base.path).config.max_position_embeddings

    def read(self) -> Read:
        """Return what reads the weights of a model by its name."""
        return reader(self.folders)

    def training_text(self, dataset: str) -> TokenStream:
        return dataset_stream(self.datasets[dataset], *self._corpora, "train")

    def held_out(self, split: str) -> dict[str, EvaluationRows]:
        """Return the rows of each data set that points are measured on."""
        return held_out_rows(self.datasets, *self._corpora, split, **self.evaluation)

    def losses(
        self, points: Sequence[Point], on: Sequence[Sequence[str]], split: str
    ) -> list[dict[str, np.ndarray]]:
        """Return for each point its losses by document on each data set of its entry in `on`."""
        return losses(points, on, self.folders, self.held_out(split))

    @property
    def _corpora(self) -> tuple[Artifact, Artifact]:
        return self.artifacts["documents"], self.artifacts["tokens"]


def given_to_steps(
    models: pd.DataFrame,
    corpora: Mapping[str, Artifact],
    base: Artifact,
    evaluation: Mapping[str, int],
) -> tuple[dict[str, Any], dict[str, Artifact]]:
    """Return the setting `region` (JSON) and the inputs that every step on these models takes.

    models: as `plan.fine_tunes` returns them; the strangers are those of the control `other_base`.
    """
    kinds = {"members": "member", "strangers": "other_base"}
    groups = {kind: models[models.group == group] for kind, group in kinds.items()}
    settings: dict[str, Any] = {
        kind: [dict(model=m.model.name, dataset=m.dataset, run=m.seed) for m in chosen.itertuples()]
        for kind, chosen in groups.items()
    }
    own = groups["members"].dataset.unique()
    settings |= {"datasets": {d: DATASETS[d] for d in own}, "evaluation": dict(evaluation)}
    inputs = {m.name: m for chosen in groups.values() for m in chosen.model}
    inputs |= {BASE: base, **{key: corpora[key] for key in ("documents", "tokens")}}
    return settings, inputs
