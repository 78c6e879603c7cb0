"""What of Python has its own form in Lua: classes, arguments by name, types told by docstrings."""

import textwrap

from test_lua_translation import lua

from featurefate.corpora.lua.check import load_module


def test_special_methods_properties_and_class_methods():
    source = lua("""
        from other import Named

        class Bag(Sized, Named):
            def __init__(self, items: list = None):
                self.items = items or []

            @property
            def first(self):
                return self.items[0]

            @first.setter
            def first(self, item):
                self.items[0] = item

            @classmethod
            def of(cls, item):
                return cls([item])

            @staticmethod
            def limit(n: int):
                return n * 2

            def twin(self):
                return [self.first, self.of(1), self.limit(2), self.twin]

            def __contains__(self, item):
                return item is self.first

        class Sized:
            def size(self):
                return len(self.items)
    """)
    assert "local Bag = inherit(module.Sized, Named)" in source
    assert "function Bag:set_first(item)" in source
    assert "function Bag.of(cls, item)\n  return cls.new({item})" in source
    assert "function Bag:contains(item)" in source
    listed = " ".join(source.split())
    assert "self:first(), self:of(1), self.limit(2), function(...) return self:twin(...)" in listed


def test_a_class_with_class_methods_runs():
    _, counter = load_module(
        lua("""
        class Counter:
            def __init__(self, start: int):
                self.count = start

            @classmethod
            def twice(cls, start: int):
                return cls(2 * start)

            @property
            def shown(self):
                return "n" + str(self.count)

            def more(self, n: int = 1, *, often: int = 1):
                self.count += n * often
                return self.shown

            def much_more(self):
                return self.more(often=3, n=5)
    """)
    )
    made = counter["twice"](counter, 4)
    assert made["much_more"](made) == "n23"


def test_arguments_by_name_and_in_any_number():
    source = lua("""
        from other import g, k

        def f(a, b=2, **options):
            return g(a, options, **options)

        def h(*args, **keywords):
            return k(f(1, mode="x", b=3), *args, **keywords)

        def pick(*names):
            return names[0]
    """)
    assert "function M.f(a, b, options)" in source
    assert "options = options or {}" in source
    assert 'M.f(1, 3, { mode = "x" })' in source
    assert "function M.h(...)" in source and ", ...)" in source
    assert "local names = {...}" in source


def test_types_come_from_docstrings_and_constants():
    source = lua('''
        SEPARATOR = ", "
        KNOWN = ("a", "b")

        def shown(names, width):
            """Join names.

            Parameters
            ----------
            names : list of str
                What to show.
            width : int, optional
            """
            if not names or not width:
                return ""
            return SEPARATOR.join([name for name in names if name in KNOWN])
    ''')
    assert "if #names == 0 or (width == nil or width == 0) then" in source
    assert "ipairs(names)" in source
    assert 'local KNOWN = {"a", "b"}' in source
    assert "table.concat(result, SEPARATOR)" in source


def test_what_changes_a_table_runs():
    runtime, module = load_module(
        lua("""
        def groups(words: list[str]):
            seen = set()
            found = {}
            for word in words:
                seen.add(word)
                found.setdefault(len(word), []).append(word)
            total = sum(len(group) for group in found.values())
            return len(seen), total, sorted(found, reverse=True), sorted(words, key=len)[0]
    """)
    )
    words = runtime.table_from(["ab", "c", "ab", "def"])
    seen, total, sizes, shortest = module["groups"](words)
    assert (seen, total, list(sizes.values()), shortest) == (3, 4, [3, 2, 1], "c")


def test_comments_inside_texts_are_none():
    source = lua(
        textwrap.dedent("""
        def f(x: str):
            # a comment with "quotes" # and marks
            y = x + "# no comment"  # tail
            return y
    """)
    )
    assert '-- a comment with "quotes" # and marks' in source
    assert "-- tail" in source and source.count("no comment") == 1
