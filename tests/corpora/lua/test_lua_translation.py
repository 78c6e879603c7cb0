import textwrap

import pytest

from featurefate.corpora.lua.assembly import assemble
from featurefate.corpora.lua.check import load_module, problem_in
from featurefate.corpora.lua.translation import translate_module


def lua(source: str, origin: str = "package/module.py") -> str:
    """All units of a source text as Lua, one after the other."""
    translation = translate_module(textwrap.dedent(source), origin)
    assert translation.units, translation.reasons
    return "\n".join(assemble(translation.program, u, u.functions).text for u in translation.units)


def reason(source: str) -> str:
    """Why the one function of a source text is skipped."""
    (found,) = translate_module(textwrap.dedent(source), "m.py").reasons
    return found


def test_a_module_as_a_lua_programmer_writes_it():
    assert lua('''
        import re
        from os.path import join

        LIMIT = 10


        def pick(names: list[str], end=None, *, loud=False):
            """Return the names to keep. More words."""
            kept = []
            for name in names:
                # short ones first
                if end is None or name != end:
                    kept.append(name.lower() + "!")
            return join(kept, re.escape(end), limit=LIMIT)
    ''') == textwrap.dedent("""\
        local join = require("os.path").join
        local re = require("re")

        local LIMIT = 10

        local M = {}

        --- Return the names to keep.
        function M.pick(names, end_, options)
          options = options or {}
          local loud = options.loud
          if loud == nil then loud = false end
          local kept = {}
          for _, name in ipairs(names) do
            -- short ones first
            if end_ == nil or name ~= end_ then
              table.insert(kept, name:lower() .. "!")
            end
          end
          return join(kept, re.escape(end_), { limit = LIMIT })
        end

        return M
    """)


def test_a_class_becomes_a_table_of_methods():
    source = lua('''
        class Counter(Base):
            """Counts things."""
            step = 2

            def __init__(self, start: int = 0):
                super().__init__()
                self.count = start
                self.seen = []

            def add(self, name: str):
                self.count += self.step
                self.seen.append(name)
                return self

            def __len__(self):
                return len(self.seen)

        class Base:
            def __init__(self):
                self.made = True
    ''')
    assert "local Counter = setmetatable({}, { __index = module.Base })" in source
    assert "function Counter.new(start)" in source
    assert "local self = setmetatable(module.Base.new(), Counter)" in source
    assert "function Counter:add(name)" in source
    assert "function Counter:__len()" in source
    assert problem_in(source.split("return Counter")[0]) is None


def test_a_class_runs():
    source = """
        class Stack:
            def __init__(self):
                self.items = []

            def push(self, item: int):
                self.items.append(item)

            def top(self):
                return self.items[-1] if self.items else None

            def size(self):
                return len(self.items)
    """
    _, stack = load_module(lua(source))
    made = stack["new"]()
    assert made["top"](made) is None
    made["push"](made, 4)
    assert made["top"](made) == 4 and made["size"](made) == 1


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("def f(x):\n    with x:\n        return 1", "with"),
        ("def f(a, b):\n    return a + b", "+ of unknown types"),
        ("def f(a, i):\n    return a[i]", "a subscript of unknown type"),
        ("def f(xs: list, i: int):\n    return xs[i]", "an index that may be negative"),
        ("def f(*a, **options):\n    return options", "*args with **keywords"),
        ("def f(n):\n    return n == True", "== of a truth value and an unknown type"),
        ("def f(x):\n    return x[0].strip()", "an element of a text or a list"),
        ("def f(n: int):\n    return f'{n:x}'", "hexadecimal of a number that may be negative"),
        ("def f(x: str = None):\n    return [x]", "None inside a dict or list"),
        ("async def g(): pass\ndef f(x):\n    global y\n    y = x", "global"),
        ("def f(x):\n    try:\n        return x.a\n    except AttributeError:\n        return 1",
         "except AttributeError"),
        ("def f(x):\n    for y in x:\n        print(y)", "a loop over an unknown type"),
        ("def f():\n    return b'x'", "bytes"),
        ("def f(xs: list):\n    for _, (first, *rest) in enumerate(xs):\n        print(first)",
         "a loop target that is no name"),
        ("def f():\n    def __init__(self):\n        pass\n    return __init__",
         "a method made outside its class"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_skipped_with_its_reason(body, expected):
    assert reason(body) == expected


def test_truth_is_what_python_takes_for_true():
    source = lua("""
        def f(n: int, s: str, xs: list, d: dict, other):
            if n and s:
                return 1
            if not xs or not d:
                return 2
            if other:
                return 3
            return 4
    """)
    assert 'if n ~= 0 and s ~= "" then' in source
    assert "if #xs == 0 or next(d) == nil then" in source
    assert "if truthy(other) then" in source


def test_variables_outlive_their_blocks():
    source = lua("""
        def f(xs: list[int]):
            for x in xs:
                if x > 3:
                    found = x
                else:
                    found = 0
            return found
    """)
    assert source.index("local found") < source.index("for _, x")


def test_comments_and_strings_survive():
    source = lua("""
        def f(x: str):
            y = x + "a\\"b\\n"  # tail
            return y
    """)
    assert '-- tail\n  local y = x .. "a\\"b\\n"' in source


def test_lua_says_what_is_wrong():
    assert problem_in("return 1") is None
    assert "<eof>" in problem_in("if x then")
