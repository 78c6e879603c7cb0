"""Training the dictionaries of one model: several seeds in one pass over its activations.

The optimisation is SAELens's `SAETrainer`, stepped from here so that activations are computed once
and shared. Two seeds differ in their initial weights and in the order in which they see the
activations; two models of the same seed and settings see the same text.
"""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import torch
from torch import Tensor
from tqdm import tqdm

from featurefate.artifacts.store import Artifact
from featurefate.corpora.domains import DOMAINS
from featurefate.dictionaries.activation_stream import ActivationStream, shuffled_batches
from featurefate.dictionaries.active_topk import new_dictionary
from featurefate.dictionaries.checkpoint import restore_checkpoint, save_checkpoint
from featurefate.language_model.activations import HOOK
from featurefate.language_model.architecture import load_model
from featurefate.language_model.training import mixed_rows, precision

if TYPE_CHECKING:
    from sae_lens import SAE, SAETrainer, TrainingSAE

ROWS_SEED = 90_210  # the text's order: the same for every model, and no other seed of the study
WARM_UP, DECAY = 0.05, 0.2  # shares of the steps with a rising and with a falling learning rate
SILENT_SHARE = 0.1  # of the training tokens: a feature silent for longer counts as dead
CURVE_POINTS = 60
SECONDS_BETWEEN_CHECKPOINTS = 30


def train_dictionaries(
    folder: Path,
    *,
    model: Artifact,
    tokens: Artifact,
    features: int,
    k: int,
    training_tokens: int,
    seeds: list[int],
    context: int,
    batch: int,
    learning_rate: float,
    buffer_tokens: int,
) -> None:
    """Step: train one TopK dictionary a seed on the model's MLP activations; write them all.

    `features` latents, `k` active a token; `training_tokens` seen by each, equally many of the
    four domains; `batch` tokens a step; `buffer_tokens` activations are held (and shuffled) at a
    time, which bounds the memory. Writes `seed_<n>/` in SAELens's inference format, for raw
    activations, and `curves.parquet`: seed, tokens, loss (scaled units), variance_explained (of
    the batch, centred), dead (features), learning_rate.
    """
    if buffer_tokens < batch:
        raise ValueError(f"a buffer of {buffer_tokens} tokens cannot fill a batch of {batch}")
    language_model = load_model(model)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    piece = buffer_tokens // batch * batch
    steps = training_tokens // batch
    stream = ActivationStream(
        language_model.to(device),
        _rows(tokens, steps * batch, context),
        tokens=steps * batch,
        piece=piece,
    )
    trainers = {
        seed: new_trainer(
            new_dictionary(language_model.config.intermediate_size, features, k, seed, device),
            steps=steps,
            batch=batch,
            learning_rate=learning_rate,
        )
        for seed in seeds
    }
    first, curve = restore_checkpoint(folder, trainers)
    last_saved = time.monotonic()
    for index in tqdm(range(first, len(stream)), initial=first, total=len(stream), file=sys.stderr):
        activations = stream[index]
        for seed, trainer in trainers.items():
            if trainer.activation_scaler.scaling_factor is None:
                centre_and_scale(trainer, activations)
            for batch_of in shuffled_batches(activations, batch, seed=(ROWS_SEED, seed, index)):
                curve.extend(_step(trainer, batch_of, steps, seed))
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
    from sae_lens import SAE

    folder = dictionaries.path / f"seed_{seed}"
    if not folder.is_dir():
        there = ", ".join(str(s) for s in trained_seeds(dictionaries))
        raise KeyError(f"{dictionaries.name} has no seed {seed}; it has {there}")
    return SAE.load_from_disk(folder, device="cpu")


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
        dead_feature_window=max(1, int(SILENT_SHARE * steps)),
        device=str(dictionary.device),
        autocast=precision() == "bf16",
    )
    trainer = SAETrainer(cfg=config, sae=dictionary, data_provider=iter(()))
    trainer.optimizer.param_groups[0]["fused"] = True  # one pass over the weights instead of ten
    return trainer


def centre_and_scale(trainer: "SAETrainer", activations: Tensor) -> None:
    """Fit an untrained dictionary to the size and the centre of activations (tokens, d).

    b_dec starts at the mean, so that no feature has to spend itself on what all tokens share.
    """
    scale = unit_scale(activations)
    trainer.activation_scaler.scaling_factor = scale
    trainer.sae.b_dec.data.copy_(scale * activations.mean(dim=0))


def unit_scale(activations: Tensor) -> float:
    """Return the factor that gives activations (tokens, d) a mean norm of √d.

    Anthropic's convention (SAELens `expected_average_only_in`): losses and learning rates then
    mean the same for every model. It is folded into the weights when they are saved.
    """
    return activations.shape[1] ** 0.5 / activations.norm(dim=1).mean().item()


def save_dictionary(trainer: "SAETrainer", folder: Path, model_name: str) -> None:
    """Write a trained dictionary for raw activations, in the format of SAELens."""
    trainer.sae.fold_activation_norm_scaling_factor(trainer.activation_scaler.scaling_factor)
    trainer.set_final_sae_metadata()
    trainer.sae.cfg.metadata.model_name = model_name
    trainer.sae.cfg.metadata.hook_name = HOOK
    trainer.sae.to("cpu").save_inference_model(folder)


def _rows(tokens: Artifact, wanted: int, context: int):
    """Enough rows for `wanted` tokens beside the <|endoftext|> that opens each row."""
    rows = -(-wanted // (context - 1))
    rows += -rows % len(DOMAINS)
    return mixed_rows(tokens, list(DOMAINS), rows * context, context, ROWS_SEED)


def _step(trainer: "SAETrainer", batch: Tensor, steps: int, seed: int) -> list[dict]:
    """Take one step; return a point of the curve where one is due."""
    output = trainer.step(batch)
    trainer.n_training_steps += 1
    due = trainer.n_training_steps % max(1, steps // CURVE_POINTS) == 0
    if not due and trainer.n_training_steps < steps:
        return []
    loss = output.losses["mse_loss"].item()
    variance = output.sae_in.var(dim=0, correction=0).sum().item()
    return [
        {
            "seed": seed,
            "tokens": trainer.n_training_samples,
            "loss": loss,
            "variance_explained": 1 - loss / variance,
            "dead": int(trainer.dead_neurons.sum()),
            "learning_rate": trainer.optimizer.param_groups[0]["lr"],
        }
    ]
