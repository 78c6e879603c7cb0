"""Which files a path, a folder, a glob or a list of these means."""

import glob
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from featurefate.corpora.external.checks import SettingsError
from featurefate.corpora.external.readers import READERS, ending_of

KNOWN = (*READERS, ".parquet")


def find_files(files: str | Iterable[str]) -> tuple[Path, dict[str, Path]]:
    """Return the folder that all files are in, and the files by name within it, sorted.

    A folder means all files of known endings in it and below, except hidden ones; a glob (`**`
    crosses folders) likewise. A relative path starts at the working directory. A file that is
    named twice is read once. Raises SettingsError where an entry matches nothing, or names a
    file whose ending is unknown.
    """
    entries = [files] if isinstance(files, str | os.PathLike) else list(files)
    if not entries:
        raise SettingsError("'files' is empty; it must name a file, a folder or a glob")
    found: set[Path] = set()
    tops: list[str] = []
    for entry in entries:
        top, paths = _matches(str(entry))
        found |= paths
        tops += top
    root = Path(os.path.commonpath(tops))
    names = {path.relative_to(root).as_posix(): path for path in found}
    return root, dict(sorted(names.items()))


def _matches(entry: str) -> tuple[list[str], set[Path]]:
    """Return the folders that an entry stands for, and the files it means."""
    path = Path(os.path.abspath(os.path.expanduser(entry)))
    if path.is_file():
        if not is_known(path):
            raise SettingsError(
                f"{entry}: the ending {path.suffix!r} is not one that can be read: {_endings()}"
            )
        return [str(path.parent)], {path}
    if path.is_dir():
        seen = _visible_files(path)
    else:
        seen = [Path(match) for match in glob.glob(str(path), recursive=True)]
        seen = [match for match in seen if match.is_file()]
    paths = {match for match in seen if is_known(match)}
    if not paths:
        raise SettingsError(_nothing_found(entry, path, seen))
    return [str(path)] if path.is_dir() else [str(found.parent) for found in paths], paths


def is_known(path: Path) -> bool:
    """Return whether the ending of `path` says a format that can be read."""
    # Parquet compresses itself and is read from several places at once: not within an archive.
    return path.suffix.lower() == ".parquet" or ending_of(path) in READERS


def _visible_files(folder: Path) -> list[Path]:
    paths = []
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths += [Path(here, name) for name in names if not name.startswith(".")]
    return [path for path in paths if path.is_file()]


def _nothing_found(entry: str, path: Path, seen: list[Path]) -> str:
    if seen:
        endings = Counter(match.suffix or "no ending" for match in seen)
        there = ", ".join(f"{count} × {ending}" for ending, count in sorted(endings.items()))
        return f"{entry}: none of its files can be read ({there}); looked for {_endings()}"
    kind = "the folder is empty" if path.is_dir() else "there is no such file"
    return f"{entry}: {kind} (looked at {path}); looked for {_endings()}"


def _endings() -> str:
    return f"{' '.join(KNOWN)}, the first {len(READERS)} also with .gz or .zst"
