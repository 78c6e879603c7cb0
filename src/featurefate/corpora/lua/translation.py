"""A Python module's functions and classes as Lua modules.

What the two languages say in the same words is said; the rest raises `Untranslatable`, is skipped
and counted. What stays different, and is accepted: integers wrap at 64 bits; a missing key gives
nil where Python raises; a dict has no order; a text is its bytes; True, None and floats print as
Lua prints them; a function that returns a tuple returns several values; `*` of two unknown values
is a product.
"""

import ast
import re
import textwrap
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from featurefate.corpora.lua.check import problem_in
from featurefate.corpora.lua.classes import METAMETHODS, ClassOutline
from featurefate.corpora.lua.functions import FunctionTranslator
from featurefate.corpora.lua.names import Untranslatable, is_field_name, lua_name
from featurefate.corpora.lua.program import Program
from featurefate.corpora.lua.types import Types

LONGEST_LINE = 160
_WITHOUT_EFFECT_TEXT = """
staticmethod abstractmethod abc.abstractmethod override final functools.cache lru_cache cache
functools.lru_cache typing.final typing.override
"""
_WITHOUT_EFFECT = frozenset(_WITHOUT_EFFECT_TEXT.split())


@dataclass(frozen=True)
class Translated:
    """One function in both languages. `lua` still names siblings by marks (see `Program`)."""

    name: str
    lua: str
    python: str
    needs: dict[str, str]


@dataclass
class Unit:
    """What becomes Lua modules of its own: a class, or (name "M") the functions of a module."""

    name: str
    heading: str
    needs: dict[str, str] = field(default_factory=dict)
    functions: list[Translated] = field(default_factory=list)


@dataclass
class Translation:
    """All units of one Python module, and how often each reason led to a skip."""

    program: Program
    units: list[Unit]
    reasons: Counter[str]


def translate_module(text: str, origin: str, root: Path | None = None) -> Translation:
    """Translate every function and method that can be said in Lua. Raises SyntaxError.

    `root` is the folder that `origin` is in, where there is one: it tells imported modules from
    imported functions.
    """
    tree = ast.parse(text)
    program = Program(text, tree, origin, root)
    reasons: Counter[str] = Counter()
    module = Unit("M", "local M = {}\n")
    units = [module]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            _try_function(node, text, program, None, module, reasons)
        elif isinstance(node, ast.ClassDef):
            try:
                outline = ClassOutline(node)
                unit = _class_unit(node, outline, program)
            except Untranslatable as reason:
                methods = sum(isinstance(n, ast.FunctionDef) for n in node.body)
                reasons[str(reason)] += methods
                continue
            units.append(unit)
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    _try_function(method, text, program, outline, unit, reasons)
    return Translation(program, [unit for unit in units if unit.functions], reasons)


def assemble(program: Program, unit: Unit, functions: list[Translated]) -> str:
    """A Lua module of some of a unit's functions: what they require, they themselves, `return`.

    Raises Untranslatable where two modules would have to go by one name.
    """
    inside = {function.name for function in functions} if unit.name == "M" else set()
    needs: dict[str, str] = {}

    def sibling(mark: re.Match) -> str:
        name = mark[1]
        if name == unit.name:
            return name
        if name in inside:
            return f"M.{lua_name(name)}"
        code, more = program.own_member(name)
        _join(needs, more)
        return code

    for wanted in [unit.needs, *(function.needs for function in functions)]:
        _join(needs, wanted)
    text = "\n".join([unit.heading, *(function.lua for function in functions)])
    text = re.sub("\x00(.*?)\x00", sibling, text)
    required = sorted(line for line in needs.values() if "require(" in line)
    constants = sorted(line for line in needs.values() if "require(" not in line)
    head = "\n".join([*required, *([""] if required and constants else []), *constants])
    return f"{head}\n\n{text}\nreturn {unit.name}\n".lstrip("\n")


def _join(needs: dict[str, str], more: dict[str, str]) -> None:
    for name, line in more.items():
        if needs.setdefault(name, line) != line:
            raise Untranslatable("two modules of one name")


