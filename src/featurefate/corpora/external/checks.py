"""Checks of settings, each failing with a sentence that names the key."""

import codecs
from typing import Any


class SettingsError(ValueError):
    """The settings of a source are not what they can be."""


def check_text(key: str, value: Any, *, optional: bool = False) -> None:
    """Require a string that is not empty, or None where that is a value too."""
    if value is None and optional:
        return
    if not isinstance(value, str) or not value:
        choice = "text or None" if optional else "text"
        raise SettingsError(f"{key!r} is {value!r}; it must be {choice}, not empty")


def check_bad_rows(value: Any) -> None:
    """Require a count."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise SettingsError(
            f"'bad_rows' is {value!r}; it must be the number of bad rows that may be skipped"
        )


def check_encoding(value: Any) -> None:
    """Require the name of a text encoding that Python knows."""
    check_text("encoding", value)
    try:
        "".encode(value)
        codecs.lookup(value)
    except (LookupError, ValueError) as error:
        raise SettingsError(
            f"'encoding' is {value!r}, which is no text encoding; for example 'utf-8', 'latin-1', "
            "'utf-16'"
        ) from error
