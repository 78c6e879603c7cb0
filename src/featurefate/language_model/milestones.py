"""Models kept along the way of a training, to see when something came about.

They stand at logarithmically spaced steps, because most of what changes changes early. Each is a
folder that `transformers` reads, with float32 weights: the last one is the finished model, bit
for bit.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from transformers import MistralForCausalLM

from featurefate.artifacts.store import Artifact
from featurefate.language_model.architecture import read_model
from featurefate.language_model.checkpoint import write_tensors

WEIGHTS = "model.safetensors"


def milestone_steps(steps: int, milestones: int) -> list[int]:
    """Return `milestones` increasing steps from 1 to `steps`, logarithmically spaced.

    The last is `steps`; where two would fall on one step the later moves on by one. There are
    `steps` of them at most.
    """
    chosen: list[int] = []
    for target in np.geomspace(steps, 1, min(milestones, steps))[::-1]:
        chosen.append(max(round(float(target)), chosen[-1] + 1 if chosen else 1))
    return chosen


def save_milestone(folder: Path, model: MistralForCausalLM, step: int) -> None:
    """Write `milestones/step_<step>/`: the model after `step` steps."""
    target = folder / "milestones" / f"step_{step:06d}"
    target.mkdir(parents=True, exist_ok=True)
    model.config.save_pretrained(target)
    weights = {name: parameter.detach() for name, parameter in model.named_parameters()}
    write_tensors(target / WEIGHTS, weights, {"format": "pt"})


def load_milestones(model: Artifact) -> Iterator[tuple[int, int, MistralForCausalLM]]:
    """Yield (step, tokens seen, model) of each milestone of an artifact, in order.

    A model is read when its turn comes (float32, evaluation mode, CPU), so that one at a time is
    held. An artifact trained without milestones yields none.
    """
    kept = sorted((model.path / "milestones").glob(f"step_*/{WEIGHTS}"))
    if kept:
        curve = pd.read_parquet(model.file("training_curve.parquet"), columns=["step", "tokens"])
        tokens_at = dict(zip(curve.step, curve.tokens, strict=True))
    for weights in kept:
        step = int(weights.parent.name.removeprefix("step_"))
        yield step, int(tokens_at[step]), read_model(weights.parent)
