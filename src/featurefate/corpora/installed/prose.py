"""The **english** domain: what programmers write in sentences.

From docstrings and from the standard library's documentation topics; only paragraphs that read as
prose are kept. Signatures, parameter tables, lists, markup, doctest and code are left out, and
inline markup (``code``, :class:`Name`, *stress*) becomes plain text.
"""

import ast
import inspect
import re

from featurefate.corpora.installed.python_source import docstring_nodes

SHORTEST_DOCUMENT = 200  # characters
LONGEST_DOCUMENT = 2_000

_MARKUP = (
    (re.compile(r":(?:\w+:)?\w+:`[~.!]*([^`<]+?)(?:\s*<[^>`]*>)?`"), r"\1"),  # :class:`Name`
    (re.compile(r"``([^`]+)``"), r"\1"),
    (re.compile(r"`([^`<]+?)\s*<[^>`]*>`_{0,2}"), r"\1"),  # `text <target>`_
    (re.compile(r"`([^`]+)`_{0,2}"), r"\1"),
    (re.compile(r"\[([^\]]+)\]\([^)]*\)"), r"\1"),  # [text](target)
    (re.compile(r"\s*\[[\w.#-]{1,12}\]_"), ""),  # [1]_
    (re.compile(r"\*\*([^*]+)\*\*"), r"\1"),
    (re.compile(r"(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])"), r"\1"),
    (re.compile(r"\|(\w[^|]*)\|"), r"\1"),
    (re.compile(r"([.,;!?])::\s*$"), r"\1"),
    (re.compile(r"\s*::\s*$"), ":"),
    (re.compile(r"\\([*_`|])"), r"\1"),
)
_NOT_PROSE = re.compile(
    r">>>|::|\.\.\s|https?://|www\.|`|\$|\\|[{}<>|=~^@#]|--|__"
    r"|\w\(.*\).*\w\(|-\s*$|[\[\]].*[\[\]].*[\[\]]"
    r"|^\s*[-*+•\d(@:%]|^\w+\s*:\s|\.{3,}|\w_\w+.*\w_\w+.*\w_\w+"
    r"|[Cc]opyright|[Ll]icen[sc]ed? |WARRANT"
)
_SENTENCE_START = re.compile(r"[\"'(]?[A-Z]")
_SENTENCE_END = re.compile(r"[.!?][\"')]*$")
_SENTENCE_BORDER = re.compile(r"(?<=[a-z)\"][.!?]) (?=[A-Z\"(])")
_TABLES_TEXT = """
parameters, args, arguments, params, returns, return, yields, raises, attributes, keyword,
arguments, other, parameters, methods, examples, example, see, also, references, usage, keyword
arguments, other parameters, see also
"""
_TABLES = frozenset(" ".join(_TABLES_TEXT.split()).split(", "))
_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_COMMON_TEXT = """
the a an of to in is are be that this it for and or as with by on from not if can will when
which has have at was its you we they than but may must should only also
"""
_COMMON = frozenset(_COMMON_TEXT.split())


def plain(text: str) -> str:
    """One paragraph without its inline markup and line breaks."""
    text = " ".join(text.split())
    for pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text)
    return text


def is_prose(paragraph: str) -> bool:
    """True for whole sentences: they start and end as sentences do and hold little words."""
    if len(paragraph) < 40 or _NOT_PROSE.search(paragraph):
        return False
    if not _SENTENCE_START.match(paragraph) or not _SENTENCE_END.search(paragraph):
        return False
    words = _WORD.findall(paragraph)
    if len(words) < 7:
        return False
    common = sum(word.lower() in _COMMON for word in words)
    letters = sum(map(len, words))
    return common >= 0.2 * len(words) and letters >= 0.75 * len(paragraph.replace(" ", ""))


def paragraphs_of(docstring: str) -> list[str]:
    """The paragraphs of a docstring that are prose, in order, in plain text.

    A paragraph counts when its lines share the indentation of the text around it: deeper ones are
    quotations and code. Sections that are tables by convention (parameters, returns, …) are left
    out, save for descriptions of several sentences. A paragraph is cut before its first sentence
    that is not prose.
    """
    found = []
    in_table = False
    for block in re.split(r"\n[ \t]*\n", inspect.cleandoc(docstring)):
        lines = block.split("\n")
        if len(lines) > 1 and re.fullmatch(r"\s*([-=~^*#\"])\1{2,}\s*", lines[1]):
            in_table = lines[0].strip().lower() in _TABLES
            lines = lines[2:]
        elif re.fullmatch(r"\w[\w ]*:", lines[0]):
            in_table = lines[0].strip(":").lower() in _TABLES
            lines = [line.removeprefix("    ") for line in lines[1:]]
        if in_table:
            found += [text for text in _descriptions(lines) if text.count(". ") >= 1]
        elif lines and not any(line.startswith((" ", "\t")) for line in lines):
            found.append(_prose_start("\n".join(lines)))
    return [paragraph for paragraph in found if paragraph]


def _descriptions(lines: list[str]) -> list[str]:
    """The indented runs of lines below the names in a table of parameters."""
    runs, current = [], []
    for line in [*lines, ""]:
        if line.startswith((" ", "\t")):
            current.append(line.strip())
        elif current:
            runs.append(_prose_start("\n".join(current)))
            current = []
    return runs


def _prose_start(paragraph: str) -> str:
    """The sentences of a paragraph up to the first that is not prose; "" where there is none."""
    text = plain(paragraph)
    if is_prose(text):
        return text
    kept = ""
    for sentence in _SENTENCE_BORDER.split(text):
        longer = f"{kept} {sentence}".strip()
        if not is_prose(longer):
            break
        kept = longer
    return kept


def documents_of(text: str) -> list[str]:
    """English documents of one Python file: neighbouring docstrings' paragraphs, joined.

    A docstring with enough prose is a document of its own; shorter ones of the same file are
    joined, one paragraph each, until they are long enough. Raises SyntaxError.
    """
    if '"""' not in text and "'''" not in text:
        return []
    docstrings = sorted(docstring_nodes(ast.parse(text)), key=lambda pair: pair[1].lineno)
    documents, short, seen = [], [], set()
    for _, docstring in docstrings:
        paragraphs = [p for p in paragraphs_of(docstring.value.value) if p not in seen]
        seen.update(paragraphs)
        if sum(map(len, paragraphs)) >= SHORTEST_DOCUMENT:
            documents += _cut(paragraphs)
        else:
            short += paragraphs
            if sum(map(len, short)) >= 2 * SHORTEST_DOCUMENT:
                documents += _cut(short)
                short = []
    return documents + (_cut(short) if sum(map(len, short)) >= SHORTEST_DOCUMENT else [])


def topics() -> dict[str, list[str]]:
    """The standard library's documentation topics: name → documents. Each is an origin."""
    from pydoc_data.topics import topics as texts

    return {name: _cut(paragraphs_of(text)) for name, text in sorted(texts.items())}


def _cut(paragraphs: list[str]) -> list[str]:
    """Paragraphs as documents of at most about `LONGEST_DOCUMENT` characters."""
    documents, current = [], ""
    for paragraph in paragraphs:
        if current and len(current) + len(paragraph) > LONGEST_DOCUMENT:
            documents.append(current)
            current = ""
        current += ("\n\n" if current else "") + paragraph
    return [text + "\n" for text in [*documents, current] if len(text) >= SHORTEST_DOCUMENT]
