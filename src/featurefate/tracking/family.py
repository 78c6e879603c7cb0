"""All comparisons that the fates of a family need, side by side over the cores."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations, cycle, product

import numpy as np
import pandas as pd

from featurefate.artifacts.parallel import parallel_map
from featurefate.artifacts.store import Artifact
from featurefate.tracking.comparisons import SIDES, Chosen, Found, Readings, compare
from featurefate.tracking.nulls import Move, moves_by_chance, moves_within_tokens
from featurefate.tracking.readings import readings_of

EDGES = (("base", "stories"), ("base", "lua"), ("stories", "merge"), ("lua", "merge"))
OTHER_LINEAGE = {  # who stands in for a parent as a stranger
    "base": "base_other_seed",
    "stories": "stories_other_lineage",
    "lua": "lua_other_lineage",
}
UNTRAINED = "base_untrained"

Key = tuple[str, str, str]  # comparison, parent, child
Compared = Mapping[Key, list[Found]]


def keys_of_edge(parent: str, child: str) -> dict[str, Key]:
    """Return which comparison says what about an edge; ceilings are those of its two models."""
    return {
        "edge": ("edge", parent, child),
        "chance": ("chance", parent, child),
        "token": ("token", parent, child),
        "stranger": ("stranger", OTHER_LINEAGE[parent], child),
        "untrained": ("untrained", UNTRAINED, child),
    }


def key_of_ceiling(model: str) -> Key:
    """Return the comparison of a model's dictionaries with each other."""
    return ("ceiling", model, model)


def compare_all(
    inputs: Mapping[str, Artifact], draws: int, shifts: int, shuffles: int, seed: int
) -> Compared:
    """Make every comparison; arguments as in `track`."""
    keys = [key for edge in EDGES for key in keys_of_edge(*edge).values()]
    keys += [key_of_ceiling(model) for model in dict.fromkeys(sum(EDGES, ()))]
    keys = list(dict.fromkeys(keys))  # the merge has one untrained floor for its two edges
    settings = dict(draws=draws, shifts=shifts, shuffles=shuffles, seed=seed)
    calls = [
        dict(
            comparison=comparison,
            parent=inputs[parent],
            child=inputs[child],
            stable=[inputs.get(f"{model}_stable") for model in (parent, child)],
            **settings,
        )
        for comparison, parent, child in keys
    ]
    return dict(zip(keys, parallel_map(_compared, calls), strict=True))


def chosen_features(stable: Artifact | None) -> Chosen:
    """Return the features that `stability` found stable, by seed; none without an artifact."""
    if stable is None:
        return {}
    features = pd.read_parquet(stable.file("features.parquet")).sort_values("feature")
    return {int(seed): rows["stable"].to_numpy() for seed, rows in features.groupby("seed")}


def _compared(
    comparison: str,
    parent: Artifact,
    child: Artifact,
    stable: list[Artifact | None],
    draws: int,
    shifts: int,
    shuffles: int,
    seed: int,
) -> list[Found]:
    """One comparison of two models over all pairs of unequal seeds."""
    first, second = readings_of(parent), readings_of(child)
    chosen = dict(zip(SIDES, map(chosen_features, stable), strict=True))
    if comparison == "ceiling":
        pairs = list(combinations(first, 2))
    else:
        pairs = [(a, b) for a, b in product(first, second) if a != b]
    stream = next(iter(second.values()))
    if comparison == "chance":
        moves = moves_by_chance(stream.activations.domain, shifts, seed + 1)
    elif comparison == "token":
        moves = moves_within_tokens(shuffles, seed + 2)
    else:
        return compare(first, second, pairs, stream.blocks.draws(draws, seed), chosen)
    return _with_moved(first, second, pairs, moves, chosen)


def _with_moved(
    first: Readings,
    second: Readings,
    pairs: list[tuple[int, int]],
    moves: list[Move],
    chosen: Mapping[str, Chosen],
) -> list[Found]:
    """Compare with a child's stream that is moved, each time another pair of seeds.

    Pairs with the last seed come first: it tests the features that the others found stable.
    """
    pairs = sorted(pairs, key=lambda pair: max(second) not in pair)
    found = []
    for move, (a, b) in zip(moves, cycle(pairs), strict=False):
        moved = replace(second[b], activations=move(second[b].activations))
        no_draws = np.empty((0, len(moved.blocks.domain)))
        found += compare({a: first[a]}, {b: moved}, [(a, b)], no_draws, chosen)
    return found
