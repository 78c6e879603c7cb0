"""The **lua** domain: one Python file as Lua modules of a readable size."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from featurefate.corpora.grouping import neighbours
from featurefate.corpora.installed.source_files import SourceFile, read_source
from featurefate.corpora.lua.assembly import assemble
from featurefate.corpora.lua.check import problem_in
from featurefate.corpora.lua.names import Untranslatable
from featurefate.corpora.lua.program import Program
from featurefate.corpora.lua.style import Style, style_of
from featurefate.corpora.lua.translation import Translated, Unit, translate_module

SHORTEST_DOCUMENT, LONGEST_DOCUMENT = 200, 2_500  # characters of Lua


class LuaFunction(NamedTuple):
    """A Python function and where its translation stands in a document's Lua.

    `lua[start:end]` (characters) runs from its doc comment to its `end`.
    """

    name: str
    python: str
    start: int
    end: int


class LuaDocument(NamedTuple):
    """A Lua module and the functions that it was translated from, in the order of the text."""

    lua: str
    functions: tuple[LuaFunction, ...]


@dataclass
class LuaDocuments:
    """What one file gives: its documents, and how often functions were skipped and why.

    Counted are the functions of the module and the methods of its classes, under "translated" or
    the reason for the skip; the methods of a class that is skipped, under the reason for that.
    Functions inside functions belong to these; `async` ones are not counted.
    """

    documents: list[LuaDocument] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)


def lua_documents_of(file: SourceFile) -> LuaDocuments:
    """Translate a file; nothing where it cannot be read or parsed."""
    text = read_source(file.path)
    if text is None:
        return LuaDocuments()
    root = file.path.parents[file.origin.removeprefix("python/").count("/")]
    try:
        translation = translate_module(text, file.origin, root)
    except (SyntaxError, RecursionError):
        return LuaDocuments()
    found = LuaDocuments(reasons=translation.reasons)
    style = style_of(file.origin)
    for unit in translation.units:
        by_size = neighbours(unit.functions, lambda each: len(each.lua), LONGEST_DOCUMENT)
        for group in by_size:
            _add(found, translation.program, unit, group, style)
    found.reasons = +found.reasons  # without what fell to 0
    return found


def _add(
    found: LuaDocuments, program: Program, unit: Unit, group: list[Translated], style: Style
) -> None:
    """Add a document of these functions; where they do not go together, one of each."""
    try:
        module = assemble(program, unit, group, style)
        reason = "Lua does not accept it" if problem_in(module.text) else ""
    except Untranslatable as error:
        reason = str(error)
    if reason and len(group) > 1:
        for function in group:
            _add(found, program, unit, [function], style)
    elif reason:
        found.reasons["translated"] -= 1
        found.reasons[reason] += 1
    elif len(module.text) >= SHORTEST_DOCUMENT:
        functions = tuple(
            LuaFunction(function.name, function.python, *place)
            for function, place in zip(group, module.places, strict=True)
        )
        found.documents.append(LuaDocument(module.text, functions))
