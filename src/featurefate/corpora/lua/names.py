"""Words that Python and Lua do not share: reserved names, literals, and the reason for a skip."""

import re

_LUA_KEYWORDS_TEXT = """
and break do else elseif end false for function goto if in local nil not or repeat return then
true until while
"""
LUA_KEYWORDS = frozenset(_LUA_KEYWORDS_TEXT.split())
# Globals that translated code calls, so nothing of Python may hide them.
_LUA_GLOBALS_TEXT = """
assert error getmetatable ipairs math next os io pairs pcall print require select setmetatable
string table tonumber tostring type coroutine utf8 debug package
"""
LUA_GLOBALS = frozenset(_LUA_GLOBALS_TEXT.split())
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z_0-9]*\Z")


class Untranslatable(Exception):
    """Something that Lua cannot say faithfully. `str(error)` is the reason, for counting."""


def lua_name(name: str) -> str:
    """A Python name as a Lua name: `end` → `end_`, `type` → `type_`. Raises Untranslatable."""
    if not _IDENTIFIER.match(name):
        raise Untranslatable("a name that is not ASCII")
    return f"{name}_" if name in LUA_KEYWORDS | LUA_GLOBALS else name


def lua_string(text: str) -> str:
    """A string literal in double quotes."""
    letters = []
    for letter in text:
        if letter in _ESCAPES:
            letters.append(_ESCAPES[letter])
        elif letter.isprintable():
            letters.append(letter)
        elif 0xD800 <= ord(letter) <= 0xDFFF:
            raise Untranslatable("a lone surrogate")
        else:
            letters.append(f"\\u{{{ord(letter):x}}}")
    return f'"{"".join(letters)}"'


def is_field_name(text: str) -> bool:
    """True where `t.text` may stand for `t["text"]`."""
    return bool(_IDENTIFIER.match(text)) and text not in LUA_KEYWORDS


def is_special(name: str) -> bool:
    """True for names like `__init__`."""
    return name.startswith("__") and name.endswith("__")


def lua_pattern(text: str) -> str:
    """Text as a Lua pattern that matches exactly this text."""
    return re.sub(r"([\^$()%.\[\]*+\-?])", r"%\1", text)
