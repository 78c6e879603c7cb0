"""The **python** domain: source code without its docstrings, in documents of a readable size.

Docstrings go to the english domain; here they are cut out by position, so that formatting and
comments stay as their authors wrote them. Every document is Python by itself: files are cut
between statements, and a class that is too long between its members, each part under the line
that opens the class.
"""

import ast
import re
from typing import NamedTuple

from featurefate.corpora.grouping import neighbours
from featurefate.corpora.installed.syntax import DEFINITIONS, Syntax, has_docstring

LONGEST_DOCUMENT = 1_500  # characters; a longer file is cut where a statement starts
SHORTEST_DOCUMENT = 300
MOST_OF_A_FILE = 5  # documents, spread evenly over the file
MOST_DATA = 0.5  # of a document's characters: imports, constants, lists and tables of them

_GAP = re.compile(r"\n{4,}")
_TABLES = (ast.Dict, ast.List, ast.Set, ast.Tuple)


class Piece(NamedTuple):
    """Source that stands together: one statement with the comments above it."""

    text: str
    data: int  # of its characters


def without_docstrings(syntax: Syntax) -> str:
    """The source with every docstring removed and everything else as it was.

    A body that was nothing but a docstring becomes `pass`.
    """
    return "\n".join(line for line in _lines_without_docstrings(syntax) if line is not None)


def python_documents(syntax: Syntax) -> list[str]:
    """A file as documents of at most about `LONGEST_DOCUMENT` characters.

    Comments at the top (the licence) go; pieces under `SHORTEST_DOCUMENT` characters go, and those
    that are mostly imports or data. A longer function is left whole, one of more than three times
    `LONGEST_DOCUMENT` goes. At most `MOST_OF_A_FILE` documents, so that no file stands for its
    domain.
    """
    lines = _lines_without_docstrings(syntax)
    _drop_licence(lines)
    documents, waiting = [], []
    for node, start, end in _places(syntax.tree, lines, 0, len(lines)):
        piece = _piece(node, lines, start, end)
        if isinstance(node, ast.ClassDef) and len(piece.text) > LONGEST_DOCUMENT:
            documents += _joined(waiting)
            documents += _class_documents(node, lines, start, end)
            waiting = []
        else:
            waiting.append(piece)
    documents += _joined(waiting)
    documents = [d for d in documents if SHORTEST_DOCUMENT <= len(d) <= 3 * LONGEST_DOCUMENT]
    return documents[:: max(1, -(-len(documents) // MOST_OF_A_FILE))]


def _lines_without_docstrings(syntax: Syntax) -> list[str | None]:
    """The lines of a file; None for those that were docstrings, so that numbers still hold."""
    lines: list[str | None] = syntax.text.split("\n")
    for node, docstring in reversed(syntax.docstrings):
        first, last = docstring.lineno - 1, docstring.end_lineno - 1
        before = lines[first].encode()[: docstring.col_offset].decode()  # `ast` counts bytes
        after = lines[last].encode()[docstring.end_col_offset :].decode()
        lines[first : last + 1] = [None] * (last + 1 - first)
        if len(node.body) == 1 and not isinstance(node, ast.Module):
            lines[first] = before + "pass" + after
        elif before.strip() or after.strip():
            lines[first] = before + after.lstrip("; \t")
        elif last + 1 < len(lines) and lines[last + 1] is not None and not lines[last + 1].strip():
            lines[last + 1] = None
    return lines


def _drop_licence(lines: list[str | None]) -> None:
    for place, line in enumerate(lines):
        if line and line.strip() and not line.startswith("#"):
            return
        lines[place] = None


def _first_line(node: ast.stmt) -> int:
    """The index of the line that a statement starts on, decorators included."""
    marks = node.decorator_list if isinstance(node, DEFINITIONS) else ()
    return min([node.lineno, *(mark.lineno for mark in marks)]) - 1


def _places(
    block: ast.Module | ast.ClassDef, lines: list[str | None], start: int, end: int
) -> list[tuple[ast.stmt, int, int]]:
    """Each statement of a block with its lines, which include the comments right above it.

    What shares a line with the statement before goes with that one.
    """
    nodes, borders = [], []
    free = start  # the first line that no statement has yet
    for node in block.body[1:] if has_docstring(block) else block.body:
        line = _first_line(node)
        if line >= free:
            while line > free and (lines[line - 1] or "").lstrip().startswith("#"):
                line -= 1
            nodes.append(node)
            borders.append(line if nodes[1:] else start)
        free = node.end_lineno
    ends = [*borders[1:], end] if borders else []
    return list(zip(nodes, borders, ends, strict=True))


def _class_documents(
    node: ast.ClassDef, lines: list[str | None], start: int, end: int
) -> list[str]:
    """A long class, cut between its members; each part under the line that opens the class."""
    inside = _first_line(node.body[0])
    places = _places(node, lines, inside, end)
    if not places or (lines[inside] or "")[: node.body[0].col_offset].strip():
        return []  # nothing but a docstring, or a body on the line that opens it
    last = inside
    while last > node.lineno and (lines[last - 1] or "").lstrip()[:1] in ("#", ""):
        last -= 1  # comments below the opening line are not repeated
    pieces = [_piece(member, lines, *place) for member, *place in places]
    pieces[0] = Piece(_text(lines, start, inside) + pieces[0].text, pieces[0].data)
    return _joined(pieces, header=_text(lines, node.lineno - 1, last))


def _joined(pieces: list[Piece], header: str = "") -> list[str]:
    """Documents of neighbouring pieces; all but the first start with `header`."""
    documents = []
    for place, group in enumerate(
        neighbours(pieces, lambda piece: len(piece.text), LONGEST_DOCUMENT)
    ):
        text = "".join(piece.text for piece in group)
        if sum(piece.data for piece in group) <= MOST_DATA * len(text):
            text = header * (place > 0) + text.strip("\n") + "\n"
            documents.append(_GAP.sub("\n\n\n", text))
    return documents


def _piece(node: ast.stmt, lines: list[str | None], start: int, end: int) -> Piece:
    text = _text(lines, start, end)
    return Piece(text, len(text) if _is_data(node) else 0)


def _text(lines: list[str | None], start: int, end: int) -> str:
    return "".join([line.rstrip() + "\n" for line in lines[start:end] if line is not None])


def _is_data(node: ast.stmt) -> bool:
    """True for imports, strings that stand alone, and names given constants or tables."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return False
    value = node.value
    if isinstance(value, ast.Call) and len(value.args) == 1 and not value.keywords:
        value = value.args[0]  # frozenset([…]), set("""…""".split()); f("one line") is code
        if isinstance(value, ast.Constant):
            return value.end_lineno > value.lineno
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        value = value.func.value
    return isinstance(value, (ast.Constant, *_TABLES))
