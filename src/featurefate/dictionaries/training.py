"""Training the dictionaries of one model: several seeds in one pass over its activations.

The optimisation is SAELens's `SAETrainer`, stepped from here so that activations are computed once
and shared. Two seeds differ in their initial weights and in the order in which they see the
activations; two models of the same seed and settings see the same text.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import torch
from torch import Tensor
from tqdm import tqdm

from featurefate.artifacts.store import Artifact
from featurefate.corpora.domains import DOMAINS
from featurefate.dictionaries.activation_stream import ActivationStream, shuffled_batches
from featurefate.dictionaries.architectures import check_architecture, new_dictionary
from featurefate.dictionaries.checkpoint import restore_checkpoint, save_checkpoint
from featurefate.dictionaries.start import (
    centre_and_scale,
    freeze_decoder,
    start_at_samples,
    start_from,
)
from featurefate.language_model.activations import HOOK
from featurefate.language_model.architecture import load_model
from featurefate.language_model.training import mixed_rows, precision

if TYPE_CHECKING:
    from sae_lens import SAE, SAETrainer, TrainingSAE

ROWS_SEED = 90_210  # the text's order: the same for every model, and no other seed of the study
WARM_UP, DECAY = 0.05, 0.5  # shares of the steps with a rising and with a falling learning rate
SECOND_MOMENT = 0.98  # Adam's: a short memory, for latents whose gradients are mostly zero
SILENT_SHARE = 0.1  # of the training tokens: a feature silent for longer counts as dead
CURVE_POINTS = 60
SECONDS_BETWEEN_CHECKPOINTS = 30


def train_dictionaries(
    folder: Path,
    *,
    model: Artifact,
    tokens: Artifact,
    features: int,
    k: int | None = None,
    training_tokens: int,
    seeds: list[int],
    context: int,
    batch: int,
    learning_rate: float,
    buffer_tokens: int,
    architecture: str = "topk",
    penalty: float | None = None,
    domains: list[str] = DOMAINS,
    start: str = "samples",
    parent: Artifact | None = None,
    parent_seed: int | None = None,
    frozen_decoder: bool = False,
) -> None:
    """Step: train one dictionary a seed on the model's MLP activations; write them all.

    `features` latents, `k` active a token (`architecture`: see `architectures.py`; "relu" takes
    `penalty` instead of `k`); `training_tokens` seen by each, equally many of each of `domains`;
    `batch` tokens a step; `buffer_tokens` activations are held (and shuffled) at a time, which
    bounds the memory. Latents start at sampled activations (`start` "samples") or in random
    directions ("random"); with `parent`, dictionaries of this or another model, all start from its
    `parent_seed` and differ in the order of the data alone. `frozen_decoder`: only the encoder
    learns. Writes `seed_<n>/` in SAELens's inference format, for raw activations, and
    `curves.parquet`: seed, tokens, loss (scaled units), variance_explained (of the batch,
    centred), l0, dead (features), revived (features that were dead once and are no longer),
    learning_rate. Raises ValueError for settings that contradict each other.
    """
    check_architecture(architecture, features, k, penalty)
    start_at = _start(start, parent, parent_seed)
    if buffer_tokens < batch:
        raise ValueError(f"a buffer of {buffer_tokens} tokens cannot fill a batch of {batch}")
    if training_tokens < batch:
        raise ValueError(f"{training_tokens} training tokens do not fill a batch of {batch}")
    language_model = load_model(model)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    piece = buffer_tokens // batch * batch
    steps = training_tokens // batch
    stream = ActivationStream(
        language_model.to(device),
        _rows(tokens, domains, steps * batch, context),
        tokens=steps * batch,
        piece=piece,
    )

    def trainer_of(seed: int) -> "SAETrainer":
        dictionary = new_dictionary(
            architecture,
            d_in=language_model.config.intermediate_size,
            features=features,
            k=k,
            penalty=penalty,
            seed=seed,
            device=device,
        )
        if frozen_decoder:
            freeze_decoder(dictionary)
        return new_trainer(dictionary, steps=steps, batch=batch, learning_rate=learning_rate)

    trainers = {seed: trainer_of(seed) for seed in seeds}
    first, curve = restore_checkpoint(folder, trainers)
    last_saved = time.monotonic()
    for index in tqdm(range(first, len(stream)), initial=first, total=len(stream), file=sys.stderr):
        activations = stream[index]
        for seed, trainer in trainers.items():
            if trainer.activation_scaler.scaling_factor is None:
                centre_and_scale(trainer, activations)
                start_at(trainer, activations, seed)
            for batch_of in shuffled_batches(activations, batch, seed=(ROWS_SEED, seed, index)):
                curve.extend(_step(trainer, batch_of, steps, seed))
        del activations, batch_of  # or two pieces would be in memory while the next is computed
        waited = time.monotonic() - last_saved > SECONDS_BETWEEN_CHECKPOINTS
        if waited or index + 1 == len(stream):
            save_checkpoint(folder, trainers, index + 1, curve)
            last_saved = time.monotonic()
    for seed, trainer in trainers.items():
        save_dictionary(trainer, folder / f"seed_{seed}", model.name)
    pd.DataFrame(curve).to_parquet(folder / "curves.parquet")


def load_dictionary(dictionaries: Artifact, seed: int) -> "SAE":
    """Return the dictionary of one seed, for raw activations, on the CPU.

    Raises KeyError that lists the seeds there are.
    """
    if seed not in trained_seeds(dictionaries):
        there = ", ".join(str(s) for s in trained_seeds(dictionaries))
        raise KeyError(f"{dictionaries.name} has no seed {seed}; it has {there}")
    return load_seed(dictionaries.path, seed)


def load_seed(folder: Path, seed: int) -> "SAE":
    """Return one seed's dictionary of those that `train_dictionaries` wrote into a folder."""
    from sae_lens import SAE

    return SAE.load_from_disk(folder / f"seed_{seed}", device="cpu")


