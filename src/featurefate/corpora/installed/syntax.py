"""Files as syntax trees: parsed once for all who read them, walked without the expressions."""

import ast
import gc
import warnings
from typing import NamedTuple

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)

_COMPOUND = frozenset(
    {*DEFINITIONS, ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try}
    | {ast.TryStar, ast.ExceptHandler, ast.Match, ast.match_case}
)
_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")


class Syntax(NamedTuple):
    """A file with its tree, and its docstrings by place: (whose it is, the statement)."""

    text: str
    tree: ast.Module
    docstrings: list[tuple[ast.Module | Definition, ast.Expr]]


def parse(text: str) -> Syntax:
    """`ast.parse`, half as fast again: the garbage collector rests meanwhile.

    It would walk the growing tree again and again and find nothing: a tree has no cycles. What
    Python says about a file's own string escapes is not ours to show. Raises SyntaxError,
    RecursionError or MemoryError (nested too deep).
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    finally:
        if collecting:
            gc.enable()
    found = [(node, node.body[0]) for node in [tree, *_definitions(tree)] if has_docstring(node)]
    return Syntax(text, tree, sorted(found, key=lambda f: (f[1].lineno, f[1].col_offset)))


def has_docstring(node: ast.Module | Definition) -> bool:
    first = node.body[0] if node.body else None
    return (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )


def _definitions(tree: ast.Module) -> list[Definition]:
    """Every class and function of a module, wherever it stands; expressions are not searched."""
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        for block in _BLOCKS:
            for child in getattr(node, block, ()):
                if type(child) in _COMPOUND:
                    waiting.append(child)
                    if isinstance(child, DEFINITIONS):
                        found.append(child)
    return found
