"""A Lua module from translated functions: what they require, they themselves, what it returns."""

import re
from typing import NamedTuple

from featurefate.corpora.lua.doc_comments import comment_of
from featurefate.corpora.lua.names import Untranslatable, is_field_name, lua_name
from featurefate.corpora.lua.program import Program
from featurefate.corpora.lua.style import PLAIN, Style
from featurefate.corpora.lua.translation import Translated, Unit

_MARK = re.compile("\x00(.*?)\x00")


class Module(NamedTuple):
    """The text of a Lua module, and for each of its functions (start, end) in characters."""

    text: str
    places: list[tuple[int, int]]


def assemble(
    program: Program, unit: Unit, functions: list[Translated], style: Style = PLAIN
) -> Module:
    """A Lua module of some of a unit's functions.

    Raises Untranslatable where two things would have to go by one name.
    """
    inside = [] if unit.is_class else [function.name for function in functions]
    if len(set(map(lua_name, inside))) < len(inside):
        raise Untranslatable("two functions of one name")
    needs: dict[str, str] = {}

    def named(mark: re.Match) -> str:
        name = mark[1]
        if name == unit.name:
            return name
        if name in inside:
            return f"M.{lua_name(name)}" if style.exports == "module" else lua_name(name)
        code, more = program.own_member(name)
        _join(needs, more)
        return code

    for wanted in [unit.needs, *(function.needs for function in functions)]:
        _join(needs, wanted)
    ahead = _used_before_defined(functions, inside) if style.exports == "local" else []
    opening = _MARK.sub(named, unit.heading)
    texts = []
    for function in functions:
        _, _, body = function.lua.partition("(")
        roots = {re.match(r"\w+", named(mark))[0] for mark in _MARK.finditer(body)}
        if roots & function.own_names:
            raise Untranslatable("a local that hides what the module requires")
        text = _indented(_MARK.sub(named, function.lua), style.indent)
        if style.exports == "local" and function.name in inside and function.name not in ahead:
            text = f"local {text}"
        texts.append(comment_of(function.doc, style) + text)
    if style.exports != "module" and not {lua_name(name) for name in inside}.isdisjoint(needs):
        raise Untranslatable("two things of one name")
    head = _indented(_head(needs), style.indent)
    if unit.is_class:
        opening = comment_of(unit.doc, style) + opening
        closing = f"\nreturn {unit.name}\n"
    else:
        opening = "local M = {}\n" if style.exports == "module" else ""
        if ahead:
            opening = f"local {', '.join(map(lua_name, ahead))}\n"
        closing = _closing(inside, style)
    module = "\n".join(part for part in (head, opening) if part)
    places = []
    for text in texts:
        module += "\n" if module else ""
        start = len(module)
        module += text
        places.append((start, len(module) - 1))
    return Module(module + closing, places)


def _used_before_defined(functions: list[Translated], inside: list[str]) -> list[str]:
    """Functions that one above them calls: as locals, they must be declared first."""
    waiting, found = set(inside), set()
    for function in functions:
        waiting.discard(function.name)
        found |= waiting & set(_MARK.findall(function.lua))
    return [name for name in inside if name in found]


def _closing(names: list[str], style: Style) -> str:
    if style.exports == "module":
        return "\nreturn M\n"
    if style.exports == "global":
        return ""
    fields = [
        f"{n} = {lua_name(n)}" if is_field_name(n) else f'["{n}"] = {lua_name(n)}' for n in names
    ]
    line = f"return {{ {', '.join(fields)} }}"
    if len(line) <= 72:
        return f"\n{line}\n"
    return "\nreturn {\n" + "".join(f"{style.indent}{field},\n" for field in fields) + "}\n"


def _head(needs: dict[str, str]) -> str:
    required = sorted(line for line in needs.values() if "require(" in line)
    constants = sorted(line for line in needs.values() if "require(" not in line)
    lines = [*required, *([""] if required and constants else []), *constants]
    return "".join(f"{line}\n" for line in lines)


def _indented(text: str, indent: str) -> str:
    return re.sub(r"^(?:  )+", lambda blanks: indent * (len(blanks[0]) // 2), text, flags=re.M)


def _join(needs: dict[str, str], more: dict[str, str]) -> None:
    for name, line in more.items():
        if needs.setdefault(name, line) != line:
            raise Untranslatable("two modules of one name")
