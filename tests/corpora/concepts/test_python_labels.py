"""Labels of Python against Python's own tokenizer and syntax trees, on real files."""

import ast
import io
import keyword
import tokenize
from collections import defaultdict
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from featurefate.corpora.concepts.code import code_marks

MODULES = (
    "argparse", "json.decoder", "shlex", "statistics", "tornado.web", "networkx.classes.graph",
    "dataclasses", "joblib.memory", "html.parser", "asyncio.base_events",
)  # fmt: skip
FRAGMENT = """    def area(self, w: int, *, h=2):
        # width by height
        for i, (a, b) in enumerate(self.sides[1:]):
            if a is not None and a != 0:
                raise ValueError(f"bad {a!r}\\n" + name) from error
        try:
            x.y, z = lambda q: q, {"k": [1, *w]}
        except (KeyError, OSError) as e:
            pass
        return "%d" % len(w) if w else None

class Other(Base):
    n: int
    total += 1.5
"""


@cache
def text_of(module: str) -> str:
    return Path(find_spec(module).origin).read_text(encoding="utf-8")


@cache
def marks_of(module: str):
    return code_marks(text_of(module), "python")


class Places:
    """Characters of a text from lines and columns in characters or bytes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.splitlines(keepends=True)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))

    def token(self, token: tokenize.TokenInfo) -> tuple[int, int]:
        (a, b), (c, d) = token.start, token.end
        return self.starts[a - 1] + b, self.starts[c - 1] + d

    def node(self, node: ast.AST) -> tuple[int, int]:
        def at(line: int, column: int) -> int:
            return self.starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode())

        return at(node.lineno, node.col_offset), at(node.end_lineno, node.end_col_offset)


def by_tokenize(text: str) -> tuple[dict[str, set], list[tuple[int, int]]]:
    """Spans by concept, and those of f-strings, which this tokenizer does not look into."""
    places, found, f_strings = Places(text), defaultdict(set), []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        span = places.token(token)
        if token.type == tokenize.COMMENT:
            found["comment"].add(span)
        elif token.type == tokenize.NUMBER and token.string[-1] not in "jJ":
            found["number"].add(span)
        elif token.type == tokenize.STRING and "f" in token.string.partition(token.string[-1])[0]:
            f_strings.append(span)
        elif token.type == tokenize.STRING:
            found["string"].add(span)
        elif token.string in ("True", "False"):
            found["boolean"].add(span)
        elif token.string == "None":
            found["none/nil"].add(span)
        elif token.type == tokenize.OP and token.string in ("(", "[", "{"):
            found["opening bracket"].add(span)
        elif token.type == tokenize.OP and token.string in (",", ";"):
            found["separator"].add(span)
        elif token.type == tokenize.NAME and keyword.iskeyword(token.string):
            found["keyword"].add(span)
    return found, f_strings


def by_ast(text: str) -> dict[str, set[tuple[int, int]]]:
    places, found = Places(text), defaultdict(set)

    def targets(node: ast.AST):
        if isinstance(node, ast.Tuple | ast.List):
            for element in node.elts:
                yield from targets(element)
        else:
            yield places.node(node)

    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Assign():
                for target in node.targets:
                    found["assignment target"].update(targets(target))
            case ast.AugAssign() | ast.NamedExpr():
                found["assignment target"].add(places.node(node.target))
            case ast.AnnAssign() if node.value:
                found["assignment target"].add(places.node(node.target))
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                found["loop variable"].update(targets(node.target))
            case ast.Raise():
                found["raise/error"].add(places.node(node))
            case ast.Assert():
                found["assertion"].add(places.node(node))
            case ast.Import() | ast.ImportFrom():
                found["import"].add(places.node(node))
            case ast.Return() if node.value and not isinstance(node.value, ast.Tuple):
                found["return value"].add(places.node(node.value))
            case ast.keyword() if node.arg:
                start = places.node(node)[0]
                found["keyword argument"].add((start, start + len(node.arg)))
            case ast.IfExp():
                found["conditional value"].add(places.node(node))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                found["comprehension"].add(places.node(node))
            case ast.Attribute():
                end = places.node(node)[1]
                found["any attribute"].add((end - len(node.attr), end))
            case ast.Call() if isinstance(node.func, ast.Name):
                found["called function"].add(places.node(node.func))
            case ast.Call() if isinstance(node.func, ast.Attribute):
                end = places.node(node.func)[1]
                found["called method"].add((end - len(node.func.attr), end))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            arguments = node.args
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            for argument in [*every, arguments.vararg, arguments.kwarg]:
                if argument:
                    start = places.node(argument)[0]
                    found["parameter"].add((start, start + len(argument.arg)))
            defaults = [*arguments.defaults, *filter(None, arguments.kw_defaults)]
            found["default value"].update(places.node(default) for default in defaults)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            word = "class" if isinstance(node, ast.ClassDef) else "def"
            start = text.index(node.name, text.index(word, places.node(node)[0]) + len(word))
            concept = "class name" if word == "class" else "function name"
            found[concept].add((start, start + len(node.name)))
    return found


def unbracketed(text: str, spans) -> set[tuple[int, int]]:
    """Spans without brackets and blanks around them: ast drops those that only group."""
    cut = set()
    for start, end in spans:
        while True:
            start += len(text[start:end]) - len(text[start:end].lstrip())
            end = start + len(text[start:end].rstrip())
            if not (text[start] == "(" and text[end - 1] == ")"):
                break
            start, end = start + 1, end - 1
        cut.add((start, end))
    return cut


@pytest.mark.parametrize("module", MODULES)
def test_words_are_those_of_pythons_tokenizer(module):
    text, marks = text_of(module), marks_of(module)
    expected, f_strings = by_tokenize(text)

    def inside_f_string(span: tuple[int, int]) -> bool:
        return any(start <= span[0] and span[1] <= end for start, end in f_strings)

    for concept, spans in expected.items():
        found = set(marks[concept])
        if concept == "keyword":  # "is not" is one operator to the tree, two words to the tokenizer
            characters = {c for span in found for c in range(*span) if not text[c].isspace()}
            missing = {c for span in spans for c in range(*span)} - characters
            assert not missing
            continue
        assert spans <= found, concept
        assert all(inside_f_string(span) for span in found - spans), concept


@pytest.mark.parametrize("module", MODULES)
def test_roles_are_those_of_pythons_syntax_tree(module):
    text, marks = text_of(module), marks_of(module)
    expected = by_ast(text)
    marks["any attribute"] = marks["attribute"] + marks["called method"]
    for concept, spans in expected.items():
        found = unbracketed(text, marks[concept])
        spans = unbracketed(text, spans)
        missing, extra = spans - found, found - spans
        if concept == "any attribute":  # decorators and patterns are no attributes to neither
            assert not missing
            continue
        if concept == "return value":
            extra = {s for s in extra if s[0] < s[1] and "," not in text[slice(*s)]}  # tuples
        shown = [text[slice(*span)] for span in sorted(missing | extra)][:5]
        assert not missing and not extra, (concept, shown)


def test_a_fragment_that_begins_indented():
    marks = code_marks(FRAGMENT, "python")
    words = {concept: [FRAGMENT[slice(*s)] for s in sorted(marks[concept])] for concept in marks}
    assert words["function name"] == ["area"] and words["class name"] == ["Other"]
    assert words["parameter"] == ["self", "w", "h", "q"] and words["default value"] == ["2"]
    assert words["loop variable"] == ["i", "a", "b"]
    assert words["loop header"] == ["for i, (a, b) in enumerate(self.sides[1:]):"]
    assert words["assignment target"] == ["x.y", "z", "total"]
    assert words["string"] == ['f"bad ', '\\n"', '"k"', '"%d"']
    assert words["escape"] == ["\\n"] and words["string building"] == ["{", "}", "+", "%"]
    assert words["exception handling"] == ["try", "except", "(KeyError, OSError) as e"]
    assert words["none/nil test"] == ["a is not None"] and words["length"] == ["len"]
    assert words["logical operator"] == ["and"] and words["comparison"] == ["is not", "!="]
    assert words["constructor key"] == ['"k"'] and words["subscript"] == ["1:"]
    assert words["comment word"] == ["width", "by", "height"]
    assert words["conditional value"] == ['"%d" % len(w) if w else None']
    assert words["anonymous function"] == ["lambda", "q"]
    ends = [FRAGMENT[end:].split()[0] for _, end in sorted(marks["block end"]) if FRAGMENT[end:]]
    assert ends == ["try:", "try:", "except", "return", "class"]


def test_what_cannot_be_parsed_keeps_its_words():
    marks = code_marks("def f(:\n    x = ((1\nfor 'a' # b\n", "python")
    assert marks["keyword"] and marks["string"] and marks["comment"] and marks["number"]
