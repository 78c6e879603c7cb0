"""Merging with a look at the data: what each child's linear maps are fed (RegMean).

Jin et al. 2023 (arXiv 2212.09849). Every linear map of the merge is the least-squares answer to
"do on the first child's inputs what the first child does, and on the second's what the second
does". All it needs to know of the text is one matrix a map: the Gram matrix of its inputs, which
says which directions the child uses.

Our extensions: Gram matrices are means, not sums, and weighed by t, so that the path has ends; and
the embedding is merged too, by the frequencies of the tokens.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import MistralForCausalLM

from featurefate.artifacts.store import Artifact, ArtifactStore
from featurefate.corpora.tokens import load_tokens, training_rows
from featurefate.language_model.architecture import load_model
from featurefate.language_model.movement import EMBEDDING, UNEMBEDDING
from featurefate.merging.interpolation import check_weight, linear
from featurefate.merging.state import StateDict, check_compatible, copy

Grams = dict[str, Tensor]
FILE = "grams.safetensors"
SMALLEST = 1e-6  # of the mean diagonal, added to it: an input that is never used weighs that much


def regmean(
    first: StateDict,
    second: StateDict,
    first_grams: Grams,
    second_grams: Grams,
    t: float,
    keep: float = 0.9,
) -> StateDict:
    """Return the RegMean merge: ((1 − t)·W₁G₁ + t·W₂G₂)·((1 − t)·G₁ + t·G₂)⁻¹ for every map.

    The G here are the Gram matrices with their off-diagonal entries multiplied by `keep`.

    first_grams, second_grams: as `input_grams` gives them; tensors without one (norm gains) are
    interpolated linearly. keep: what entries off a Gram matrix's diagonal are multiplied by, as
    Jin et al. do; at 0 each input is weighed on its own. The ends are exact, and swapping the
    parents (with their Gram matrices) and t with 1 − t gives the same model. Raises ValueError,
    naming the tensor, for Gram matrices that do not fit.
    """
    check_compatible(first, second)
    check_weight(t)
    if not 0 <= keep <= 1:
        raise ValueError(f"keep is a share of the off-diagonal entries, from 0 to 1, not {keep}")
    if t in (0, 1):
        return copy(second if t else first)
    merged = linear(first, second, t)
    if wrong := sorted((first_grams.keys() ^ second_grams.keys()) | first_grams.keys() - merged):
        raise ValueError(f"Gram matrices must be of the same tensors; see {', '.join(wrong)}")
    for name in first_grams:
        for gram in (first_grams[name], second_grams[name]):
            _check_shape(name, gram, first[name])
        pair = [_weighable(name, grams[name], keep) for grams in (first_grams, second_grams)]
        merged[name] = _least_squares(first[name], second[name], *pair, t)
    return merged


def regmean_layer(
    first: StateDict,
    second: StateDict,
    first_grams: Grams,
    second_grams: Grams,
    t: float,
    keep: float = 0.9,
) -> StateDict:
    """Return the RegMean merge of the maps inside the layers; both word tables on the chord."""
    inner = (
        {name: gram for name, gram in grams.items() if name not in (EMBEDDING, UNEMBEDDING)}
        for grams in (first_grams, second_grams)
    )
    return regmean(first, second, *inner, t, keep)


@torch.inference_mode()
def input_grams(model: MistralForCausalLM, rows: np.ndarray, batch: int = 64) -> Grams:
    """Return the mean of x·xᵀ over the inputs x of every linear map, float64, by weight name.

    rows: token ids (rows, position), all of which count. Shapes (d_in, d_in). The embedding is a
    linear map too, of one-hot inputs: its Gram matrix is diagonal, the frequencies of the tokens,
    and only the diagonal is returned, (vocabulary,).
    """
    maps = {name: part for name, part in model.model.named_modules() if isinstance(part, nn.Linear)}
    sums: Grams = {}

    def count(name: str, inputs: Tensor) -> None:
        x = inputs.flatten(0, -2).double()
        sums[name] = sums.get(name, 0) + x.T @ x

    handles = [
        part.register_forward_pre_hook(
            lambda _, inputs, name=f"model.{name}.weight": count(name, inputs[0])
        )
        for name, part in maps.items()
    ]
    try:
        for start in range(0, len(rows), batch):
            ids = torch.as_tensor(rows[start : start + batch].astype(np.int64)).to(model.device)
            count(UNEMBEDDING, model.model(input_ids=ids, use_cache=False).last_hidden_state)
    finally:
        for handle in handles:
            handle.remove()
    counts = np.bincount(rows.ravel(), minlength=model.config.vocab_size)
    sums[EMBEDDING] = torch.as_tensor(counts, dtype=torch.float64)
    return {name: total.cpu() / rows.size for name, total in sums.items()}


def collect_grams(
    folder: Path, *, model: Artifact, tokens: Artifact, domain: str, rows: int, seed: int
) -> None:
    """Step: write `grams.safetensors`, what the model's linear maps are fed by training text.

    `rows`: full contexts of the domain's training split, in the order of `seed`.
    """
    loaded = load_model(model)
    context = loaded.config.max_position_embeddings
    text = training_rows(load_tokens(tokens, domain, "train"), context, rows, seed)
    save_file(input_grams(loaded, text), folder / FILE)


def grams_of_children(
    store: ArtifactStore, children: Mapping[str, Artifact], tokens: Artifact, rows: int, seed: int
) -> dict[str, Artifact]:
    """Ask for `collect_grams` of two children, each on its own domain.

    children: by domain, the first first. Returns `first_grams` and `second_grams`.
    """
    return {
        role: store.step(
            f"merging/grams_{domain}",
            collect_grams,
            {"domain": domain, "rows": rows, "seed": seed},
            {"model": child, "tokens": tokens},
        )
        for role, (domain, child) in zip(
            ("first_grams", "second_grams"), children.items(), strict=True
        )
    }


def load_grams(grams: Path) -> Grams:
    """Return what `collect_grams` wrote into a folder."""
    return load_file(grams / FILE)


def _check_shape(name: str, gram: Tensor, weight: Tensor) -> None:
    outputs, inputs = weight.shape if weight.ndim == 2 else (None, None)
    if gram.shape not in ((outputs,), (inputs, inputs)):
        raise ValueError(
            f"the Gram matrix of {name} is {tuple(gram.shape)}, the weight {tuple(weight.shape)}: "
            "its inputs are the columns (a square matrix) or, one-hot, the rows (a vector)"
        )


def _weighable(name: str, gram: Tensor, keep: float) -> Tensor:
    """The Gram matrix with its off-diagonal shrunk, and no input without any weight."""
    diagonal = gram if gram.ndim == 1 else gram.diagonal()
    if not (diagonal >= 0).all() or not diagonal.any():
        raise ValueError(f"the Gram matrix of {name} has a negative diagonal, or an empty one")
    diagonal = diagonal + SMALLEST * diagonal.mean()
    return diagonal if gram.ndim == 1 else keep * (gram - gram.diagonal().diag()) + diagonal.diag()


def _least_squares(
    first: Tensor, second: Tensor, first_gram: Tensor, second_gram: Tensor, t: float
) -> Tensor:
    one, other = (1 - t) * first_gram, t * second_gram
    a, b = first.double(), second.double()
    if one.ndim == 1:  # one row an input
        merged = (one[:, None] * a + other[:, None] * b) / (one + other)[:, None]
    else:  # W·(sum) = wanted, and the sum is symmetric
        merged = torch.linalg.solve(one + other, (a @ one + b @ other).T).T
    return merged.to(first.dtype).contiguous()
