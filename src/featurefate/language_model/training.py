"""Training the language models: one loop, for the base and for its children.

AdamW with decay on matrices only, cosine learning rate after a warm-up, gradient clipping, bf16
where the machine computes in it, a checkpoint every half minute. The order of the data is fixed
by the seed before the first step and nothing is drawn in the loop, so a run that was killed goes
on from its last checkpoint and ends with the weights it would have had.

The same loop runs on a CPU, on a GPU and in several processes (`train.py`): `accelerate` deals
out devices and averages gradients, every process takes its part of each batch, the first one
alone measures and writes.
"""

import os
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from torch import optim
from transformers import MistralForCausalLM

from featurefate.artifacts.store import Account, Artifact
from featurefate.corpora.tokens import EvaluationRows, evaluation_rows, load_tokens
from featurefate.language_model.architecture import load_model, new_model, save_model
from featurefate.language_model.attempts import account
from featurefate.language_model.logbook import Logbook
from featurefate.language_model.loss import NextTokenLoss
from featurefate.language_model.order import batches, mixed_rows
from featurefate.language_model.recipe import (
    BETAS,
    GRADIENT_CLIP,
    Recipe,
    learning_rate_at,
    parameter_groups,
)

# Up to this many tokens a row, attention is quicker on a processor as plain products than as
# torch's fused kernel; for longer rows the plain scores take too much memory.
SHORT_ROWS = 128
VALIDATION_TOKENS = 4_096  # a domain; the final numbers come from the full evaluation sets


def train_base(
    folder: Path, *, tokens: Artifact, tokenizer: Artifact, shape: dict[str, int], recipe: dict
) -> Account:
    """Step: train a new model; write it with its curves and milestones; return the `account`.

    `shape`: the arguments of `new_model` but the seed; `recipe`: the fields of `Recipe`. Raises
    TrainingDiverged, naming the step, its rows and the last good checkpoint.
    """
    settings = Recipe(**recipe)
    return _train(folder, new_model(**shape, seed=settings.seed), tokens, tokenizer, settings)


def fine_tune(
    folder: Path, *, parent: Artifact, tokens: Artifact, tokenizer: Artifact, recipe: dict
) -> Account:
    """Step: train every weight of `parent` further; write and return what `train_base` does."""
    return _train(folder, load_model(parent), tokens, tokenizer, Recipe(**recipe))


def _train(
    folder: Path, model: MistralForCausalLM, tokens: Artifact, tokenizer: Artifact, recipe: Recipe
) -> Account:
    context, domains = model.config.max_position_embeddings, recipe.domains
    rows = mixed_rows(tokens, domains, recipe.training_tokens, context, recipe.seed)
    streams = {domain: load_tokens(tokens, domain, "validation") for domain in domains}
    held_out = {d: evaluation_rows(s, context, VALIDATION_TOKENS) for d, s in streams.items()}
    accelerator = new_accelerator()
    made = optimise(folder, model, rows, recipe, held_out, accelerator)
    if accelerator.is_main_process:
        save_model(model.to("cpu"), tokenizer, folder)
    return made


def optimise(
    folder: Path,
    model: MistralForCausalLM,
    rows: np.ndarray,
    recipe: Recipe,
    held_out: dict[str, EvaluationRows],
    accelerator: Accelerator,
) -> Account:
    """Train `model` in place on `rows` (row, position), `recipe.batch` rows a step, in order.

    What is left in `folder` meanwhile, and gone on from, is the `Logbook`'s; `held_out` is what
    its validation losses are measured on. Returns the `account` of all attempts.
    """
    if accelerator.device.type == "cpu" and rows.shape[1] <= SHORT_ROWS:
        model.set_attn_implementation("eager")
    optimizer = optim.AdamW(parameter_groups(model, recipe.weight_decay), betas=BETAS, fused=True)
    network, optimizer = accelerator.prepare(NextTokenLoss(model.train()), optimizer)
    logbook = Logbook(folder, model, optimizer.optimizer, rows, recipe, held_out, accelerator)
    steps = logbook.steps
    for step, ids in logbook.progress(batches(rows, recipe.batch, logbook.first, accelerator)):
        rate = learning_rate_at(step, steps, recipe.learning_rate)
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss = network(ids)
        accelerator.backward(loss)
        norm = accelerator.clip_grad_norm_(model.parameters(), GRADIENT_CLIP).item()
        loss = accelerator.reduce(loss.detach(), "mean").item()  # of all processes
        logbook.check(step, loss, norm)
        optimizer.step()
        optimizer.zero_grad()
        logbook.enter(step, loss, norm, rate)
    logbook.close()
    return account(logbook.attempts)


class LaunchError(RuntimeError):
    """Processes were started together that do not work together; the message says what to do."""


def new_accelerator() -> Accelerator:
    """Return what runs the loop on this machine: its GPU, or its CPU; one process, or several.

    Raises LaunchError where processes were started together that do not work together: each
    would train the model alone, and take itself for the one that writes it.
    """
    gpu = torch.cuda.is_available()
    accelerator = Accelerator(
        cpu=not gpu,
        mixed_precision=precision(),
        dynamo_backend="inductor" if gpu else "no",  # on a CPU it compiles longer than it saves
    )
    started = int(os.environ.get("WORLD_SIZE", "1"))
    if accelerator.num_processes != started:
        raise LaunchError(
            f"{started} processes were started, but {accelerator.num_processes} work together: "
            "start them with torchrun (see featurefate.language_model.train)"
        )
    return accelerator


def precision() -> str:
    """Return "bf16" where this machine's hardware multiplies in bfloat16, else "no"."""
    if torch.cuda.is_available():
        in_hardware = torch.cuda.is_bf16_supported(including_emulation=False)
        return "bf16" if in_hardware else "no"
    return "bf16" if torch.cpu._is_avx512_bf16_supported() else "no"
