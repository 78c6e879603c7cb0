"""What is kept of a training while it runs: its curves, models on the way, where to go on from.

In several processes all see the same losses, and so stop together; the first one alone measures
on held-out text and writes.
"""

import math
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from accelerate import Accelerator
from torch import optim
from tqdm import tqdm
from transformers import MistralForCausalLM

from featurefate.corpora.tokens import EvaluationRows, TrainingTokensError
from featurefate.language_model.attempts import new_attempt
from featurefate.language_model.checkpoint import (
    FILE_NAME,
    checkpoint_step,
    restore_checkpoint,
    save_checkpoint,
    save_curves,
)
from featurefate.language_model.divergence import MARGIN, PATIENCE, TrainingDiverged, steps_above
from featurefate.language_model.evaluation import score_model
from featurefate.language_model.milestones import milestone_steps, save_milestone
from featurefate.language_model.recipe import Recipe, warm_up_steps

SECONDS_BETWEEN_CHECKPOINTS = 30
VALIDATIONS = 12  # points on the validation curve
VALIDATION_LOGITS = 2**24  # numbers held at a time


class Logbook:
    """The record of one training in its folder, gone on with where a killed run left it.

    `training_curve.parquet`: step, tokens, loss (nats a token, before the step), gradient_norm
    (before clipping), learning_rate, tokens_per_second. `validation_curve.parquet`: step, tokens,
    domain, loss. Both are written with every checkpoint, and before a divergence is raised.
    `milestones/`: see milestones.py. `attempts`: this one is the last.
    """

    def __init__(
        self,
        folder: Path,
        model: MistralForCausalLM,
        optimizer: optim.AdamW,
        rows: np.ndarray,
        recipe: Recipe,
        held_out: dict[str, EvaluationRows],
        accelerator: Accelerator,
    ):
        self.folder, self.model, self.optimizer, self.held_out = folder, model, optimizer, held_out
        self.is_writer = accelerator.is_main_process
        self.batch, self.context = recipe.batch, rows.shape[1]
        self.steps = len(rows) // recipe.batch
        if self.steps == 0:
            raise TrainingTokensError(
                f"{len(rows)} rows of training text do not fill a batch of {self.batch}"
            )
        self.milestones = milestone_steps(self.steps, recipe.milestones)
        self.first, self.curves, earlier = restore_checkpoint(folder, model, optimizer)
        self.losses = [entry["loss"] for entry in self.curves["training"]]
        self.attempts = [*earlier, new_attempt(accelerator)]
        self.began = time.perf_counter()
        changed = len({str(attempt) for attempt in self.attempts[-2:]}) > 1
        if self.is_writer and changed and self.first < self.steps:
            before, now = self.attempts[-2:]
            said = f"from step {self.first + 1} on training goes on in {now}; it was {before}"
            print(said, file=sys.stderr)

    def progress(self, batches: Iterable) -> Iterable:
        """Return `batches` with a live bar; the clock of the first step starts."""
        self.bar = tqdm(
            batches,
            initial=self.first,
            total=self.steps,
            unit="step",
            file=sys.stderr,
            disable=not self.is_writer,
        )
        self.saved = time.monotonic()
        self.started = time.perf_counter()
        return self.bar

    def check(self, step: int, loss: float, norm: float) -> None:
        """Raise TrainingDiverged where a step must not be taken: for a NaN, or after a jump.

        A loss that is in order shows that the weights before this step are: they can be saved.
        """
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise self._divergence(step, f"loss {loss}, norm of the gradient {norm}")
        self.losses.append(loss)
        above = steps_above(self.losses, warm_up_steps(self.steps))
        if above == PATIENCE:
            jump = f"loss {loss:.2f}, for {above} steps more than {MARGIN} nats above what it was"
            raise self._divergence(step, jump)
        waited = time.monotonic() - self.saved > SECONDS_BETWEEN_CHECKPOINTS
        if self.is_writer and waited and not above and step > self.first:
            self._save(step)
            self.saved = time.monotonic()

    def enter(self, step: int, loss: float, norm: float, rate: float) -> None:
        """Enter a step that was taken; measure and keep what is due after it."""
        seconds = time.perf_counter() - self.started
        now = {"step": step + 1, "tokens": (step + 1) * self.batch * self.context}
        outcome = {"loss": loss, "gradient_norm": norm, "learning_rate": rate}
        speed = {"tokens_per_second": self.batch * self.context / seconds}
        self.curves["training"].append(now | outcome | speed)
        self.bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
        if self.is_writer:
            if now["step"] % max(1, self.steps // VALIDATIONS) == 0 or now["step"] == self.steps:
                self._validate(now)
            if now["step"] in self.milestones:
                save_milestone(self.folder, self.model, now["step"])
        self.started = time.perf_counter()
        self.attempts[-1].steps += 1
        self.attempts[-1].seconds = self.started - self.began

    def close(self) -> None:
        """Write the whole curves and the end: a kill before the model is saved loses nothing."""
        if self.is_writer:
            self._save(self.steps)

    def _save(self, step: int) -> None:
        state = self.model, self.optimizer, step, self.curves, self.attempts
        save_checkpoint(self.folder, *state)

    def _validate(self, now: dict[str, int]) -> None:
        vocabulary = self.model.config.vocab_size
        batch = max(1, VALIDATION_LOGITS // (vocabulary * self.context))
        self.model.eval()
        for domain, evaluation in self.held_out.items():
            loss = score_model(self.model, evaluation, batch=batch).loss
            self.curves["validation"].append({**now, "domain": domain, "loss": loss})
        self.model.train()

    def _divergence(self, step: int, what: str) -> TrainingDiverged:
        if self.is_writer:
            save_curves(self.folder, self.curves)
        good = "No checkpoint was saved yet"
        if saved := checkpoint_step(self.folder):
            good = f"The last good checkpoint is {self.folder / FILE_NAME}, after step {saved}"
        return TrainingDiverged(
            f"training diverged in step {step + 1} (rows {step * self.batch} to "
            f"{(step + 1) * self.batch - 1} of its order; {what}). The curves up to there are in "
            f"{self.folder}. {good}. A lower learning rate is the usual remedy."
        )
