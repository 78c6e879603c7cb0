"""Does the answer hang on the rule? One edge's rates of persisting by four rules, side by side.

Three rules read position-wise correlations (`rules`); the fourth is that of the paper's code, the
best r over token strings (`string_correlation`). Each stands beside its own ceiling and floors:
what the same rule finds where nothing has changed, and where nothing was inherited.
"""

from collections.abc import Sequence
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from featurefate.artifacts.parallel import parallel_map
from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.encoding import encoded_seeds, load_encoded
from featurefate.dictionaries.partners import Best, best_of_rows
from featurefate.dictionaries.thresholds import PAPER_THRESHOLD
from featurefate.tracking.candidate_pairs import Pairs, r_in_draws, sums_of_products
from featurefate.tracking.comparisons import SIDES, Found, Readings, shares_on_grid
from featurefate.tracking.fates import Evidence, fate_rows
from featurefate.tracking.nulls import Move, moves_by_chance, moves_within_tokens
from featurefate.tracking.readings import Reading, groups_of_blocks, reading_of
from featurefate.tracking.rules import RULES, partner_r, partners
from featurefate.tracking.string_correlation import string_correlation

PER_STRING = "per string"
ALL_RULES = (*RULES, PER_STRING)
VIEW, SELECTION = "all", "counted"  # all tokens, all features that fire often enough
RESAMPLED = ("ceiling", "stranger", "untrained", "lineage_effect", "corrected")

Seeds = list[tuple[int, int]]
Moves = Sequence[Move | None]
Calls = list[dict[str, Any]]
ByRule = list[dict[str, tuple[Found, Found]]]  # for each pair of seeds, or for each floor's stream


def compare_rules(
    folder: Path,
    *,
    parent: Artifact,
    child: Artifact,
    stranger: Artifact | None = None,
    untrained: Artifact | None = None,
    pairs: int,
    draws: int,
    shifts: int,
    shuffles: int,
    seed: int,
) -> None:
    """Step: the rates of persisting at the paper's r ≥ .8, by each rule. Inputs: see `encode`.

    stranger: a model of the parent's kind and another lineage; untrained: one that was not trained;
    pairs: how many pairs of unequal SAE seeds a comparison takes at most (a rate is their mean);
    `draws`, `shifts`, `shuffles`, `seed`: as in `track`. Writes `rules.parquet`, a row a rule
    ("maximum", "mutual", "one-to-one", "per string") and denominator ("parent", "child"): rule,
    interval ("documents", or "not computed" for "per string", which would have to average anew in
    each draw; low, high and the like are then missing), and the columns of `track`'s
    `rates.parquet` from `denominator` on. Raises ValueError where no two seeds are unequal.
    """

    def calls(first: Artifact, second: Artifact, seeds: Seeds, moves: Moves = (None,)) -> Calls:
        """Pairs of dictionaries, each with the second model's stream moved in every way."""
        given = dict(first=first, second=second, draws=draws, seed=seed)
        return [given | {"seeds": pair, "move": move} for pair in seeds for move in moves]

    def with_child(other: Artifact | None) -> Calls:
        return calls(other, child, _unequal(other, child)[:pairs]) if other else []

    def with_itself(model: Artifact) -> Calls:
        return calls(model, model, list(combinations(encoded_seeds(model), 2))[:pairs])

    unequal = _unequal(parent, child)
    domain = load_encoded(child, unequal[0][1]).domain  # the same for all: they read one text
    chance = moves_by_chance(domain, shifts, seed + 1)
    token = moves_within_tokens(shuffles, seed + 2)
    asked = {
        "edge": with_child(parent),
        "stranger": with_child(stranger),
        "untrained": with_child(untrained),
        "chance": calls(parent, child, unequal[:1], chance),
        "token": calls(parent, child, unequal[:1], token),
        "ceiling of parent": with_itself(parent),
        "ceiling of child": with_itself(child),
    }
    found = iter(parallel_map(_matched, [call for of_name in asked.values() for call in of_name]))
    compared = {name: [next(found) for _ in of_name] for name, of_name in asked.items()}
    ceilings = {side: compared.pop(f"ceiling of {side}") for side in SIDES}
    rows = [row for rule in ALL_RULES for row in _rows(rule, compared, ceilings)]
    pd.DataFrame(rows).to_parquet(folder / "rules.parquet")