def _try_function(
    node: ast.FunctionDef, text: str, program: Program, outline: ClassOutline | None,
    unit: Unit, reasons: Counter[str],
) -> None:  # fmt: skip
    try:
        unit.functions.append(_translate(node, text, program, outline))
        reasons["translated"] += 1
    except Untranslatable as reason:
        reasons[str(reason)] += 1


def _translate(
    node: ast.FunctionDef, text: str, program: Program, outline: ClassOutline | None
) -> Translated:
    decorators = {ast.unparse(mark).partition("(")[0] for mark in node.decorator_list}
    if decorators - _WITHOUT_EFFECT:
        raise Untranslatable("a decorator")
    if node.args.kwarg:
        raise Untranslatable("**keywords")
    program.note_imports(node)
    writer = FunctionTranslator(node, program, outline)
    for line in _doc_comment(node):
        writer.line(line)
    method = outline is not None and "staticmethod" not in decorators
    writer.function(node, f"function {_heading(node.name, outline, method)}", method)
    lua = "\n".join(writer.lines) + "\n"
    if max(map(len, lua.split("\n"))) > LONGEST_LINE:
        raise Untranslatable("a line that is too long")
    if len(writer.lines) < 3 or not any(line.startswith("  ") for line in writer.lines):
        raise Untranslatable("a function that does nothing")
    shown = re.sub("\x00", "", lua)
    if problem_in(f"local M, {outline.name if outline else '_'} = {{}}, {{}}\n{shown}"):
        raise Untranslatable("Lua does not accept it")
    lines = text.split("\n")[node.lineno - 1 : node.end_lineno]
    python = textwrap.dedent("\n".join(lines))
    return Translated(node.name, lua, python, writer.needs)


def _heading(name: str, outline: ClassOutline | None, method: bool) -> str:
    if outline is None:
        return f"M.{lua_name(name)}"
    if not method:
        return f"{outline.name}.{lua_name(name)}"
    if name == "__init__":
        return f"{outline.name}.new"
    if name in METAMETHODS:
        return f"{outline.name}:{METAMETHODS[name]}"
    if name.startswith("__") or not is_field_name(name):
        raise Untranslatable("a special method that Lua lacks")
    return f"{outline.name}:{name}"


def _class_unit(node: ast.ClassDef, outline: ClassOutline, program: Program) -> Unit:
    """The lines before the methods: the class, what it inherits, its constants."""
    name, needs = outline.name, {}
    made = "{}"
    if outline.parent is not None:
        empty = FunctionTranslator(ast.parse("def f(): pass").body[0], program)
        made = f"setmetatable({{}}, {{ __index = {empty.expr(outline.parent)} }})"
        needs = empty.needs
    lines = [f"local {name} = {made}", f"{name}.__index = {name}", ""]
    lines = [f"--- {sentence[4:]}" for sentence in _doc_comment(node)] + lines
    types = Types(ast.parse("def f(): pass").body[0])
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=field_name)], value=ast.Constant() as value):
                if types.of(value) in ("number", "str", "bool") and is_field_name(field_name):
                    writer = FunctionTranslator(ast.parse("def f(): pass").body[0], program)
                    lines.insert(-1, f"{name}.{field_name} = {writer.expr(value)}")
    if max(map(len, lines)) > LONGEST_LINE:
        raise Untranslatable("a line that is too long")
    return Unit(name, "\n".join(lines), needs)


def _doc_comment(node: ast.FunctionDef | ast.ClassDef) -> list[str]:
    """The first sentence of the docstring, as LDoc has it."""
    text = (ast.get_docstring(node) or "").strip().partition("\n\n")[0]
    text = re.sub(r"`+|:\w+:", "", " ".join(text.split()))
    sentence = re.match(r"(?!\w+:)[A-Z][^>@|{}=\\]{8,110}?\.(?=\s|$)", text + " ")
    return [f"--- {sentence[0]}"] if sentence else []
