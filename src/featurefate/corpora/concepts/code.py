"""What each character of a Python or Lua text is: the tree's words and roles, and what follows."""

import builtins
import re
from bisect import bisect_left
from collections.abc import Iterator

from tree_sitter import Node

from featurefate.corpora.concepts import lua_roles, python_roles
from featurefate.corpora.concepts.indentation import indentation_marks
from featurefate.corpora.concepts.syntax import Marks, Tree

LANGUAGES = {"python": python_roles, "lua": lua_roles}
LUA_GLOBALS = (
    "assert collectgarbage error getmetatable ipairs load next pairs pcall print rawequal rawget "
    "rawlen rawset require select setmetatable tonumber tostring type xpcall coroutine debug io "
    "math os string table utf8"
)
BUILT_IN = {
    "python": {name for name in dir(builtins) if not name.startswith("_")}
    - {"True", "False", "None"},
    "lua": set(LUA_GLOBALS.split()),
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
    _add_shapes(marks, text, domain)
    _add_loop_headers(marks, tree)
    if domain == "python":
        _add_targets(marks, tree)
        _add_block_ends(marks, tree)
        _cut_interpolations(marks, tree)
    else:
        _add_class_tables(marks, tree)
    marks.update(indentation_marks(text, opaque=marks["string"] + marks["comment"]))
    return marks


def _add_shapes(marks: Marks, text: str, domain: str) -> None:
    """Identifiers by the way they are written, and those that the language gives."""
    elsewhere = ("attribute", "called method", "function name", "keyword argument", "parameter")
    own = {span for role in elsewhere for span in marks.get(role, ())}
    for span in marks["identifier"]:
        word = text[slice(*span)]
        for shape, pattern in SHAPES.items():
            if pattern.fullmatch(word):
                marks[shape].append(span)
        if word in BUILT_IN[domain] and span not in own:
            marks["built-in name"].append(span)


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
