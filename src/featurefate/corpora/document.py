"""What every source of text yields, whatever it reads: documents that say where they come from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import pyarrow as pa


class Span(NamedTuple):
    """Characters `start` to `end` (exclusive) of a text, and the concept that they are."""

    start: int
    end: int
    concept: str


@dataclass(frozen=True)
class Document:
    """A text with its provenance.

    `origin` is what must not be torn apart by a split: the file, story or row that the text comes
    from. `package` is the package or data set that the origin belongs to. `extra` holds the
    further columns that the source declares.
    """

    text: str
    origin: str
    package: str
    licence: str
    extra: Mapping[str, Any] = field(default_factory=dict)


class Source(Protocol):
    """Where the documents of one domain come from; two passes yield the same in the same order."""

    columns: Mapping[str, pa.DataType]  # the names and types of `Document.extra`

    def origins(self) -> list[str] | None:
        """All origins, where they are known before anything is read; else None."""

    def documents(self) -> Iterator[Document]:
        """The documents."""
