"""What a model still knows: how well its residual stream tells which concepts a token carries.

A *linear probe* is one weighted sum of the stream for each concept. It stands in for the
classification tasks of Verma & Elbayad (arXiv 2403.00986), for which one layer is too small.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from scipy import sparse
from transformers import MistralForCausalLM

from featurefate.alignment.statistics import sites
from featurefate.artifacts.store import Artifact
from featurefate.corpora.concepts.labels import load_concepts
from featurefate.corpora.tokens import EvaluationRows, evaluation_rows, load_tokens
from featurefate.language_model.architecture import load_model
from featurefate.language_model.bootstrap import TAILS, resampled_sums
from featurefate.language_model.evaluation import document_of_tokens

LEAST_TOKENS, LEAST_DOCUMENTS = 30, 10  # fewer say nothing about a concept
RIDGE = 1e-2  # of the variance of a standardised direction


@dataclass(frozen=True)
class Labelled:
    """Text of one domain with what its tokens carry: bool (tokens, concepts)."""

    rows: EvaluationRows
    labels: np.ndarray
    names: list[str]


def labelled_text(
    tokens: Artifact, concepts: Artifact, domain: str, context: int, wanted: int
) -> dict[str, Labelled]:
    """Return split → text with labels, for validation and test, of the same concepts in both.

    wanted: tokens of each split. Concepts with fewer than 30 tokens in 10 documents, on or off, in
    either split are left out.
    """
    found = {}
    for split in ("validation", "test"):
        rows = evaluation_rows(load_tokens(tokens, domain, split), context, wanted)
        known = load_concepts(concepts, domain, split)
        found[split] = rows, known.of(rows).toarray(), known
    often = np.logical_and.reduce(
        [known.defined & _often(on, rows) & _often(~on, rows) for rows, on, known in found.values()]
    )
    return {
        split: Labelled(rows, on[:, often], list(np.array(known.names)[often]))
        for split, (rows, on, known) in found.items()
    }


def probed(
    models: Mapping[str, Artifact], texts: Mapping[str, Mapping[str, Labelled]]
) -> pd.DataFrame:
    """Return the mean F1 of probes of every model (name → artifact) on the text of every domain.

    texts: domain → what `labelled_text` gives. A frame with columns `model`, `domain`, `f1`, and
    its 95 % interval over documents, `f1_low` and `f1_high`.
    """
    rows = []
    for name, artifact in models.items():
        model = load_model(artifact)
        for domain, text in texts.items():
            counts = f1_by_document(*probe(model, text), text["test"].rows)
            value, drawn = mean_f1(counts)
            rows.append((name, domain, value, *np.quantile(drawn, TAILS)))
    return pd.DataFrame(rows, columns=["model", "domain", "f1", "f1_low", "f1_high"])


def probe(model: MistralForCausalLM, text: Mapping[str, Labelled]) -> tuple[np.ndarray, np.ndarray]:
    """Return what probes of the stream after the layer say on test text, and what is true.

    The probes are ridge regressions in closed form, fitted on the validation text; a concept is
    said to be there above the threshold with the best F1 on that text. Both bool (tokens,
    concepts), in the order of `text["test"].rows`.
    """
    streams = {split: _stream(model, labelled.rows) for split, labelled in text.items()}
    fit, on = streams["validation"], text["validation"].labels.astype(np.float64)
    centre, spread = fit.mean(axis=0), fit.std(axis=0)
    fit, test = ((x - centre) / np.where(spread > 0, spread, 1) for x in streams.values())
    gram = fit.T @ fit + RIDGE * len(fit) * np.eye(fit.shape[1])
    weights = np.linalg.solve(gram, fit.T @ (on - on.mean(axis=0)))
    least = best_thresholds(fit @ weights, text["validation"].labels)
    return test @ weights >= least, text["test"].labels


def f1_by_document(said: np.ndarray, true: np.ndarray, rows: EvaluationRows) -> np.ndarray:
    """Return hits, misses and false alarms of each document, float64 (documents, 3, concepts)."""
    counted = said & true, ~said & true, said & ~true
    return np.stack([_by_document(part, rows) for part in counted], axis=1)


def mean_f1(counts: np.ndarray, seed: int = 0) -> tuple[float, np.ndarray]:
    """Return the mean F1 over concepts, and the same on bootstrap samples of documents, (draws,).

    counts: as `f1_by_document` gives them. Equal documents have equal samples.
    """
    drawn = resampled_sums(counts.reshape(len(counts), -1), seed)
    return float(_f1(counts.sum(axis=0)).mean()), _f1(drawn.reshape(-1, *counts.shape[1:])).mean(-1)


def best_thresholds(scores: np.ndarray, on: np.ndarray) -> np.ndarray:
    """Return for each concept the lowest score to call it there that gives the best F1.

    scores float, on bool, both (tokens, concepts).
    """
    order = np.argsort(-scores, axis=0, kind="stable")
    hits = np.take_along_axis(on, order, axis=0).cumsum(axis=0)
    called = np.arange(1, len(on) + 1)[:, None]
    best = (2 * hits / (called + on.sum(axis=0))).argmax(axis=0)
    ranked = np.take_along_axis(scores, order, axis=0)
    return ranked[best, np.arange(on.shape[1])]


def _often(on: np.ndarray, rows: EvaluationRows) -> np.ndarray:
    counts = _by_document(on, rows)
    return (counts.sum(axis=0) >= LEAST_TOKENS) & ((counts > 0).sum(axis=0) >= LEAST_DOCUMENTS)


def _by_document(marks: np.ndarray, rows: EvaluationRows) -> np.ndarray:
    """How many tokens of each document are marked, float64 (documents, concepts)."""
    document = document_of_tokens(rows)
    gather = sparse.csr_array((np.ones(len(document)), (document, np.arange(len(document)))))
    return gather @ marks.astype(np.float64)


def _f1(counts: np.ndarray) -> np.ndarray:
    """F1 from (…, 3, concepts); 0 where nothing is called and nothing is there."""
    hits, missed, false = np.moveaxis(counts, -2, 0)
    total = 2 * hits + missed + false
    return np.divide(2 * hits, total, out=np.zeros(total.shape), where=total > 0)


@torch.inference_mode()
def _stream(model: MistralForCausalLM, rows: EvaluationRows, batch: int = 64) -> np.ndarray:
    """The stream before the final norm at every measured token, float64 (tokens, d_model)."""
    seen = []
    handle = sites(model)["last"].register_forward_pre_hook(lambda _, x: seen.append(x[0]))
    try:
        for start in range(0, len(rows.rows), batch):
            ids = torch.as_tensor(rows.rows[start : start + batch].astype(np.int64))
            model.model(input_ids=ids, use_cache=False)
    finally:
        handle.remove()
    return torch.cat(seen)[torch.as_tensor(rows.mask)].double().numpy()
