"""The loss at points of weight space: a map over independent pieces, no model written."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch.nn.functional import cross_entropy
from transformers import MistralForCausalLM

from featurefate.artifacts.parallel import parallel_map
from featurefate.artifacts.store import Artifact
from featurefate.corpora.tokens import EvaluationRows, evaluation_rows
from featurefate.language_model.architecture import read_model
from featurefate.language_model.bootstrap import sums_by_document
from featurefate.merging.state import StateDict
from featurefate.regions.datasets import dataset_stream
from featurefate.regions.points import Point, Read, place

PIECES = 8  # of the map: enough to keep several processes busy
ROWS = 32  # at a time through the body
TOKENS = 128  # at a time through the head: their logits stay in a processor's cache


def held_out_rows(
    datasets: Mapping[str, dict[str, Any]],
    corpus: Artifact,
    stream: Artifact,
    split: str,
    tokens: int,
    documents: int,
) -> dict[str, EvaluationRows]:
    """Return `tokens` tokens of each data set (name → rule) from at least so many documents.

    corpus, stream: the documents and their tokens. One short row a document: on full rows most of
    the work would be padding.
    """
    width = tokens // documents
    return {
        name: evaluation_rows(
            dataset_stream(rule, corpus, stream, split), width + 1, tokens, width, documents
        )
        for name, rule in datasets.items()
    }


def losses(
    points: Sequence[Point],
    on: Sequence[Sequence[str]],
    folders: Mapping[str, Path],
    evaluation: Mapping[str, EvaluationRows],
) -> list[dict[str, np.ndarray]]:
    """Return for each point its `document_losses` on each data set of its entry in `on`.

    folders: where each model that the points name was saved; evaluation: the rows of each data
    set.
    """
    pieces = [slice(start, None, PIECES) for start in range(min(PIECES, len(points)))]
    calls = [
        dict(points=points[piece], on=on[piece], folders=folders, evaluation=evaluation)
        for piece in pieces
    ]
    found: list[dict[str, np.ndarray]] = [{}] * len(points)
    for piece, result in zip(pieces, parallel_map(_losses, calls), strict=True):
        found[piece] = result
    return found


def reader(folders: Mapping[str, Path]) -> Read:
    """Return what reads the weights of a model by its name; the file is mapped, not copied."""

    def read(name: str) -> StateDict:
        if name not in folders:
            raise KeyError(f"no model {name!r}; there are {', '.join(sorted(folders))}")
        return load_file(Path(folders[name]) / "model.safetensors")

    return read


@torch.inference_mode()
def document_losses(model: MistralForCausalLM, evaluation: EvaluationRows) -> np.ndarray:
    """Return the loss on each row, a document each, float64 (documents,); computed in float32.

    A document's nats over the mean number of tokens a document: the mean of all is the loss in nats
    a token, as `evaluation.score_model` sums it up. Of a point nothing else is asked, so nothing
    else is computed, which takes a processor half as long.
    """
    nats = []
    for start in range(0, len(evaluation.rows), ROWS):
        part = slice(start, start + ROWS)
        ids = torch.as_tensor(evaluation.rows[part].astype(np.int64), device=model.device)
        measured = torch.as_tensor(evaluation.mask[part, 1:], device=model.device)
        hidden = model.model(input_ids=ids[:, :-1], use_cache=False).last_hidden_state[measured]
        targets = ids[:, 1:][measured]
        for h, y in zip(hidden.split(TOKENS), targets.split(TOKENS), strict=True):
            nats.append(cross_entropy(model.lm_head(h).float(), y, reduction="none"))
    tokens = evaluation.mask[:, 1:].sum(axis=1)
    document = np.repeat(np.arange(len(tokens)), tokens)
    return sums_by_document(torch.cat(nats).cpu().numpy(), document) / tokens.mean()


def mean_loss(model: MistralForCausalLM, evaluation: EvaluationRows) -> float:
    """Return the loss in nats a token."""
    return float(document_losses(model, evaluation).mean())


def _losses(
    points: Sequence[Point],
    on: Sequence[Sequence[str]],
    folders: Mapping[str, Path],
    evaluation: Mapping[str, EvaluationRows],
) -> list[dict[str, np.ndarray]]:
    read = reader(folders)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = read_model(next(iter(folders.values()))).to(device)
    found = []
    for point, names in zip(points, on, strict=True):
        model.load_state_dict(place(point, read))
        found.append({name: document_losses(model, evaluation[name]) for name in names})
    return found
