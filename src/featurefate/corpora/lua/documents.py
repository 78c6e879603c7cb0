"""The **lua** domain: one Python file as Lua modules of a readable size."""

from collections import Counter
from dataclasses import dataclass, field

from featurefate.corpora.installed.source_files import SourceFile, read_source
from featurefate.corpora.lua.check import problem_in
from featurefate.corpora.lua.names import Untranslatable
from featurefate.corpora.lua.program import Program
from featurefate.corpora.lua.translation import Translated, Unit, assemble, translate_module

SHORTEST_DOCUMENT, LONGEST_DOCUMENT = 200, 2_500  # characters of Lua


@dataclass(frozen=True)
class LuaDocument:
    """A Lua module, the Python it says, and the names of its functions ("f, g")."""

    name: str
    lua: str
    python: str


@dataclass
class LuaDocuments:
    """What one file gives: its documents, and how often functions were skipped and why."""

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
    for unit in translation.units:
        for group in _groups(unit.functions):
            _add(found, translation.program, unit, group)
    return found


def _add(found: LuaDocuments, program: Program, unit: Unit, group: list[Translated]) -> None:
    """Add a document of these functions; where they do not go together, one of each."""
    try:
        lua = assemble(program, unit, group)
        problem = problem_in(lua)
        reason = "Lua does not accept it" if problem else ""
    except Untranslatable as error:
        reason = str(error)
    if reason and len(group) > 1:
        for function in group:
            _add(found, program, unit, [function])
    elif reason:
        found.reasons["translated"] -= 1
        found.reasons[reason] += 1
    elif len(lua) >= SHORTEST_DOCUMENT:
        names = ", ".join(function.name for function in group)
        python = "\n\n\n".join(function.python for function in group) + "\n"
        found.documents.append(LuaDocument(names, lua, python))


def _groups(functions: list[Translated]) -> list[list[Translated]]:
    """Neighbouring functions, together while they stay under the longest document."""
    groups: list[list[Translated]] = []
    size = LONGEST_DOCUMENT
    for function in functions:
        if size + len(function.lua) > LONGEST_DOCUMENT:
            groups.append([])
            size = 0
        groups[-1].append(function)
        size += len(function.lua)
    return groups
