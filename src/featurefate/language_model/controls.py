"""Models that learned nothing: what is found in them is no finding about learning.

An *untrained* model has the initial weights of some seed. A *shuffled* one has the weights of a
trained model, every matrix's entries permuted: the same distribution of values, no structure.
Other controls need nothing of their own: a model trained from scratch on one domain is
`train_base` with that domain, a child with another order of the data is `fine_tune` with another
seed.
"""

from pathlib import Path

import torch

from featurefate.artifacts.store import Artifact
from featurefate.language_model.architecture import load_model, new_model, save_model


def untrained(folder: Path, *, tokenizer: Artifact, shape: dict[str, int], seed: int) -> None:
    """Step: write a model with the initial weights of `seed`.

    `shape`: the arguments of `new_model` but the seed. A model that `train_base` trained from the
    same seed started from these very weights.
    """
    save_model(new_model(**shape, seed=seed), tokenizer, folder)


def shuffled(folder: Path, *, parent: Artifact, tokenizer: Artifact, seed: int) -> None:
    """Step: write `parent` with the entries of each matrix permuted; gains of norms stay."""
    model = load_model(parent)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim >= 2:
                order = torch.randperm(parameter.numel(), generator=generator)
                parameter.copy_(parameter.flatten()[order].view_as(parameter))
    save_model(model, tokenizer, folder)
