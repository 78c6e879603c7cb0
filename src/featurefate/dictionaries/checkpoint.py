"""Where the training of a model's dictionaries stands, in one file, whole or not there.

SAELens's own checkpoints are pickled; this one is safetensors: weights and Adam's moments of every
dictionary, how long each feature has been silent, and a JSON header with the rest. The artifact
store drops it when the dictionaries are finished.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors import safe_open
from safetensors.torch import save
from torch import Tensor

from featurefate.artifacts.manifest import write_atomically

if TYPE_CHECKING:
    from sae_lens import SAETrainer

FILE_NAME = ".checkpoint.safetensors"  # scratch, see artifacts.manifest
MOMENTS = ("exp_avg", "exp_avg_sq", "step")
COUNTS = ("act_freq_scores", "n_forward_passes_since_fired", "ever_dead")
NUMBERS = ("n_training_steps", "n_training_samples", "n_frac_active_samples")


def save_checkpoint(
    folder: Path, trainers: dict[int, "SAETrainer"], pieces_done: int, curve: list[dict]
) -> None:
    """Write the state of all trainers (by seed) after `pieces_done` pieces of the stream."""
    tensors, states = {}, {}
    for seed, trainer in trainers.items():
        for name, parameter in trainer.sae.named_parameters():
            tensors[f"{seed}/weight/{name}"] = parameter.detach().contiguous()
            for moment, value in trainer.optimizer.state[parameter].items():  # frozen: none
                tensors[f"{seed}/{moment}/{name}"] = value.contiguous()
        for name, buffer in trainer.sae.named_buffers():
            tensors[f"{seed}/buffer/{name}"] = buffer
        for name in COUNTS:
            tensors[f"{seed}/{name}"] = getattr(trainer, name)
        states[seed] = {name: getattr(trainer, name) for name in NUMBERS}
        states[seed]["scaling_factor"] = trainer.activation_scaler.scaling_factor
        states[seed]["schedule"] = trainer.lr_scheduler.state_dict()
        states[seed]["learning_rate"] = trainer.optimizer.param_groups[0]["lr"]
    header = {"pieces_done": pieces_done, "curve": curve, "trainers": states}
    write_atomically(folder / FILE_NAME, save(tensors, metadata={"json": json.dumps(header)}))


def restore_checkpoint(folder: Path, trainers: dict[int, "SAETrainer"]) -> tuple[int, list[dict]]:
    """Load the checkpoint of `folder` into fresh trainers; return pieces done and the curve.

    Without one, nothing is changed and the answer is (0, []).
    """
    path = folder / FILE_NAME
    if not path.exists():
        return 0, []
    with safe_open(path, framework="pt") as file:
        header = json.loads(file.metadata()["json"])
        for seed, trainer in trainers.items():
            state = header["trainers"][str(seed)]
            for name, parameter in trainer.sae.named_parameters():
                parameter.data.copy_(file.get_tensor(f"{seed}/weight/{name}"))
                if parameter.requires_grad:
                    trainer.optimizer.state[parameter] = {
                        moment: _laid_out_as(parameter, file.get_tensor(f"{seed}/{moment}/{name}"))
                        for moment in MOMENTS
                    }
            for name, buffer in trainer.sae.named_buffers():
                buffer.copy_(file.get_tensor(f"{seed}/buffer/{name}"))
            for name in COUNTS:
                setattr(trainer, name, file.get_tensor(f"{seed}/{name}").to(trainer.cfg.device))
            for name in NUMBERS:
                setattr(trainer, name, state[name])
            trainer.activation_scaler.scaling_factor = state["scaling_factor"]
            trainer.lr_scheduler.load_state_dict(state["schedule"])
            trainer.optimizer.param_groups[0]["lr"] = state["learning_rate"]
    return header["pieces_done"], header["curve"]


def _laid_out_as(parameter: Tensor, value: Tensor) -> Tensor:
    """The value on the parameter's device, in its memory layout, which fused Adam relies on."""
    if value.shape != parameter.shape:
        return value.to(parameter.device)
    return torch.empty_like(parameter.detach()).copy_(value)
