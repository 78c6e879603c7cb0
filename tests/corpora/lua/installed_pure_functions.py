"""Pure functions in the files of the installed packages, found by looking at their code.

Pure means here: made of arithmetic, texts, lists, dicts and sets alone; it calls builtins, `math`,
methods of these types and other such functions of its file. Files are read as text and only
functions that look promising are parsed, so that thousands of files take seconds.
"""

import ast
import re
from typing import NamedTuple

_FUNCTION = re.compile(r"^def (\w+)\(.*\n(?:(?:[ \t)].*)?\n)*", re.M)
_CONSTANT = re.compile(
    r"^(\w+)(?:: [^=\n]+)? = ((?:[-\d\"'(\[{]|True|False).*\n(?:(?:[ \t)\]}].*)?\n)*)", re.M
)
_IMPURE = re.compile(
    r"\b(self|cls|import|yield|await|global|nonlocal|with|print|open|np|torch|pd|os|sys|re|logger"
    r"|warnings|time|random|isinstance|issubclass|type|getattr|hasattr|setattr|super|id|eval|exec"
    r"|object|iter|next|bytes|bytearray|input|locals|globals|vars|callable|hash)\b"
)
_BUILTINS_TEXT = """
abs all any bool chr dict divmod enumerate filter float frozenset int len list map max min ord
pow range repr reversed round set sorted str sum tuple zip True False None
ValueError TypeError KeyError IndexError RuntimeError ArithmeticError OverflowError Exception
NotImplementedError AssertionError ZeroDivisionError AttributeError
"""
_BUILTINS = frozenset(_BUILTINS_TEXT.split())
_METHODS = frozenset(
    name for kind in (str, list, dict, set) for name in dir(kind) if not name.startswith("_")
) - {"encode", "maketrans", "format_map"}
LONGEST = 3000  # characters of a function


class PureFunction(NamedTuple):
    """`source` is a module of this function, the functions it calls and their constants."""

    name: str
    source: str


def pure_functions_of(text: str) -> list[PureFunction]:
    """The pure functions at the top level of a file, in its order."""
    functions: dict[str, str] = {}
    trees: dict[str, ast.FunctionDef] = {}
    for found in _FUNCTION.finditer(text):
        block = found[0]
        if len(block) > LONGEST or _IMPURE.search(_code_of(block)) or "return" not in block:
            continue
        if text[: found.start()].rstrip("\n").rpartition("\n")[2].startswith(("@", ")")):
            continue  # decorated, or the end of a decorator
        try:
            trees[found[1]] = ast.parse(block).body[0]
            functions[found[1]] = block
        except SyntaxError:
            continue
    if not trees:
        return []
    constants = _constants_of(text)
    used = {name: _names_used(tree) for name, tree in trees.items()}
    pure = {n for n, names in used.items() if names is not None}
    while True:
        known = _BUILTINS | constants.keys() | pure | {"math"}
        left = {n for n in pure if used[n] <= known}
        if left == pure:
            break
        pure = left
    return [
        PureFunction(name, _module(name, functions, constants, used))
        for name in functions
        if name in pure and trees[name].args.args
    ]


def _code_of(block: str) -> str:
    """The block without its docstring and comments."""
    return re.sub(r'""".*?"""|#.*', "", block, flags=re.S if '"""' in block else 0)


def _constants_of(text: str) -> dict[str, str]:
    found = {}
    for match in _CONSTANT.finditer(text):
        if len(match[0]) < 1500:
            try:
                ast.literal_eval(match[2].strip())
            except (ValueError, SyntaxError, TypeError, MemoryError):
                continue
            found[match[1]] = match[0].rstrip() + "\n"
    return {n: line for n, line in found.items() if text.count(f"\n{n} ") <= 1}


def _names_used(function: ast.FunctionDef) -> set[str] | None:
    """Names from outside; None where the function does something that is not pure."""
    arguments = function.args
    if arguments.vararg or arguments.kwarg or function.decorator_list:
        return None
    own = {function.name} if _is_recursive(function) else set()
    used: set[str] = set()
    bound = {a.arg for n in ast.walk(function) if isinstance(n, ast.arguments)
             for a in (*n.posonlyargs, *n.args, *n.kwonlyargs)}  # fmt: skip
    called: set[int] = set()
    for node in _walk_code(function):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                bound.add(name)
            case ast.Name(id=name):
                used.add(name)
            case ast.FunctionDef(name=name) if node is not function:
                bound.add(name)
            case ast.ExceptHandler(name=str(name)):
                bound.add(name)
            case ast.Call(func=ast.Attribute(value=value, attr=method)):
                of_math = isinstance(value, ast.Name) and value.id == "math"
                if method not in _METHODS and not of_math:
                    return None
                called.add(id(node.func))
            case ast.Attribute(value=ast.Name(id="math")):
                pass
            case ast.Attribute():
                if id(node) not in called:
                    return None
            case ast.ClassDef() | ast.Starred() | ast.Try(finalbody=[_, *_]):
                return None
    return (used - bound) | own


def _walk_code(function: ast.FunctionDef):
    """All nodes but annotations; parents before their children."""
    waiting: list[ast.AST] = [function]
    while waiting:
        node = waiting.pop()
        yield node
        for name, value in ast.iter_fields(node):
            if name not in ("annotation", "returns"):
                values = value if isinstance(value, list) else [value]
                waiting.extend(v for v in values if isinstance(v, ast.AST))


def _is_recursive(function: ast.FunctionDef) -> bool:
    return any(isinstance(n, ast.Name) and n.id == function.name for n in ast.walk(function))


def _module(name: str, functions, constants, used) -> str:
    wanted, waiting = set(), [name]
    while waiting:
        current = waiting.pop()
        if current not in wanted:
            wanted.add(current)
            waiting.extend(n for n in used.get(current, ()) if n in functions or n in constants)
    parts = ["import math\n"] if any("math" in used.get(n, ()) for n in wanted) else []
    parts += [line for n, line in constants.items() if n in wanted and n not in functions]
    parts += [block.rstrip() + "\n" for n, block in functions.items() if n in wanted]
    return "\n\n".join(parts)
