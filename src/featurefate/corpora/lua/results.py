"""What functions give, as far as their annotations or all of their returns say it."""

import ast
from collections.abc import Iterable

from featurefate.corpora.lua.annotations import of_annotation
from featurefate.corpora.lua.tree import nodes_of, own_nodes
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


def functions_of_several(functions: Iterable[ast.FunctionDef]) -> set[str]:
    """The functions that return a tuple, or what another of them returns: several values in Lua."""
    given = {f: [n.value for n in own_nodes(f) if isinstance(n, ast.Return)] for f in functions}
    found = {f.name for f, values in given.items() if any(map(_is_tuple, values))}
    while True:
        more = {
            function.name
            for function, values in given.items()
            if function.name not in found and any(_called(value) in found for value in values)
        }
        if not more:
            return found
        found |= more


def _is_tuple(value: ast.expr | None) -> bool:
    if isinstance(value, ast.IfExp):
        return _is_tuple(value.body) or _is_tuple(value.orelse)
    return isinstance(value, ast.Tuple)


def _called(value: ast.expr | None) -> str | None:
    """The name of what is called, of a method too."""
    match value:
        case ast.IfExp(body=body, orelse=orelse):
            return _called(body) or _called(orelse)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
    return None


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
