"""The way of a feature to the merge: in which two of its ancestors is it, too?

A feature of the merge may be in the base and in a child, in one of them, or in neither, which tells
whether it persisted, was lost and regained, was new in the child, or is new in the merge. But a
dictionary of another seed misses about half of a model's features although they are there, and a
way made of two such looks is soon made of misses. So beside each share stands what the same rule
gives where nothing changed: both ancestors replaced by the merge itself, read by dictionaries of
two other seeds.
"""

from dataclasses import dataclass
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.agreement import Matched, Rate
from featurefate.dictionaries.thresholds import PAPER_THRESHOLD
from featurefate.tracking.family import OTHER_LINEAGE
from featurefate.tracking.fates import NOT_RUN, RUN
from featurefate.tracking.lookups import Lookups

OWN = "merge"
Look = tuple[Matched, Matched]  # one dictionary's features, looked up in both models of a question


ANSWERS = ("in both", "in the first alone", "in the second alone", "in neither")


@dataclass(frozen=True)
class Question:
    """In which of two models are the features of the merge? Ways say what ANSWERS are called."""

    name: str
    models: tuple[str, str]
    ways: tuple[str, str, str, str]


BACK = ("persisted throughout", "lost, then regained", "new in the child", "new in the merge")
WHICH = ("both", "stories alone", "lua alone", "neither")
QUESTIONS = (
    Question("base and stories", ("base", "stories"), BACK),
    Question("base and lua", ("base", "lua"), BACK),
    Question("stories and lua", ("stories", "lua"), WHICH),
)


def follow_paths(
    folder: Path, *, own_seeds: list[int], draws: int, seed: int, **encoded: Artifact
) -> None:
    """Step: the ways of the features of the merge, with their ceiling and stranger.

    encoded: what `encode` wrote for base, stories, lua, merge (three seeds each or more) and for
    the models of OTHER_LINEAGE; `own_seeds`: of the merge's dictionaries whose features are asked
    about. A share is the mean over the orders in which the seeds take their parts. `draws` of the
    bootstrap over documents, from `seed`. Writes

    - `paths.parquet`, a row a question and way, in the order of ANSWERS: question, way, value, low,
      high; ceiling, stranger and beyond_ceiling (value − ceiling, resampled together), each with
      _low and _high; stranger_status; orders; features (counted, mean over orders);
    - `ways.parquet`, a row a question, order and feature: question, order, seed, feature, counted,
      least_r (in the models where it is; infinite: in none), way.

    Raises ValueError where there are fewer than three seeds.
    """
    lookups = Lookups(encoded, draws, seed)
    orders = [seeds for seeds in permutations(lookups.models[OWN], 3) if seeds[0] in own_seeds]
    if not orders:
        raise ValueError(
            f"a path needs dictionaries of three seeds, those of {own_seeds} among them; {OWN} has "
            f"{list(lookups.models[OWN])}"
        )
    shares, ways = [], []
    for question in QUESTIONS:
        looks = {
            "edge": [_look(lookups, question.models, seeds) for seeds in orders],
            "ceiling": [_look(lookups, (OWN, OWN), seeds) for seeds in orders],
            "stranger": _stranger_looks(lookups, question, own_seeds),
        }
        shares += _share_rows(question, looks)
        ways += [_way_rows(question, number, look) for number, look in enumerate(looks["edge"])]
    pd.DataFrame(shares).to_parquet(folder / "paths.parquet")
    pd.concat(ways, ignore_index=True).to_parquet(folder / "ways.parquet")


def way_rates(looks: list[Look], ways: tuple[str, ...]) -> dict[str, Rate]:
    """Return the share of each way among counted features, by name; together they are 1.

    looks: the same features looked up in two models; a share is the mean over them. The draws are
    moved to have the values as their means.
    """
    values, draws = [], []
    for look in looks:
        counted = look[0].best.counted
        answer = _answer(*(matched.best.r[counted] for matched in look))
        drawn = _answer(*(matched.resampled[:, counted] for matched in look))
        values.append([(answer == number).mean() for number in range(len(ways))])
        draws.append([(drawn == number).mean(axis=1) for number in range(len(ways))])
    return {
        way: Rate(float(value), drawn - drawn.mean() + value)
        for way, value, drawn in zip(
            ways, np.mean(values, axis=0), np.mean(draws, axis=0), strict=True
        )
    }


def _answer(r: np.ndarray, other_r: np.ndarray) -> np.ndarray:
    """Which of ANSWERS it is."""
    return 2 * (r < PAPER_THRESHOLD) + (other_r < PAPER_THRESHOLD)


def _look(lookups: Lookups, models: tuple[str, str], seeds: tuple[int, ...]) -> Look:
    own, *others = seeds
    return tuple(lookups.look(OWN, own, m, s) for m, s in zip(models, others, strict=True))


def _stranger_looks(lookups: Lookups, question: Question, own_seeds: list[int]) -> list[Look]:
    """Looks into the other lineage, all of whose dictionaries may have one seed."""
    models = tuple(OTHER_LINEAGE[model] for model in question.models)
    found = product(own_seeds, *(lookups.models[model] for model in models))
    return [_look(lookups, models, seeds) for seeds in found if seeds[0] not in seeds[1:]]


def _share_rows(question: Question, looks: dict[str, list[Look]]) -> list[dict]:
    rates = {name: way_rates(found, question.ways) for name, found in looks.items() if found}
    orders = looks["edge"]
    counted = np.mean([look[0].best.counted.sum() for look in orders])
    rows = []
    for way, rate in rates["edge"].items():
        ceiling, stranger = rates["ceiling"][way], rates.get("stranger", {}).get(way)
        low, high = rate.interval
        row = {"question": question.name, "way": way, "value": rate.value, "low": low, "high": high}
        row |= _columns("ceiling", ceiling) | _columns("stranger", stranger)
        row |= _columns("beyond_ceiling", rate - ceiling)
        row |= {"stranger_status": RUN if stranger else NOT_RUN}
        rows.append(row | {"orders": len(orders), "features": float(counted)})
    return rows


def _columns(name: str, rate: Rate | None) -> dict:
    """A rate as three columns; NaN where there is none."""
    low, high = rate.interval if rate else (np.nan, np.nan)
    return {name: rate.value if rate else np.nan, f"{name}_low": low, f"{name}_high": high}


def _way_rows(question: Question, order: int, look: Look) -> pd.DataFrame:
    r = np.array([matched.best.r for matched in look])
    there = r >= PAPER_THRESHOLD
    return pd.DataFrame(
        {
            "question": question.name,
            "order": order,
            "seed": look[0].seed,
            "feature": np.arange(r.shape[1]),
            "counted": look[0].best.counted,
            "least_r": np.where(there, r, np.inf).min(axis=0),
            "way": np.array(question.ways)[_answer(*r)],
        }
    )
