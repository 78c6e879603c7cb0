import ast
import textwrap

from hypothesis import given, settings
from hypothesis import strategies as st

from featurefate.corpora.installed.python_source import (
    docstring_nodes,
    documents_of,
    without_docstrings,
)
from featurefate.corpora.installed.source_files import read_source, source_files


def _tree_without_docstrings(text: str) -> str:
    """The reference: remove docstrings from the tree itself."""
    tree = ast.parse(text)
    for node, _ in docstring_nodes(tree):
        node.body = node.body[1:]
        if not node.body and not isinstance(node, ast.Module):
            node.body = [ast.Pass()]
    return ast.dump(tree)


def test_the_tree_is_what_it_was_but_for_docstrings():
    files = [f for f in source_files({"python": "3"}) if f.origin.count("/") == 1]
    for file in files[::6]:
        text = read_source(file.path)
        if text:
            assert ast.dump(ast.parse(without_docstrings(text))) == _tree_without_docstrings(text)


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
    cut = without_docstrings(text)
    assert ast.dump(ast.parse(cut)) == _tree_without_docstrings(text)
    assert "# a comment stays" in cut and '"""stays"""' in cut
    assert "gone" not in cut and "raw" not in cut and "only" not in cut


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="ab \n\\'äß", max_size=20), st.booleans())
def test_any_docstring_goes(docstring, followed):
    body = "\n    return 2" if followed else ""
    text = f"def f():\n    {docstring!r}{body}\n"
    assert ast.dump(ast.parse(without_docstrings(text))) == _tree_without_docstrings(text)


def test_documents_are_cut_at_definitions():
    text = "\n\n".join(f"def f{n}(x):\n" + "    x = x + 1  # more\n" * 40 for n in range(6))
    documents = documents_of(text)
    assert len(documents) > 1
    assert all(document.startswith("def f") for document in documents)
