"""One domain on its way to disk: documents are taken until there are enough, then written.

A `Gathered` holds a row group of text at most; the rest is in its parquet file.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from featurefate.corpora.document import Document

ROW_GROUP = 1_000_000  # characters
LONGEST_DOCUMENT = 100_000  # characters


class Gathered:
    """The documents of one domain so far.

    `wanted` is in characters, None for all there are; `largest_share` is how much of that one
    package may give. `path` is the parquet file, with the columns text, origin, package, licence
    and split, and those of `columns`.
    """

    def __init__(
        self,
        path: Path,
        wanted: int | None,
        columns: Mapping[str, pa.DataType],
        largest_share: float = 1.0,
    ) -> None:
        self.characters = 0
        self.documents: Counter[tuple[str, str]] = Counter()  # by package and licence
        self.documents_in: Counter[str] = Counter()  # by split
        self.characters_of: Counter[tuple[str, str]] = Counter()
        self._of_package: Counter[str] = Counter()
        self._wanted = wanted
        self._most_of_a_package = None if wanted is None else wanted * largest_share
        names = ("text", "origin", "package", "licence", "split")
        self._schema = pa.schema([(name, pa.string()) for name in names] + list(columns.items()))
        self._rows: list[dict] = []
        self._in_rows = 0
        self._file = parquet.ParquetWriter(path, self._schema)

    @property
    def enough(self) -> bool:
        return self._wanted is not None and self.characters >= self._wanted

    def takes(self, package: str) -> bool:
        """True while the domain wants more, and more from this package. Once False, for good."""
        most = self._most_of_a_package
        return not self.enough and (most is None or self._of_package[package] < most)

    def add(self, document: Document, split: str) -> None:
        size = len(document.text)
        self.characters += size
        self._of_package[document.package] += size
        self.documents_in[split] += 1
        self.documents[document.package, document.licence] += 1
        self.characters_of[document.package, document.licence] += size
        self._rows.append(
            dict(text=document.text, origin=document.origin, package=document.package,
                 licence=document.licence, split=split, **document.extra)
        )  # fmt: skip
        self._in_rows += size
        if self._in_rows >= ROW_GROUP:
            self._write()

    def close(self) -> None:
        """Write what is left; a domain without documents becomes a table without rows."""
        if self._rows:
            self._write()
        self._file.close()

    def _write(self) -> None:
        self._file.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows, self._in_rows = [], 0


def readable(document: Document) -> Iterator[Document]:
    """The document, or where it is very long several of the same origin, cut before a line.

    A whole book in one file is one document to its source. Nothing of the text is lost.
    """
    text = document.text
    while len(text) > LONGEST_DOCUMENT:
        line = text.rfind("\n", 1, LONGEST_DOCUMENT)
        cut = line + 1 if line > 0 else LONGEST_DOCUMENT
        yield replace(document, text=text[:cut])
        text = text[cut:]
    if text:
        yield replace(document, text=text)
