"""The rows of one file, whatever its format: one function per format, all of one shape.

A row that cannot be used is yielded with the problem it has, so that the next can still be read.
Bytes of a wrong encoding are kept as `surrogateescape` has them and found with the text. What is
wrong with a whole file is raised: DamagedFile or OSError where it cannot be read (on), BadText
where it is not what the settings say.
"""

import codecs
import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from featurefate.corpora.external.bad_rows import BadText
from featurefate.corpora.external.decompression import ENDINGS, DamagedFile, open_bytes
from featurefate.corpora.external.row import Layout, Row, kind_of

TEXT_ENDINGS = (".txt", ".md", ".py", ".lua")
LONGEST_CSV_FIELD = 1 << 26  # characters; an unclosed quotation mark must not fill the memory
CHUNK = 1 << 20  # characters
BATCH = 256  # rows of Parquet in memory at a time


def ending_of(path: Path) -> str:
    """Return the ending that says the format: ".jsonl" of "a.jsonl.gz"."""
    name = path.name.lower()
    for compression in ENDINGS:
        name = name.removesuffix(compression)
    return Path(name).suffix


def has_columns(path: Path) -> bool:
    """Return whether a file of this ending holds rows of named columns."""
    return ending_of(path) not in TEXT_ENDINGS


def read_rows(path: Path, layout: Layout) -> Iterator[Row]:
    """Yield the rows of `path` in order."""
    if path.suffix.lower() == ".parquet":
        yield from _parquet_rows(path, layout)
        return
    read, newline = READERS[ending_of(path)]
    # A byte order mark, as Windows writes it, is no part of the text.
    is_utf8 = codecs.lookup(layout.encoding).name == "utf-8"
    encoding = "utf-8-sig" if is_utf8 else layout.encoding
    with (
        open_bytes(path) as file,
        io.TextIOWrapper(file, encoding, "surrogateescape", newline) as lines,
    ):
        yield from read(lines, layout)


def _text_rows(file: TextIO, layout: Layout) -> Iterator[Row]:
    if layout.separator is None:
        yield Row(0, file.read())
        return
    for number, text in enumerate(_pieces(file, layout.separator), 1):
        yield Row(number, text.strip("\n"))


def _pieces(file: TextIO, separator: str) -> Iterator[str]:
    parts: list[str] = []  # of the piece that is being read
    rest = ""  # the last characters, which may begin a separator
    reach = len(separator) - 1
    while chunk := file.read(CHUNK):
        *done, rest = (rest + chunk).split(separator)
        for part in done:
            yield "".join([*parts, part])
            parts.clear()
        safe = max(len(rest) - reach, 0)
        parts.append(rest[:safe])
        rest = rest[safe:]
    yield "".join([*parts, rest])


def _jsonl_rows(file: TextIO, layout: Layout) -> Iterator[Row]:
    for number, line in enumerate(file, 1):
        if line.isspace():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            problem = f"not JSON ({error.msg}, column {error.colno})"
        except (ValueError, RecursionError) as error:  # a number too long, brackets too deep
            problem = f"JSON that cannot be read ({error})"
        else:
            yield _row_of(number, record, layout)
            continue
        yield Row(number, problem=problem)


def _row_of(number: int, record: Any, layout: Layout) -> Row:
    field, origin_field = layout.field, layout.origin_field
    if isinstance(record, str) and origin_field is None:
        return Row(number, record)
    if not isinstance(record, dict):
        return Row(number, problem=f"{kind_of(record)} where an object is expected")
    for name in (field, origin_field):
        if name is not None and name not in record:
            return Row(number, problem=_missing("field", name, record, layout))
    return Row(number, record[field], origin_field and record[origin_field])


def _json_rows(file: TextIO, layout: Layout) -> Iterator[Row]:
    # The one format that is loaded whole: its rows cannot be told apart without reading it all.
    try:
        records = json.load(file)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise DamagedFile(f"not JSON, or cut short ({error.msg}, {place})") from error
    except (ValueError, RecursionError) as error:
        raise DamagedFile(f"JSON that cannot be read ({error})") from error
    if isinstance(records, dict):
        records = records.get(layout.field)
    if not isinstance(records, list):
        raise BadText(
            f"neither a list, nor an object with a list under {layout.field!r} (set `field`)"
        )
    for number, record in enumerate(records, 1):
        yield _row_of(number, record, layout)


def _csv_rows(file: TextIO, layout: Layout) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_CSV_FIELD)  # Python's own limit, 131 072, is shorter than texts
    lines = csv.reader(file, strict=True)
    try:
        header = next(lines, None)
    except csv.Error as error:
        raise DamagedFile(f"its header is not CSV ({error})") from error
    if header is None:
        return
    place = _place(layout.field, header, layout)
    group = _place(layout.origin_field, header, layout) if layout.origin_field else None
    number = 0
    while True:
        number, line = number + 1, lines.line_num + 1
        try:
            values = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(number, problem=f"not CSV ({error})", line=line)
            continue
        if len(values) == len(header):
            yield Row(number, values[place], None if group is None else values[group], line=line)
        elif values:
            problem = f"{len(values)} fields where the header has {len(header)}"
            yield Row(number, problem=problem, line=line)
        else:  # a blank line
            number -= 1


def _parquet_rows(path: Path, layout: Layout) -> Iterator[Row]:
    field, origin_field = layout.field, layout.origin_field
    columns = [field] if origin_field is None else [field, origin_field]
    try:
        with pq.ParquetFile(path) as file:
            for name in columns:
                _place(name, file.schema_arrow.names, layout)
            if not is_text(kind := file.schema_arrow.field(field).type):
                raise BadText(f"the column {field!r} holds {kind}, not text")
            number = 0
            for batch in file.iter_batches(BATCH, columns=columns):
                texts = texts_of(batch.column(field))
                groups = batch.column(origin_field).to_pylist() if origin_field else []
                for text, group in zip_longest(texts, groups):
                    number += 1
                    yield Row(number, text, group)
    except (pa.ArrowException, OSError) as error:
        said = str(error).strip().splitlines()[0]
        raise DamagedFile(f"no Parquet file, cut short or damaged ({said})") from error


def texts_of(column: pa.Array) -> list[str | None]:
    """Return the texts of a column; bytes that are not UTF-8 as `surrogateescape` has them."""
    texts = column.cast(pa.large_string()).cast(pa.large_binary()).to_pylist()
    return [text if text is None else text.decode("utf-8", "surrogateescape") for text in texts]


def is_text(kind: pa.DataType) -> bool:
    """Return whether a column of this type holds text (or nothing but nulls)."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)


def _place(name: str, names: list[str], layout: Layout) -> int:
    """Return where the column is; a file without it is not what the settings say."""
    if name not in names:
        raise BadText(_missing("column", name, names, layout))
    return names.index(name)


def _missing(kind: str, name: str, names: Iterable[str], layout: Layout) -> str:
    there = ", ".join(repr(other) for other in names) or "none"
    setting = "field" if name == layout.field else "origin_field"
    return f"no {kind} {name!r}; there are {there} (is `{setting}` right?)"


# Line ends: Windows's become "\n" in text (None), only "\n" ends a row of JSON, CSV does its own.
READERS: dict[str, tuple[Callable[[TextIO, Layout], Iterator[Row]], str | None]] = {
    **{ending: (_text_rows, None) for ending in TEXT_ENDINGS},
    ".jsonl": (_jsonl_rows, "\n"),
    ".json": (_json_rows, None),
    ".csv": (_csv_rows, ""),
}
