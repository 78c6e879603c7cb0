"""Labels of Lua: hand-made snippets, and Pygments as a second opinion on generated documents."""

import json
from pathlib import Path

import pytest
from pygments.lexers import LuaLexer
from pygments.token import Comment, Error, Number, String

from featurefate.corpora.concepts.code import code_marks
from featurefate.corpora.installed.source_files import SourceFile
from featurefate.corpora.lua.documents import lua_documents_of

SNIPPET = """--- Keeps count.
local json = require("json")
local Stack = setmetatable({}, { __index = Base })
Stack.__index = Stack

function Stack.new(size, ...)
  local self, n = setmetatable({}, Stack), 0x10
  self.size = size or #{...} -- how many
  return self
end

function Stack:push(v)
  if v == nil or self.n >= self.size then
    error("full: " .. tostring(v) .. "\\n")
  end
  for i, w in ipairs(self.items) do
    self.items[i] = w ~= v and w or 2 * n
  end
  while true do break end
  local ok, e = pcall(function() json.decode(v) end)
  assert(ok, e)
  local f = function(x) return string.format("%d", x) end
end

return Stack
"""


def words_of(text: str) -> dict[str, list[str]]:
    marks = code_marks(text, "lua")
    return {concept: [text[slice(*s)] for s in sorted(spans)] for concept, spans in marks.items()}


@pytest.mark.parametrize(
    "concept, words",
    {
        "function name": ["new", "push", "f"],
        "initialiser name": ["new"],
        "class name": ["Stack", "Stack"],
        "parameter": ["size", "v", "x"],
        "variable arguments": ["..."],
        "local declaration": ["json", "Stack", "self", "n", "ok", "e", "f"],
        "assignment target": ["json", "Stack", "Stack.__index", "self", "n", "self.size",
                              "self.items[i]", "ok", "e", "f"],
        "called function": ["require", "setmetatable", "setmetatable", "error", "tostring",
                            "ipairs", "pcall", "assert"],
        "called method": ["decode", "format"],
        "attribute": ["__index", "size", "n", "size", "items", "items"],
        "return value": ["self", 'string.format("%d", x)'],
        "loop header": ["for i, w in ipairs(self.items) do", "while true do"],
        "loop variable": ["i", "w"],
        "loop exit": ["break"],
        "condition": ["v == nil or self.n >= self.size", "true"],
        "conditional value": ["w ~= v and w or 2 * n"],
        "raise/error": ['error("full: " .. tostring(v) .. "\\n")'],
        "error message": ['"full: " .. tostring(v) .. "\\n"'],
        "exception handling": ["ok", "e", "pcall"],
        "assertion": ["assert(ok, e)"],
        "import": ['local json = require("json")', 'require("json")'],
        "none/nil test": ["v == nil"],
        "comparison": ["==", ">=", "~="],
        "arithmetic": ["*"],
        "logical operator": ["or", "or", "and", "or"],
        "string building": ["..", "..", "format"],
        "length": ["#"],
        "subscript": ["i"],
        "escape": ["\\n"],
        "number": ["0x10", "2"],
        "doc comment": ["--- Keeps count."],
        "comment": ["--- Keeps count.", "-- how many"],
        "comment word": ["Keeps", "count", "how", "many"],
        "collection constructor": ["{}", "{ __index = Base }", "{}", "{...}"],
        "constructor key": ["__index"],
        "anonymous function": ["function", "()", "function", "(x)"],
        "metatable": ["setmetatable", "__index", "__index", "setmetatable"],
        "block end": ["end"] * 7,
        "none/nil": ["nil"],
        "boolean": ["true"],
        "self": ["self"] * 7,
    }.items(),
)  # fmt: skip
def test_roles_of_a_snippet(concept, words):
    assert words_of(SNIPPET)[concept] == words


def test_long_strings_and_comments():
    text = 'f([[a\n  b]], "c") --[[ d\n  e ]] x = [==[ ]] ]==]\n'
    words = words_of(text)
    assert words["string"] == ["[[a\n  b]]", '"c"', "[==[ ]] ]==]"]
    assert words["comment"] == ["--[[ d\n  e ]]"]
    assert words["string delimiter"] == ["[[", "]]", '"', '"', "[==[", "]==]"]
    assert not [concept for concept in words if concept.startswith("indentation")]


@pytest.fixture(scope="module")
def documents() -> list[str]:
    root = Path(json.__file__).parents[1]
    names = ("json/encoder.py", "textwrap.py", "fractions.py", "shlex.py", "heapq.py", "cmd.py",
             "statistics.py", "configparser.py")  # fmt: skip
    files = [SourceFile(f"python/{name}", "python", root / name) for name in names]
    texts = [document.lua for file in files for document in lua_documents_of(file).documents]
    assert len(texts) >= 10
    return texts


def test_pygments_agrees_on_strings_comments_and_numbers(documents):
    """Where Pygments can read: it takes the < of `a <= 0` for an attribute such as <const>."""
    kinds = {"string": String, "comment": Comment, "number": Number}
    seen = dict.fromkeys(kinds, 0)
    lexer = LuaLexer(stripnl=False, ensurenl=False)
    readable = 0
    for text in documents:
        tokens = list(lexer.get_tokens_unprocessed(text))
        if any(kind in Error for _, kind, _ in tokens):
            continue
        readable += 1
        marks = code_marks(text, "lua")
        for concept, family in kinds.items():
            theirs = {
                character
                for start, kind, value in tokens
                if kind in family
                for character in range(start, start + len(value))
            }
            ours = {character for span in marks[concept] for character in range(*span)}
            assert ours == theirs, (concept, text[min(ours ^ theirs) :][:80])
            seen[concept] += len(ours)
    assert readable > len(documents) / 2 and min(seen.values()) > 20, (readable, seen)