def match_by_rules(
    first: Readings,
    second: Readings,
    seeds: tuple[int, int],
    times: np.ndarray,
    rules: Sequence[str] = ALL_RULES,
) -> dict[str, tuple[Found, Found]]:
    """Look the features of two dictionaries up in each other, by each of the rules.

    seeds: of the two; times: (draws, blocks). r is −1 where a rule gives no partner. What
    "per string" finds is not resampled: all its draws are the text itself.
    """
    one, other = first[seeds[0]], second[seeds[1]]
    values = one.activations.values, other.activations.values
    r = correlation(*values)
    candidates = Pairs.strongest(r)
    r = r[candidates.here, candidates.there]
    drawn = _in_draws(candidates, one, other, times)
    counted = one.counted[VIEW], other.counted[VIEW]
    matched = {}
    for name in rules:
        if name == PER_STRING:
            over_strings = string_correlation(*values, one.activations.token)
            both_ways = zip((over_strings, over_strings.T), counted, strict=True)
            best = [best_of_rows(*of_side) for of_side in both_ways]
            in_draws = [np.repeat(side.r[None], len(times), axis=0) for side in best]
        else:
            rule = RULES[name]
            known = partner_r(rule, candidates, r), partners(rule, candidates, r), counted
            best = [Best(*of_side) for of_side in zip(*known, strict=True)]
            in_draws = partner_r(rule, candidates, drawn)
        matched[name] = _both_sides(seeds, best, in_draws)
    return matched


def _in_draws(pairs: Pairs, one: Reading, other: Reading, times: np.ndarray) -> np.ndarray:
    """r of the pairs in every draw, float32 (draws, pairs)."""
    products = sums_of_products(one.whole, other.whole, pairs, one.blocks)
    groups = groups_of_blocks(VIEW, one.blocks)
    return r_in_draws(pairs, products, one.sums, other.sums, times, groups)


def _both_sides(
    seeds: tuple[int, int], best: Sequence[Best], drawn: Sequence[np.ndarray]
) -> tuple[Found, Found]:
    return tuple(
        Found(VIEW, SELECTION, side, *own_and_partner, b, shares_on_grid(in_draws[:, b.counted]))
        for side, own_and_partner, b, in_draws in zip(
            SIDES, (seeds, seeds[::-1]), best, drawn, strict=True
        )
    )


def _unequal(first: Artifact, second: Artifact) -> Seeds:
    seeds, others = encoded_seeds(first), encoded_seeds(second)
    pairs = [(a, b) for a, b in product(seeds, others) if a != b]
    if not pairs:
        raise ValueError(f"SAE seeds {seeds} and {others}: no pair of unequal seeds to compare")
    return pairs


def _matched(
    first: Artifact,
    second: Artifact,
    seeds: tuple[int, int],
    move: Move | None,
    draws: int,
    seed: int,
) -> dict[str, tuple[Found, Found]]:
    """`match_by_rules` on two models' dictionaries; nothing is drawn where the stream is moved."""
    one, other = reading_of(first, seeds[0]), reading_of(second, seeds[1])
    times = other.blocks.draws(0 if move else draws, seed)
    if move:
        other = Reading.of(move(other.activations))
    return match_by_rules({seeds[0]: one}, {seeds[1]: other}, seeds, times)


def _rows(rule: str, compared: dict[str, ByRule], ceilings: dict[str, ByRule]) -> list[dict]:
    """The rows of one rule: persisting, of the child's features and of the parent's."""
    found = {
        name: {side: [both[rule][at] for both in of_name] for at, side in enumerate(SIDES)}
        for name, of_name in compared.items()
    }
    found["ceiling"] = {
        side: [each for both in of_side for each in both[rule]]
        for side, of_side in ceilings.items()
    }
    rows = fate_rows(Evidence("parent", "child", found), PAPER_THRESHOLD, "paper")
    return [_labelled(rule, row) for row in rows if row["fate"] == "persisted"]


def _labelled(rule: str, row: dict) -> dict:
    row = {name: known for name, known in row.items() if name not in ("edge", "parent", "child")}
    if rule in RULES:
        return {"rule": rule, "interval": "documents", **row}
    bounds = [f"{name}_{end}" for name in RESAMPLED for end in ("low", "high")] + ["low", "high"]
    missing = {name: np.nan for name in bounds if name in row}
    return {"rule": rule, "interval": "not computed", **row, **missing}