def trained_seeds(dictionaries: Artifact) -> list[int]:
    """Return the seeds of a set of dictionaries, ascending."""
    return sorted(int(path.name.split("_")[1]) for path in dictionaries.path.glob("seed_*"))


def new_trainer(
    dictionary: "TrainingSAE", *, steps: int, batch: int, learning_rate: float
) -> "SAETrainer":
    """Return SAELens's trainer, set for `steps` steps of `batch` tokens, fed by hand."""
    from sae_lens import SAETrainer
    from sae_lens.config import SAETrainerConfig

    config = SAETrainerConfig(
        total_training_samples=steps * batch,
        train_batch_size_samples=batch,
        lr=learning_rate,
        lr_end=learning_rate,
        lr_warm_up_steps=max(2, int(WARM_UP * steps)),
        lr_decay_steps=max(1, int(DECAY * steps)),
        adam_beta2=SECOND_MOMENT,
        dead_feature_window=max(1, int(SILENT_SHARE * steps)),
        device=str(dictionary.device),
        autocast=precision() == "bf16",
    )
    trainer = SAETrainer(cfg=config, sae=dictionary, data_provider=iter(()))
    trainer.optimizer.param_groups[0]["fused"] = True  # one pass over the weights instead of ten
    trainer.ever_dead = trainer.dead_neurons  # none yet
    return trainer


def save_dictionary(trainer: "SAETrainer", folder: Path, model_name: str) -> None:
    """Write a trained dictionary for raw activations, in the format of SAELens.

    Its decoder's directions have norm 1, so activations are in units of neurons.
    """
    trainer.sae.fold_activation_norm_scaling_factor(trainer.activation_scaler.scaling_factor)
    trainer.sae.fold_W_dec_norm()
    trainer.set_final_sae_metadata()
    trainer.sae.cfg.metadata.model_name = model_name
    trainer.sae.cfg.metadata.hook_name = HOOK
    trainer.sae.to("cpu").save_inference_model(folder)


def _start(
    start: str, parent: Artifact | None, parent_seed: int | None
) -> Callable[["SAETrainer", Tensor, int], None]:
    """What sets the weights of a new trainer, given activations (tokens, d) and its seed."""
    if (parent is None) != (parent_seed is None):
        raise ValueError("`parent` and `parent_seed` are given together or not at all")
    if parent is not None:
        dictionary = load_dictionary(parent, parent_seed)
        return lambda trainer, activations, seed: start_from(trainer, dictionary)
    if start == "samples":
        return start_at_samples
    if start == "random":
        return lambda trainer, activations, seed: None
    raise ValueError(f"start {start!r} is neither 'samples' nor 'random'")


def _rows(tokens: Artifact, domains: list[str], wanted: int, context: int):
    """Enough rows for `wanted` tokens beside the <|endoftext|> that opens each row."""
    rows = -(-wanted // (context - 1))
    rows += -rows % len(domains)
    return mixed_rows(tokens, list(domains), rows * context, context, ROWS_SEED)


def _step(trainer: "SAETrainer", batch: Tensor, steps: int, seed: int) -> list[dict]:
    """Take one step; return a point of the curve where one is due."""
    output = trainer.step(batch)
    trainer.n_training_steps += 1
    trainer.ever_dead |= trainer.dead_neurons
    due = trainer.n_training_steps % max(1, steps // CURVE_POINTS) == 0
    if not due and trainer.n_training_steps < steps:
        return []
    loss = output.losses["mse_loss"].item()
    variance = output.sae_in.var(dim=0, correction=0).sum().item()
    acts, dead = output.feature_acts, trainer.dead_neurons
    active = int(torch.count_nonzero(acts.values() if acts.is_sparse else acts))
    return [
        {
            "seed": seed,
            "tokens": trainer.n_training_samples,
            "loss": loss,
            "variance_explained": 1 - loss / variance,
            "l0": active / len(batch),
            "dead": int(dead.sum()),
            "revived": int((trainer.ever_dead & ~dead).sum()),
            "learning_rate": trainer.optimizer.param_groups[0]["lr"],
        }
    ]
