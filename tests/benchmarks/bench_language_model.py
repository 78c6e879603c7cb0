"""Training: our loop against `transformers.Trainer`, same model, batch, precision and data.

    python tests/benchmarks/bench_language_model.py --curves   our losses beside Trainer's
    python tests/benchmarks/bench_language_model.py --memory   peak memory at workstation size,
                                                               in bf16 and in float32

The timed comparison is part of `make bench`. Ours is the loop that the study trains with: its
record of the curves, the validation on held-out text and the checkpoint at the end are in the
measured time. Trainer measures, logs and saves nothing. On a processor both compute attention as
plain products ("eager"), which for rows this short is quicker than Trainer's default ("sdpa").
"""

import argparse
import subprocess
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from functools import partial
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from accelerate import Accelerator
from harness import benchmark
from transformers import MistralForCausalLM, Trainer, TrainingArguments

from featurefate.artifacts.manifest import measured
from featurefate.corpora.tokens import EvaluationRows
from featurefate.language_model import logbook
from featurefate.language_model.architecture import new_model
from featurefate.language_model.attempts import new_attempt
from featurefate.language_model.recipe import BETAS, GRADIENT_CLIP, Recipe, learning_rate_at
from featurefate.language_model.training import (
    SHORT_ROWS,
    VALIDATION_TOKENS,
    new_accelerator,
    optimise,
    precision,
)

LAPTOP = {"hidden_size": 128, "mlp_size": 512, "heads": 4, "key_value_heads": 2}
LAPTOP |= {"vocabulary": 4_096, "context": 128}
LARGE = {"hidden_size": 512, "mlp_size": 1_024, "heads": 16, "key_value_heads": 8}
LARGE |= {"vocabulary": 32_000, "context": 256}
# What the study's base does from one validation to the next: 122 of 1 464 steps, on two domains.
BATCH, STEPS = 16, 122


def recipe(batch: int, steps: int, context: int) -> Recipe:
    """The laptop's recipe for some steps; the text is made here, so the domain is a name."""
    return Recipe(
        domains=["english"],
        training_tokens=batch * steps * context,
        batch=batch,
        learning_rate=4e-3,
        weight_decay=0.1,
        seed=1,
    )


def text(rows: int, context: int, vocabulary: int, seed: int) -> np.ndarray:
    """Rows that can be learned a little: words by Zipf's law, each often followed by its double."""
    rng = np.random.default_rng(seed)
    words = np.minimum(rng.zipf(1.3, (rows, context)), vocabulary - 1)
    doubled = rng.random((rows, context)) < 0.5
    for position in range(1, context):
        after = 2 * words[:, position - 1] % vocabulary
        words[:, position] = np.where(doubled[:, position], after, words[:, position])
    words[:, 0] = 0
    return words.astype(np.int32)


def held_out(rows: int, context: int, vocabulary: int) -> dict[str, EvaluationRows]:
    """Text of two domains for measuring a model while it is trained."""
    made = {d: text(rows, context, vocabulary, seed) for d, seed in (("english", 2), ("python", 3))}
    nowhere = np.full((rows, context), -1)  # in no stream of tokens
    return {d: EvaluationRows(t, t != 0, np.arange(rows), nowhere) for d, t in made.items()}


def our_losses(
    model: MistralForCausalLM, rows: np.ndarray, measured_on: dict[str, EvaluationRows]
) -> list[float]:
    """Train with the study's loop; return the loss of every step."""
    with tempfile.TemporaryDirectory() as folder:
        plan = recipe(BATCH, len(rows) // BATCH, rows.shape[1])
        with redirect_stderr(StringIO()):  # its progress bar
            optimise(Path(folder), model, rows, plan, measured_on, new_accelerator())
        return pd.read_parquet(Path(folder) / "training_curve.parquet").loss.tolist()


class SameTeaching(Trainer):
    """Trainer with our order of the rows and our learning rates: its own begin one step later."""

    def _get_train_sampler(self, dataset=None):
        return torch.utils.data.SequentialSampler(dataset or self.train_dataset)

    def create_scheduler(self, num_training_steps, optimizer=None):
        share = partial(learning_rate_at, steps=num_training_steps, peak=1.0)
        self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer or self.optimizer, share)
        return self.lr_scheduler


def trainer_losses(model: MistralForCausalLM, rows: np.ndarray, log: bool) -> list[float]:
    """Train with transformers.Trainer, by the same recipe; return the losses where it logs."""
    if not torch.cuda.is_available() and rows.shape[1] <= SHORT_ROWS:
        model.set_attn_implementation("eager")
    plan = recipe(BATCH, len(rows) // BATCH, rows.shape[1])
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            per_device_train_batch_size=BATCH,
            num_train_epochs=1,
            learning_rate=plan.learning_rate,
            weight_decay=plan.weight_decay,
            adam_beta1=BETAS[0],
            adam_beta2=BETAS[1],
            max_grad_norm=GRADIENT_CLIP,
            bf16=precision() == "bf16",
            use_cpu=not torch.cuda.is_available(),
            save_strategy="no",
            logging_strategy="steps" if log else "no",
            logging_steps=1,
            report_to=[],
            disable_tqdm=True,
            dataloader_pin_memory=False,
        )
        ids = torch.as_tensor(rows.astype(np.int64))
        trainer = SameTeaching(
            model=model,
            args=arguments,
            train_dataset=[{"input_ids": row, "labels": row} for row in ids],
        )
        with redirect_stdout(StringIO()):  # one line a logged step
            trainer.train()
        return [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]


