"""Two models in one form, ready to be averaged: gains folded, the second one transformed."""

from pathlib import Path

from transformers import MistralForCausalLM

from featurefate.alignment.folding import fold_gains
from featurefate.alignment.transform import Transform
from featurefate.artifacts.store import Artifact
from featurefate.language_model.architecture import load_model, save_model
from featurefate.merging.interpolation import linear
from featurefate.merging.state import StateDict


def aligned(
    first: Artifact, second: Artifact, transforms: Artifact | None = None, arm: str | None = None
) -> tuple[MistralForCausalLM, StateDict, StateDict]:
    """Return a model to load weights into, and the weights of both, the second ones transformed.

    transforms: an artifact that holds `<arm>.safetensors`; without it the second model is taken as
    it is. Gains are folded in both, so a point between the two has none to average.
    """
    model = load_model(first)
    a, b = fold_gains(model.state_dict()), fold_gains(load_model(second).state_dict())
    a = {name: tensor.clone() for name, tensor in a.items()}  # not what `model` will overwrite
    if transforms is not None:
        b = Transform.load(transforms.file(f"{arm}.safetensors")).apply(b)
    return model, a, b


def merge_aligned(
    folder: Path,
    *,
    first: Artifact,
    second: Artifact,
    tokenizer: Artifact,
    t: float,
    transforms: Artifact | None = None,
    arm: str | None = None,
) -> None:
    """Step: write the model (1 − t)·first + t·transformed second; arguments as for `aligned`."""
    model, a, b = aligned(first, second, transforms, arm)
    model.load_state_dict(linear(a, b, t))
    save_model(model, tokenizer, folder)


def random_transforms(
    folder: Path, *, first: Artifact, arms: dict[str, list[str]], seed: int
) -> None:
    """Step: write a random transform for each arm, of its kinds (see `Transform.random`)."""
    config = load_model(first).config
    for arm, kinds in arms.items():
        Transform.random(config, seed, kinds).save(folder / f"{arm}.safetensors")


def transformed_copy(
    folder: Path, *, model: Artifact, tokenizer: Artifact, kinds: list[str], seed: int
) -> None:
    """Step: write `model` in another form: the same function, from weights randomly transformed."""
    copy = load_model(model)
    transform = Transform.random(copy.config, seed, kinds)
    copy.load_state_dict(transform.apply(fold_gains(copy.state_dict())))
    save_model(copy, tokenizer, folder)
