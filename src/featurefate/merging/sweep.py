"""Walking from one child to the other: every point evaluated, and one model saved."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.language_model.architecture import load_model, save_model
from featurefate.language_model.evaluation import Scores
from featurefate.merging.methods import METHODS, Family, check_method, merge_by
from featurefate.merging.scoring import held_out_rows, score_merges

SUMMARY, DOCUMENTS = "sweep.parquet", "documents.parquet"
POINT = ["method", "t", "split", "domain"]


def sweep(
    folder: Path,
    *,
    first: Artifact,
    second: Artifact,
    tokens: Artifact,
    points: Mapping[str, int],
    settings: Mapping[str, Mapping[str, Any]],
    held_out: list[tuple[str, str, int]],
    base: Artifact | None = None,
    first_grams: Artifact | None = None,
    second_grams: Artifact | None = None,
) -> None:
    """Step: score merges of two models at values of t from 0 to 1.

    points: how many values of t, by method (see `values_of_t`). settings: what a method takes
    beyond models and t, by method. held_out: (split, domain, tokens) to measure on. Writes
    `sweep.parquet`, one row a method, t, split and domain, with the columns of `Scores.summary`;
    and `documents.parquet`, the sums of which it was made (see `load_scores`). Raises ValueError
    for methods, settings or numbers of points that cannot be, before anything is scored.
    """
    if idle := sorted(settings.keys() - points.keys()):
        raise ValueError(f"settings for {', '.join(idle)}, but no points to measure")
    for method in points:
        check_method(method, settings.get(method, {}))
    family = dict(first=first, second=second, base=base)
    family |= dict(first_grams=first_grams, second_grams=second_grams)
    asked = {
        (method, t): _measured_as(method, t)
        for method, count in points.items()
        for t in values_of_t(count)
    }
    merges = list(dict.fromkeys(asked.values()))
    rows = held_out_rows(first, tokens, held_out)
    arguments = ({"name": m, "t": t, **settings.get(m, {})} for m, t in merges)
    scored = score_merges(family, rows, [(merge_by, given) for given in arguments])
    found = dict(zip(merges, scored, strict=True))
    summaries, documents = [], []
    for (method, t), measured in asked.items():
        for (split, domain), scores in found[measured].items():
            where = dict(zip(POINT, (method, t, split, domain), strict=True))
            summaries.append({**where, **scores.summary()})
            sums = dict(tokens=scores.tokens, nats=scores.nats, correct=scores.correct)
            documents.append(pd.DataFrame(sums).assign(**where))
    pd.DataFrame(summaries).to_parquet(folder / SUMMARY)
    pd.concat(documents, ignore_index=True).to_parquet(folder / DOCUMENTS)


def values_of_t(count: int) -> list[float]:
    """Return `count` values of t at equal distances from 0 to 1; one value is the middle, 0.5.

    Raises ValueError for an even count: the middle, where all methods are compared, must be there.
    """
    if count < 1 or count % 2 == 0:
        raise ValueError(f"an odd number of points is needed, so that t = 0.5 is one; not {count}")
    return [0.5] if count == 1 else np.linspace(0, 1, count).round(6).tolist()


def load_scores(walked: Artifact) -> dict[tuple[str, float, str, str], Scores]:
    """Return the scores by document of a `sweep`, by method, t, split and domain."""
    frame = pd.read_parquet(walked.file(DOCUMENTS))
    return {
        where: Scores(*(part[column].to_numpy() for column in ("tokens", "nats", "correct")))
        for where, part in frame.groupby(POINT, sort=False)
    }


def merge(
    folder: Path, *, first: Artifact, second: Artifact, tokenizer: Artifact, method: str, t: float
) -> None:
    """Step: write the model `merge(first, second, t)`."""
    model = load_model(first)
    family = Family(model.state_dict(), load_model(second).state_dict())
    model.load_state_dict(merge_by(family, method, t))
    save_model(model, tokenizer, folder)


def _measured_as(method: str, t: float) -> tuple[str, float]:
    """The ends that are the children themselves are one model, whatever the method."""
    shared = METHODS[method].exact and t in (0, 1)
    return ("linear" if shared else method, t)
