"""The loss on the plane through the base and its two children.

A point of the plane is base + a·(first − base) + b·(second − base): the base at (0, 0), the
children at (1, 0) and (0, 1), the chord between them where a + b = 1.
"""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.merging.arithmetic import add, task_vector
from featurefate.merging.methods import Family
from featurefate.merging.scoring import held_out_rows, score_merges
from featurefate.merging.state import StateDict


def in_plane(family: Family, a: float, b: float) -> StateDict:
    """Return base + a·(first − base) + b·(second − base)."""
    moves = (task_vector(family.base, child) for child in (family.first, family.second))
    return add(family.base, *zip((a, b), moves, strict=True))


def surface(
    folder: Path,
    *,
    base: Artifact,
    first: Artifact,
    second: Artifact,
    tokens: Artifact,
    low: float,
    high: float,
    points: int,
    held_out: list[tuple[str, str, int]],
) -> None:
    """Step: score `points` × `points` models of the plane, a and b from `low` to `high`.

    held_out: (split, domain, tokens) to measure on. Writes `surface.parquet`: one row a point,
    split and domain, with the columns `a`, `b`, `split`, `domain`, `loss`, `accuracy`.
    """
    grid = list(product(np.linspace(low, high, points).round(6).tolist(), repeat=2))
    rows = held_out_rows(base, tokens, held_out)
    family = {"base": base, "first": first, "second": second}
    scored = score_merges(family, rows, [(in_plane, {"a": a, "b": b}) for a, b in grid])
    records = [
        dict(a=a, b=b, split=split, domain=domain, loss=scores.loss, accuracy=scores.accuracy)
        for (a, b), found in zip(grid, scored, strict=True)
        for (split, domain), scores in found.items()
    ]
    pd.DataFrame(records).to_parquet(folder / "surface.parquet")
