"""A source of text from the settings that a notebook's parameter gives."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from featurefate.corpora.external.checks import SettingsError
from featurefate.corpora.external.files import FileSource
from featurefate.corpora.external.hub import HubSource

KINDS = {"files": FileSource, "hub": HubSource}


def source_from(settings: Mapping[str, Any]) -> FileSource | HubSource:
    """Return the source that `settings` describe: {"files": …} or {"hub": …}, and further keys.

    The keys are those of `FileSource` or `HubSource`, where they are explained. Raises
    SettingsError that names the key for one that is unknown, missing or of a wrong value.
    """
    if not isinstance(settings, Mapping):
        raise SettingsError(f"a source is {settings!r}; it must be a dictionary of settings")
    kinds = [kind for kind in KINDS if kind in settings]
    if len(kinds) != 1:
        found = " and ".join(map(repr, kinds)) or "neither"
        raise SettingsError(
            f"a source needs either 'files' or 'hub', and has {found}; its keys are "
            f"{_listed(settings)}"
        )
    kind = KINDS[kinds[0]]
    known = [field.name for field in fields(kind)]
    if unknown := [key for key in settings if key not in known]:
        raise SettingsError(
            f"unknown key {_listed(unknown)} in a {kinds[0]!r} source; there are {_listed(known)}"
        )
    return kind(**settings)


def _listed(keys: Any) -> str:
    return ", ".join(repr(key) for key in keys) or "none"
