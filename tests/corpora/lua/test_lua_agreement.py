"""Translated functions answer in Lua what they answer in Python, on random arguments."""

from pathlib import Path

import pure_functions
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from featurefate.corpora.lua.assembly import assemble
from featurefate.corpora.lua.check import load_module
from featurefate.corpora.lua.translation import translate_module

SOURCE = Path(pure_functions.__file__).read_text()
TRANSLATION = translate_module(SOURCE, "pure_functions.py")
(UNIT,) = TRANSLATION.units
LUA_SOURCE = assemble(TRANSLATION.program, UNIT, UNIT.functions).text
LUA, MODULE = load_module(LUA_SOURCE)
NAMES = sorted(function.name for function in UNIT.functions)

whole = st.integers(-60, 60)
positive = st.integers(1, 60)
numbers = st.lists(whole, max_size=8)
text = st.text(alphabet="abcAB xy.,!%", max_size=12)
words = st.lists(st.text(alphabet="abc", max_size=4), max_size=5)
ARGUMENTS = {
    "gcd": (positive, positive), "is_prime": (whole,), "collatz_steps": (positive,),
    "clamp": (whole, st.integers(-5, 0), st.integers(5, 9)), "fibonacci": (st.integers(0, 40),),
    "position_of": (numbers, whole), "last_of": (numbers, whole), "dot": (numbers, numbers),
    "skip_multiples": (numbers, positive), "count_letter": (text, st.sampled_from("abx")),
    "histogram": (text,), "shout": (text,), "initials": (text,), "is_palindrome": (text,),
    "greet": (text, st.booleans()), "swap_commas": (text,), "joined": (words, text),
    "first_word": (text,), "padded": (positive,), "kind_of": (whole,), "checked_root": (whole,),
    "root_or_zero": (whole,), "division": (whole, positive), "uses_division": (whole, positive),
    "adders": (numbers, whole), "pairs_below": (st.integers(0, 6),),
    "longest_words": (text,), "counted": (text,), "cut": (text,), "truth": (st.none() | text,),
    "number_or": (st.from_regex(r"\A *[+-]?[0-9]{1,3}[a .]?\Z"), whole),
    "rounded": (whole, positive),
    "quotient": (whole, positive), "same_lists": (numbers, numbers),
    "transposed_sum": (st.integers(0, 5), st.integers(0, 5)), "binary": (st.integers(0, 300),),
}  # fmt: skip


def to_lua(value):
    if isinstance(value, list):
        return LUA.table_from([to_lua(item) for item in value])
    return value


def to_python(value, like):
    """A Lua value as the Python value it stands for; a table is a list or a dict as in `like`."""
    if isinstance(like, dict):
        return dict(value.items())
    if isinstance(like, list):
        return [to_python(value[i + 1], item) for i, item in enumerate(like)] + [
            value[i] for i in range(len(like) + 1, len(value) + 1)
        ]
    return value


def answer(function, *arguments):
    try:
        return function(*arguments)
    except Exception:  # lupa raises LuaError where Python raises anything
        return "raised"


def test_enough_functions_are_translated():
    assert len(NAMES) >= 48, TRANSLATION.reasons


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60)
@given(data=st.data())
def test_python_and_lua_agree(name, data):
    arguments = [data.draw(strategy) for strategy in ARGUMENTS.get(name, (numbers,))]
    expected = answer(getattr(pure_functions, name), *arguments)
    found = answer(MODULE[name], *map(to_lua, arguments))
    assert to_python(found, expected) == expected, LUA_SOURCE
