"""The settings of a training in a JSON file, refused by key where no training can be run with them.

What a notebook hands over in Python is checked by the same functions; a file has one more way to
be wrong: a key that is misspelled or not there.
"""

import json
from collections.abc import Callable, Sequence
from inspect import Parameter, signature
from pathlib import Path

import torch

from featurefate.language_model.architecture import new_model
from featurefate.language_model.recipe import Recipe


class SettingsError(ValueError):
    """The settings of a training cannot be used; the message begins with the key."""


def read_settings(path: Path, new: bool) -> dict[str, dict]:
    """Return the settings in `path`: `shape` and `recipe` of a `new` model, of a child `recipe`.

    Raises SettingsError.
    """
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"not readable as JSON ({error})") from error
    if isinstance(settings, dict) and ("shape" in settings) != new:
        missing = "shape is missing (a child? give --parent)"
        raise SettingsError(missing if new else "shape is given, but a child has its parent's")
    sections = ["shape", "recipe"] if new else ["recipe"]
    _check_keys(settings, "", required=sections)
    _check_arguments(Recipe, settings, "recipe")
    if new:
        with torch.device("meta"):  # a model without weights costs nothing
            _check_arguments(new_model, settings, "shape", seed=0)
    return settings


def _check_arguments(function: Callable, settings: dict, section: str, **also: int) -> None:
    """Try `function` with what stands in a section, and `also`."""
    wanted = {n: p for n, p in signature(function).parameters.items() if n not in also}
    required = [name for name, p in wanted.items() if p.default is Parameter.empty]
    optional = [name for name in wanted if name not in required]
    _check_keys(settings[section], f"{section}.", required, optional)
    try:
        function(**settings[section], **also)
    except ValueError as error:
        raise SettingsError(f"{section}.{error}") from error


def _check_keys(
    given: object, prefix: str, required: list[str], optional: Sequence[str] = ()
) -> None:
    there = ", ".join([*required, *optional])
    if not isinstance(given, dict):
        raise SettingsError(f"{prefix.rstrip('.') or 'the file'} must hold an object with {there}")
    for key in given:
        if key not in (*required, *optional):
            raise SettingsError(f"{prefix}{key} is not known; there are {there}")
    for key in required:
        if key not in given:
            raise SettingsError(f"{prefix}{key} is missing")
