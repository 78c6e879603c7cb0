"""A Python module's functions and classes as Lua modules.

What the two languages say in the same words is said; the rest raises `Untranslatable`, is skipped
and counted. What stays different, and is accepted:

- integers wrap at 64 bits, a power is a float, division by zero gives inf or nan, `%d` takes whole
  numbers only;
- a missing key or index gives nil where Python raises, None in a table is no element, and errors
  that only Python raises are not caught by `except Exception`;
- a dict has no order; a text is its bytes; True, None, floats and tables print as Lua prints them;
- True is not 1: neither where they are compared, nor in lists and as keys;
- an error's text says where it was raised;
- a function that returns a tuple returns several values; one of another module that does is not
  known here, and of its results only the first may be kept;
- None as the argument of a parameter with another default means that default, and False in a dict
  means the default of `get`;
- where nothing tells the type: `*` is a product, `x[0]` and `a, b = x` take a list apart, a name
  like `is_ready` holds a truth value, an object with attributes is true, what a generator yields is
  not None, and a field in capitals is a constant that `==` can compare;
- what is known of classes is what the module says: special methods and subclasses that another
  module defines are not seen, and a nil field reads as what a parent there has of that name;
- a loop or choice inside an expression is run before fields that stand left of it are read;
- keyword arguments of functions that are not known are one table, and so are **keywords.
"""

import ast
import re
import textwrap
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from featurefate.corpora.lua.check import problem_in
from featurefate.corpora.lua.classes import (
    CONTAINER_METHODS,
    METAMETHODS,
    ClassOutline,
    is_property,
)
from featurefate.corpora.lua.doc_comments import doc_of
from featurefate.corpora.lua.functions import FunctionTranslator
from featurefate.corpora.lua.names import Untranslatable, is_field_name, is_special, lua_name
from featurefate.corpora.lua.program import SIBLING, Program
from featurefate.corpora.lua.results import NO_TYPES
from featurefate.corpora.lua.tree import nodes_of

LONGEST_LINE = 160
_WITHOUT_EFFECT_TEXT = """
no_type_check auto_docstring add_start_docstrings add_start_docstrings_to_model_forward
replace_return_docstrings doc Appender Substitution xp_capabilities typing.no_type_check
abstractmethod abc.abstractmethod override final typing.final typing.override
"""
_WITHOUT_EFFECT = frozenset(_WITHOUT_EFFECT_TEXT.split())
_NOTHING = ast.parse("def nothing(): pass").body[0]


@dataclass(frozen=True)
class Translated:
    """One function in both languages. `lua` still names functions of the module, itself too, by
    marks (see `Program`); `doc` is the text of its comment."""

    name: str
    doc: tuple[str, ...]
    lua: str
    python: str
    needs: dict[str, str]
    own_names: frozenset[str]


@dataclass
class Unit:
    """What becomes Lua modules of its own: a class, or (name "M") the functions of a module."""

    name: str
    heading: str = ""
    doc: tuple[str, ...] = ()
    needs: dict[str, str] = field(default_factory=dict)
    functions: list[Translated] = field(default_factory=list)

    @property
    def is_class(self) -> bool:
        return self.name != "M"


@dataclass
class Translation:
    """All units of one Python module, and how often each reason led to a skip.

    `reasons` counts the module's functions and its classes' methods: "translated", or the reason.
    """

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
    reasons = program.note_classes(tree)
    module = Unit("M")
    units = [module]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            _try_function(node, text, program, None, module, reasons)
        elif isinstance(node, ast.ClassDef) and node.name in program.classes:
            outline = program.classes[node.name]
            methods = [n for n in node.body if isinstance(n, ast.FunctionDef)]
            try:
                unit = _class_unit(node, outline, program)
            except Untranslatable as reason:
                if methods:
                    reasons[str(reason)] += len(methods)
                continue
            units.append(unit)
            for method in methods:
                _try_function(method, text, program, outline, unit, reasons)
    return Translation(program, [unit for unit in units if unit.functions], reasons)


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
    of_class = {"classmethod", "staticmethod", *filter(is_property, decorators)}
    unknown = decorators - _WITHOUT_EFFECT - (of_class if outline is not None else set())
    if unknown:
        raise Untranslatable("a decorator")
    program.note_imports(node)
    writer = FunctionTranslator(node, program, outline)
    method = outline is not None and not decorators & {"staticmethod", "classmethod"}
    name = f"set_{node.name}" if f"{node.name}.setter" in decorators else node.name
    writer.function(node, f"function {_heading(name, outline, method)}", method)
    lua = "\n".join(writer.lines) + "\n"
    if max(map(len, lua.split("\n"))) > LONGEST_LINE:
        raise Untranslatable("a line that is too long")
    if len(writer.lines) < 3 or not any(line.startswith("  ") for line in writer.lines):
        raise Untranslatable("a function that does nothing")
    if writer.own_names & writer.needs.keys():
        raise Untranslatable("a local that hides what the module requires")
    shown = re.sub("\x00", "", lua)
    if problem_in(f"local M, {outline.name if outline else '_'} = {{}}, {{}}\n{shown}"):
        raise Untranslatable("Lua does not accept it")
    first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
    lines = text.split("\n")[first - 1 : node.end_lineno]
    python = textwrap.dedent("\n".join(lines))
    own_names = frozenset(writer.own_names)
    return Translated(node.name, doc_of(node), lua, python, writer.needs, own_names)


def _heading(name: str, outline: ClassOutline | None, method: bool) -> str:
    if outline is None:
        return SIBLING.format(name)
    if not method:
        return f"{outline.name}.{lua_name(name)}"
    if name == "__init__":
        return f"{outline.name}.new"
    if name in METAMETHODS:
        if name == "__repr__" and "__str__" in outline.methods:
            raise Untranslatable("a special method that Lua lacks")
        return f"{outline.name}:{METAMETHODS[name]}"
    if name in CONTAINER_METHODS and outline.has(name):
        return f"{outline.name}:{CONTAINER_METHODS[name]}"
    if is_special(name) or not is_field_name(name):
        raise Untranslatable("a special method that Lua lacks")
    return f"{outline.name}:{name}"


def _class_unit(node: ast.ClassDef, outline: ClassOutline, program: Program) -> Unit:
    """The lines before the methods: the class, what it inherits, its constants."""
    name, needs = outline.name, {}
    made = "{}"
    if outline.parents:
        empty = FunctionTranslator(_NOTHING, program)
        bases = ", ".join(map(empty.expr, outline.parents))
        made = f"setmetatable({{}}, {{ __index = {bases} }})"
        if len(outline.parents) > 1:
            made = f"{empty.support('inherit')}({bases})"
        needs = empty.needs
    lines = [f"local {name} = {made}", f"{name}.__index = {name}", ""]
    inherited = outline.inherited_metamethods()
    if inherited and len(outline.parents) > 1:
        raise Untranslatable("a class that inherits special methods from several")
    for special in inherited:
        lines.insert(-1, f"{name}.{special} = {bases}.{special}")
    if any(isinstance(n, ast.Attribute) and n.attr == "__name__" for n in nodes_of(node)):
        lines.insert(-1, f'{name}.__name = "{name}"')
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=field_name)], value=ast.Constant() as value):
                if NO_TYPES.of(value) in ("number", "str", "bool") and is_field_name(field_name):
                    writer = FunctionTranslator(_NOTHING, program)
                    lines.insert(-1, f"{name}.{field_name} = {writer.expr(value)}")
    if max(map(len, lines)) > LONGEST_LINE:
        raise Untranslatable("a line that is too long")
    return Unit(name, "\n".join(lines), doc_of(node), needs)
