"""The comments of a Python file, found without taking all of it apart into tokens."""

import ast
import re

from featurefate.corpora.lua.tree import nodes_of

_NOT_FOR_READERS = re.compile(r"\s*(type:|noqa|pragma|pylint|mypy|fmt:|!|-\*-|flake8|ruff|yapf)")


class Comments:
    """Looks up the comments of one function after the other."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")

    def of(self, function: ast.FunctionDef) -> dict[int, str]:
        """Line → comment, trailing ones too, without those for tools."""
        rows = range(function.lineno, function.end_lineno + 1)
        marked = [row for row in rows if "#" in self._lines[row - 1]]
        if not marked:
            return {}
        texts = [node for node in nodes_of(function) if _is_text(node)]
        found = {}
        for row in marked:
            line = self._lines[row - 1]
            here = [n for n in texts if n.lineno <= row <= n.end_lineno]
            for match in re.finditer("#", line):
                column = len(line[: match.start()].encode())
                if not any(_covers(node, row, column) for node in here):
                    words = line[match.end() :].lstrip("#").strip()
                    if words and not _NOT_FOR_READERS.match(words):
                        found[row] = words
                    break
        return found


def _is_text(node: ast.AST) -> bool:
    constant = isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
    return constant or isinstance(node, ast.JoinedStr)


def _covers(node: ast.expr, row: int, column: int) -> bool:
    start, end = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
    return start <= (row, column) < end
