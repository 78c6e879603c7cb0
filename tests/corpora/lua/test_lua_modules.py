"""Functions put together to documents: styles, comments, and where each function stands."""

import pytest

from featurefate.corpora.installed.source_files import SourceFile
from featurefate.corpora.lua.assembly import assemble
from featurefate.corpora.lua.check import load_module, problem_in
from featurefate.corpora.lua.documents import lua_documents_of
from featurefate.corpora.lua.style import Style, style_of
from featurefate.corpora.lua.translation import translate_module

TWO_FUNCTIONS = '''
def double(n: int):
    """Twice a number.

    Not None but a number.

    >>> double(1)
    2
    """
    if n < 0:
        raise ValueError("a negative number cannot be doubled by this function")
    return half(4 * n)


def half(n: int):
    return n // 2
'''


@pytest.mark.parametrize("indent", ["  ", "    ", "\t"])
@pytest.mark.parametrize("exports", ["module", "local", "global"])
@pytest.mark.parametrize("doc", ["sentence", "lines", "block"])
def test_every_style_says_the_same(indent, exports, doc):
    translation = translate_module(TWO_FUNCTIONS, "m.py")
    (unit,) = translation.units
    module = assemble(translation.program, unit, unit.functions, Style(indent, exports, doc))
    lua, table = load_module(module.text)
    found = table if exports != "global" else lua.globals()
    assert found["double"](21) == 42
    assert f"\n{indent}return" in module.text
    first, second = (module.text[start:end] for start, end in module.places)
    assert first.startswith({"sentence": "--- ", "lines": "-- ", "block": "--[["}[doc])
    assert "Twice a number." in first and ">>>" not in first and first.endswith("\nend")
    assert ("Not nil but a number." in first) == (doc != "sentence")
    assert "half" in second.split("\n")[0] and second.endswith("\nend")


def test_the_places_of_functions_in_documents(tmp_path):
    path = tmp_path / "shapes.py"
    methods = "".join(
        f"    def side_{n}(self, length: int):\n        return length * {n}\n\n" for n in range(80)
    )
    path.write_text(TWO_FUNCTIONS + f"\n\nclass Shape:\n{methods}")
    found = lua_documents_of(SourceFile("shapes.py", "p", path))
    functions = [function for document in found.documents for function in document.functions]
    assert len(found.documents) > 2 and found.reasons == {"translated": 82}
    assert [f.name for f in functions] == ["double", "half", *(f"side_{n}" for n in range(80))]
    for document in found.documents:
        assert problem_in(document.lua) is None
        for name, python, start, end in document.functions:
            text = document.lua[start:end]
            assert python.startswith(f"def {name}(")
            assert text.count("function ") == 1 and text.endswith("\nend")
            assert name in text.partition("function ")[2].partition("(")[0]


def test_nothing_of_a_file_that_is_no_python(tmp_path):
    path = tmp_path / "broken.py"
    path.write_text("def f(:\n" * 200)
    assert lua_documents_of(SourceFile("broken.py", "p", path)).documents == []


def test_a_file_keeps_its_style():
    names = [f"package/file{n}.py" for n in range(200)]
    assert list(map(style_of, names)) == list(map(style_of, names))
    assert {style_of(name).exports for name in names} == {"module", "local", "global"}
    assert {style_of(name).doc for name in names} == {"sentence", "lines", "block"}
