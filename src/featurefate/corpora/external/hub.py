"""Text from data sets of the Hugging Face hub, streamed once and then read from disk."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa

from featurefate.artifacts.identity import digest
from featurefate.artifacts.manifest import sha256_of
from featurefate.corpora.document import Document
from featurefate.corpora.external.bad_rows import BadRows, BadText
from featurefate.corpora.external.checks import SettingsError, check_bad_rows, check_text
from featurefate.corpora.external.hub_access import where_commits_are
from featurefate.corpora.external.hub_cache import CachedSet
from featurefate.corpora.external.hub_stream import HubSet
from featurefate.corpora.external.readers import texts_of
from featurefate.corpora.external.row import Layout, Row, problem_in
from featurefate.corpora.external.row_cache import RowCache

NAME = re.compile(r"[\w.-]+/[\w.-]+")
COMMIT = re.compile(r"[0-9a-f]{40}")


def cache_folder() -> Path:
    """Return where rows are kept: $FEATUREFATE_CACHE, or else a folder of the user's cache."""
    if chosen := os.environ.get("FEATUREFATE_CACHE"):
        return Path(chosen).expanduser() / "hub"
    user_cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(user_cache).expanduser() / "featurefate" / "hub"


@dataclass
class HubSource:
    """Documents from one split of a data set of the hub, a row each.

    - `hub`: "owner/name"; or the path of a local folder laid out as the hub lays out a set
      (data/train-00000-of-00002.parquet, …), beginning with "/", "./", "../" or "~", which is
      read in the same way without a network.
    - `revision`: the commit, 40 hexadecimal digits: a branch can move. None for a local folder,
      which has none.
    - `config`, `split`: as `datasets.load_dataset` takes them.
    - `field`, `origin_field`: columns, as in `FileSource`. Without the latter, the origin of a
      row is "owner/name/split#row", counted from 1.
    - `licence`, `name`: as documents carry them (`name` as the package; None: "owner/name", or
      that of the folder).
    - `bad_rows`: how many rows without usable text may be skipped.

    Rows are kept under `cache_folder()` as they arrive, about 8 MB of text at a time, and
    given out once they are kept. So a reader may stop anywhere; a later reading takes from disk
    what is there, without any request, and the rest from the hub. Where the connection breaks it
    is opened again, after waits of 2, 8 and 30 s; within a file of the set `datasets` reads again
    from its start. A token is needed only where the set is private or gated (HF_TOKEN). The
    environment's HF_HUB_OFFLINE is lifted while rows are fetched.

    Raises SettingsError, BadText as `FileSource` does, and HubError where the set cannot be read.
    """

    columns: ClassVar[Mapping[str, pa.DataType]] = {}

    hub: str
    revision: str | None = None
    config: str | None = None
    split: str = "train"
    field: str = "text"
    origin_field: str | None = None
    licence: str = "not stated"
    name: str | None = None
    bad_rows: int = 0

    def __post_init__(self) -> None:
        for key in ("hub", "split", "field", "licence"):
            check_text(key, getattr(self, key))
        for key in ("revision", "config", "origin_field", "name"):
            check_text(key, getattr(self, key), optional=True)
        check_bad_rows(self.bad_rows)
        self.is_local = self.hub.startswith(("/", "./", "../", "~"))
        if self.is_local:
            self._check_folder()
        else:
            self._check_name()
        self.skipped: list[str] = []
        self.empty = 0

    def _check_folder(self) -> None:
        if not self._path.is_dir():
            raise SettingsError(f"'hub' is {self.hub!r}, and there is no folder {self._path}")
        if self.revision is not None:
            raise SettingsError("'revision' belongs to a set of the hub; a local folder has none")

    def _check_name(self) -> None:
        if not NAME.fullmatch(self.hub):
            raise SettingsError(
                f"'hub' is {self.hub!r}; it must be \"owner/name\" as on the hub, or the path of a "
                "folder that begins with /, ./, ../ or ~"
            )
        if self.revision is None or not COMMIT.fullmatch(self.revision):
            raise SettingsError(
                f"'revision' is {self.revision!r}; it must be the 40 hexadecimal digits of a "
                "commit, since a branch or tag can move and the corpus with it: "
                f"{where_commits_are(self.hub)}"
            )
        if Path(self.hub).exists():  # `datasets` would read that instead, without a word
            raise SettingsError(
                f"'hub' is {self.hub!r}, which is also a path here; for that folder write "
                f"'./{self.hub}', for the hub's set run elsewhere"
            )

    @property
    def _path(self) -> Path:
        return Path(os.path.abspath(Path(self.hub).expanduser()))

    @property
    def package(self) -> str:
        """What documents carry as their package."""
        return self.name or self._set_name

    @property
    def _set_name(self) -> str:
        return self._path.name if self.is_local else self.hub

    def fingerprint(self) -> dict[str, Any]:
        """Return what identifies the documents: the set and its commit, or a folder's contents."""
        settings = ("config", "split", "field", "origin_field", "licence")
        values = {key: getattr(self, key) for key in settings}
        return {
            "kind": "hub",
            "set": self._set_name,
            "name": self.package,
            **values,
            **self._version(),
        }

    def _version(self) -> dict[str, Any]:
        if not self.is_local:
            return {"revision": self.revision}
        paths = sorted(path for path in self._path.rglob("*") if path.is_file())
        files = {path.relative_to(self._path).as_posix(): sha256_of(path) for path in paths}
        return {"files": files}

    def origins(self) -> None:
        """Return None: rows are known only when they are read."""

    def documents(self) -> Iterator[Document]:
        """Yield the documents in the order of the set's rows."""
        bad = BadRows(self.bad_rows)
        self.skipped, self.empty = bad.skipped, 0
        layout, package, useful = Layout(self.field, self.origin_field), self.package, False
        try:
            for row in self._rows():
                if problem := problem_in(row, layout):
                    bad.add(f"{self.hub}, {self.split}{row.place}: {problem}")
                elif not row.text or row.text.isspace():
                    self.empty += 1
                else:
                    useful = True
                    text = row.text.replace("\r\n", "\n")
                    origin = row.group or f"{self._set_name}/{self.split}#{row.number}"
                    yield Document(text, origin, package, self.licence)
            if not useful:
                raise BadText(f"{self.hub}, {self.split}: there is no text in it")
        finally:
            bad.warn()

    def _rows(self) -> Iterator[Row]:
        for shard in self._cached().shards():
            texts, groups = (texts_of(column) for column in shard.table.columns)
            for number, (text, group) in enumerate(
                zip(texts, groups, strict=True), shard.first + 1
            ):
                yield Row(number, text, group)

    def _cached(self) -> CachedSet:
        path = str(self._path) if self.is_local else self.hub
        columns = (self.field, *([self.origin_field] if self.origin_field else []))
        wanted = HubSet(path, self.revision, self.config, self.split, columns, self.is_local)
        carried = ("licence", "name")  # by documents; the rows are the same
        identity = {key: value for key, value in self.fingerprint().items() if key not in carried}
        name = self._set_name.replace("/", "--")
        return CachedSet(wanted, RowCache(cache_folder() / name / digest(identity)[:16]))
