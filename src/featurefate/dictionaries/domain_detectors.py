"""The feature that detects a concept best in one domain: found by rule, not by eye.

Horn & Elliott (arXiv 2410.12391) looked through features and found one for assignment in all their
models, and one for exceptions of Python that has no match in Lua. Here the feature is the one with
the best F1 on the validation text of a domain; its F1 on test text is what is reported.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from featurefate.artifacts.store import Artifact
from featurefate.corpora.domains import DOMAINS
from featurefate.dictionaries.chance import f1_of
from featurefate.dictionaries.detection import Pairs, best_detectors, calls
from featurefate.dictionaries.encoding import (
    EvaluationTokens,
    encode_activations,
    evaluation_text,
    load_encoded,
)
from featurefate.dictionaries.labelled_text import LabelledText, by_document, labelled_texts
from featurefate.dictionaries.training import load_dictionary
from featurefate.language_model.activations import mlp_activations
from featurefate.language_model.architecture import load_model
from featurefate.language_model.bootstrap import TAILS, resampled_sums


def domain_detectors(
    folder: Path,
    *,
    model: Artifact,
    dictionaries: Artifact,
    encoded: Artifact,
    tokens: Artifact,
    concepts: Artifact,
    seeds: list[int],
    domain: str,
    elsewhere: list[str],
    context: int,
    evaluation_tokens: int,
    seed: int,
) -> None:
    """Step: for each concept that `domain` has, the feature of each dictionary that detects it best
    there.

    encoded: what `encode` wrote, on the test text of the same `context` and `evaluation_tokens`.
    Writes `detectors.parquet`: seed (of the dictionary), concept, unit, threshold, f1_validation,
    f1 (test) with low and high (95 % over test documents, drawn from `seed`), and the same of that
    feature at that threshold in each domain of `elsewhere`: in_<domain>, with _low and _high.
    """
    texts = {
        split: evaluation_text(tokens, context, evaluation_tokens, split)
        for split in ("validation", "test")
    }
    labels = labelled_texts(tokens, concepts, texts, context, evaluation_tokens)
    seen = part_of(labels["validation"], domain)
    activations = _activations(load_model(model), texts["validation"], domain)
    tests = {name: part_of(labels["test"], name) for name in (domain, *elsewhere)}
    rows = []
    for sae_seed in seeds:
        values = encode_activations(load_dictionary(dictionaries, sae_seed), activations)
        best = best_detectors(values.tocsc(), seen)
        pairs = Pairs.of_concepts(best)
        found = {
            "seed": sae_seed,
            "concept": seen.names,
            "unit": pairs.unit,
            "threshold": pairs.threshold,
            "f1_validation": best.f1[pairs.unit, pairs.concept],
        }
        stream = load_encoded(encoded, sae_seed).values
        for name, test in tests.items():
            here = labels["test"].domain == DOMAINS.index(name)
            columns = (f"in_{name}", f"in_{name}_low", f"in_{name}_high")
            columns = ("f1", "low", "high") if name == domain else columns
            measured = _f1_on(stream[here][:, pairs.unit].tocsc(), pairs, test, seed)
            found |= dict(zip(columns, measured, strict=True))
        rows.append(pd.DataFrame(found)[seen.defined[DOMAINS.index(domain)]])
    pd.concat(rows, ignore_index=True).to_parquet(folder / "detectors.parquet")


def part_of(text: LabelledText, domain: str) -> LabelledText:
    """Return the tokens of one domain, where no other domain has any concept."""
    number = DOMAINS.index(domain)
    here = text.domain == number
    defined = np.zeros_like(text.defined)
    defined[number] = text.defined[number]
    _, document = np.unique(text.document[here], return_inverse=True)
    carried = sparse.csr_array(text.carried[here])
    return LabelledText(text.names, carried, defined, text.domain[here], document)


def _activations(network, text: EvaluationTokens, domain: str):
    """The MLP activations on the tokens of one domain, (tokens, d_mlp)."""
    first_token = np.concatenate([[0], text.mask.sum(axis=1).cumsum()[:-1]])
    rows = text.domain[first_token] == DOMAINS.index(domain)
    return mlp_activations(network, text.rows[rows])[text.mask[rows]]


def _f1_on(
    values: sparse.csc_array, pairs: Pairs, text: LabelledText, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """F1 of each pair on a text, and its interval over documents, (pairs,) each."""
    gather, carried = by_document(text.document), text.carried[:, pairs.concept] > 0
    called = calls(values, pairs, text)
    parts = (called.multiply(carried), called, carried)
    counts = np.stack([(gather @ part.astype(float)).toarray() for part in parts], axis=1)
    drawn = resampled_sums(counts.reshape(len(counts), -1), seed).reshape(-1, *counts.shape[1:])
    low, high = np.quantile(f1_of(*np.moveaxis(drawn, 1, 0)), TAILS, axis=0)
    return f1_of(*counts.sum(axis=0)), low, high
