"""The loss at points of weight space: a map over independent pieces, no model written."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from featurefate.artifacts.parallel import parallel_map
from featurefate.artifacts.store import Artifact
from featurefate.corpora.tokens import EvaluationRows, evaluation_rows
from featurefate.language_model.architecture import read_model
from featurefate.language_model.evaluation import score_model
from featurefate.merging.state import StateDict
from featurefate.regions.datasets import dataset_stream
from featurefate.regions.points import Point, Read, place

PIECES = 8  # of the map: enough to keep several processes busy
ROWS = 16  # at a time: short rows, so that their logits stay in a processor's cache


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
) -> list[dict[str, float]]:
    """Return for each point its mean loss in nats a token on each data set of its entry in `on`.

    folders: where each model that the points name was saved; evaluation: the rows of each data
    set.
    """
    pieces = [slice(start, None, PIECES) for start in range(min(PIECES, len(points)))]
    calls = [
        dict(points=points[piece], on=on[piece], folders=folders, evaluation=evaluation)
        for piece in pieces
    ]
    found: list[dict[str, float]] = [{}] * len(points)
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


def _losses(
    points: Sequence[Point],
    on: Sequence[Sequence[str]],
    folders: Mapping[str, Path],
    evaluation: Mapping[str, EvaluationRows],
) -> list[dict[str, float]]:
    read = reader(folders)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = read_model(next(iter(folders.values()))).to(device)
    found = []
    for point, names in zip(points, on, strict=True):
        model.load_state_dict(place(point, read))
        found.append({name: score_model(model, evaluation[name], ROWS).loss for name in names})
    return found
