"""Words paired across languages: by hand, and against what the translator says it did."""

import inspect
import textwrap

import pytest

from featurefate.corpora.lua import translation
from featurefate.corpora.lua.functions import FunctionTranslator
from featurefate.corpora.parallel.matching import matched
from featurefate.corpora.parallel.words import words_of

PYTHON = """\
def share(self, items, limit=None):
    # what fits
    if limit is None or len(items) != 3:
        raise ValueError('too few')
    for name in items:
        self.count += 1
    return {'a': True}
"""
LUA = """\
function Box:share(items, limit)
  -- what fits
  if limit == nil or #items ~= 3 then
    error("ValueError: too few")
  end
  for _, name in ipairs(items) do
    self.count = self.count + 1
  end
  return { a = true }
end
"""
MODULES = ("base64", "calendar", "colorsys", "difflib", "gettext", "glob", "heapq", "locale",
           "mimetypes", "plistlib", "statistics", "stat", "textwrap", "tokenize")  # fmt: skip


def texts(python: str, lua: str) -> list[tuple[str, str]]:
    first, second = words_of(python, "python"), words_of(lua, "lua")
    return [(first[a].text, second[b].text) for a, b in matched(first, second)]


def test_the_words_of_a_text_spell_it():
    for text, language in ((PYTHON, "python"), (LUA, "lua")):
        words = words_of(text, language)
        assert [text[w.start : w.end] for w in words] == [w.text for w in words]
        spelt = "".join(w.text for w in words)
        assert spelt == "".join(text.split()).replace("whatfits", "what fits").replace(
            "toofew", "too few"
        ).replace("ValueError:too", "ValueError: too")
        assert all(a.end <= b.start for a, b in zip(words, words[1:], strict=False))


def test_a_function_by_hand():
    found = texts(PYTHON, LUA)
    for pair in [("def", "function"), ("#", "--"), ("what fits", "what fits"), ("is", "=="),
                 ("None", "nil"), ("or", "or"), ("len", "#"), ("!=", "~="), (":", "then"),
                 ("raise", "error"), (":", "do"), ("+=", "="), ("True", "true"),
                 ("share", "share"), ("items", "items"), ("return", "return")]:  # fmt: skip
        assert pair in found
    assert ("ValueError", "ValueError") not in found and ("#", "#") not in found


def test_quotation_marks_are_paired_and_changed():
    assert texts("x = 'a'\n", 'local x = "a"\n').count(("'", '"')) == 2


def test_signs_are_paired_by_what_they_mean():
    assert texts("x = [1]\n", "local x = {1}\n")[2:] == [("[", "{"), ("1", "1"), ("]", "}")]
    assert (":", ":") not in texts("x = y[1:2]\n", "local x = y:sub(1, 2)\n")
    assert ("{", "{") not in texts("x = f'{y}'\n", "local x = {y}\n")


def test_nothing_to_pair():
    assert matched([], []) == [] and texts("", "local x = 1\n") == []
    assert texts("a\n", "return b\n") == []


class Traced(FunctionTranslator):
    """Keeps the statement that each line was written for."""

    made: list["Traced"] = []

    def __init__(self, *given):
        super().__init__(*given)
        self.sources, self.stack = [], [None]
        Traced.made.append(self)

    def line(self, text):
        del self.sources[len(self.lines) :]  # a line may have been taken back
        super().line(text)
        self.sources.append(self.stack[-1])

    def statement(self, node, last):
        self.stack.append(node)
        super().statement(node, last)
        self.stack.pop()


@pytest.fixture(scope="module")
def traced():
    """Functions of the standard library: Python, Lua, and which statement each line is from."""
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(translation, "FunctionTranslator", Traced)
        for name in MODULES:
            text = inspect.getsource(__import__(name))
            Traced.made = []
            (unit, *_) = translation.translate_module(text, f"python/{name}.py").units or [None]
            if unit is None or unit.is_class:
                continue
            by_lua = {"\n".join(w.lines) + "\n": w for w in Traced.made}
            for function in unit.functions:
                found.append((text, function, by_lua[function.lua]))
    return found


def statement_at(statements, line, column):
    """The innermost of some statements that holds a place of the file."""
    holds = [
        s for s in statements
        if (s.lineno, s.col_offset) <= (line, column) < (s.end_lineno, s.end_col_offset)
    ]  # fmt: skip
    return max(holds, key=lambda s: (s.lineno, s.col_offset), default=None)


def test_pairs_lie_in_statements_that_were_made_from_each_other(traced):
    right = wrong = by_luck = 0
    for text, function, writer in traced:
        python = function.python.rstrip("\n") + "\n"
        first_line = text[: text.index(textwrap.dedent(function.python))].count("\n") + 1
        lua = function.lua.replace("\x00", "")
        statements = {id(s): s for s in writer.sources if s is not None}.values()
        source = [s for s, line in zip(writer.sources, writer.lines, strict=True)
                  for _ in line.split("\n")]  # fmt: skip
        first, second = words_of(python, "python"), words_of(lua, "lua")
        pairs = matched(first, second)
        for (a, b), (_, other) in zip(pairs, reversed(pairs), strict=True):
            at = python.count("\n", 0, first[a].start)
            column = first[a].start - python.rfind("\n", 0, first[a].start) - 1
            statement = statement_at(statements, first_line + at, column)
            made_from = [source[lua.count("\n", 0, second[w].start)] for w in (b, other)]
            right, wrong = (
                right + (made_from[0] is statement),
                wrong + (made_from[0] is not statement),
            )
            by_luck += made_from[1] is statement
    assert right + wrong > 2_000
    assert wrong / (right + wrong) < 0.02
    assert by_luck / (right + wrong) < 0.5  # what pairing back to front gives
