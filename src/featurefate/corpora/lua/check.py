"""A real Lua 5.4, by way of lupa: does it accept a text, and what does a function answer?"""

from functools import cache

from lupa.lua54 import LuaError, LuaRuntime, LuaSyntaxError

from featurefate.corpora.lua.support import SUPPORT


@cache
def _compiler() -> LuaRuntime:
    return LuaRuntime(unpack_returned_tuples=True)


def problem_in(source: str) -> str | None:
    """What Lua says against a source text, None where it accepts it. Runs nothing."""
    try:
        _compiler().compile(source)
    except (LuaSyntaxError, LuaError) as error:
        return str(error)
    return None


def load_module(source: str):
    """Run a translated module in a new Lua, with `support` at hand, and return its table."""
    lua = LuaRuntime(unpack_returned_tuples=True)
    lua.globals().package.preload["support"] = lua.eval(f"function() {SUPPORT} end")
    return lua, lua.execute(source)
