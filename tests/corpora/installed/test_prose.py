import re

import pytest

from featurefate.corpora.installed.prose import (
    LONGEST_DOCUMENT,
    SHORTEST_DOCUMENT,
    english_documents,
    is_prose,
    may_hold_prose,
    paragraphs_of,
    plain,
    topics,
)
from featurefate.corpora.installed.syntax import parse

NUMPY_STYLE = """
    Return the ``sum`` of the two :class:`~numbers.Number` objects that are given to it.

    Parameters
    ----------
    a : int
        The first number.
    b : int
        The second. It is added to the first, and neither of them is changed.
    mode : {'one', 'two'}
        Fast
            The number may be changed. It should not be used any more afterwards.

    Raises
    ------
    ValueError
        If one of the two is not a number that can be added to the other.

    Notes
    -----
    This is the *second* paragraph, and it is kept because it holds a whole sentence.

    >>> add(1, 2)
    3
"""

GOOGLE_STYLE = """Wait until the queue is empty or until the time that is given has passed.

Args:
    queue: The queue. When it is closed, waiting ends at once and nothing is returned.
    seconds (float): How long to wait.
    strict: If it is true, then a queue that never was open
        is an error of its own.

Note:
    A queue may be filled again while this waits, which is why it looks twice.

    The second look is short, because nothing else can have happened by then.

What comes after the sections is prose again, as it stands at the left margin.
"""


def test_markup_becomes_plain_text():
    assert plain("See :meth:`Pool.map` and ``x``,\n*really* `here <http://a>`_.") == (
        "See Pool.map and x, really here."
    )
    assert plain("A [`Trainer`] and an :class:`_engine.Engine` [1]_ .") == (
        "A Trainer and an engine.Engine."
    )


def test_a_citation_that_the_sentence_needs_is_no_prose():
    assert plain("It was shown [1]_, [2]_ before.") == "It was shown, before."
    assert not is_prose(plain("This is the method that is described in [1]_."))


def test_tables_give_only_descriptions_that_are_sentences():
    first, second, last = paragraphs_of(NUMPY_STYLE)
    assert first == "Return the sum of the two numbers.Number objects that are given to it."
    assert second == "The second. It is added to the first, and neither of them is changed."
    assert last.startswith("This is the second paragraph")


def test_sections_of_googles_style():
    found = paragraphs_of(GOOGLE_STYLE)
    assert [text.split()[0] for text in found] == ["Wait", "The", "If", "A", "The", "What"]
    assert found[2] == "If it is true, then a queue that never was open is an error of its own."


@pytest.mark.parametrize(
    "text",
    [
        "add(a, b) -> c",
        "x = the value of the thing that is in the box and = is here.",
        "fragment of a sentence without a start that is long enough",
        "Copyright of this file is held by those who wrote it.",
        "The name is put in with %(name)s where the text has a place for it.",
        "- The first of the points that are made in the list here.",
        "Short one.",
        "Das ist ein Satz in einer anderen Sprache geschrieben worden.",
    ],
)
def test_what_is_not_prose(text):
    assert not is_prose(text)


def test_what_is_prose():
    assert is_prose("The value of the counter is kept until it is asked for again.")
    assert is_prose("Don't use this – it's slow, and (as it is old) not “safe” any more.")


def test_a_paragraph_ends_before_what_is_not_prose():
    (kept,) = paragraphs_of("This is a sentence that stays where it is. It is set by x = 3 + y.")
    assert kept == "This is a sentence that stays where it is."


def test_documents_join_short_docstrings_of_a_file():
    sentence = "The {} function gives back what it was given, and it does so in the same order."
    text = "\n".join(f'def f{n}():\n    """{sentence.format(n)}"""\n' for n in range(78))
    documents = english_documents(parse(text))
    assert "".join(documents).count("The ") == 78, "nothing lost"
    assert all(SHORTEST_DOCUMENT <= len(d) <= LONGEST_DOCUMENT + 2 for d in documents)
    paragraphs = [p for document in documents for p in document.strip().split("\n\n")]
    assert paragraphs == [sentence.format(n) for n in range(78)], "whole, and in order"


def test_a_file_with_little_text_is_seen_without_parsing():
    assert not may_hold_prose('def f():\n    """Short."""\n' * 3)
    assert may_hold_prose('"""' + "Long enough. " * 20 + '"""')


def test_topics_are_english():
    found = [text for texts in topics().values() for text in texts]
    assert sum(map(len, found)) > 80_000
    assert not [text for text in found if re.search(r">>>|::|`|https?://|[{}=]", text)]
