"""Dictionary against neurons, directions and tokens: how many concepts does each have a unit for?

All were read on the same documents, so they are resampled together and differences are paired.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.chance import f1_of
from featurefate.dictionaries.concept_scores import NO_SEED
from featurefate.language_model.bootstrap import TAILS, resampled_sums

COVERED = (0.5, 0.7)  # F1 from which on a concept counts as covered
SURE = 0.05  # corrected p from which on a concept counts as above chance


@dataclass(frozen=True)
class ConceptScores:
    """What one set of units scored: rows of two tables of `score_concepts`.

    concepts: a row a concept; documents: hits, called and there by concept and document.
    """

    concepts: pd.DataFrame
    documents: pd.DataFrame

    @classmethod
    def read(cls, scores: Artifact, units: str, seed: int = NO_SEED) -> "ConceptScores":
        """Read one set of units from what `score_concepts` wrote.

        Raises KeyError that lists the sets there are.
        """
        tables = [pd.read_parquet(scores.file(f"{n}.parquet")) for n in ("concepts", "documents")]
        found = [t[(t["units"] == units) & (t["seed"] == seed)] for t in tables]
        if not len(found[0]):
            there = tables[0][["units", "seed"]].drop_duplicates().itertuples(index=False)
            listed = ", ".join(f"{kind} ({number})" for kind, number in there)
            raise KeyError(f"{scores.name} has no {units} of seed {seed}; it has {listed}")
        return cls(*(table.reset_index(drop=True) for table in found))


def compare_units(
    scores: Mapping[str, ConceptScores], reference: str, seed: int = 0
) -> pd.DataFrame:
    """Return how well each set of units covers the concepts, and how far behind `reference` it is.

    scores: by name, all of the same concepts and documents. One row a name and measure: `units`,
    `measure` ("mean F1" of the best unit of each concept; the number of concepts with one at
    "F1 ≥ 0.5", "F1 ≥ 0.7"), `value`, `low`, `high` (95 %, over documents), `ahead` (the reference
    less this), `ahead_low`, `ahead_high` (paired); and "above chance", the number of concepts whose
    unit beats chance at a corrected 5 %, without an interval.
    """
    names = {tuple(s.concepts["concept"]) for s in scores.values()}
    if len(names) > 1:
        raise ValueError("the units were not scored on the same concepts: use the same text")
    concepts = list(names.pop())
    documents = 1 + max(int(s.documents["document"].max()) for s in scores.values())
    drawn = {name: _measures(s.documents, concepts, documents, seed) for name, s in scores.items()}
    rows = []
    for name, measures in drawn.items():
        for measure, values in measures.items():
            ahead = drawn[reference][measure] - values
            rows.append(
                {"units": name, "measure": measure}
                | _interval(values, ("value", "low", "high"))
                | _interval(ahead, ("ahead", "ahead_low", "ahead_high"))
            )
        sure = int((scores[name].concepts["p"] <= SURE).sum())
        rows.append({"units": name, "measure": "above chance", "value": sure})
    return pd.DataFrame(rows)


def _measures(
    table: pd.DataFrame, concepts: list[str], documents: int, seed: int
) -> dict[str, np.ndarray]:
    """Measure → its value on the documents as they are, then on bootstrap samples, (1 + draws,)."""
    counts = np.zeros((documents, 3, len(concepts)))
    column = pd.Index(concepts).get_indexer(table["concept"])
    counts[table["document"], :, column] = table[["hits", "called", "there"]]
    drawn = resampled_sums(counts.reshape(documents, -1), seed).reshape(-1, *counts.shape[1:])
    f1 = f1_of(*np.moveaxis(np.concatenate([counts.sum(axis=0)[None], drawn]), 1, 0))
    covered = {f"F1 ≥ {least}": (f1 >= least).sum(axis=1) for least in COVERED}
    return {"mean F1": f1.mean(axis=1), **covered}


def _interval(values: np.ndarray, names: tuple[str, str, str]) -> dict[str, float]:
    return dict(zip(names, (values[0], *np.quantile(values[1:], TAILS)), strict=True))
