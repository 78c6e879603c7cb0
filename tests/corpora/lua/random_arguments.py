"""Random arguments for functions of which only the code is known.

What a parameter takes is guessed from its annotation, docstring, default, use and name; where a
likely guess fails (the function raises), others are tried. A kind is a word or two: "int",
"list str", "row3 int" (a list of exactly three), "optional str".
"""

import ast
import random
import re
from collections.abc import Iterator

from featurefate.corpora.lua.docstrings import types_in

TEXTS = [
    "", "a", "abc", "Hello world", "foo_bar", "FooBar", "fooBarBaz", "a/b/c.txt", "/usr/lib/x.py",
    "key=value", "a, b, c", "1.2.3", "42", "-7", "3.5", "x: y", "  padded  ", "line one\nline two",
    "https://example.org/a?b=c", "CamelCase_and_snake", "a-b-c", "(x + y) * 2", "UPPER", "%d items",
    "*.py", "__init__", "true", "[1, 2]", "tab\there", "abcabcabc", "user@example.org", "#fff000",
]  # fmt: skip
_BY_NAME = [
    (r"(is_|has_|use_|flag|verbose|strict|invert|reverse|inclusive|ignore)", "bool"),
    (r"(xs|ys|values|numbers|nums|shape|sizes|dims|axes|indices|weights|list|seq|points|data|row)s?$",
     "list int"),
    (r"(lines|words|names|parts|strings|tokens|keys|args|items|columns|labels|paths|texts)$",
     "list str"),
    (r"(.*_)?(s|str|string|text|name|line|path|file|filename|key|prefix|suffix|word|label|msg|message"
     r"|title|url|value_str|version|pattern|mode|token|source|content|code|char|c|ch)$", "str"),
    (r"(n|m|k|i|j|num|count|size|length|width|height|start|stop|end|step|level|depth|index|offset"
     r"|year|month|day|hour|bits|base|limit|total)", "natural"),
    (r"(d|dict|mapping|config|options|table|counts)$", "dict"),
]  # fmt: skip
_TYPES = {
    "int": "int", "float": "float", "str": "str", "bool": "bool", "complex": None, "bytes": None,
    "list": "list int", "List": "list int", "Sequence": "list int", "Iterable": "list int",
    "tuple": "tuple int", "Tuple": "tuple int", "dict": "dict", "Dict": "dict", "Mapping": "dict",
    "set": "set", "Set": "set", "frozenset": "set", "Collection": "list int",
    "MutableMapping": "dict", "AbstractSet": "set", "Any": "int", "object": "int",
    "Number": "float",
    "None": "none",
}  # fmt: skip
_DOCUMENTED = {
    "str": "str", "number": "int", "bool": "bool", "list": "list int", "list:str": "list str",
    "list:number": "list int", "dict": "dict", "set": "set",
}  # fmt: skip
_TEXT_METHODS = {
    "split", "strip", "lower", "upper", "startswith", "endswith", "replace", "lstrip", "rstrip",
    "splitlines", "partition", "rpartition", "isdigit", "title", "join", "find", "format",
}  # fmt: skip
_OTHERS = ["int", "str", "list int", "list str", "natural", "float", "dict", "list list"]
MOST_TRIALS = 14


def trials(function: ast.FunctionDef, seed: str) -> Iterator[list[str]]:
    """Kinds of the parameters to try, the likeliest first. Nothing where annotations forbid it."""
    parameters = [*function.args.posonlyargs, *function.args.args]
    required = len(parameters) - len(function.args.defaults)
    defaults = [None] * required + list(function.args.defaults)
    said, used = types_in(function), _kinds_by_use(function)
    guesses = [
        _guess(parameter, default, said.get(parameter.arg, (None, False))[0], used)
        for parameter, default in zip(parameters, defaults, strict=True)
    ]
    if "unknown" in guesses:
        return
    first = [g.removesuffix("?") for g in guesses]
    yield first
    loose = [i for i, g in enumerate(guesses) if g.endswith("?")]
    if not loose:
        return
    chooser = random.Random(seed)
    tried = [first]
    rows = [{i: kind for i in loose} for kind in _OTHERS]
    rows += [{i: chooser.choice(_OTHERS) for i in loose} for _ in range(MOST_TRIALS)]
    for row in rows:
        kinds = [row.get(i, kind) for i, kind in enumerate(first)]
        if kinds not in tried and len(tried) < MOST_TRIALS:
            tried.append(kinds)
            yield kinds


