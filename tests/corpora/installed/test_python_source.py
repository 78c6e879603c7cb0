import ast
import textwrap
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from featurefate.corpora.installed.python_source import (
    LONGEST_DOCUMENT,
    MOST_OF_A_FILE,
    SHORTEST_DOCUMENT,
    python_documents,
    without_docstrings,
)
from featurefate.corpora.installed.source_files import read_source, source_files
from featurefate.corpora.installed.syntax import parse


def _tree_without_docstrings(text: str) -> str:
    """The reference: remove docstrings from the tree itself."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if ast.get_docstring(node, clean=False) is not None:
                node.body = node.body[1:]
            if not node.body and not isinstance(node, ast.Module):
                node.body = [ast.Pass()]
    return ast.dump(tree)


@pytest.fixture(scope="module")
def library() -> list[str]:
    """Every eighth module of the standard library's top level."""
    files = [f for f in source_files({"python": "3"}) if f.origin.count("/") == 1]
    return [text for file in files[::8] if (text := read_source(file.path))]


def _documents(text: str) -> list[str]:
    return python_documents(parse(text))


def test_the_tree_is_what_it_was_but_for_docstrings(library):
    for text in library:
        cut = without_docstrings(parse(text))
        assert ast.dump(ast.parse(cut)) == _tree_without_docstrings(text)


def test_every_document_is_python_by_itself(library):
    found = [document for text in library for document in _documents(text)]
    assert len(found) > 60
    for document in found:
        ast.parse(document)
        assert SHORTEST_DOCUMENT <= len(document) <= 3 * LONGEST_DOCUMENT


def test_documents_say_what_the_file_says(library):
    """Every line of a document is a line of the file, no more often than there."""
    for text in library:
        lines = Counter(line.rstrip() for line in without_docstrings(parse(text)).split("\n"))
        for document in _documents(text):
            body = [line for line in document.split("\n") if line and "class " not in line]
            assert not Counter(body) - lines


def test_awkward_places():
    text = textwrap.dedent('''
        "module"; import os
        def f(): "only"
        def g():
            """ä docstring
            of two lines"""; return 1
        class C:
            r"""raw"""

            # a comment stays
            x = "not a docstring"
            async def h(self):
                """gone"""
                return """stays"""
    ''')
    cut = without_docstrings(parse(text))
    assert ast.dump(ast.parse(cut)) == _tree_without_docstrings(text)
    assert "# a comment stays" in cut and '"""stays"""' in cut
    assert "gone" not in cut and "raw" not in cut and "only" not in cut


@settings(max_examples=40)
@given(st.text(alphabet="ab \n\\'äß", max_size=20), st.booleans())
def test_any_docstring_goes(docstring, followed):
    body = "\n    return 2" if followed else ""
    text = f"def f():\n    {docstring!r}{body}\n"
    cut = without_docstrings(parse(text))
    assert ast.dump(ast.parse(cut)) == _tree_without_docstrings(text)


def _function(name: str, lines: int, indent: str = "") -> str:
    body = f"{indent}    x = x + 1  # more\n" * lines
    return f"{indent}def {name}(x):\n{body}\n\n"


def test_documents_are_cut_at_definitions():
    documents = _documents("".join(_function(f"f{n}", 40) for n in range(6)))
    assert len(documents) > 1
    assert all(document.startswith("def f") for document in documents)


def test_a_comment_and_a_decorator_stay_with_what_they_belong_to():
    text = "".join(f"# about f{n}\n@mark\n{_function(f'f{n}', 50)}" for n in range(3))
    documents = _documents(text.replace("# about f0", "import os\n\n\n# about f0"))
    assert [document.split("\n")[0] for document in documents[1:]] == ["# about f1", "# about f2"]


def test_parts_of_a_long_class_open_with_its_line():
    members = "".join(_function(f"f{n}", 40, indent="    ") for n in range(4))
    documents = _documents(
        f'@mark\nclass C(Base):  # why\n    """Doc."""\n\n    k = 1\n\n{members}'
    )
    assert documents[0].startswith("@mark\nclass C(Base):  # why\n    k = 1\n")
    assert all(d.startswith("class C(Base):  # why\n    def f") for d in documents[1:])
    assert len(documents) == 4


def test_statements_that_share_a_line_are_not_torn():
    text = "".join(f"a = f({n}); b = (\n    f({n}),\n)\n" for n in range(120))
    assert len(_documents(text)) > 1
    for document in _documents(text):
        ast.parse(document)


@pytest.mark.parametrize(
    "data",
    [
        "from package import (\n" + "".join(f"    some_name_{n},\n" for n in range(40)) + ")\n",
        "TABLE = {\n" + "".join(f'    "key {n}": {n},\n' for n in range(40)) + "}\n",
        "WORDS = set('''\n" + "some words of a table\n" * 30 + "'''.split())\n",
        "class Style:\n    styles = {\n" + '        Name: "bold #fff",\n' * 40 + "    }\n",
        "".join(f'ATTRIBUTE_{n}: Final = "a.b.{n}"\n"""What it is."""\n' for n in range(20)),
    ],
)
def test_data_is_left_out(data):
    kept = _documents(data)
    if data.startswith("class"):  # in a class, only where it is cut
        data = data + "".join(_function(f"f{n}", 40, indent="    ") for n in range(2))
        kept = [document for document in _documents(data) if "bold" in document]
    assert kept == []


def test_the_licence_at_the_top_goes():
    text = "# Licence\n# of this file\n\n# (c)\n" + _function("f", 20)
    assert _documents(text)[0].startswith("def f")


def test_a_long_file_gives_a_few_documents_from_all_over_it():
    documents = _documents("".join(_function(f"f{n}", 50) for n in range(40)))
    numbers = [int(document.split("(")[0].removeprefix("def f")) for document in documents]
    assert len(numbers) == MOST_OF_A_FILE and numbers[-1] >= 30


def test_nothing_comes_of_nothing():
    assert _documents("") == [] and _documents('"""Only a docstring."""\n') == []
