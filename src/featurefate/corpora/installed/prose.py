"""The **english** domain: what programmers write in sentences.

From docstrings and from the standard library's documentation topics; only paragraphs that read as
prose are kept. Signatures, parameter tables, lists, markup, doctest and code are left out, and
inline markup (``code``, :class:`Name`, *stress*) becomes plain text.
"""

import inspect
import re
from itertools import takewhile

from featurefate.corpora.installed.syntax import Syntax

SHORTEST_DOCUMENT = 200  # characters
LONGEST_DOCUMENT = 2_000

_MARKED = re.compile(r"[`*|\\]|\]_|::")  # what no pattern below can do without
_MARKUP = (
    (re.compile(r"(:\w+)?:\w+:`[~.!_]*([^`<]+?)(?:\s*<[^>`]*>)?`"), r"\2"),  # :class:`Name`
    (re.compile(r"\[`+~?\.?([^`\]]+)`+\](?:\([^)]*\))?"), r"\1"),  # [`Name`]
    (re.compile(r"``([^`]+)``"), r"\1"),
    (re.compile(r"`([^`<]+?)\s*<[^>`]*>`_{0,2}"), r"\1"),  # `text <target>`_
    (re.compile(r"`~?([^`]+)`_{0,2}"), r"\1"),
    # [1]_, save where a sentence cannot do without: "in [1]_"
    (
        re.compile(
            r"(?<!\s)(?<!\bin|\bof|\bby|\bto)(?<!\bsee)(?<!\bfrom)(\s*\[[\w.#-]{1,12}\]_)+", re.I
        ),
        "",
    ),
    (re.compile(r" ([.,;:])(?=\s|$)"), r"\1"),
    (re.compile(r"\*\*([^*]+)\*\*"), r"\1"),
    (re.compile(r"(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])"), r"\1"),
    (re.compile(r"\|(\w[^|]*)\|"), r"\1"),
    (re.compile(r"([.,;!?])::\s*$"), r"\1"),
    (re.compile(r"\s*::\s*$"), ":"),
    (re.compile(r"\\([*_`|])"), r"\1"),
)
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")  # [text](target)
_NOT_PROSE = re.compile(
    r">>>|::|\s:\w|\.\.\s|https?://|www\.|`|\$|\\|[{}<>|=~^@#*]|--|__|\]_|%[(sd]"
    r"|\w\(.*\).*\w\(|-\s*$|[\[\]].*[\[\]].*[\[\]]|[^\x00-\x7f\u00c0-\u017f\u2010-\u2026]"
    r"|^\s*[-+•\d(:%]|^\w+\s*:\s|\.{3,}|\w_\w+.*\w_\w+.*\w_\w+"
    r"|[Cc]opyright|[Ll]icen[sc]ed? |WARRANT"
)
_SENTENCE_START = re.compile(r"[\"'(]?[A-Z]")
_SENTENCE_END = re.compile(r"[.!?][\"')]*$")
_SENTENCE_BORDER = re.compile(r"(?<=[a-z)\"][.!?]) (?=[A-Z\"(:])")
_TABLE_NAMES = """parameters, args, arguments, params, returns, return, yields, attributes,
keywords, keyword arguments, keyword args, other parameters, methods, examples, example, see also,
references, usage, inputs, outputs, shape, fields"""
_TABLES = frozenset(" ".join(_TABLE_NAMES.split()).split(", "))
_HALF_SENTENCES = frozenset(["raises", "raise", "warns"])  # "If the axis is out of bounds."
_UNDERLINE = re.compile(r"\s*([-=~^*#\"])\1{2,}\s*")
_HEADING = re.compile(r"\w[\w ]*:")
_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_COMMON_WORDS = """the a an of to in is are be that this it for and or as with by on from not if can
will when which has have at was its you we they than but may must should only also all any each no
one into up out using used given whether so then there their between where does do been were how
what such other same more most before after during over under because while until"""
_COMMON = frozenset(_COMMON_WORDS.split())
_CLAUSE = re.compile(
    r"(If|When|This|These|It|They|There|Only|For|By|In|Note|Must|Should|Can|Cannot|Has|Is|Does|Because"
    r"|Since|Unless|Until|Set|Use|Setting|Using|Pass|Any|All|Each|Otherwise|Currently|You)\b"
)
_VERB = re.compile(
    r"\b(is|are|was|were|be|been|has|have|had|can|cannot|could|will|would|must|should|may|might|do"
    r"|does|did|[a-z]+n't)\b"
)


