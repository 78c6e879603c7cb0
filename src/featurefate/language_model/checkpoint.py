"""Where training stands, in files that are either whole or not there.

The checkpoint holds the weights and both moments of AdamW as safetensors; in its header stand the
number of the step and the attempts that led there. No random state: nothing is drawn while a model
is trained, and the order of the data and the learning rate follow from the step. The curves lie
beside it as Parquet, to be read while training goes on. They are written first, so they reach at
least as far as the checkpoint; what is beyond it is cut off when a run goes on. The artifact store
drops the checkpoint when the model is finished.
"""

import json
from dataclasses import asdict
from pathlib import Path

import pandas as pd
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn, optim

from featurefate.artifacts.manifest import sync, write_atomically
from featurefate.language_model.attempts import Attempt

FILE_NAME = ".checkpoint.safetensors"  # scratch, see artifacts.manifest
MOMENTS = ("exp_avg", "exp_avg_sq")

Curves = dict[str, list[dict]]


def save_checkpoint(
    folder: Path,
    model: nn.Module,
    optimizer: optim.AdamW,
    step: int,
    curves: Curves,
    attempts: list[Attempt],
) -> None:
    """Write the state after `step` ≥ 1 steps; a kill meanwhile leaves the previous checkpoint."""
    save_curves(folder, curves)
    tensors = {}
    for name, parameter in model.named_parameters():
        tensors[f"weight/{name}"] = parameter.detach()
        for moment in MOMENTS:
            tensors[f"{moment}/{name}"] = optimizer.state[parameter][moment]
    header = {"step": str(step), "attempts": json.dumps([asdict(a) for a in attempts])}
    write_tensors(folder / FILE_NAME, tensors, header)


def restore_checkpoint(
    folder: Path, model: nn.Module, optimizer: optim.AdamW
) -> tuple[int, Curves, list[Attempt]]:
    """Load the checkpoint of `folder` into model and optimizer; return its step, curves, attempts.

    Without one, nothing is changed, the step is 0 and both others are empty.
    """
    step = checkpoint_step(folder)
    if not step:
        return 0, {"training": [], "validation": []}, []
    with safe_open(folder / FILE_NAME, framework="pt") as file:
        attempts = [Attempt(**values) for values in json.loads(file.metadata()["attempts"])]
        for name, parameter in model.named_parameters():
            parameter.data.copy_(file.get_tensor(f"weight/{name}"))
            state = optimizer.state[parameter] = {"step": parameter.new_tensor(float(step))}
            for moment in MOMENTS:
                state[moment] = parameter.new_empty(parameter.shape)
                state[moment].copy_(file.get_tensor(f"{moment}/{name}"))
    curves = {name: _curve(folder, name, step) for name in ("training", "validation")}
    return step, curves, attempts


def checkpoint_step(folder: Path) -> int:
    """Return after how many steps the checkpoint of `folder` was written; 0 if there is none."""
    path = folder / FILE_NAME
    if not path.exists():
        return 0
    with safe_open(path, framework="pt") as file:
        return int(file.metadata()["step"])


def save_curves(folder: Path, curves: Curves) -> None:
    """Write `training_curve.parquet` and `validation_curve.parquet`, each whole or not at all."""
    for name, records in curves.items():
        write_atomically(folder / f"{name}_curve.parquet", pd.DataFrame(records).to_parquet())


def write_tensors(path: Path, tensors: dict[str, Tensor], header: dict[str, str]) -> None:
    """Write a safetensors file, whole or not at all, without a second copy of it in memory."""
    temporary = path.with_name(f".{path.name}.tmp")
    save_file(tensors, temporary, metadata=header)
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)


def _curve(folder: Path, name: str, step: int) -> list[dict]:
    records = pd.read_parquet(folder / f"{name}_curve.parquet").to_dict("records")
    return [record for record in records if record["step"] <= step]
