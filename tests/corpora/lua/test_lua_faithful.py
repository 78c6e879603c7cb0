"""What a careless translation gets wrong is skipped, or answers in Lua as it does in Python."""

import copy

import pytest
from agreement import same, to_lua
from faithful_functions import BAD, CLASSES, METHODS, TRICKY

from featurefate.corpora.lua.assembly import assemble
from featurefate.corpora.lua.check import load_module
from featurefate.corpora.lua.names import Untranslatable
from featurefate.corpora.lua.style import Style
from featurefate.corpora.lua.translation import translate_module
from featurefate.corpora.python_builtins import PYTHON_BUILTINS

RAISED = object()


def modules_of(source: str, exports: str = "module") -> tuple[dict[str, str], set[str]]:
    """Unit → its Lua, and the names of the functions that are translated."""
    translation = translate_module(source, "package/module.py")
    style = Style("  ", exports, "sentence")
    modules, names = {}, set()
    for unit in translation.units:
        try:
            modules[unit.name] = assemble(translation.program, unit, unit.functions, style).text
        except Untranslatable:
            continue
        names |= {function.name for function in unit.functions}
    return modules, names


def python_names(source: str) -> dict:
    names: dict = {}
    exec(compile("from __future__ import annotations\n" + source, "m", "exec"), names)
    return names


def answer(function, arguments):
    try:
        return function(*arguments)
    except BaseException as error:  # lupa raises LuaError where Python raises anything
        assert type(error).__name__ != "Failed"
        return RAISED


def agrees(expected, found) -> bool:
    if expected is RAISED or found is RAISED:
        return expected is found
    return same(expected, found)


@pytest.mark.parametrize("exports", ["module", "local"])
@pytest.mark.parametrize(("source", "name", "calls"), TRICKY)
def test_skipped_or_equal(source, name, calls, exports):
    modules, translated = modules_of(source, exports)
    if name not in translated or 'require("package' in modules["M"]:
        return  # skipped, or calling what is skipped
    lua, module = load_module(modules["M"])
    for call in calls:
        arguments = eval(f"({call},)") if call else ()
        expected = answer(python_names(source)[name], copy.deepcopy(arguments))
        found = answer(module[name], [to_lua(lua, value) for value in arguments])
        assert agrees(expected, found), (call, expected, found, modules["M"])


@pytest.fixture(scope="module")
def classes():
    modules, translated = modules_of(CLASSES)
    lua, base = load_module(modules["Base"])
    lua.globals().package.loaded["package.module"] = lua.table_from({"Base": base})
    return lua, lua.execute(modules["Derived"]), translated


@pytest.mark.parametrize(("name", "arguments"), METHODS)
def test_methods_are_skipped_or_equal(classes, name, arguments):
    lua, derived, translated = classes
    if name not in translated:
        return
    made = python_names(CLASSES)["Derived"]([1, 2], 4)
    expected = getattr(made, name)(*copy.deepcopy(arguments))
    call = lua.eval(
        "function(class, items, name, ...)"
        " local made = setmetatable(class.new(items, 4), class) return made[name](made, ...) end"
    )
    arguments = [to_lua(lua, value) for value in arguments]
    assert same(expected, call(derived, to_lua(lua, [1, 2]), name, *arguments))


def test_what_can_be_said_is_said(classes):
    """The tests above would pass if everything was skipped."""
    kept = [name in modules_of(source)[1] for source, name, _ in TRICKY]
    assert sum(kept) >= 20
    assert {"enlarge", "called", "shown", "more", "told", "like"} <= classes[2]
    assert {"clear", "count", "stored", "has_any"}.isdisjoint(classes[2])


def test_only_reasons_that_occurred_are_counted():
    source = BAD + "class Odd(metaclass=type):\n    pass\n"
    reasons = translate_module(source, "m.py").reasons
    assert all(count > 0 for count in reasons.values())


def test_builtins_do_not_depend_on_the_process(monkeypatch):
    import builtins

    monkeypatch.setattr(builtins, "display", print, raising=False)
    source = "def f(x: int):\n    y = display(x)\n    return y"
    (reason,) = translate_module(source, "m.py").reasons
    assert reason == "a name that the module does not define"
    assert "exit" not in PYTHON_BUILTINS and "isinstance" in PYTHON_BUILTINS
    assert all(hasattr(builtins, name) for name in PYTHON_BUILTINS)