def plain(text: str) -> str:
    """One paragraph without its inline markup and line breaks."""
    text = " ".join(text.split())
    if _MARKED.search(text):
        for pattern, replacement in _MARKUP:
            text = pattern.sub(replacement, text)
    return _LINK.sub(r"\1", text) if "](" in text else text


def is_prose(paragraph: str) -> bool:
    """True for whole sentences: they start and end as sentences do and hold little words."""
    if len(paragraph) < 40 or not _SENTENCE_START.match(paragraph):
        return False
    if not _SENTENCE_END.search(paragraph) or _NOT_PROSE.search(paragraph):
        return False
    words = _WORD.findall(paragraph)
    if len(words) < 6:
        return False
    common = sum(word.lower() in _COMMON for word in words)
    letters = sum(map(len, words))
    return common >= 0.2 * len(words) and letters >= 0.75 * len(paragraph.replace(" ", ""))


def paragraphs_of(docstring: str) -> list[str]:
    """The paragraphs of a docstring that are prose, in order, in plain text.

    A paragraph counts when its lines share the indentation of the text around it: deeper ones are
    quotations and code. Sections that are tables by convention (parameters, returns, …) are left
    out, save for descriptions that are sentences with a verb. A paragraph is cut before its first
    sentence that is not prose.
    """
    found = []
    section, indented = "", False  # its heading; whether it stands under it as under "Args:"
    for block in re.split(r"\n[ \t]*\n", inspect.cleandoc(docstring)):
        lines = block.strip("\n").split("\n")
        if len(lines) > 1 and _UNDERLINE.fullmatch(lines[1]):
            section, indented = lines[0].strip().lower(), False
            lines = lines[2:]
        elif _HEADING.fullmatch(lines[0]):
            section, indented = lines[0].strip(" :").lower(), True
            lines = lines[1:]
        elif indented and not lines[0].startswith(" "):
            section, indented = "", False
        if indented:
            lines = inspect.cleandoc("\n" + "\n".join(lines)).split("\n")
        if section in _HALF_SENTENCES:
            continue
        if section in _TABLES:
            found += _descriptions(lines, beside_names=indented)
        elif lines and not any(line.startswith((" ", "\t")) for line in lines):
            found.append(_prose_start("\n".join(lines)))
    return [paragraph for paragraph in found if paragraph]


def _says_something(description: str) -> bool:
    """False for what only names a thing, as most descriptions in tables do ("The axis.")."""
    first, *others = _SENTENCE_BORDER.split(description)
    if _CLAUSE.match(first) and _VERB.search(first):
        return True
    return any(_VERB.search(other) and not other.startswith("Default") for other in others)


def _descriptions(lines: list[str], beside_names: bool) -> list[str]:
    """The prose below each name in a table; what is indented further is cut off.

    beside_names: descriptions begin after the name and a colon, as Google's style has it.
    """
    found = []
    first, below = "", []
    for line in [*lines, ""]:
        if line.startswith((" ", "\t")):
            below.append(line)
            continue
        level = takewhile(lambda part, start=below: _depth(part) == _depth(start[0]), below)
        found.append(_prose_start("\n".join([first, *level])))
        first, below = line.partition(": ")[2] if beside_names else "", []
    return [text for text in found if _says_something(text)]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


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


def may_hold_prose(text: str) -> bool:
    """False for a file whose long strings are too short for a document; quick."""
    parts = [*text.split('"""')[1::2], *text.split("'''")[1::2]]
    return sum(map(len, parts)) >= SHORTEST_DOCUMENT


def english_documents(syntax: Syntax) -> list[str]:
    """English documents of one Python file: neighbouring docstrings' paragraphs, joined.

    A docstring with enough prose is a document of its own; shorter ones of the same file are
    joined, one paragraph each, until they are long enough.
    """
    if not may_hold_prose(syntax.text):
        return []
    documents, short, seen = [], [], set()
    for _, docstring in syntax.docstrings:
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
