"""The label matrices: which concepts each held-out token carries, written once and read later."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pyarrow.parquet import ParquetFile
from scipy import sparse

from featurefate.artifacts.store import Artifact
from featurefate.corpora.concepts.alignment import align, bytes_of_tokens
from featurefate.corpora.concepts.names import COLUMN, CONCEPTS, concepts_of
from featurefate.corpora.concepts.spans import marks_of
from featurefate.corpora.concepts.surface import surface_labels
from featurefate.corpora.document import Span
from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.tokenizer import load_tokenizer
from featurefate.corpora.tokens import EvaluationRows, TokenStream, load_tokens

LABELLED_SPLITS = ("validation", "test")
BLANKS = np.array([concept.blanks for concept in CONCEPTS])


def label_concepts(
    folder: Path, *, documents: Artifact, tokenizer: Artifact, tokens: Artifact
) -> None:
    """Write `concepts/<domain>.<split>.npz` for the held-out splits, and `concepts/names.json`.

    A matrix is scipy's CSR, bool [tokens of the stream, concepts]. The names say what the columns
    are and which of them are defined in each domain. Documents are read a row group at a time.
    Raises ValueError where documents and tokens do not belong together.
    """
    pieces = bytes_of_tokens(load_tokenizer(tokenizer))
    (folder / "concepts").mkdir(parents=True, exist_ok=True)
    defined = {}
    for domain in DOMAINS:
        with ParquetFile(documents.file(f"documents/{domain}.parquet")) as table:
            defined[domain] = concepts_of(domain, "spans" in table.schema_arrow.names)
            for split in LABELLED_SPLITS:
                labels = _stream_labels(table, load_tokens(tokens, domain, split), pieces)
                sparse.save_npz(folder / "concepts" / f"{domain}.{split}.npz", labels)
    names = dict(
        concepts=[dict(name=concept.name, meaning=concept.meaning) for concept in CONCEPTS],
        defined=defined,
    )
    text = json.dumps(names, ensure_ascii=False, indent=1)
    (folder / "concepts" / "names.json").write_text(text + "\n", encoding="utf-8")


@dataclass(frozen=True)
class ConceptLabels:
    """The labels of one stream.

    `labels`: CSR bool [tokens of the stream, concepts]; `names`: what its columns are; `defined`:
    bool [concepts], False where the concept means nothing in the domain, so that its absence says
    nothing either.
    """

    names: tuple[str, ...]
    defined: np.ndarray
    labels: sparse.csr_array

    def of(self, rows: EvaluationRows) -> sparse.csr_array:
        """Labels of the measured tokens, bool [rows.tokens, concepts], in the order of
        `rows.rows[rows.mask]`; the rows must be of the same stream."""
        return self.labels[rows.positions[rows.mask]]


def load_concepts(concepts: Artifact, domain: str, split: str) -> ConceptLabels:
    """The labels of one stream from an artifact that `label_concepts` wrote."""
    known = json.loads(concepts.file("concepts/names.json").read_text(encoding="utf-8"))
    names = tuple(concept["name"] for concept in known["concepts"])
    defined = np.isin(names, known["defined"][domain])
    labels = sparse.load_npz(concepts.file(f"concepts/{domain}.{split}.npz"))
    return ConceptLabels(names, defined, sparse.csr_array(labels))


def token_labels(
    domain: str,
    texts: Sequence[str],
    known: Sequence[Sequence[Span] | None],
    tokens: np.ndarray,
    starts: np.ndarray,
    pieces: Sequence[bytes],
) -> sparse.csr_array:
    """Labels CSR bool [tokens, concepts] of documents that follow each other.

    `known`: for each text the spans that came with it, or None; `tokens`: int [n], document d is
    `tokens[starts[d]:starts[d + 1]]`; `pieces`: `bytes_of_tokens` of their tokenizer.
    """
    alignment = align(texts, tokens, pieces)
    span_starts, span_ends, span_columns = [], [], []
    offset = 0
    for text, spans_known in zip(texts, known, strict=True):
        for concept, spans in marks_of(text, domain, spans_known).items():
            span_starts += [start + offset for start, _ in spans]
            span_ends += [end + offset for _, end in spans]
            span_columns += [COLUMN[concept]] * len(spans)
        offset += len(text)
    columns = np.array(span_columns, np.int64)
    spans, carriers = alignment.tokens_with(
        np.array(span_starts, np.int64), np.array(span_ends, np.int64), BLANKS[columns]
    )
    rows, of_columns = [carriers], [columns[spans]]
    for concept, carried in surface_labels(alignment, tokens, starts).items():
        rows.append(np.flatnonzero(carried))
        of_columns.append(np.full(len(rows[-1]), COLUMN[concept]))
    rows, of_columns = (np.concatenate(part).astype(np.int32) for part in (rows, of_columns))
    carried = np.ones(len(rows), bool)
    shape = len(tokens), len(CONCEPTS)
    return sparse.coo_array((carried, (rows, of_columns)), shape).tocsr()  # twice is once


def _stream_labels(
    table: ParquetFile, stream: TokenStream, pieces: Sequence[bytes]
) -> sparse.csr_array:
    """Labels of a whole stream: read and labelled in the table's order, then put in its own."""
    columns = ["text", "spans"] if "spans" in table.schema_arrow.names else ["text"]
    in_table_order = np.argsort(stream.rows, kind="stable")
    rows = stream.rows[in_table_order]
    parts = [sparse.csr_array((0, len(CONCEPTS)), dtype=bool)]
    places = [np.empty(0, np.int64)]
    first = 0
    for group in range(table.num_row_groups):
        size = table.metadata.row_group(group).num_rows
        chosen = slice(*np.searchsorted(rows, [first, first + size]))
        part = table.read_row_group(group, columns).take(rows[chosen] - first)
        texts = part["text"].to_pylist()
        known = [_spans(spans) for spans in part["spans"].to_pylist()] if len(columns) > 1 else None
        ranges = [np.arange(*stream.starts[d : d + 2]) for d in in_table_order[chosen]]
        place = np.concatenate([np.empty(0, np.int64), *ranges])
        starts = np.cumsum([0, *map(len, ranges)])
        try:
            parts.append(
                token_labels(stream.domain, texts, known or [None] * len(texts),
                             np.asarray(stream.tokens[place]), starts, pieces)
            )  # fmt: skip
        except ValueError as error:
            where = f"{stream.domain} ({stream.split}), rows {first}–{first + size - 1}"
            raise ValueError(f"{where}: {error}") from error
        places.append(place)
        first += size
    labels = sparse.vstack(parts, format="csr", dtype=bool)
    return labels[np.argsort(np.concatenate(places))]


def _spans(rows: list[dict[str, Any]]) -> list[Span]:
    return [Span(row["start"], row["end"], row["concept"]) for row in rows]
