"""Where training stands, in one file that is either whole or not there.

Weights and both moments of AdamW as safetensors, the step and the curve so far as its JSON
header. Nothing else is needed: the order of the data and the learning rate follow from the step.
"""

import json
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import save
from torch import nn, optim

from featurefate.artifacts.manifest import write_atomically

FILE_NAME = "checkpoint.safetensors"
MOMENTS = ("exp_avg", "exp_avg_sq")


def save_checkpoint(
    folder: Path, model: nn.Module, optimizer: optim.AdamW, step: int, curves: dict[str, list]
) -> None:
    """Write the state after `step` steps; a kill meanwhile leaves the previous checkpoint."""
    tensors = {}
    for name, parameter in model.named_parameters():
        tensors[f"weight/{name}"] = parameter.detach().contiguous()
        for moment in MOMENTS if step else ():
            tensors[f"{moment}/{name}"] = optimizer.state[parameter][moment]
    header = {"step": str(step), "curves": json.dumps(curves)}
    write_atomically(folder / FILE_NAME, save(tensors, metadata=header))


def restore_checkpoint(
    folder: Path, model: nn.Module, optimizer: optim.AdamW
) -> tuple[int, dict[str, list]]:
    """Load the checkpoint of `folder` into model and optimizer; return its step and curves.

    Without one, nothing is changed and the step is 0.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return 0, {}
    with safe_open(path, framework="pt") as file:
        header = file.metadata()
        step = int(header["step"])
        for name, parameter in model.named_parameters():
            parameter.data.copy_(file.get_tensor(f"weight/{name}"))
            if step:
                state = {m: file.get_tensor(f"{m}/{name}").to(parameter.device) for m in MOMENTS}
                state["step"] = parameter.new_tensor(float(step), device="cpu")
                optimizer.state[parameter] = state
    return step, json.loads(header["curves"])
