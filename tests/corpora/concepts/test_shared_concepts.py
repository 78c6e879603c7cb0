"""Concepts that Python and Lua share: the same labels where the same is said in both."""

import ast
import random
import subprocess
import sys

import pytest

from featurefate.corpora.concepts.code import BUILT_IN, code_marks


def words_of(text: str, language: str, concept: str) -> list[str]:
    return [text[slice(*span)] for span in sorted(code_marks(text, language)[concept])]


@pytest.mark.parametrize(
    "concept, language, text, words",
    [
        # One of two values, not the truth of a condition.
        ("conditional value", "lua", "local x = c and a or b", ["c and a or b"]),
        ("conditional value", "lua", "f(c and (a + 1) or b)", ["c and (a + 1) or b"]),
        ("conditional value", "lua", "if a and b or c then return 1 end", []),
        ("conditional value", "lua", "while d and (a and b or c) do f() end", []),
        ("conditional value", "lua", "return not (a and b or c)", []),
        ("conditional value", "lua", "return x > 0 and y > 0 or z", []),
        ("conditional value", "lua", "assert(a and b or c)", []),
        ("conditional value", "lua", "if f(c and a or b) then g() end", ["c and a or b"]),
        ("conditional value", "python", "x = a if c else b", ["a if c else b"]),
        ("conditional value", "python", "x = c and a or b", ["c and a or b"]),
        ("conditional value", "python", "if a and b or c: pass", []),
        ("conditional value", "python", "x = [y for y in z if a and b or c]", []),
        ("conditional value", "python", "return x > 0 and y > 0 or z", []),
        ("conditional value", "python", "assert a and b or c", []),
        ("conditional value", "python", "x = 1 if a and b or c else 2",
         ["1 if a and b or c else 2"]),
        # What a function gives back, not what a module does.
        ("return value", "lua", "function M.f() return 1 end\nreturn M", ["1"]),
        ("return value", "lua", "return { f = function() return 2 end }", ["2"]),
        ("return value", "python", "def f(): return 1", ["1"]),
        # Text, however it is put together.
        ("error message", "lua", 'error("a")', ['"a"']),
        ("error message", "lua", 'error("a" .. x, 0)', ['"a" .. x']),
        ("error message", "lua", 'error(string.format("%d", x))', ['string.format("%d", x)']),
        ("error message", "lua", 'error(("%d"):format(x))', ['("%d"):format(x)']),
        ("error message", "lua", "error(e)", []),
        ("error message", "lua", "error({ code = 1 })", []),
        ("error message", "python", 'raise E("a")', ['"a"']),
        ("error message", "python", 'raise E("a" "b")', ['"a" "b"']),
        ("error message", "python", 'raise E(x + "a")', ['x + "a"']),
        ("error message", "python", 'raise E("a" + x + y)', ['"a" + x + y']),
        ("error message", "python", 'raise E(1, "%d" % x)', ['"%d" % x']),
        ("error message", "python", 'raise E(("%d" "b") % x)', ['("%d" "b") % x']),
        ("error message", "python", 'raise E("{}".format(x))', ['"{}".format(x)']),
        ("error message", "python", 'raise E(f"{x}")', ['f"{x}"']),
        ("error message", "python", "raise E(e, code=1)", []),
        # The signs that join, not what they join.
        ("string building", "lua", 'x = "a" .. y .. z', ["..", ".."]),
        ("string building", "python", 'x = "a" + y + z', ["+", "+"]),
        ("string building", "python", 'x = y + z % 2', []),
        ("string building", "python", 'x = f"a {y} {z:>3}"', ["{", "}", "{", "}"]),
        ("arithmetic", "python", 'x = "a" + y + str(1 + n % 2)', ["+", "%"]),
        # Names that the text has not taken for something else.
        ("built-in name", "python", "def f(type, id):\n    list = type + 1\n    return list", []),
        ("built-in name", "python", "def f(type): return type\nx = type(1)", ["type"]),
        ("built-in name", "python", "def open(): pass\nopen()", []),
        ("built-in name", "python", "class A:\n    def open(self): pass\nopen(1)", ["open"]),
        ("built-in name", "python", "from os import open\nimport a.open\nopen(len(x))", ["len"]),
        ("built-in name", "python", "with a as input, b: input.next(max=print)", ["print"]),
        ("built-in name", "python", "[id for id in x if id]; x.id; str", ["str"]),
        ("built-in name", "lua", "local function f(type) return type end\ntype(1)", ["type"]),
        ("built-in name", "lua", "local next = a.next\nnext({ type = 1 })", []),
        ("built-in name", "lua", "function M.type() return print end", ["print"]),
        ("built-in name", "lua", "for next in pairs(x) do f(next) end", ["pairs"]),
    ],
)  # fmt: skip
def test_the_same_is_labelled_in_both_languages(concept, language, text, words):
    assert words_of(text, language, concept) == words


def test_choices_are_those_of_pythons_syntax_tree():
    """Random expressions; `ast` says which `x and a or b` are only asked for their truth."""
    draw = random.Random(1)

    def expression(depth: int) -> str:
        if depth == 0:
            return draw.choice(["a", "b", "a < b", "f(a)"])
        left, right = expression(depth - 1), expression(depth - 1)
        form = draw.choice(["{} and {}", "{} or {}", "not ({})", "f({})", "({}) and ({}) or c",
                            "({}) if ({}) else c"])  # fmt: skip
        return form.format(left, right)

    def choices(node: ast.expr, tested: bool) -> int:
        match node:
            case ast.BoolOp(op, values):
                found = sum(choices(value, tested) for value in values)
                first = values[0]
                bare = (first.col_offset, first.lineno) == (node.col_offset, node.lineno)
                if isinstance(op, ast.Or) and isinstance(first, ast.BoolOp) and bare:
                    truths = ast.Compare | ast.BoolOp | ast.UnaryOp
                    found += not tested and not isinstance(first.values[-1], truths)
                return found
            case ast.UnaryOp(_, operand):
                return choices(operand, True)
            case ast.Call(_, [argument]):
                return choices(argument, False)
            case ast.IfExp(test, body, other):
                return 1 + choices(test, True) + choices(body, tested) + choices(other, tested)
        return sum(choices(child, tested) for child in ast.iter_child_nodes(node))

    counts = []
    for _ in range(300):
        text, tested = expression(3), draw.random() < 0.3
        expected = choices(ast.parse(text, mode="eval").body, tested)
        written = f"if {text}: pass" if tested else f"x = {text}"
        found = words_of(written, "python", "conditional value")
        assert len(found) == expected, written
        counts.append(expected)
    assert len(set(counts)) > 3


def test_a_long_sum_is_no_deep_recursion():
    text = "x = " + " + ".join(["y"] * 1200)
    assert words_of(text, "python", "string building") == []


def test_built_in_names_are_the_same_in_every_process():
    """A kernel and `site` add names to `builtins`; python -S has none of them."""
    script = "import builtins; print(*(n for n in dir(builtins) if not n.startswith('_')))"
    bare = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True)
    names = set(bare.stdout.split()) - {"True", "False", "None"}
    assert {name for name in BUILT_IN["python"] if not name.startswith("_")} == names
    assert not {"display", "get_ipython", "exit", "license"} & BUILT_IN["python"]
