"""Scoring many merges of one family: models are read once in every process, then only combined."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from transformers import MistralForCausalLM

from featurefate.artifacts.parallel import parallel_map
from featurefate.artifacts.store import Artifact
from featurefate.corpora.tokens import EvaluationRows, evaluation_rows, load_tokens
from featurefate.language_model.architecture import load_model, read_model
from featurefate.language_model.evaluation import Scores, score_model
from featurefate.merging.methods import Family
from featurefate.merging.state import StateDict
from featurefate.merging.with_data import load_grams

HeldOut = dict[tuple[str, str], EvaluationRows]  # by split and domain
Merge = tuple[Callable[..., StateDict], Mapping[str, Any]]
Members = tuple[tuple[str, str, str], ...]  # role in the family, folder, identity


def held_out_rows(
    model: Artifact, tokens: Artifact, held_out: Sequence[tuple[str, str, int]]
) -> HeldOut:
    """Return what to measure on; held_out: (split, domain, how many tokens) each."""
    context = load_model(model).config.max_position_embeddings
    return {
        (split, domain): evaluation_rows(load_tokens(tokens, domain, split), context, size)
        for split, domain, size in held_out
    }


def score_merges(
    family: Mapping[str, Artifact | None], rows: HeldOut, merges: Sequence[Merge]
) -> list[dict[tuple[str, str], Scores]]:
    """Return the scores of each merge on all of `rows`, by split and domain, in order.

    family: what `Family` holds, as artifacts of models and of Gram matrices. merges: a top-level
    function from a family to weights, and its further arguments. They are shared out over
    processes, and the results do not depend on how many there are.
    """
    members = tuple(
        (role, str(artifact.path), artifact.identity)
        for role, artifact in family.items()
        if artifact is not None
    )
    common = {"members": members, "rows": rows}
    return parallel_map(_score, [{**common, "rule": r, "arguments": dict(a)} for r, a in merges])


def _score(
    members: Members,
    rows: HeldOut,
    rule: Callable[..., StateDict],
    arguments: dict[str, Any],
) -> dict[tuple[str, str], Scores]:
    model, family = _open(members)
    model.load_state_dict(rule(family=family, **arguments))
    return {where: score_model(model, part) for where, part in rows.items()}


@lru_cache(maxsize=1)
def _open(members: Members) -> tuple[MistralForCausalLM, Family]:
    """Return a model to fill with weights, and the family; read once, while nothing has changed."""
    folders = {role: Path(folder) for role, folder, _ in members}
    read = {
        role: load_grams(folder) if role.endswith("grams") else read_model(folder).state_dict()
        for role, folder in folders.items()
    }
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return read_model(folders["first"]).to(device), Family(**read)
