"""The concepts that a token may carry: the one list, with what each means and where it is defined.

A concept is *defined* in a domain when the labels there can be trusted to be complete; only then
does its absence mean anything. Python and Lua share a name where the concept is the same.
"""

from dataclasses import dataclass

from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.stories.truth import STORY_CONCEPTS

PYTHON, LUA, CODE = ("python",), ("lua",), ("python", "lua")
PROSE = ("english", "stories")


@dataclass(frozen=True)
class Concept:
    """One concept. `blanks`: white space counts, so a token of it alone may carry the concept."""

    name: str
    meaning: str
    domains: tuple[str, ...]
    blanks: bool = False


SURFACE = (
    Concept("word start", "holds the first letter or digit of a word", DOMAINS),
    Concept("word piece", "goes on with a word that an earlier token began", DOMAINS),
    Concept("whole word", "exactly one word, with or without white space before it", DOMAINS),
    Concept("single character", "one character, white space aside", DOMAINS),
    Concept("capital letter first", "white space aside it begins with a capital", DOMAINS),
    Concept("all capitals", "two letters or more, all of them capitals", DOMAINS),
    Concept("digit", "holds a digit", DOMAINS),
    Concept("punctuation", "no letter and no digit, and not only white space", DOMAINS),
    Concept("white space", "nothing but white space", DOMAINS, blanks=True),
    Concept("beyond ASCII", "holds a character, or a piece of one, beyond ASCII", DOMAINS),
    Concept("document start", "the first token of a document", DOMAINS, blanks=True),
    Concept("recent copy", "the same token is among the 16 before it", DOMAINS, blanks=True),
    Concept("repeated pair", "this token and the one before stood together earlier in the document",
            DOMAINS, blanks=True),
)  # fmt: skip

LAYOUT = (
    Concept("line start", "the first character of a line that is not white space", DOMAINS),
    Concept("line end", "a line feed", DOMAINS, blanks=True),
    Concept("blank line", "line feeds with only white space between them", DOMAINS, blanks=True),
    Concept("number", "a number in digits", DOMAINS),
    Concept("indentation 1", "white space before a line, one level deep", CODE, blanks=True),
    Concept("indentation 2", "white space before a line, two levels deep", CODE, blanks=True),
    Concept("indentation 3+", "white space before a line, three or more levels", CODE, blanks=True),
)

CODE_WORDS = (
    Concept("keyword", "a reserved word, the constants aside", CODE),
    Concept("boolean", "True and False, true and false", CODE),
    Concept("none/nil", "None, nil", CODE),
    Concept("string", "a string with its quotation marks, code inside an f-string aside", CODE),
    Concept("string delimiter", "the marks that open and close a string", CODE),
    Concept("escape", "an escape sequence in a string", CODE),
    Concept("comment", "a comment with its mark", CODE),
    Concept("comment word", "a word in a comment", CODE),
    Concept("doc comment", "text that documents: docstrings, comments with ---", CODE),
    Concept("operator", "a sign that computes, compares or assigns", CODE),
    Concept("opening bracket", "( [ or {", CODE),
    Concept("closing bracket", ") ] or }", CODE),
    Concept("separator", "a comma or semicolon", CODE),
    Concept("identifier", "a name of any kind", CODE),
    Concept("built-in name", "a name that the language gives and the text does not take", CODE),
    Concept("private name", "an identifier that begins with an underscore", CODE),
    Concept("CONSTANT_NAME", "an identifier in capitals", CODE),
    Concept("CamelCaseName", "an identifier in capitalised words, one or more", CODE),
    Concept("snake_case_name", "an identifier that joins small words by underscores", CODE),
)

