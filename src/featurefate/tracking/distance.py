"""Do features survive between models that lie close, and does it matter in which direction?

Two questions, both put to one dictionary that reads everything. From a parent out along the way to
its child, and as far in a random direction: how much survives? And of many models of one
lineage, each with each: how far do their features agree?
"""

import copy
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from transformers import MistralForCausalLM

from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.thresholds import PAPER_THRESHOLD
from featurefate.language_model.architecture import load_model
from featurefate.language_model.movement import moved_at_random
from featurefate.tracking.looked_up import with_itself
from featurefate.tracking.survival import Reader, write_survival

OWN, RANDOM = "towards the child", "in a random direction"


def survival_by_distance(
    folder: Path,
    *,
    home: Artifact,
    dictionaries: Artifact,
    tokens: Artifact,
    child: Artifact,
    lengths: list[float],
    move_seed: int,
    seed: int,
    reading: dict[str, Any],
    draws: int,
    draws_seed: int,
) -> None:
    """Step: read home + s·move for each s of `lengths`, along two moves.

    The moves: the child's weights less those of `home`, and a random one, from `move_seed`, that is
    as long in each part of the model. Writes what `tracking.survival.survival` does, with `model`
    "towards the child 0.5", "in a random direction 0.5" for s = 0.5. The other settings as there.
    """
    reader = Reader(home, dictionaries, seed, tokens, reading)
    goal = load_model(child)
    goals = {OWN: goal, RANDOM: moved_at_random(reader.home, (reader.home, goal), move_seed)}
    points = _points(reader.home, goals, lengths)
    write_survival(folder, reader, "model", points, draws, draws_seed)


def kinship(
    folder: Path,
    *,
    home: Artifact,
    dictionaries: Artifact,
    tokens: Artifact,
    seed: int,
    reading: dict[str, Any],
    **models: Artifact,
) -> None:
    """Step: read `models`, all of the home's lineage, and compare each with each.

    Writes `pairs.parquet`: first, second (names of models), agreement (share at r ≥ .8 of the
    features that count in one of the two, each feature correlated with itself), features (how many
    these are). Raises ValueError for a single model.
    """
    if len(models) < 2:
        raise ValueError(f"{', '.join(models) or 'no model'}: two models at least are compared")
    reader = Reader(home, dictionaries, seed, tokens, reading)
    counted, summed = {}, {}
    for name, model in models.items():
        values = reader.read(load_model(model))
        counted[name], summed[name] = reader.counted(values), reader.summed(values)
    rows = []
    for first, second in combinations(models, 2):
        r = with_itself(summed[first], summed[second])[0]
        judged = counted[first] | counted[second]
        agreement = float((r[judged] >= PAPER_THRESHOLD).mean())
        rows.append((first, second, agreement, int(judged.sum())))
    table = pd.DataFrame(rows, columns=["first", "second", "agreement", "features"])
    table.to_parquet(folder / "pairs.parquet")


@torch.no_grad()
def _points(
    home: MistralForCausalLM, goals: dict[str, MistralForCausalLM], lengths: list[float]
) -> Iterator[tuple[str, MistralForCausalLM]]:
    """The models home + s · (goal − home), one at a time."""
    for name, goal in goals.items():
        for s in lengths:
            point = copy.deepcopy(home)
            for own, there in zip(point.parameters(), goal.parameters(), strict=True):
                own.lerp_(there, s)
            yield f"{name} {s:g}", point
