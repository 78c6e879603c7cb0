"""Does a function answer in Lua what it answers in Python?

Run as a program: reads [[origin, path], …] as JSON from its standard input and prints
[verdict, details, origin, function] as a JSON line for each pure function, and ["file", …] before
each file. It is a program of its own so that it can be stopped: Lua inside Python cannot be
interrupted.
"""

import ast
import copy
import json
import math
import random
import signal
import sys
from pathlib import Path

from installed_pure_functions import pure_functions_of
from random_arguments import argument, trials

from featurefate.corpora.lua.assembly import assemble
from featurefate.corpora.lua.check import load_module
from featurefate.corpora.lua.names import Untranslatable
from featurefate.corpora.lua.translation import translate_module

CALLS, MOST_TRIED = 14, 60
STEPS = 200_000  # of Lua, before a call is given up
SECONDS = 0.1  # of Python
_INTERRUPT = f"""
local f = ...
return function(...)
  debug.sethook(function() error("too long") end, "", {STEPS})
  return f(...)
end
"""


class _TooLong(BaseException):
    pass


def to_lua(lua, value):
    """Lists, tuples and dicts as tables; a set as a table of what is in it."""
    if isinstance(value, dict):
        return lua.table_from({key: to_lua(lua, item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return lua.table_from([to_lua(lua, item) for item in value])
    if isinstance(value, set):
        return lua.table_from(dict.fromkeys(value, True))
    return value


def is_comparable(value) -> bool:
    """False for what Lua is known not to say: beyond 64 bits, None inside a list, other types."""
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) < 2**63
    if isinstance(value, float | str):
        return True
    if isinstance(value, list | tuple | set | frozenset):
        return all(item is not None and is_comparable(item) for item in value)
    if isinstance(value, dict):
        return all(isinstance(key, str | int) for key in value) and all(
            item is not None and is_comparable(item) for item in value.values()
        )
    return False


def same(expected, found) -> bool:
    """True where a Lua value is what a Python value is in Lua."""
    if isinstance(expected, tuple) and isinstance(found, tuple):
        return len(expected) == len(found) and all(map(same, expected, found))
    if isinstance(expected, tuple) and len(expected) == 1 and not hasattr(found, "items"):
        return same(expected[0], found)
    if isinstance(expected, list | tuple):
        return (
            hasattr(found, "items")
            and len(list(found.items())) == len(expected)
            and all(same(item, found[i + 1]) for i, item in enumerate(expected))
        )
    if isinstance(expected, dict | set | frozenset):
        if not hasattr(found, "items"):
            return False
        items = expected if isinstance(expected, dict) else dict.fromkeys(expected, True)
        found = dict(found.items())
        return found.keys() == items.keys() and all(same(v, found[k]) for k, v in items.items())
    if isinstance(expected, bool) or isinstance(found, bool) or expected is None:
        return expected is found
    if isinstance(expected, int | float) and isinstance(found, float):  # `^` gives floats in Lua
        nan = math.isnan(expected) and math.isnan(found)
        return nan or math.isclose(expected, found, rel_tol=1e-12, abs_tol=1e-12)
    return expected == found and isinstance(found, str) == isinstance(expected, str)


def python_answers(function, kinds: list[str], texts: list[str], seed: str) -> list:
    """(arguments, answer) of the calls that do not raise and whose answer Lua can say."""
    chooser = random.Random(seed)
    answers: list = []
    for tried in range(MOST_TRIED):
        if len(answers) == CALLS or tried == CALLS and not answers:
            break
        arguments = [argument(kind, chooser, texts) for kind in kinds]
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try:
            answer = function(*copy.deepcopy(arguments))
            unordered = function(*map(_reordered, copy.deepcopy(arguments))) == answer
        except (Exception, _TooLong):
            continue
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if is_comparable(answer) and unordered:
            answers.append((arguments, answer))
    return answers


def _reordered(value):
    """The same, a dict in another order: what depends on that order Lua does not say."""
    if isinstance(value, list | tuple):
        return type(value)(map(_reordered, value))
    return dict(reversed(value.items())) if isinstance(value, dict) else value


def is_telling(answers: list) -> bool:
    """True for answers that a wrong function would not give by chance."""
    different = {repr(answer) for _, answer in answers}
    called = {repr(arguments) for arguments, _ in answers}
    return different != {"None"} and (
        (len(called) >= 5 and len(different) >= 2) or len(called) >= 8
    )


def verdict(name: str, source: str) -> tuple[str, str]:
    """("agrees" | "differs" | "untested" | "skipped", details) of one function of a module."""
    try:
        translation = translate_module(source, "pure/module.py")
        functions = [f for unit in translation.units for f in unit.functions]
        if name not in {f.name for f in functions}:
            return "skipped", ", ".join(set(translation.reasons) - {"translated"})
        wanted = {n.name for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)}
        if wanted - {f.name for f in functions}:
            return "skipped", "a function that it calls"
        module = assemble(translation.program, translation.units[0], functions).text
    except Untranslatable as reason:
        return "skipped", str(reason)
    if "require(" in module.replace('require("support")', ""):
        return "skipped", "a part of its module"
    return compare(name, source, module)


def compare(name: str, source: str, module: str) -> tuple[str, str]:
    """Run a function in both languages, with the first kind of arguments that tells something."""
    functions = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
    tree = next(function for function in functions if function.name == name)
    constants = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    texts = [c for c in constants if isinstance(c, str) and len(c) < 12 and c.isascii()]
    namespace: dict = {}
    exec(compile("from __future__ import annotations\n" + source, "m", "exec"), namespace)
    for kinds in trials(tree, name):
        answers = python_answers(namespace[name], kinds, texts, name)
        if is_telling(answers):
            break
    else:
        return "untested", ""
    lua, table = load_module(module)
    run = lua.execute(_INTERRUPT, table[name])
    for arguments, expected in answers:
        try:
            found = run(*[to_lua(lua, value) for value in arguments])
        except Exception as error:
            found = f"{type(error).__name__}: {error}"
            return "differs", f"{arguments} -> {expected!r}, in Lua {found}\n{source}\n{module}"
        if "table: 0x" in str(found if isinstance(found, str | tuple) else ""):
            continue  # a text that shows a table shows it as Lua does
        if not same(expected, found):
            shown = dict(found.items()) if hasattr(found, "items") else found
            return "differs", f"{arguments} -> {expected!r}, in Lua {shown!r}\n{source}\n{module}"
    return "agrees", str(len(answers))


def _stop(*_) -> None:
    raise _TooLong


def main() -> None:
    signal.signal(signal.SIGALRM, _stop)
    for origin, path in json.load(sys.stdin):
        print(json.dumps(["file", "", origin, ""]), flush=True)
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        for name, source in pure_functions_of(text):
            print(json.dumps([*verdict(name, source), origin, name]), flush=True)


if __name__ == "__main__":
    main()
