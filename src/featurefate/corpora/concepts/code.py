"""What each character of a Python or Lua text is: the tree's words and roles, and what follows."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from tree_sitter import Node

from featurefate.corpora.concepts import lua_roles, python_roles
from featurefate.corpora.concepts.indentation import indentation_marks
from featurefate.corpora.concepts.meanings import (
    add_built_in_names,
    is_a_choice,
    is_text,
    joins_text,
)
from featurefate.corpora.concepts.syntax import Marks, Tree
from featurefate.corpora.lua.names import LUA_GLOBALS
from featurefate.corpora.python_builtins import PYTHON_BUILTINS

LANGUAGES = {"python": python_roles, "lua": lua_roles}
NOT_IN_TRANSLATIONS = "collectgarbage dofile load loadfile rawequal rawget rawlen rawset xpcall"
BUILT_IN = {
    "python": PYTHON_BUILTINS - {"True", "False", "None"},
    "lua": LUA_GLOBALS | set(NOT_IN_TRANSLATIONS.split()),
}
SHAPES = {
    "private name": re.compile(r"_\w*[^\W_]\w*"),
    "CONSTANT_NAME": re.compile(r"_*[A-Z][A-Z0-9]+(_[A-Z0-9]+)*_*"),
    "CamelCaseName": re.compile(r"_*[A-Z][A-Z0-9]*[a-z][A-Za-z0-9]*"),
    "snake_case_name": re.compile(r"_*[a-z][a-z0-9]*(_[a-z0-9]+)+_*"),
}
WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")


def code_marks(text: str, domain: str) -> Marks:
    """Concept → characters, for a text of the domain python or lua."""
    roles = LANGUAGES[domain]
    tree = Tree(text, roles.language(), roles.QUERY)
    marks = tree.marks(roles.UNLESS)
    marks["comment word"] = [
        word.span() for start, end in marks["comment"] for word in WORD.finditer(text, start, end)
    ]
    _add_shapes(marks, text)
    _add_text(marks, tree)
    choices = tree.nodes.get("_choice", ())
    marks["conditional value"] += [tree.span(node) for node in choices if is_a_choice(node)]
    _add_loop_headers(marks, tree)
    if domain == "python":
        _add_targets(marks, tree)
        _add_block_ends(marks, tree)
        _cut_interpolations(marks, tree)
    else:
        _add_class_tables(marks, tree)
    add_built_in_names(marks, tree, BUILT_IN[domain], keys_are_names=domain == "python")
    marks.update(indentation_marks(text, opaque=marks["string"] + marks["comment"]))
    return marks


def _add_shapes(marks: Marks, text: str) -> None:
    """Identifiers by the way they are written."""
    for span in marks["identifier"]:
        word = text[slice(*span)]
        for shape, pattern in SHAPES.items():
            if pattern.fullmatch(word):
                marks[shape].append(span)


def _add_text(marks: Marks, tree: Tree) -> None:
    """Operators that join text rather than compute, and the text that errors carry."""
    operations = [node for node in tree.nodes.get("_operation", ()) if joins_text(node)]
    signs = {tree.span(node.child_by_field_name("operator")) for node in operations}
    marks["string building"] += signs
    marks["arithmetic"] = [span for span in marks["arithmetic"] if span not in signs]
    carried = tree.nodes.get("_carried", ())
    marks["error message"] += [tree.span(node) for node in carried if is_text(node)]


def _add_loop_headers(marks: Marks, tree: Tree) -> None:
    """From `for` or `while` to what opens the block."""
    for loop in tree.nodes.get("_loop", ()):
        opener = next((child for child in loop.children if child.type in (":", "do")), None)
        if opener:
            marks["loop header"].append((tree.span(loop)[0], tree.span(opener)[1]))


def _add_targets(marks: Marks, tree: Tree) -> None:
    """Each of several targets on its own, without the commas and brackets around them."""
    for capture, role in (("_targets", "assignment target"), ("_loop_left", "loop variable")):
        marks[role] += [
            tree.span(leaf) for node in tree.nodes.get(capture, ()) for leaf in _leaves(node)
        ]


def _leaves(pattern: Node) -> Iterator[Node]:
    if pattern.type in ("pattern_list", "tuple_pattern", "list_pattern"):
        for child in pattern.named_children:
            yield from _leaves(child)
    elif pattern.type != "comment":
        yield pattern


def _add_block_ends(marks: Marks, tree: Tree) -> None:
    """Python has no word for the end of a block: it is the white space that leads out of it."""
    for _, end in dict.fromkeys(tree.spans("_block")):
        rest = len(tree.text) - len(tree.text[end:].lstrip())
        if rest > end:
            marks["block end"].append((end, rest))


def _cut_interpolations(marks: Marks, tree: Tree) -> None:
    """Code inside an f-string is not string, but for strings in it, which have spans themselves."""
    holes = sorted(tree.spans("_interpolation"))
    for role in ("string", "doc comment") if holes else ():
        pieces = []
        for start, end in marks[role]:
            for hole_start, hole_end in holes[bisect_left(holes, (start, 0)) :]:
                if hole_start >= end:
                    break
                pieces.append((start, hole_start))
                start = max(start, hole_end)
            pieces.append((start, end))
        marks[role] = [(start, end) for start, end in pieces if start < end]


def _add_class_tables(marks: Marks, tree: Tree) -> None:
    """A table is a class where it is its own `__index`; its name is defined there and by local."""
    classes = tree.spans("_class")
    names = {tree.text[slice(*span)] for span in classes}
    declared = [span for span in tree.spans("_declared") if tree.text[slice(*span)] in names]
    marks["class name"] = classes + declared
