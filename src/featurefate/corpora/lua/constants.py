"""Constants of a module as Lua expressions."""

import ast

from featurefate.corpora.lua.names import Untranslatable, is_field_name, lua_string

MOST_ITEMS, LONGEST_LINE = 40, 80


def constant_in_lua(node: ast.expr) -> str | None:
    """A text, number or truth value, or a table of these; None for anything else."""
    try:
        fields = _fields(node)
        if fields is None:
            return _plain(node)
    except Untranslatable:
        return None
    if len(fields) > MOST_ITEMS or None in fields:
        return None
    line = ", ".join(fields)
    if len(line) < LONGEST_LINE - 20:
        return f"{{ {line} }}" if fields and "=" in fields[0] else f"{{{line}}}"
    return "{\n" + "".join(f"  {field},\n" for field in fields) + "}"


def _fields(node: ast.expr) -> list[str | None] | None:
    match node:
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_plain(item) for item in items]
        case (
            ast.Set(elts=items)
            | ast.Call(
                func=ast.Name(id="frozenset" | "set"),
                args=[ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items)],
            )
        ):
            return [_field(item, "true") for item in items]
        case ast.Dict(keys=keys, values=values):
            return [_field(k, _plain(v)) for k, v in zip(keys, values, strict=True)]
    return None


def _field(key: ast.expr | None, value: str | None) -> str | None:
    name = _plain(key)
    if name is None or value is None:
        return None
    if isinstance(key, ast.Constant) and isinstance(key.value, str) and is_field_name(key.value):
        return f"{key.value} = {value}"
    return f"[{name}] = {value}"


def _plain(node: ast.expr | None) -> str | None:
    match node:
        case ast.Constant(value=bool(value)):
            return str(value).lower()
        case ast.Constant(value=str(value)) if len(value) < LONGEST_LINE:
            return lua_string(value)
        case ast.Constant(value=int(value)) if value < 2**63:
            return repr(value)
        case ast.Constant(value=float(value)) if abs(value) != float("inf"):
            return repr(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            number = _plain(operand)
            return f"-{number}" if number else None
    return None
