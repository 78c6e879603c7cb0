"""Text from files: any folder, glob or list of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa

from featurefate.artifacts.manifest import sha256_of
from featurefate.corpora.document import Document
from featurefate.corpora.external.bad_rows import BadRows, BadText
from featurefate.corpora.external.checks import check_bad_rows, check_encoding, check_text
from featurefate.corpora.external.decompression import DamagedFile
from featurefate.corpora.external.matching import find_files
from featurefate.corpora.external.readers import has_columns, read_rows
from featurefate.corpora.external.row import Layout, Row, problem_in


@dataclass
class FileSource:
    """Documents from `.txt .md .py .lua .jsonl .json .csv` (also .gz, .zst) and `.parquet` files.

    - `files`: a file, a folder, a glob, or a list of these. Files are read in the order of their
      names within the folder they share. Hidden ones are left out, and in folders and globs those
      of other endings. A relative path starts at the working directory.
    - `field`: the column of the text in jsonl, json, csv and parquet. A json file is a list of
      objects or strings, or an object that has a list of strings under `field`.
    - `separator`: what stands between the documents of a .txt, .md, .py or .lua file, for example
      "<|endoftext|>"; empty lines around it are no part of them. None: one document a file.
    - `origin_field`: the column whose value rows share that must not be torn apart by a split,
      for example a repository. None: each row is its own origin, "file#row", counted from 1 (in
      jsonl the line). A file that is one document has its name as origin.
    - `licence`, `name`: as documents carry them (`name` as the package; None: that of the file or
      folder).
    - `encoding`: of all files but Parquet.
    - `bad_rows`: how many rows that cannot be used may be skipped, all files together; one more
      raises BadText. A file that is empty, or cannot be read to its end, counts as one; the rows
      before the damage are kept.

    Rows whose text is empty are no fault: they are passed over and counted in `empty`. `skipped`
    lists the bad rows of the last reading; a warning says them once when it ends. Memory: a
    document and a few hundred rows at a time, except that a .json file is loaded whole. Raises
    SettingsError for settings that cannot be and, when it is read, for files that are not there.
    """

    columns: ClassVar[Mapping[str, pa.DataType]] = {}

    files: str | list[str]
    field: str = "text"
    separator: str | None = None
    origin_field: str | None = None
    licence: str = "not stated"
    name: str | None = None
    encoding: str = "utf-8"
    bad_rows: int = 0

    def __post_init__(self) -> None:
        for entry in self.files if isinstance(self.files, list) else [self.files]:
            check_text("files", entry)
        for key in ("field", "licence"):
            check_text(key, getattr(self, key))
        for key in ("separator", "origin_field", "name"):
            check_text(key, getattr(self, key), optional=True)
        check_encoding(self.encoding)
        check_bad_rows(self.bad_rows)
        self.skipped: list[str] = []
        self.empty = 0

    @cached_property
    def _found(self) -> tuple[Path, dict[str, Path]]:
        return find_files(self.files)

    @property
    def package(self) -> str:
        """What documents carry as their package."""
        folder, files = self._found
        is_one_file = list(files) == [Path(str(self.files)).name]
        return self.name or (next(iter(files)) if is_one_file else folder.name)

    def fingerprint(self) -> dict[str, Any]:
        """Return what identifies the documents: contents and settings, not where the files are."""
        settings = ("field", "separator", "origin_field", "licence", "encoding")
        return {
            "kind": "files",
            "name": self.package,
            **{key: getattr(self, key) for key in settings},
            "files": {name: sha256_of(path) for name, path in self._found[1].items()},
        }

    def origins(self) -> list[str] | None:
        """Return all origins where each file is one document; None where rows are to be read."""
        files = self._found[1]
        if self.separator is not None or any(has_columns(path) for path in files.values()):
            return None
        return list(files)

    def documents(self) -> Iterator[Document]:
        """Yield the documents, in the order of file names and rows.

        Raises BadText at the first bad row that may not be skipped, and where a file is not what
        the settings say (a csv or parquet file without the column), which none may skip.
        """
        bad = BadRows(self.bad_rows)
        self.skipped, self.empty = bad.skipped, 0
        try:
            for name, path in self._found[1].items():
                yield from self._documents_of(name, path, bad)
        finally:
            bad.warn()

    def _documents_of(self, name: str, path: Path, bad: BadRows) -> Iterator[Document]:
        origin_field = self.origin_field if has_columns(path) else None
        layout = Layout(self.field, origin_field, self.separator, self.encoding)
        package, bad_before, useful = self.package, len(bad.skipped), False
        for row in _rows_until_damage(path, layout, bad):
            if problem := problem_in(row, layout):
                bad.add(f"{path}{row.place}: {problem}")
            elif not row.text or row.text.isspace():
                self.empty += 1
            else:
                useful = True
                text = row.text.replace("\r\n", "\n")
                yield Document(text, self._origin(name, row), package, self.licence)
        if not useful and len(bad.skipped) == bad_before:
            bad.add(f"{path}: empty, there is no text in it")

    def _origin(self, name: str, row: Row) -> str:
        if not row.number:
            return name
        return f"{name}#{row.number}" if row.group is None else str(row.group)


def _rows_until_damage(path: Path, layout: Layout, bad: BadRows) -> Iterator[Row]:
    """Yield the rows of a file; where it cannot be read on, count that as one more bad row."""
    rows = read_rows(path, layout)
    row = None
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except BadText as error:
            raise BadText(f"{path}: {error}") from None
        except (DamagedFile, OSError, UnicodeError) as error:
            after = f" after{row.place}" if row else ""
            bad.add(f"{path}{after}: {error}")
            return
        yield row