@benchmark(
    "train_tokens_per_second",
    unit="tokens/s",
    work=BATCH * STEPS * LAPTOP["context"],
    what="training at laptop size, same model, batch, precision, data and attention (eager on a "
    "processor), our loop with its validation and checkpoint against transformers.Trainer without",
    repeats=5,
)
def train_tokens_per_second():
    rows = text(BATCH * STEPS, LAPTOP["context"], LAPTOP["vocabulary"], seed=1)
    logbook.VALIDATIONS = 1
    measured_rows = VALIDATION_TOKENS // LAPTOP["context"]
    measured_on = held_out(measured_rows, LAPTOP["context"], LAPTOP["vocabulary"])
    return (
        lambda: our_losses(new_model(**LAPTOP, seed=1), rows, measured_on),
        lambda: trainer_losses(new_model(**LAPTOP, seed=1), rows, log=False),
    )


def smooth_curves(
    shape: dict[str, int], steps: int, window: int, seeds: tuple[int, ...] = (1, 2, 3)
) -> tuple[np.ndarray, np.ndarray]:
    """Return our losses and Trainer's, means over `window` steps, (seeds, steps / window) each.

    A seed is initial weights and order of the data; both get the same.
    """
    rows = text(BATCH * steps, shape["context"], shape["vocabulary"], seed=0)
    ours, trainer = [], []
    for seed in seeds:
        ordered = np.random.default_rng(seed).permutation(rows)
        ours.append(our_losses(new_model(**shape, seed=seed), ordered, {}))
        trainer.append(trainer_losses(new_model(**shape, seed=seed), ordered, log=True))
    return tuple(np.reshape(curve, (len(seeds), -1, window)).mean(2) for curve in (ours, trainer))


def print_curves(steps: int = 100, window: int = 10) -> None:
    """Print both curves at laptop size, and whether ours lies within the spread of Trainer's.

    As both have the same seeds, the mean of ours should lie between Trainer's lowest and highest.
    """
    ours, trainer = smooth_curves(LAPTOP, steps, window)
    middle, low, high = ours.mean(0), trainer.min(0), trainer.max(0)
    columns = {
        "to step": window * np.arange(1, len(middle) + 1),
        "ours, mean": middle,
        "Trainer, lowest": low,
        "Trainer, highest": high,
        "largest difference, same seed": np.abs(ours - trainer).max(0),
    }
    print(pd.DataFrame(columns).round(4).to_string(index=False))
    inside = (low <= middle) & (middle <= high)
    print(f"inside the spread of Trainer's seeds at {inside.sum()} of {len(inside)} points")


def measure_memory(numbers: str, steps: int = 4, batch: int = 64) -> None:
    """Print the peak memory of a few steps at workstation size; `numbers`: "bf16" or "no".

    Every step is followed by a validation, a milestone and a checkpoint.
    """
    context, vocabulary = LARGE["context"], LARGE["vocabulary"]
    rows = text(batch * steps, context, vocabulary, seed=1)
    measured_on = held_out(16, context, vocabulary)
    logbook.VALIDATIONS, logbook.SECONDS_BETWEEN_CHECKPOINTS = steps, 0
    accelerator = Accelerator(cpu=not torch.cuda.is_available(), mixed_precision=numbers)
    with tempfile.TemporaryDirectory() as folder, measured() as cost:
        model = new_model(**LARGE, seed=1)
        plan = replace(recipe(batch, steps, context), milestones=steps)
        optimise(Path(folder), model, rows, plan, measured_on, accelerator)
    parameters = sum(p.numel() for p in model.parameters())
    print(
        f"{parameters / 1e6:.1f} M parameters, batch {batch} x {context}, "
        f"{new_attempt(accelerator).precision}: "
        f"peak {cost.peak_memory_mb:,.0f} MB in {cost.seconds:.0f} s"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What `make bench` has no column for.")
    parser.add_argument("--curves", action="store_true", help="our losses beside Trainer's")
    parser.add_argument("--memory", action="store_true", help="peak memory at workstation size")
    parser.add_argument("--memory-in", choices=("bf16", "no"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.curves:
        print_curves()
    if chosen.memory:
        for numbers in ("bf16", "no"):  # a process has one precision
            subprocess.run([sys.executable, __file__, "--memory-in", numbers], check=True)
    if chosen.memory_in:
        measure_memory(chosen.memory_in)
