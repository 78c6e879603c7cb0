"""Is the centre of a region a better place to start from than its base?

A model is tuned to a data set from several starts, with few free weights, so that the start
matters. The centroid leaves out all fine-tunes on that data set (Gueta et al., arXiv 2302.04863,
tune the biases; these models have none). Runs from different starts share their text, its order
and the initial adapter: only the start differs.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from scipy import stats
from torch import nn
from transformers import MistralForCausalLM

from featurefate.artifacts.parallel import parallel_map
from featurefate.artifacts.store import Artifact
from featurefate.corpora.tokens import EvaluationRows, training_rows
from featurefate.language_model.architecture import read_model
from featurefate.language_model.bootstrap import TAILS
from featurefate.language_model.loss import NextTokenLoss
from featurefate.language_model.recipe import BETAS, GRADIENT_CLIP, learning_rate_at
from featurefate.language_model.training import SHORT_ROWS, precision
from featurefate.regions.measuring import mean_loss, reader
from featurefate.regions.points import (
    BASE,
    Point,
    centroid,
    place,
    random_step,
    scaled,
    tensor_lengths,
)
from featurefate.regions.region import Region

METHODS = ("gains", "rank one")


def tune(
    model: MistralForCausalLM, method: str, rows: np.ndarray, *, passes: int, batch: int,
    learning_rate: float, seed: int,
) -> MistralForCausalLM:  # fmt: skip
    """Return `model` tuned on `rows` (row, position); it is changed in place.

    method: "gains" trains the gains of the three norms alone; "rank one" adds to each matrix of
    the layer a product of two vectors, trained and then merged into it (LoRA, Hu et al. 2022; the
    start of the vectors is drawn from `seed`).
    """
    network = _free(model, method, seed)
    free = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(free, betas=BETAS, weight_decay=0.0, fused=True)
    if model.device.type == "cpu" and rows.shape[1] <= SHORT_ROWS:
        model.set_attn_implementation("eager")
    loss_on = NextTokenLoss(model.train())
    ids = torch.as_tensor(rows.astype(np.int64), device=model.device).split(batch)
    steps = passes * len(ids)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = learning_rate_at(step, steps, learning_rate)
        with torch.autocast(model.device.type, torch.bfloat16, enabled=precision() == "bf16"):
            loss = loss_on(ids[step % len(ids)])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(free, GRADIENT_CLIP)
        optimizer.step()
    return (network.merge_and_unload() if method == "rank one" else model).eval()


def _free(model: MistralForCausalLM, method: str, seed: int) -> nn.Module:
    """Leave free what the method trains; return the network with it (it shares the model's)."""
    if method == "gains":
        for parameter in model.parameters():
            parameter.requires_grad = parameter.ndim < 2
        return model
    if method != "rank one":
        raise ValueError(f"no way of tuning called {method!r}: there are {', '.join(METHODS)}")
    from peft import LoraConfig, get_peft_model  # seconds to load

    torch.manual_seed(seed)
    adapter = LoraConfig(r=1, lora_alpha=1, target_modules="all-linear", task_type="CAUSAL_LM")
    return get_peft_model(model, adapter)


def centroid_starts(
    folder: Path,
    *,
    region: dict[str, Any],
    seeds: list[int],
    sizes: dict[str, dict[str, int]],
    batch: int,
    learning_rates: dict[str, float],
    starts_of: dict[str, dict[str, list[str]]],
    **inputs: Artifact,
) -> None:
    """Step: tune from every start to every data set, and measure before and after, on test text.

    region, inputs: as `region.given_to_steps` gives them.
    seeds: of text, its order and the adapter; sizes: name → `rows` of text and `passes` over them;
    learning_rates: method → peak; starts_of: method → size → names of its starts. `base`;
    `centroid` of all members but the target's own; `random`, as far from the base as the centroid
    in each tensor; `shrunk`, one member of another data set moved back to the centroid's distance.

    Writes `tuned.parquet`: `target`, `seed`, `start`, `method`, `size`, `before`, `after` (nats).
    """
    around = Region.of(region, inputs)
    own, context, test = around.members, around.context, around.held_out("test")
    passes = {name: size["passes"] for name, size in sizes.items()}
    common = dict(folders=around.folders, passes=passes, batch=batch, learning_rates=learning_rates)
    common |= dict(starts_of=starts_of)
    calls = []
    for target in around.datasets:
        others = own.model[own.dataset != target].tolist()
        text = around.training_text(target)
        for seed in seeds:
            rows = {n: training_rows(text, context, s["rows"], seed) for n, s in sizes.items()}
            one = dict(target=target, seed=seed, others=others, rows=rows, test=test[target])
            calls.append(common | one)
    found = parallel_map(_tuned, calls)
    pd.DataFrame([row for rows in found for row in rows]).to_parquet(folder / "tuned.parquet")


def _tuned(
    target: str,
    seed: int,
    others: list[str],
    folders: Mapping[str, Path],
    rows: Mapping[str, np.ndarray],
    passes: Mapping[str, int],
    batch: int,
    learning_rates: Mapping[str, float],
    starts_of: Mapping[str, Mapping[str, list[str]]],
    test: EvaluationRows,
) -> list[dict]:
    read = reader(folders)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    records = []
    for start, point in starts(others, read, seed).items():
        weights = place(point, read)
        model = read_model(folders[BASE]).to(device)
        model.load_state_dict(weights)
        before = mean_loss(model, test)
        for method, rate in learning_rates.items():
            for size, text in rows.items():
                if start not in starts_of[method][size]:
                    continue
                model = read_model(folders[BASE]).to(device)
                model.load_state_dict(weights)
                tuned = tune(model, method, text, passes=passes[size], batch=batch,
                             learning_rate=rate, seed=seed)  # fmt: skip
                row = dict(target=target, seed=seed, start=start, method=method, size=size)
                records.append(row | dict(before=before, after=mean_loss(tuned, test)))
    return records


def starts(others: list[str], read: Any, seed: int) -> dict[str, Point]:
    """Return the four starts, made of fine-tunes on `others` than the target's data set."""
    start, mean = Point({BASE: 1.0}), centroid(others)
    origin = read(BASE)
    lengths = tensor_lengths(place(mean, read), origin)
    single = others[np.random.default_rng(seed).integers(len(others))]
    alone = tensor_lengths(read(single), origin)
    s = np.linalg.norm(list(lengths.values())) / np.linalg.norm(list(alone.values()))
    return {
        "base": start,
        "centroid": mean,
        "random": random_step(start, lengths, seed),
        "shrunk": scaled(Point({single: 1.0}), float(s)),
    }


def gains_over(
    tuned: pd.DataFrame, start: str, than: str, when: str = "after"
) -> tuple[float, float, float, int]:
    """Return by how many nats tuning from `start` ends below tuning from `than`.

    tuned: runs of one method and size. Runs are paired by target and seed; the 95 % interval is
    Student's, over the targets' means. Also, for how many targets the mean is better.
    """
    wide = tuned.pivot(index=["target", "seed"], columns="start", values=when)
    by_target = (wide[than] - wide[start]).groupby(level="target").mean()
    mean, n = float(by_target.mean()), len(by_target)
    if n < 2:
        raise ValueError("an interval over targets needs at least two of them")
    half = float(stats.t.ppf(TAILS[1], n - 1) * by_target.std() / np.sqrt(n))
    return mean, mean - half, mean + half, int((by_target > 0).sum())
