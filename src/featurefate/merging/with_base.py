"""The step that writes a merge which rests on the base of both children, too."""

from pathlib import Path
from typing import Any

from featurefate.artifacts.store import Artifact
from featurefate.language_model.architecture import load_model, save_model
from featurefate.merging.methods import Family, merge_by


def merge_with_base(
    folder: Path,
    *,
    first: Artifact,
    second: Artifact,
    base: Artifact,
    tokenizer: Artifact,
    method: str,
    t: float,
    settings: dict[str, Any],
) -> None:
    """Step: write the model `merge(first, second, t)` by a method of `methods.METHODS`.

    settings: what the method takes beyond models and t. Raises ValueError as `merge_by` does.
    """
    model = load_model(base)
    states = [load_model(child).state_dict() for child in (first, second)]
    family = Family(*states, base={n: w.clone() for n, w in model.state_dict().items()})
    model.load_state_dict(merge_by(family, method, t, **settings))
    save_model(model, tokenizer, folder)