def argument(kind: str, chooser: random.Random, texts: list[str]):
    """A random value of this kind; `texts` are those of the function itself."""
    match kind.split():
        case ["int"]:
            return chooser.choice([chooser.randint(-9, 9), chooser.randint(-60, 60), 0, 1, 2])
        case ["natural"]:
            return chooser.choice([chooser.randint(1, 9), chooser.randint(1, 40)])
        case ["float"]:
            return chooser.choice([chooser.randint(-40, 40) / 8, chooser.uniform(0, 4), 1.0])
        case ["bool"]:
            return chooser.random() < 0.5
        case ["str"]:
            return chooser.choice(texts if texts and chooser.random() < 0.4 else TEXTS)
        case ["none"]:
            return None
        case ["optional", *inner]:
            return None if chooser.random() < 0.3 else argument(" ".join(inner), chooser, texts)
        case ["list" | "tuple" | "set" as outer, *inner]:
            length = chooser.randint(0 if outer != "tuple" else 2, 5 if outer != "tuple" else 3)
            held = " ".join(inner).removeprefix("optional ") or "int"  # no None inside a table
            items = [argument(held, chooser, texts) for _ in range(length)]
            if outer == "set":
                return set(items)
            return tuple(items) if outer == "tuple" else items
        case ["dict"]:
            keys = [argument("str", chooser, texts) for _ in range(chooser.randint(0, 4))]
            return {key: argument("int", chooser, texts) for key in keys}
        case [row, *inner] if row.startswith("row"):
            length = int(row.removeprefix("row"))
            return [argument(" ".join(inner), chooser, texts) for _ in range(length)]
    raise ValueError(kind)


def _guess(
    parameter: ast.arg, default: ast.expr | None, said: str | None, used: dict[str, str]
) -> str:
    """A kind; with "?" where it is only likely; "unknown" where no value can be made."""
    if parameter.annotation is not None:
        kind = _annotated(parameter.annotation) or "unknown"
        sized = used.get(parameter.arg, "")
        return sized if sized.startswith("row") and kind.startswith(("tuple", "list")) else kind
    if said is not None:
        return _DOCUMENTED[said]
    if parameter.arg in used:
        return used[parameter.arg]
    match default:
        case ast.Constant(value=bool()):
            return "bool"
        case ast.Constant(value=int()):
            return "int"
        case ast.Constant(value=float()):
            return "float"
        case ast.Constant(value=str()):
            return "str"
        case ast.Constant(value=None):
            return f"{_by_name(parameter.arg)}?"
    return f"{_by_name(parameter.arg)}?"


def _by_name(name: str) -> str:
    for pattern, kind in _BY_NAME:
        if re.match(pattern, name):
            return kind
    return "int"


def _kinds_by_use(function: ast.FunctionDef) -> dict[str, str]:
    """Names of which the use tells: `x[2]` and `a, b = x` need a list, `x["key"]` a dict."""
    found: dict[str, str] = {}
    rows: dict[str, int] = {}
    for node in ast.walk(function):
        match node:
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=int(place))):
                rows[name] = max(rows.get(name, 3), place + 1)
            case ast.Assign(targets=[ast.Tuple(elts=parts)], value=ast.Name(id=name)):
                rows[name] = len(parts)
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str())):
                found[name] = "dict"
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Name() | ast.BinOp()):
                found.setdefault(name, "list int")
            case ast.Subscript(value=ast.Name(id=name), slice=ast.UnaryOp()):
                found.setdefault(name, "list int")
            case ast.For(iter=ast.Name(id=name)) | ast.comprehension(iter=ast.Name(id=name)):
                found.setdefault(name, "list int?")
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
                if method in _TEXT_METHODS:
                    found.setdefault(name, "str")
                elif method in ("items", "keys", "values", "get"):
                    found.setdefault(name, "dict")
                elif method in ("append", "extend", "sort"):
                    found.setdefault(name, "list int")
            case ast.Compare(left=ast.Name(id=name), comparators=[ast.Constant(value=str())]):
                found.setdefault(name, "str?")
    return found | {name: f"row{length} int" for name, length in rows.items()}


def _annotated(node: ast.expr) -> str | None:
    match node:
        case ast.Constant(value=None):
            return "none"
        case ast.Constant(value=str(text)):
            try:
                return _annotated(ast.parse(text, mode="eval").body)
            except SyntaxError:
                return None
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _TYPES.get(name)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return _either([_annotated(left), _annotated(right)])
        case ast.Subscript(value=ast.Name(id=outer) | ast.Attribute(attr=outer), slice=inner):
            inside = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            if outer == "Optional":
                return _either([_annotated(inner), "none"])
            if outer == "Union":
                return _either([_annotated(part) for part in inside])
            if outer == "Literal":
                return "str"
            known = (_TYPES.get(outer) or "").partition(" ")[0]
            held = _annotated(inside[0])
            if known in ("list", "set", "tuple") and held:
                return f"{known} {held}"
            return known if known == "dict" else None
    return None


def _either(kinds: list[str | None]) -> str | None:
    known = [kind for kind in kinds if kind not in (None, "none")]
    if not known:
        return None
    return f"optional {known[0]}" if "none" in kinds else known[0]
