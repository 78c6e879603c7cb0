"""Small models with norm gains, copies of them in another form, and text for them to read."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from featurefate.alignment.folding import fold_gains
from featurefate.alignment.transform import Transform
from featurefate.language_model.architecture import new_model

sys.path.append(str(Path(__file__).parents[1] / "language_model"))
from planted_language import RECIPE, SHAPE, plant_corpora  # noqa: E402

__all__ = ["RECIPE", "ROWS", "SHAPE", "copy_of", "model_with_gains", "planted", "plant_corpora"]

ROWS = np.random.default_rng(3).integers(1, SHAPE["vocabulary"], (60, SHAPE["context"]))


def model_with_gains(seed: int = 1):
    """An untrained model whose norms have gains, as trained ones do."""
    model = new_model(**SHAPE, seed=seed).eval()
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 1:
                parameter.copy_(torch.rand(len(parameter), generator=draw) + 0.5)
    return model


def planted(seed: int, kinds: list[str]) -> Transform:
    """A random transform; its "value_order" is an order of each group's dimensions."""
    config = model_with_gains().config
    transform = Transform.random(config, seed, [kind for kind in kinds if kind != "value_order"])
    if "value_order" in kinds:
        draw = torch.Generator().manual_seed(seed)
        orders = [torch.randperm(4, generator=draw) for _ in range(2)]
        eye = torch.eye(4, dtype=torch.float64)
        transform = replace(transform, values=torch.stack([eye[order] for order in orders]))
    return transform


def copy_of(model, transform: Transform):
    """The same model in another form."""
    copy = new_model(**SHAPE, seed=9).eval()
    copy.load_state_dict(transform.apply(fold_gains(model.state_dict())))
    return copy
