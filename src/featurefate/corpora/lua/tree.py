"""Walking a syntax tree. Functions are walked many times, so their nodes are remembered."""

import ast

_NO_CODE = frozenset(["ctx", "op", "ops", "kind", "type_comment", "lineno", "level", "id", "attr"])
_FUNCTIONS = (ast.FunctionDef, ast.Lambda)


def nodes_of(node: ast.AST) -> list[ast.AST]:
    """The node and all below it, parents first, without operators and contexts."""
    known = node.__dict__.get("_nodes")
    if known is not None:
        return known
    found = _walked(node, ())
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        node._nodes = found
    return found


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below, without operators and contexts."""
    found = []
    for name in node._fields:
        if name in _NO_CODE:
            continue
        value = getattr(node, name, None)
        if value.__class__ is list:
            found.extend(item for item in value if isinstance(item, ast.AST))
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def own_nodes(node: ast.AST) -> list[ast.AST]:
    """As `nodes_of`, without the insides of functions defined there."""
    known = node.__dict__.get("_own_nodes")
    if known is not None:
        return known
    found = _walked(node, _FUNCTIONS)
    if isinstance(node, ast.FunctionDef):
        node._own_nodes = found
    return found


def _walked(node: ast.AST, closed: tuple[type, ...]) -> list[ast.AST]:
    found, waiting = [], [node]
    while waiting:
        current = waiting.pop()
        found.append(current)
        if current.__class__ is ast.Name or current.__class__ is ast.Constant:
            continue
        if closed and current is not node and isinstance(current, closed):
            continue
        waiting.extend(reversed(children(current)))
    return found
