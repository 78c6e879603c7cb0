"""Training the language models: one loop, for the base and for its children.

AdamW with decay on matrices only, cosine learning rate after a warm-up, gradient clipping, bf16
where the machine computes in it, a checkpoint every half minute. The order of the data is fixed
by the seed before the first step, so a run that was killed goes on from its last checkpoint and
ends with the weights it would have had.
"""

import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from accelerate import Accelerator
from torch import nn, optim
from tqdm import tqdm
from transformers import MistralForCausalLM

from featurefate.artifacts.store import Artifact
from featurefate.corpora.tokens import evaluation_rows, load_tokens, training_rows
from featurefate.language_model.architecture import load_model, new_model, save_model
from featurefate.language_model.checkpoint import FILE_NAME, restore_checkpoint, save_checkpoint
from featurefate.language_model.evaluation import score_model
from featurefate.language_model.loss import NextTokenLoss

BETAS = (0.9, 0.95)  # a short memory of the squared gradient suits runs of a thousand steps
GRADIENT_CLIP = 1.0  # largest norm of a step's gradient
SECONDS_BETWEEN_CHECKPOINTS = 30
VALIDATIONS = 12  # points on the validation curve
VALIDATION_TOKENS = 4_096  # a domain; the final numbers come from the full evaluation sets


class TrainingDiverged(RuntimeError):
    """The loss is no longer a number."""


@dataclass(frozen=True)
class Recipe:
    """How a model is trained; the same for a base and for a child."""

    domains: list[str]  # equal parts of each
    training_tokens: int  # tokens seen, in rows of the model's context
    batch: int  # rows a step
    learning_rate: float  # peak of the schedule
    weight_decay: float  # pull of the matrices towards zero, per step and learning rate
    seed: int  # order of the data; for a new model its initial weights too


def train_base(
    folder: Path, *, tokens: Artifact, tokenizer: Artifact, shape: dict[str, int], recipe: dict
) -> None:
    """Step: train a new model; write it with its curves.

    `shape`: the arguments of `new_model` but the seed; `recipe`: the fields of `Recipe`.
    """
    settings = Recipe(**recipe)
    model = new_model(**shape, seed=settings.seed)
    _train(folder, model, tokens, settings)
    save_model(model, tokenizer, folder)


def fine_tune(
    folder: Path, *, parent: Artifact, tokens: Artifact, tokenizer: Artifact, recipe: dict
) -> None:
    """Step: train every weight of `parent` further; write the child with its curves."""
    model = load_model(parent)
    _train(folder, model, tokens, Recipe(**recipe))
    save_model(model, tokenizer, folder)


def mixed_rows(
    tokens: Artifact, domains: list[str], training_tokens: int, context: int, seed: int
) -> np.ndarray:
    """Return the training rows of all steps in order, int32 (rows, context).

    Every domain gives the same number of rows; their order is drawn once from `seed`.
    """
    share = training_tokens // context // len(domains)
    rows = [training_rows(load_tokens(tokens, d, "train"), context, share, seed) for d in domains]
    mixed = np.concatenate(rows)
    return mixed[np.random.default_rng(seed).permutation(len(mixed))]


def learning_rate_at(step: int, steps: int, peak: float) -> float:
    """Return the learning rate of a step: linear warm-up over 5 % of the steps, cosine to 0."""
    warm_up = max(1, steps // 20)
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * 0.5 * (1 + math.cos(math.pi * (step - warm_up) / max(1, steps - warm_up)))


def precision() -> str:
    """Return "bf16" where this machine's hardware multiplies in bfloat16, else "no"."""
    if torch.cuda.is_available():
        return "bf16" if torch.cuda.is_bf16_supported() else "no"
    return "bf16" if torch.cpu._is_avx512_bf16_supported() else "no"


def _train(folder: Path, model: MistralForCausalLM, tokens: Artifact, recipe: Recipe) -> None:
    context, batch = model.config.max_position_embeddings, recipe.batch
    rows = mixed_rows(tokens, recipe.domains, recipe.training_tokens, context, recipe.seed)
    validation = {
        d: evaluation_rows(load_tokens(tokens, d, "validation"), context, VALIDATION_TOKENS)
        for d in recipe.domains
    }
    steps = len(rows) // batch
    accelerator = Accelerator(mixed_precision=precision())
    optimizer = optim.AdamW(_parameter_groups(model, recipe.weight_decay), betas=BETAS)
    first, curves = restore_checkpoint(folder, model, optimizer)
    curves = curves or {"training": [], "validation": []}
    network, optimizer = accelerator.prepare(NextTokenLoss(model), optimizer)

    last_saved = time.monotonic()
    progress = tqdm(range(first, steps), initial=first, total=steps, unit="step", file=sys.stderr)
    for step in progress:
        started = time.perf_counter()
        rate = learning_rate_at(step, steps, recipe.learning_rate)
        for group in optimizer.param_groups:
            group["lr"] = rate
        ids = torch.as_tensor(rows[step * batch : (step + 1) * batch].astype(np.int64))
        loss = network(ids.to(accelerator.device))
        accelerator.backward(loss)
        norm = accelerator.clip_grad_norm_(model.parameters(), GRADIENT_CLIP)
        if not torch.isfinite(norm):
            raise TrainingDiverged(_last_words(step, batch, folder, loss))
        optimizer.step()
        optimizer.zero_grad()
        curves["training"].append(
            {
                "step": step + 1,
                "tokens": (step + 1) * batch * context,
                "loss": loss.item(),
                "gradient_norm": norm.item(),
                "learning_rate": rate,
                "tokens_per_second": batch * context / (time.perf_counter() - started),
            }
        )
        if (step + 1) % max(1, steps // VALIDATIONS) == 0 or step + 1 == steps:
            model.eval()
            for domain, held_out in validation.items():
                held_out_loss = score_model(model, held_out).loss
                where = {"step": step + 1, "tokens": (step + 1) * batch * context}
                curves["validation"].append({**where, "domain": domain, "loss": held_out_loss})
            model.train()
        if time.monotonic() - last_saved > SECONDS_BETWEEN_CHECKPOINTS:
            save_checkpoint(folder, model, optimizer.optimizer, step + 1, curves)
            last_saved = time.monotonic()
    for name, records in curves.items():
        pd.DataFrame(records).to_parquet(folder / f"{name}_curve.parquet")
    model.to("cpu").eval()
    (folder / FILE_NAME).unlink(missing_ok=True)


def _parameter_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    """Decay pulls matrices towards zero; a norm's gain has no reason to be small."""
    matrices = [p for p in model.parameters() if p.ndim >= 2]
    gains = [p for p in model.parameters() if p.ndim < 2]
    return [
        {"params": matrices, "weight_decay": weight_decay},
        {"params": gains, "weight_decay": 0.0},
    ]


def _last_words(step: int, batch: int, folder: Path, loss: torch.Tensor) -> str:
    saved = folder / FILE_NAME
    good = f"the last good checkpoint is {saved}" if saved.exists() else "no checkpoint was saved"
    return (
        f"training diverged in step {step + 1} (rows {step * batch} to {(step + 1) * batch - 1}, "
        f"loss {loss.item()}): {good}. A lower learning rate is the usual remedy."
    )
