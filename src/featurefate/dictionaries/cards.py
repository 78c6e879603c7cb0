"""The step that writes down every feature of a model's dictionaries: one row, one card."""

from dataclasses import asdict
from pathlib import Path

import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.describe import FeatureDescription, FeatureReader

SHOWN_BY_SECOND = ("stories", "lua")


def shown_seed(model: str, seeds: list[int]) -> int:
    """Return the seed of the dictionary whose features are shown for a model of the family.

    Parent and child are compared between dictionaries of unequal seeds. So the children show their
    second dictionary, base and merge their first: then every best partner has a card, too.
    """
    return seeds[1] if model in SHOWN_BY_SECOND else seeds[0]


def write_cards(
    folder: Path,
    *,
    model: Artifact,
    tokenizer: Artifact,
    dictionaries: Artifact,
    encoded: Artifact,
    scores: Artifact,
    stability: Artifact,
    seeds: list[int],
    contexts: int,
    tokens_each_side: int,
    promoted_tokens: int,
) -> None:
    """Step: describe all features of the dictionaries of `seeds`.

    encoded: what `encode` wrote of them; scores: `score_concepts`; stability: `stability`. Writes
    `cards.parquet`, a row a seed and feature:

    - seed, feature, firing_rate, documents, histogram_counts, histogram_edges;
    - contexts: structs of tokens, activations, peak, domain, document, strongest first; promoted,
      suppressed: structs of token, effect (see `FeatureDescription`);
    - concept, f1, auroc, p: the concept it detects best on test documents, and how well;
    - counted, stable, and r: structs of seed, r, one for each other dictionary.
    """
    opened = dict(model=model, tokenizer=tokenizer, dictionaries=dictionaries, encoded=encoded)
    sizes = dict(
        contexts=contexts, tokens_each_side=tokens_each_side, promoted_tokens=promoted_tokens
    )
    rows = []
    for seed in seeds:
        reader = FeatureReader.open(seed, **opened, **sizes)
        rows += [{"seed": seed, **_row(reader.read(number))} for number in range(len(reader))]
    cards = pd.DataFrame(rows)
    for table in (_concepts(scores), _stability(stability)):
        cards = cards.merge(table, on=["seed", "feature"], how="left", validate="one_to_one")
    cards.to_parquet(folder / "cards.parquet")


def _row(described: FeatureDescription) -> dict:
    row = asdict(described)
    for side in ("promoted", "suppressed"):
        row[side] = [{"token": token, "effect": effect} for token, effect in row[side]]
    return row


def _concepts(scores: Artifact) -> pd.DataFrame:
    table = pd.read_parquet(scores.file("units.parquet"))
    table = table[table["units"] == "features"].rename(columns={"unit": "feature"})
    return table[["seed", "feature", "concept", "f1", "auroc", "p"]]


def _stability(stability: Artifact) -> pd.DataFrame:
    features = pd.read_parquet(stability.file("features.parquet"))
    partners = pd.read_parquet(stability.file("partners.parquet"))
    found = pd.DataFrame(
        {
            "seed": partners["seed"],
            "feature": partners["feature"],
            "r": [
                {"seed": int(seed), "r": float(r)}
                for seed, r in zip(partners["partner_seed"], partners["r"], strict=True)
            ],
        }
    )
    found = found.groupby(["seed", "feature"], as_index=False)["r"].agg(list)
    return features[["seed", "feature", "counted", "stable"]].merge(found, on=["seed", "feature"])
