"""The generalised loss: how much of a data set a model's *body* knows, whatever its head says.

The body (all but the unembedding) is frozen, an unembedding is fitted on training text of the data
set, and the loss is taken on test text (Gueta et al., arXiv 2302.04863, with a fresh linear
classifier). Every fit starts from the same unembedding, sees the same tokens in the same order
and takes as many steps, so that no model is favoured by its own head.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from transformers import MistralForCausalLM

from featurefate.artifacts.parallel import parallel_map
from featurefate.artifacts.store import Artifact
from featurefate.corpora.tokens import EvaluationRows, training_rows
from featurefate.language_model.architecture import read_model
from featurefate.language_model.loss import chunked_cross_entropy
from featurefate.language_model.movement import UNEMBEDDING
from featurefate.language_model.training import precision
from featurefate.regions.measuring import document_losses, reader
from featurefate.regions.membership import read_measured, recipe, sample
from featurefate.regions.points import BASE, Point, place
from featurefate.regions.region import Region
from featurefate.regions.sampling import groups

HEADS = "own head", "new head"


def refit(
    hidden: Tensor, targets: Tensor, start: Tensor, *, steps: int, batch: int, learning_rate: float,
    seed: int,
) -> Tensor:  # fmt: skip
    """Return the unembedding (vocabulary, d_model) fitted from `start` by `steps` steps of Adam.

    hidden (tokens, d_model) and targets int (tokens,): what the unembedding reads, and the tokens
    that follow. `batch` tokens a step, in an order drawn from `seed`, passing over all of them as
    often as needed. The learning rate falls to 0 in a straight line. The problem is convex.
    """
    head = start.detach().clone().requires_grad_()
    optimizer = torch.optim.Adam([head], lr=learning_rate, fused=True)
    order = np.random.default_rng(seed)
    left = np.empty(0, np.int64)
    half = precision() == "bf16"
    for step in range(steps):
        if len(left) < batch:
            left = order.permutation(len(hidden))
        now, left = torch.as_tensor(left[:batch], device=hidden.device), left[batch:]
        optimizer.param_groups[0]["lr"] = learning_rate * (1 - step / steps)
        with torch.autocast(hidden.device.type, torch.bfloat16, enabled=half):
            loss = chunked_cross_entropy(hidden[now], head, targets[now])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return head.detach()


@torch.no_grad()
def hidden_states(model: MistralForCausalLM, rows: np.ndarray) -> tuple[Tensor, Tensor]:
    """Return what the unembedding reads at each position of `rows` (row, position), and the target.

    (tokens, d_model) float32 and int (tokens,), without the first position of a row.
    """
    states = []
    for part in np.array_split(rows, max(1, len(rows) // 32)):
        ids = torch.as_tensor(part.astype(np.int64), device=model.device)
        states.append(model.model(input_ids=ids[:, :-1], use_cache=False).last_hidden_state)
    targets = torch.as_tensor(rows[:, 1:].astype(np.int64), device=model.device)
    return torch.cat(states).flatten(0, 1), targets.flatten()


def generalised_losses(
    folder: Path,
    *,
    measured: Artifact,
    region: dict[str, Any],
    target: str,
    kinds: dict[str, dict[str, int]],
    training_tokens: int,
    fit: dict[str, Any],
    seed: int,
    **inputs: Artifact,
) -> None:
    """Step: refit the unembedding of some points of `measured` to one data set, and measure it.

    region, inputs: as `region.given_to_steps` gives them.
    target: the data set. kinds: level → kind of `membership.sample` → how many points of it, drawn
    from `seed`, in the group of that level that holds the target. training_tokens: of the target,
    for every fit; fit: `steps`, `batch` and `learning_rate` of `refit`.

    Writes `losses.parquet` in the form of `membership.write_measured` (`point` is its number
    there) and one more column, `head`: "own head", the point's own unembedding, or "new head".
    """
    points, losses = read_measured(measured)
    around = Region.of(region, inputs)
    chosen = _chosen(points, losses, around.datasets, target, kinds, seed)
    text, context = around.training_text(target), around.context
    common = dict(rows=training_rows(text, context, training_tokens // (context - 1), seed))
    common |= dict(folders=around.folders, test=around.held_out("test")[target], fit=fit, seed=seed)
    calls = [common | dict(point=recipe(points, number)) for number in chosen]
    found = zip(chosen, parallel_map(_measure, calls), strict=True)
    table = pd.DataFrame(
        dict(point=point, dataset=target, head=head, loss=loss.mean(), by_document=loss)
        for point, both in found
        for head, loss in zip(HEADS, both, strict=True)
    )
    table.to_parquet(folder / "losses.parquet")


def _chosen(
    points: pd.DataFrame,
    losses: pd.DataFrame,
    datasets: Mapping[str, dict],
    target: str,
    kinds: Mapping[str, Mapping[str, int]],
    seed: int,
) -> list[int]:
    """The points to refit: of each level and kind as many as asked for."""
    random = np.random.default_rng(seed)
    chosen: set[int] = set()
    for group in groups(datasets):
        if target in group.datasets:
            for kind, count in kinds.get(group.level, {}).items():
                found = sample(points, losses, group, kind).points
                taken = random.choice(found, min(count, len(found)), replace=False)
                chosen.update(int(point) for point in taken)
    return sorted(chosen)


def _measure(
    point: Point,
    folders: Mapping[str, Path],
    rows: np.ndarray,
    test: EvaluationRows,
    fit: Mapping[str, Any],
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model, read = read_model(folders[BASE]).to(device), reader(folders)
    model.load_state_dict(place(point, read))
    plain = document_losses(model, test)
    start = read(BASE)[UNEMBEDDING].to(device)
    with torch.no_grad():
        model.lm_head.weight.copy_(start)
    model.lm_head.weight.data = refit(*hidden_states(model, rows), start, **fit, seed=seed)
    return plain, document_losses(model, test)
