"""Which parameters a function of the same module takes, and calls of it in their order."""

import ast
from typing import NamedTuple

from featurefate.corpora.lua.names import Untranslatable
from featurefate.corpora.lua.tree import nodes_of


class Signature(NamedTuple):
    """Names of the positional parameters; `options`: whether a table of named ones follows."""

    positional: tuple[str, ...]
    options: bool


def signature_of(function: ast.FunctionDef, method: bool = False) -> Signature | None:
    """The signature without `self`; None where any number of arguments may be given."""
    a = function.args
    if a.vararg:
        return None
    names = [argument.arg for argument in (*a.posonlyargs, *a.args)][method:]
    return Signature(tuple(names), bool(a.kwonlyargs or a.kwarg))


def passes_all_on(function: ast.FunctionDef) -> bool:
    """True where `*args` (and `**keywords`) only serve to be handed on together: Lua's `...`."""
    a = function.args
    names = {a.vararg.arg, a.kwarg.arg} if a.kwarg else {a.vararg.arg}
    mentioned = sum(isinstance(n, ast.Name) and n.id in names for n in nodes_of(function))
    inner = ast.FunctionDef | ast.Lambda | ast.Try | ast.Yield
    if any(isinstance(n, inner) for n in nodes_of(function) if n is not function):
        return False
    passed = 0
    for node in nodes_of(function):
        match node:
            case ast.Call(args=[*_, ast.Starred(value=ast.Name(id=last))], keywords=keywords):
                mapping = [k.value.id for k in keywords if isinstance(k.value, ast.Name)]
                if {last, *mapping} == names and len(keywords) == len(names) - 1:
                    passed += len(names)
    return mentioned == passed


def in_order(node: ast.Call, signature: Signature) -> ast.Call:
    """The call with keywords where their parameters stand; what the options take stays named.

    Raises Untranslatable for a keyword that the function does not take.
    """
    if not node.keywords:
        return node
    named = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    mapping = [keyword for keyword in node.keywords if keyword.arg is None]
    if any(isinstance(a, ast.Starred) for a in node.args) or mapping and not signature.options:
        raise Untranslatable("**keywords in a call")
    args = list(node.args)
    left = set(named) - set(signature.positional[len(args) :])
    if left and not signature.options:
        raise Untranslatable("a keyword that the function does not name")
    for name in signature.positional[len(args) :]:
        if not (set(named) - left or left or mapping):
            break
        args.append(named.pop(name, ast.Constant(None)))
    rest = [ast.keyword(name, value) for name, value in named.items()]
    return ast.Call(node.func, args, [*rest, *mapping])