CODE_ROLES = (
    Concept("assignment target", "what a value is given to", CODE),
    Concept("function name", "the name where a function or method is defined", CODE),
    Concept("initialiser name", "the name where what makes an object is defined: __init__, new",
            CODE),
    Concept("class name", "the name where a class, or the table of one, is defined", CODE),
    Concept("parameter", "the name of a parameter where it is declared", CODE),
    Concept("variable arguments", "*args, **kwargs, ... where a function declares them", CODE),
    Concept("self", "the object a method works on", CODE),
    Concept("called function", "a plain name that is called", CODE),
    Concept("called method", "a name after a dot or colon that is called", CODE),
    Concept("call argument", "what is handed over in a call", CODE),
    Concept("attribute", "a name after a dot that is not called", CODE),
    Concept("subscript", "what stands in the brackets of an index", CODE),
    Concept("return value", "what a function gives back", CODE),
    Concept("loop header", "a for or while with all up to its block", CODE),
    Concept("loop variable", "a name that a loop gives values to", CODE),
    Concept("loop exit", "break, continue, goto", CODE),
    Concept("condition", "what if, elseif, while or until tests", CODE),
    Concept("conditional value", "a if c else b; c and a or b where its value is used", CODE),
    Concept("raise/error", "a raise statement; a call of error", CODE),
    Concept("error message", "the text that an error carries", CODE),
    Concept("exception handling", "try, except, finally; pcall and what it gives", CODE),
    Concept("assertion", "an assert statement; a call of assert", CODE),
    Concept("import", "an import statement; a statement with require", CODE),
    Concept("comparison", "a comparison's operator", CODE),
    Concept("none/nil test", "a comparison with None or nil", CODE),
    Concept("arithmetic", "an arithmetic operator", CODE),
    Concept("logical operator", "and, or, not", CODE),
    Concept("string building", "what joins or formats: .. + % on strings, format, join, {} of f''",
            CODE),
    Concept("length", "len, #", CODE),
    Concept("iterator call", "range, enumerate, zip, items; ipairs, pairs", CODE),
    Concept("type test", "isinstance, type, hasattr", CODE),
    Concept("conversion call", "str, int, float; tostring, tonumber", CODE),
    Concept("collection constructor", "a list, dictionary, set or table written out", CODE),
    Concept("constructor key", "a key in a dictionary or table written out", CODE),
    Concept("anonymous function", "lambda or function without a name, with its parameters", CODE),
    Concept("block start", "what opens a block: the colon; then, do, else, a parameter list's end",
            CODE),
    Concept("block end", "end, until; the white space after a Python block", CODE, blanks=True),
    Concept("local declaration", "the names that local declares", LUA),
    Concept("metatable", "setmetatable, getmetatable, and fields such as __index", LUA),
    Concept("decorator", "a decorator", PYTHON),
    Concept("type annotation", "a type in a declaration", PYTHON),
    Concept("default value", "a parameter's default", PYTHON),
    Concept("keyword argument", "the name of an argument in a call", PYTHON),
    Concept("comprehension", "a comprehension or generator expression", PYTHON),
    Concept("context manager", "what with enters", PYTHON),
)  # fmt: skip

PROSE_WORDS = (
    Concept("name", "a capitalised word that is so within a sentence too", PROSE),
    Concept("first person", "I, me, my, we, us, our", PROSE),
    Concept("second person", "you, your", PROSE),
    Concept("third person", "he, she, it, they and their other forms", PROSE),
    Concept("possessive", "my, her, their; 's after a name or noun", PROSE),
    Concept("article", "a, an, the", PROSE),
    Concept("demonstrative", "this, these, those", PROSE),
    Concept("quantity word", "all, some, many, each", PROSE),
    Concept("number word", "one, two, first, hundred", PROSE),
    Concept("preposition", "in, of, with", PROSE),
    Concept("conjunction", "and, or, but, while", PROSE),
    Concept("contrast word", "but, however, although", PROSE),
    Concept("reason word", "because, so, therefore", PROSE),
    Concept("condition word", "if, unless, otherwise", PROSE),
    Concept("question word", "what, who, why, how", PROSE),
    Concept("negation", "not, no, never, n't", PROSE),
    Concept("modal verb", "can, must, will", PROSE),
    Concept("form of be", "is, was, were, been", PROSE),
    Concept("speech verb", "said, asked, whispered", PROSE),
    Concept("past tense", "a verb in the past tense, not after be or have", PROSE),
    Concept("participle", "a past participle after be or have", PROSE),
    Concept("-ing form", "a verb's form in -ing, as an adjective or noun too", PROSE),
    Concept("infinitive", "to and the verb after it", PROSE),
    Concept("comparative", "better, larger", PROSE),
    Concept("superlative", "best, largest", PROSE),
    Concept("adverb in -ly", "slowly, usually", PROSE),
    Concept("plural noun", "a plural after a determiner or preposition, or before are or were",
            PROSE),
    Concept("time word", "day, morning, always, before", PROSE),
    Concept("code-like word", "an identifier in prose: is_this, like.that, or SoWritten", PROSE),
)  # fmt: skip

PROSE_PASSAGES = (
    Concept("sentence start", "the first word of a sentence", PROSE),
    Concept("sentence end", "the mark that ends a sentence", PROSE),
    Concept("paragraph start", "the first word of a paragraph", PROSE),
    Concept("quotation", "inside double quotation marks, with them", PROSE),
    Concept("parentheses", "inside parentheses, with them", PROSE),
    Concept("question", "a sentence that ends in a question mark", PROSE),
    Concept("exclamation", "a sentence that ends in an exclamation mark", PROSE),
    Concept("comma clause", "from a comma to the next mark", PROSE),
)

BY_RULE = (*SURFACE, *LAYOUT, *CODE_WORDS, *CODE_ROLES, *PROSE_WORDS, *PROSE_PASSAGES)
SIMULATION = tuple(  # a name that a rule has too is known better there, and is one concept
    Concept(name, meaning, ("stories",))
    for name, meaning in STORY_CONCEPTS.items()
    if name not in {concept.name for concept in BY_RULE}
)
CONCEPTS = (*BY_RULE, *SIMULATION)
COLUMN = {concept.name: column for column, concept in enumerate(CONCEPTS)}
"""Concept name → its column in every label matrix."""


def concepts_of(domain: str, simulated: bool = True) -> tuple[str, ...]:
    """Names of the concepts defined in a domain.

    `simulated`: whether its text comes with the simulation's own truth; only then are the
    concepts of SIMULATION defined.
    """
    return tuple(
        concept.name
        for concept in CONCEPTS
        if domain in concept.domains and (simulated or concept not in SIMULATION)
    )
