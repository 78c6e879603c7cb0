"""The **python** domain: source code without its docstrings, in documents of a readable size.

Docstrings go to the english domain; here they are cut out by position, so that formatting and
comments stay exactly as their authors wrote them.
"""

import ast
import re

LONGEST_DOCUMENT = 1_500  # characters; a longer file is cut where a definition starts
SHORTEST_DOCUMENT = 300
MOST_OF_A_FILE = 5  # documents, spread evenly over the file

_DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_LICENCE_COMMENT = re.compile(r"\A(?:#[^\n]*\n|\s*\n)+")


def definitions(tree: ast.Module) -> list[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every class and function of a module, wherever it stands; expressions are not searched."""
    found, waiting = [], [tree]
    while waiting:
        for child in ast.iter_child_nodes(waiting.pop()):
            if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
                waiting.append(child)
                if isinstance(child, _DEFINITIONS):
                    found.append(child)
    return found


def docstring_nodes(tree: ast.Module) -> list[tuple[ast.AST, ast.Expr]]:
    """Each definition that has a docstring, with the statement that is its docstring."""
    found = []
    for node in [tree, *definitions(tree)]:
        if node.body:
            first = node.body[0]
            is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            if is_text and isinstance(first.value.value, str):
                found.append((node, first))
    return found


def without_docstrings(text: str, tree: ast.Module | None = None) -> str:
    """The source with every docstring removed and everything else as it was.

    A body that was nothing but a docstring becomes `pass`. Raises SyntaxError where `text` is not
    Python.
    """
    tree = tree or ast.parse(text)
    lines = text.encode().splitlines(keepends=True)  # `ast` counts columns in bytes
    for node, docstring in sorted(docstring_nodes(tree), key=lambda pair: -pair[1].lineno):
        first, last = docstring.lineno - 1, docstring.end_lineno - 1
        before = lines[first][: docstring.col_offset]
        after = lines[last][docstring.end_col_offset :]
        alone = not before.strip() and not after.strip()
        if len(node.body) == 1 and not isinstance(node, ast.Module):
            lines[first : last + 1] = [before + b"pass" + after]
        elif alone:
            blank = last + 1 < len(lines) and not lines[last + 1].strip()
            del lines[first : last + (2 if blank else 1)]
        else:
            lines[first : last + 1] = [before + after.lstrip(b"; \t")]
    return b"".join(lines).decode()


def documents_of(text: str) -> list[str]:
    """A file as documents of at most about `LONGEST_DOCUMENT` characters, cut at definitions.

    The licence comment at the top goes; pieces under `SHORTEST_DOCUMENT` characters go. A single
    longer definition at the top level is cut between the definitions inside it, else left whole.
    At most `MOST_OF_A_FILE` documents, so that no file stands for its domain. Raises SyntaxError
    where `text` is not Python.
    """
    tree = ast.parse(text)
    code = without_docstrings(text, tree)
    code = _LICENCE_COMMENT.sub("", re.sub(r"[ \t]+$", "", code, flags=re.MULTILINE))
    lines = re.sub(r"\n{4,}", "\n\n\n", code).splitlines(keepends=True)
    borders = {0, len(lines)}
    for node in definitions(ast.parse("".join(lines))):
        if node.col_offset <= 4:
            borders.add(min([node.lineno, *(mark.lineno for mark in node.decorator_list)]) - 1)
    documents = [
        document
        for document in _group(lines, sorted(borders))
        if SHORTEST_DOCUMENT <= len(document) <= 3 * LONGEST_DOCUMENT
    ]
    step = max(1, -(-len(documents) // MOST_OF_A_FILE))
    return documents[::step]


def _group(lines: list[str], borders: list[int]) -> list[str]:
    """Neighbouring pieces joined while they stay under the longest document."""
    documents, current = [], ""
    for start, end in zip(borders, borders[1:], strict=False):
        piece = "".join(lines[start:end])
        if current and len(current) + len(piece) > LONGEST_DOCUMENT:
            documents.append(current)
            current = ""
        current += piece
    return [document.strip("\n") + "\n" for document in [*documents, current]]
