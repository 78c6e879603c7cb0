"""Types of parameters as docstrings state them: numpy's, Google's and Sphinx's ways."""

import ast
import re

_NAMES = r"(?P<names>\*{0,2}\w+(?:, \w+)*)"
_STATED = re.compile(
    rf"^[ \t]*(?:{_NAMES} ?: (?P<numpy>[^\n]+)$|(?P<google>\w+) \((?P<kind>[^\n()]+)\)\s*:"
    r"|:type (?P<sphinx>\w+): (?P<its>[^\n]+)$"
    r"|:param (?P<of>[\w.\[\] ]+?) (?P<param>\w+):)",
    re.M,
)
_WORDS = {
    "str": "str", "string": "str", "int": "number", "integer": "number", "float": "number",
    "scalar": "number", "bool": "bool", "boolean": "bool", "dict": "dict", "dictionary": "dict",
    "list": "list", "tuple": "list", "set": "set", "frozenset": "set",
}  # fmt: skip
_ELEMENTS = {"str": "str", "string": "str", "int": "number", "float": "number", "integer": "number"}


def types_in(function: ast.FunctionDef) -> dict[str, tuple[str, bool]]:
    """Parameter → (type, whether it may be None), for what the docstring says plainly."""
    text = ast.get_docstring(function)
    if not text or ":" not in text:
        return {}
    found = {}
    for match in _STATED.finditer(text):
        names = match["names"] or match["google"] or match["sphinx"] or match["param"]
        said = match["numpy"] or match["kind"] or match["its"] or match["of"]
        kind = _type_of(said)
        for name in names.split(", "):
            if kind is not None:
                found[name] = kind
    return found


def _type_of(said: str) -> tuple[str, bool] | None:
    """`list of str, optional` → ("list:str", True)."""
    text = re.sub(r"`+|:class:|~|\b(an?|the)\b", "", said.lower()).strip()
    text, _, rest = text.partition(", ")
    nilable = "optional" in rest or "none" in rest or "none" in text
    text = re.sub(r"\s*(\||\bor\b)\s*none\b|\bnone\s*(\||\bor\b)\s*", "", text).strip(" .")
    if text.startswith("{'") or text.startswith('{"'):
        quoted = re.fullmatch(r"\{(['\"][^{}]*)\}?", text)
        return ("str", nilable) if quoted and "none" not in said.lower() else None
    listed = re.fullmatch(r"(?:list|tuple|sequence|iterable)s?(?: of |\[)(\w+?)s?\]?", text)
    if listed:
        held = _ELEMENTS.get(listed[1])
        return (f"list:{held}" if held else "list"), nilable
    kind = _WORDS.get(text)
    return (kind, nilable) if kind else None
