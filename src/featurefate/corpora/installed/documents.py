"""One installed file as documents of both domains that read it, from one syntax tree."""

from collections.abc import Sequence

from featurefate.corpora.installed.prose import english_documents, may_hold_prose
from featurefate.corpora.installed.python_source import python_documents
from featurefate.corpora.installed.source_files import SourceFile, read_source
from featurefate.corpora.installed.syntax import parse

READERS = {"python": python_documents, "english": english_documents}


def installed_documents_of(
    file: SourceFile, domains: Sequence[str] = ("python", "english")
) -> dict[str, list[str]]:
    """Domain → its documents of this file, in the order in which they stand there.

    Nothing where the file is not worth reading, or is for another version of Python.
    """
    found: dict[str, list[str]] = {domain: [] for domain in domains}
    text = read_source(file.path)
    if text is None or ("python" not in domains and not may_hold_prose(text)):
        return found
    try:
        syntax = parse(text)
        return {domain: READERS[domain](syntax) for domain in domains}
    except (SyntaxError, RecursionError, MemoryError):
        return found
