from featurefate.corpora.installed.prose import documents_of, is_prose, paragraphs_of, plain, topics

NUMPY_STYLE = """
    Return the ``sum`` of the two :class:`~numbers.Number` objects that are given to it.

    Parameters
    ----------
    a : int
        The first.

    Notes
    -----
    This is the *second* paragraph, and it is kept because it holds a whole sentence.

    >>> add(1, 2)
    3
"""


def test_markup_becomes_plain_text():
    assert plain("See :meth:`Pool.map` and ``x``,\n*really* `here <http://a>`_.") == (
        "See Pool.map and x, really here."
    )


def test_only_prose_is_kept():
    first, second = paragraphs_of(NUMPY_STYLE)
    assert first == "Return the sum of the two numbers.Number objects that are given to it."
    assert second.startswith("This is the second paragraph")


def test_what_is_prose():
    assert is_prose("The value of the counter is kept until it is asked for again.")
    assert not is_prose("add(a, b) -> c")
    assert not is_prose("x = the value of the thing that is in the box and = is here.")
    assert not is_prose("fragment of a sentence without a start that is long enough")


def test_documents_join_short_docstrings_of_a_file():
    sentence = "The {} function gives back what it was given, and it does so in the same order."
    text = "\n".join(f'def f{n}():\n    """{sentence.format(n)}"""\n' for n in range(8))
    documents = documents_of(text)
    assert documents and all("The" in document for document in documents)


def test_topics_are_english():
    found = [text for texts in topics().values() for text in texts]
    assert sum(map(len, found)) > 80_000
    assert not [text for text in found if ">>>" in text or "::" in text]
