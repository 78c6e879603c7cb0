"""Kinds of concepts: what a feature is about, in eight words.

A single concept is detected by too few features for a rate; a kind has enough of them. "Punctuation
and layout" is what Horn & Elliott (arXiv 2410.12391) saw most of among the features that persist.
"""

from featurefate.corpora.concepts.names import PROSE_PASSAGES, PROSE_WORDS, SIMULATION

NO_CONCEPT = "no known concept"

_IN_CODE_AND_FORM = {
    "punctuation and layout": (
        "punctuation, white space, line start, line end, blank line, indentation 1, indentation 2, "
        "indentation 3+, string delimiter, opening bracket, closing bracket, separator, escape, "
        "block start, block end, sentence end, document start"
    ),
    "keywords and operators": (
        "keyword, boolean, none/nil, operator, loop exit, comparison, none/nil test, arithmetic, "
        "logical operator, length, string building"
    ),
    "names in code": (
        "identifier, built-in name, private name, CONSTANT_NAME, CamelCaseName, snake_case_name, "
        "assignment target, function name, initialiser name, class name, parameter, "
        "variable arguments, self, called function, called method, attribute, loop variable, "
        "local declaration, metatable, keyword argument, constructor key, iterator call, "
        "type test, conversion call"
    ),
    "parts of statements": (
        "call argument, subscript, return value, loop header, condition, conditional value, "
        "raise/error, error message, exception handling, assertion, import, "
        "collection constructor, anonymous function, decorator, type annotation, default value, "
        "comprehension, context manager"
    ),
    "strings and comments": "string, comment, comment word, doc comment",
    "forms of words": (
        "word start, word piece, whole word, single character, capital letter first, "
        "all capitals, digit, number, beyond ASCII, recent copy, repeated pair"
    ),
}

_IN_PROSE = {
    "words of prose": PROSE_WORDS,
    "passages and persons": (*PROSE_PASSAGES, *SIMULATION),
}
GROUPS = (*_IN_CODE_AND_FORM, *_IN_PROSE, NO_CONCEPT)


def _by_concept() -> dict[str, str]:
    """A concept of prose that is listed by name above, such as "sentence end", stays there."""
    listed = {c: group for group, names in _IN_CODE_AND_FORM.items() for c in names.split(", ")}
    told = {c.name: group for group, concepts in _IN_PROSE.items() for c in concepts}
    return told | listed


GROUP_OF = _by_concept()
