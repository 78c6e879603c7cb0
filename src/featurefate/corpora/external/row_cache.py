"""Rows that came over a network, kept on disk as they arrive.

A cache is a folder of Parquet shards, rows-00000.parquet and on, each with the rows that follow
those of the one before. A shard also carries, in the metadata of its schema, how to go on after
it; so rows and place can never disagree. It is written beside its name and then moved there: what
can be read is whole, whenever a writer is killed. One writer at a time holds the lock.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock

KEY = b"featurefate"


class DamagedCache(Exception):
    """A shard that is not what was written."""


@dataclass(frozen=True)
class Shard:
    """Some rows, and what follows them.

    `first` counts the rows before the shard; `resume` is what the writer needs to go on after it;
    `last` says that nothing follows.
    """

    table: pa.Table
    first: int
    resume: Any
    last: bool

    @property
    def end(self) -> int:
        return self.first + self.table.num_rows


class RowCache:
    """The shards in `folder`, which need not exist yet."""

    def __init__(self, folder: Path):
        self.folder = folder

    def lock(self) -> FileLock:
        """Return the lock of the writer, free again when its process ends."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / "lock")

    def read(self, number: int) -> Shard | None:
        """Return shard `number`, None where there is none yet; raise DamagedCache."""
        path = self._path(number)
        try:
            table = pq.read_table(path)
            about = json.loads(table.schema.metadata[KEY])
        except FileNotFoundError:
            return None
        except (pa.ArrowException, OSError, KeyError, TypeError, ValueError) as error:
            raise DamagedCache(
                f"{path} is damaged ({error}); delete it, and what it held is fetched again"
            ) from error
        return Shard(table, about["first"], about["resume"], about["last"])

    def write(self, number: int, shard: Shard) -> None:
        """Keep a shard. Whoever calls holds the lock."""
        self._clear_from(number)
        about = {"first": shard.first, "resume": shard.resume, "last": shard.last}
        table = shard.table.replace_schema_metadata({KEY: json.dumps(about)})
        path = self._path(number)
        partial = path.with_suffix(".partial")
        with open(partial, "wb") as file:
            pq.write_table(table, file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)

    def _clear_from(self, number: int) -> None:
        # Shards after one that had to be fetched again may begin at another row than it ends.
        for path in self.folder.glob("rows-*"):
            if path.name >= self._path(number).stem:
                path.unlink()

    def _path(self, number: int) -> Path:
        return self.folder / f"rows-{number:05d}.parquet"
