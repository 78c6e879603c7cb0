"""Types that annotations state."""

import ast

_ANNOTATIONS = {
    "str": "str", "int": "number", "float": "number", "bool": "bool", "list": "list",
    "List": "list", "tuple": "list", "Tuple": "list", "Sequence": "list",
    "Iterable": "list", "Collection": "list", "dict": "dict",
    "Dict": "dict", "Mapping": "dict", "MutableMapping": "dict", "OrderedDict": "dict",
    "set": "set", "Set": "set", "frozenset": "set",
}  # fmt: skip  # fmt: skip


def of_annotation(node: ast.expr | None) -> tuple[str | None, bool]:
    """(type, whether it may be None) as an annotation states them."""
    match node:
        case ast.Constant(value=str(text)):
            try:
                return of_annotation(ast.parse(text, mode="eval").body)
            except SyntaxError:
                return None, False
        case ast.Constant(value=None):
            return None, True
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _ANNOTATIONS.get(name), False
        case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
            return of_annotation(inner)[0], True
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inner):
            kind = _ANNOTATIONS.get(name)
            if isinstance(inner, ast.Tuple):
                many = len(inner.elts) == 2 and isinstance(inner.elts[1], ast.Constant)
                inner = inner.elts[0] if many and kind == "list" else None
            held = of_annotation(inner)[0] if inner is not None else None
            held = held.partition(":")[0] if held else None
            simple = kind == "list" and held in ("str", "number", "list", "dict")
            return (f"list:{held}" if simple else kind), False
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            one, one_nil = of_annotation(left)
            two, two_nil = of_annotation(right)
            if one_nil or two_nil:
                return one or two, True
            return (one if one == two else None), False
    return None, False
