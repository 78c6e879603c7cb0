"""What functions give, as far as their annotations or all of their returns say it."""

import ast
from collections.abc import Iterable

from featurefate.corpora.lua.annotations import of_annotation
from featurefate.corpora.lua.tree import nodes_of
from featurefate.corpora.lua.types import Types

NO_TYPES = Types(ast.parse("def nothing(): pass").body[0])  # types of what names no variable


def results_of(functions: Iterable[ast.FunctionDef]) -> dict[str, str]:
    """Function → type of its result, for those that always give one value of one type."""
    found: dict[str, str] = {}
    for function in functions:
        kind = _result_of(function)
        if kind is not None and found.get(function.name, kind) == kind:
            found[function.name] = kind
        else:
            found.pop(function.name, None)
    return found


def _result_of(function: ast.FunctionDef) -> str | None:
    nodes = list(nodes_of(function))
    if any(isinstance(n, ast.Yield | ast.YieldFrom) for n in nodes):
        return None
    returns = [n.value for n in nodes if isinstance(n, ast.Return)]
    if any(isinstance(value, ast.Tuple) for value in returns):
        return None  # several results
    if function.returns is not None:
        kind, optional = of_annotation(function.returns)
        return None if optional else kind
    if not returns or not isinstance(function.body[-1], ast.Return) or None in returns:
        return None
    kinds = {NO_TYPES.of(value) for value in returns}
    kind = kinds.pop()
    return kind if not kinds and kind != "none" else None
