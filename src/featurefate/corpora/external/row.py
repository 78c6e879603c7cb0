"""A row of somebody's data: its text, where it is from, and why it may be of no use."""

from dataclasses import dataclass
from typing import Any, NamedTuple


class Row(NamedTuple):
    """A row as the file has it. `number` counts from 1; 0: the whole file is one document."""

    number: int
    text: Any = None
    group: Any = None  # the value of the column that names the origin
    problem: str | None = None  # why the row has no text
    line: int | None = None  # where the row begins, if that is not `number`

    @property
    def place(self) -> str:
        """The row in words, for a message that begins with the file."""
        line = "" if self.line is None else f" (line {self.line})"
        return f" row {self.number}{line}" if self.number else ""


@dataclass(frozen=True)
class Layout:
    """Where the text is within a file; see `FileSource`."""

    field: str
    origin_field: str | None = None
    separator: str | None = None
    encoding: str = "utf-8"


def problem_in(row: Row, layout: Layout) -> str | None:
    """Return why `row` is no document, None where it is.

    Bytes that are no characters of the encoding are expected as Python's `surrogateescape` leaves
    them (U+DC80 to U+DCFF), so that one row can be refused and the next one still be read.
    """
    if row.problem:
        return row.problem
    if problem := _problem_with(row.text, "the text", layout.encoding):
        return problem
    if layout.origin_field is None or not row.number or _is_number(row.group):
        return None
    if row.group == "":
        return f"the origin ({layout.origin_field!r}) is empty"
    return _problem_with(row.group, f"the origin ({layout.origin_field!r})", layout.encoding)


def kind_of(value: Any) -> str:
    """Return what a JSON value that is no text is, in words."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return {dict: "an object", list: "a list"}.get(type(value), "a number")


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _problem_with(value: Any, what: str, encoding: str) -> str | None:
    if not isinstance(value, str):
        return f"{what} is {kind_of(value)}"
    if "\0" in value:
        place = value.index("\0") + 1
        return f"{what} has a NUL at character {place}: binary data"
    try:
        value.encode()
    except UnicodeEncodeError as error:
        code, place = ord(value[error.start]), error.start + 1
        if 0xDC80 <= code <= 0xDCFF:
            return (
                f"byte 0x{code - 0xDC00:02x} at character {place} of {what} is not {encoding} "
                "(is `encoding` right?)"
            )
        return f"half a surrogate pair (\\u{code:04x}) at character {place} of {what}"
    return None
