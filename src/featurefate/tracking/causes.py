"""Do matched features do the same? What they fire on is one question, what they cause another.

Each feature of a parent's dictionary is matched with its best partner in a child's, by activation
alone. Then both are taken out where they fire, and put in elsewhere, each in its own model, and
their effects on the logits are compared. Against each partner stands a random feature of the child
that fires about as often.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch.nn.functional import cosine_similarity

from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.encoding import EvaluationTokens, SparseActivations
from featurefate.dictionaries.partners import counted_features
from featurefate.dictionaries.training import load_dictionary
from featurefate.language_model.architecture import load_model
from featurefate.tracking.effects import FeatureEffects, common_tokens
from featurefate.tracking.short_rows import short_evaluation_text

PARTNER, RANDOM = "partner", "random"
NEAR_IN_RATE = 20  # a random feature is one of these that fire most nearly as often
PROMOTED = 10  # tokens: those that a feature raises most
PAIRS_AT_A_TIME = 1_024  # bounds the (pairs, vocabulary) arrays in memory


def causes(
    folder: Path,
    *,
    parent: Artifact,
    child: Artifact,
    parent_dictionaries: Artifact,
    child_dictionaries: Artifact,
    tokens: Artifact,
    parent_seed: int,
    child_seed: int,
    same_feature: bool,
    reading: dict[str, Any],
    tokens_each: int,
    seed: int,
) -> None:
    """Step: compare the effects of the parent's features with those of their partners in the child.

    parent_seed, child_seed: which of the dictionaries; `same_feature`: the child is read by the
    parent's dictionary and each feature's partner is itself. reading: `context` and
    `evaluation_tokens` (of each domain); the tokens that a feature promotes are chosen on
    validation, all else is measured on test text. `tokens_each` tokens for each effect, drawn from
    `seed`, as random features are. Writes `pairs.parquet`, a row a counted feature of the parent
    and `kind` of its counterpart ("partner", "random"):

    feature, partner, kind, r (of activations), out, in (cosine of the two effects on the logits of
    the common tokens, taken out and put in), promoted, promoted_by_partner (what the feature, and
    its counterpart, give where they fire to the mean logit of the 10 tokens that the feature
    promotes), promotes (their ids).
    """
    if same_feature and (parent_dictionaries.identity, parent_seed) != (
        child_dictionaries.identity,
        child_seed,
    ):
        raise ValueError("a feature is its own partner only in one and the same dictionary")
    texts = {s: short_evaluation_text(tokens, **reading, split=s) for s in ("validation", "test")}
    own = load_model(parent), load_dictionary(parent_dictionaries, parent_seed)
    there = load_model(child), load_dictionary(child_dictionaries, child_seed)
    choosing = FeatureEffects(*own, texts["validation"])
    first, second = (FeatureEffects(*each, texts["test"]) for each in (own, there))
    pairs = matched(first, second, texts["test"], same_feature, seed)
    vocabulary = common_tokens(texts["test"])
    drawn = {"tokens": tokens_each, "seed": seed}
    compared = compare_effects(pairs, first, second, choosing, vocabulary, **drawn)
    compared.to_parquet(folder / "pairs.parquet")


def matched(
    first: FeatureEffects,
    second: FeatureEffects,
    text: EvaluationTokens,
    same_feature: bool,
    seed: int,
) -> pd.DataFrame:
    """Return feature, partner, kind, r: for each counted feature its partner and a random one.

    first, second: of the parent and the child on `text`; `seed`: of the random ones.
    """
    one, other = (
        SparseActivations(each.values.tocsr(), text.document, text.domain, text.token)
        for each in (first, second)
    )
    r = correlation(one.values, other.values)
    features = np.flatnonzero(counted_features(one))
    partner = features if same_feature else r[features].argmax(axis=1)
    firings = np.diff(second.values.indptr)
    kinds = {PARTNER: partner, RANDOM: as_frequent(firings, partner, seed)}
    table = [
        pd.DataFrame({"feature": features, "partner": found, "kind": kind, "r": r[features, found]})
        for kind, found in kinds.items()
    ]
    return pd.concat(table, ignore_index=True)


def as_frequent(firings: np.ndarray, of: np.ndarray, seed: int) -> np.ndarray:
    """Return for each of some features another one that fires about as often, int (of,).

    firings: of every feature of a dictionary, (features,); of: features of it. One of the 20 whose
    firings are nearest, drawn from `seed`; never one that is silent.
    """
    alive, generator = np.flatnonzero(firings), np.random.default_rng(seed)
    drawn = []
    for feature in of:
        others = alive[alive != feature]
        nearest = np.argsort(abs(firings[others] - firings[feature]), kind="stable")
        drawn.append(generator.choice(others[nearest[:NEAR_IN_RATE]]))
    return np.array(drawn, dtype=int)


def compare_effects(
    pairs: pd.DataFrame,
    first: FeatureEffects,
    second: FeatureEffects,
    choosing: FeatureEffects,
    vocabulary: np.ndarray,
    tokens: int,
    seed: int,
) -> pd.DataFrame:
    """Return pairs (feature, partner, …) with how far their effects agree; columns as in `causes`.

    choosing: the parent on other text, which says what tokens of `vocabulary` a feature promotes.
    Effects are measured on `tokens` tokens, drawn from `seed`.
    """
    features, row = np.unique(pairs.feature, return_inverse=True)
    partners, other_row = np.unique(pairs.partner, return_inverse=True)
    own, theirs, chosen_by = (
        each.taken_out(which, tokens, seed)
        for each, which in ((first, features), (second, partners), (choosing, features))
    )
    own_in, theirs_in = first.put_in(features, tokens, seed), second.put_in(partners, tokens, seed)
    parts = []
    for start in range(0, len(pairs), PAIRS_AT_A_TIME):
        part = slice(start, start + PAIRS_AT_A_TIME)
        a, b = torch.as_tensor(row[part]), torch.as_tensor(other_row[part])
        gives, given = first.on_tokens(own[a], vocabulary), second.on_tokens(theirs[b], vocabulary)
        does, done = (
            first.on_tokens(own_in[a], vocabulary),
            second.on_tokens(theirs_in[b], vocabulary),
        )
        raised = choosing.on_tokens(chosen_by[a], vocabulary)
        promoted = raised.topk(min(PROMOTED, len(vocabulary)), dim=1).indices
        measured = {
            "out": cosine_similarity(gives, given, dim=1).numpy(),
            "in": cosine_similarity(does, done, dim=1).numpy(),
            "promoted": gives.gather(1, promoted).mean(dim=1).numpy(),
            "promoted_by_partner": given.gather(1, promoted).mean(dim=1).numpy(),
            "promotes": list(vocabulary[promoted.numpy()]),
        }
        parts.append(pairs[part].assign(**measured))
    return pd.concat(parts, ignore_index=True)
