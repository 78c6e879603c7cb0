"""The step that asks every unit which concept it detects, and every concept who detects it best.

Pairs of unit and concept, with their thresholds, are chosen on validation documents; what is
reported is measured on test documents, so that choosing among thousands of units earns nothing.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from scipy import sparse

from featurefate.artifacts.store import Artifact
from featurefate.dictionaries.chance import circular_chance, f1_of
from featurefate.dictionaries.detection import Pairs, auroc, best_detectors, calls
from featurefate.dictionaries.encoding import (
    EvaluationTokens,
    activations_on,
    encode_activations,
    evaluation_text,
)
from featurefate.dictionaries.labelled_text import LabelledText, by_document, labelled_texts
from featurefate.dictionaries.training import load_dictionary
from featurefate.dictionaries.units import (
    Features,
    RandomFeatures,
    Tokens,
    TokenSets,
    Units,
    neurons,
    principal_directions,
)

NO_SEED = -1
KINDS = (
    "features",
    "random features",
    "neurons",
    "principal directions",
    "tokens",
    "token sets",
)


def score_concepts(
    folder: Path,
    *,
    model: Artifact,
    tokens: Artifact,
    concepts: Artifact,
    dictionaries: Artifact,
    seeds: list[int],
    units: list[str],
    context: int,
    evaluation_tokens: int,
    shifts: int,
    seed: int,
) -> None:
    """Step: score `units` (of KINDS) of a model against all concepts that occur often enough.

    "features": the dictionaries of `seeds`; "random features": as many of them, and as many active
    a token, as in the first of these, from `seed`; the others: see `units`. The text is
    `evaluation_tokens` tokens of each domain, of validation to choose on and of test to measure on.
    `shifts` of the labels, drawn from `seed`, give the p-values.
    Writes, with `units` and `seed` (-1 where there is none) in each row,

    - `units.parquet`: each unit with the concept it detects best (any, with F1 0, for a dead one);
    - `concepts.parquet`: each concept with the unit that detects it best. Both tables: unit,
      concept, threshold, f1_validation, f1, precision, recall, auroc, always (F1 of saying yes
      everywhere), chance (mean F1 of the same detector on shifted labels), p (corrected for the
      number of rows of the same units and seed: see `circular_chance`);
    - `documents.parquet`: hits, called and there of each concept's best unit in each test document.
    """
    texts = {
        s: evaluation_text(tokens, context, evaluation_tokens, s) for s in ("validation", "test")
    }
    labels = labelled_texts(tokens, concepts, texts, context, evaluation_tokens)
    activations = {split: activations_on(text, model) for split, text in texts.items()}
    tables: dict[str, list[pd.DataFrame]] = {"units": [], "concepts": [], "documents": []}
    for kind in units:
        for sae_seed, asked in _asked(kind, dictionaries, seeds, texts, activations, labels, seed):
            found = score_units(asked, texts, activations, labels, shifts, seed)
            for name, table in found.items():
                tables[name].append(table.assign(units=kind, seed=sae_seed))
    for name, parts in tables.items():
        pd.concat(parts, ignore_index=True).to_parquet(folder / f"{name}.parquet")


def score_units(
    units: Units,
    texts: dict[str, EvaluationTokens],
    activations: dict[str, torch.Tensor],
    labels: dict[str, LabelledText],
    shifts: int,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Return the three tables of `score_concepts` for one set of units.

    All dicts have the keys "validation" and "test"; activations are (tokens, d_mlp).
    """
    encoded = {s: units.encode(activations[s], text.token) for s, text in texts.items()}
    detectors = best_detectors(encoded["validation"], labels["validation"])
    tables = {}
    for name, pairs in (
        ("units", Pairs.of_units(detectors)),
        ("concepts", Pairs.of_concepts(detectors)),
    ):
        test, values = labels["test"], encoded["test"][:, pairs.unit]
        called, there = calls(values, pairs, test), test.carriers[pairs.concept]
        hits = called.multiply(test.carried[:, pairs.concept]).sum(axis=0)
        said = np.diff(called.indptr)
        chance, p = circular_chance(called, pairs.concept, test, shifts, seed)
        tables[name] = pd.DataFrame(
            {
                "unit": pairs.unit,
                "concept": np.array(test.names)[pairs.concept],
                "threshold": pairs.threshold,
                "f1_validation": detectors.f1[pairs.unit, pairs.concept],
                "f1": f1_of(hits, said, there),
                "precision": hits / np.maximum(said, 1),
                "recall": hits / there,
                "auroc": auroc(values, pairs.concept, test),
                "always": f1_of(there, test.tokens[pairs.concept], there),
                "chance": chance,
                "p": p,
            }
        )
    tables["documents"] = counts_by_document(called, test)
    return tables


def counts_by_document(called: sparse.csc_array, text: LabelledText) -> pd.DataFrame:
    """Return hits, called and there of each concept in each document where one of them is not 0.

    called: (tokens, concepts), True where a concept's detector says that it is there.
    """
    gather, carried = by_document(text.document), text.carried > 0
    parts = {"hits": called.multiply(carried), "called": called, "there": carried}
    counts = {name: (gather @ part).toarray().astype(int) for name, part in parts.items()}
    document, concept = np.nonzero(counts["called"] + counts["there"])
    columns = {name: part[document, concept] for name, part in counts.items()}
    return pd.DataFrame({"document": document, "concept": np.array(text.names)[concept], **columns})


def _asked(
    kind: str,
    dictionaries: Artifact,
    seeds: list[int],
    texts: dict[str, EvaluationTokens],
    activations: dict[str, torch.Tensor],
    labels: dict[str, LabelledText],
    seed: int,
) -> Iterator[tuple[int, Units]]:
    """The sets of units of one kind, with their SAE seeds; what is fitted is to validation text."""
    seen, token = activations["validation"], texts["validation"].token
    vocabulary = 1 + int(max(text.token.max() for text in texts.values()))
    match kind:
        case "features":
            for sae_seed in seeds:
                yield sae_seed, Features(load_dictionary(dictionaries, sae_seed))
        case "random features":
            values = encode_activations(load_dictionary(dictionaries, seeds[0]), seen)
            active = max(1, round(values.nnz / values.shape[0]))
            yield NO_SEED, RandomFeatures(values.shape[1], active, seen.mean(dim=0), seed)
        case "neurons":
            yield NO_SEED, neurons(seen)
        case "principal directions":
            yield NO_SEED, principal_directions(seen)
        case "tokens":
            yield NO_SEED, Tokens(vocabulary)
        case "token sets":
            yield NO_SEED, TokenSets(token, labels["validation"], vocabulary)
        case _:
            raise ValueError(f"no units are called {kind!r}; there are {', '.join(KINDS)}")
