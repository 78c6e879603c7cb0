"""Docstrings as Lua comments."""

import ast
import re

from featurefate.corpora.lua.style import Style

MOST_LINES, LONGEST_LINE = 12, 100
_WORDS = {"None": "nil", "True": "true", "False": "false"}
_NOT_FOR_READERS = re.compile(r"\s*(>>>|\.\. |Examples?:*$|References$|Notes$|See Also$)")
_MARKUP = re.compile(r"`+|:\w+:(?=`)|\*\*")


def doc_of(node: ast.FunctionDef | ast.ClassDef) -> tuple[str, ...]:
    """The lines of the docstring that a comment keeps: up to its examples, without markup."""
    lines: list[str] = []
    for line in (ast.get_docstring(node) or "").split("\n"):
        if _NOT_FOR_READERS.match(line) or len(lines) == MOST_LINES:
            break
        line = _MARKUP.sub("", line).rstrip()
        if len(line) > LONGEST_LINE or not line.isprintable():
            break
        lines.append(re.sub(r"\b(None|True|False)\b", lambda word: _WORDS[word[0]], line))
    while lines and not lines[-1]:
        lines.pop()
    return tuple(lines)


def comment_of(doc: tuple[str, ...], style: Style) -> str:
    """The comment above a function or class, each line ended; "" where nothing is to be said."""
    if not doc:
        return ""
    text = "\n".join(doc)
    if style.doc == "block" and len(doc) > 1 and "]]" not in text:
        return f"--[[\n{text}\n]]\n"
    if style.doc == "sentence":
        sentence = re.match(r"(?!\w+:)[A-Z][^>@|{}=\\]{8,110}?\.(?=\s|$)", " ".join(doc) + " ")
        return f"--- {sentence[0]}\n" if sentence else ""
    return "".join(f"-- {line}".rstrip() + "\n" for line in doc)
