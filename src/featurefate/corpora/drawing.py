"""Documents drawn from the four kinds of source, each with its split, a few at a time.

What is drawn depends on the seed and the sources, never on the number of processes: these read
ahead, but their documents are taken in the order in which they were asked for.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from itertools import count, islice
from typing import NamedTuple, TypeVar

import pyarrow as pa
from joblib import Parallel, delayed

from featurefate.artifacts.parallel import processes
from featurefate.corpora.document import Document, Source
from featurefate.corpora.domains import SPLITS
from featurefate.corpora.gathering import Gathered, readable
from featurefate.corpora.installed import prose
from featurefate.corpora.installed.documents import installed_documents_of
from featurefate.corpora.installed.licences import licence_of
from featurefate.corpora.installed.source_files import SourceFile
from featurefate.corpora.lua.documents import lua_documents_of
from featurefate.corpora.splits import by_place, is_for_lua, reading_order, split_at, split_of
from featurefate.corpora.stories.story import tell_story

GENERATED = "featurefate (generated)"
AT_ONCE = 64  # documents of a source, or stories

SPAN = pa.struct([("start", pa.int32()), ("end", pa.int32()), ("concept", pa.string())])
FUNCTION = pa.struct(
    [("name", pa.string()), ("python", pa.string()), ("start", pa.int32()), ("end", pa.int32())]
)
COLUMNS = {
    "stories": {"plan": pa.string(), "spans": pa.list_(SPAN)},
    "lua": {"functions": pa.list_(FUNCTION)},
}  # of built-in domains

Item = TypeVar("Item")
Result = TypeVar("Result")


class Drawn(NamedTuple):
    """Documents of one domain and split, in the order in which duplicates are looked for."""

    domain: str
    split: str
    documents: list[Document]


def from_installed(
    files: list[SourceFile], seed: int, domains: Mapping[str, Gathered], workers: int
) -> Iterator[Drawn]:
    """English and python, or one of them: every file is read once for both."""
    has_topics = any(file.package == "python" for file in files)
    if has_topics and "english" in domains and domains["english"].takes("python"):
        yield from _topics(seed)
    places = {file.origin: place for place, file in enumerate(files)}

    def wanted() -> Iterator[tuple[SourceFile, tuple[str, ...]]]:
        for file in files:
            takers = tuple(d for d, gathered in domains.items() if gathered.takes(file.package))
            if takers:
                yield file, takers
            elif all(gathered.enough for gathered in domains.values()):
                return

    for (file, _), found in _in_order(_read_installed, wanted(), workers):
        split = split_at(places[file.origin])
        for domain, texts in found.items():
            yield Drawn(domain, split, [_of_file(text, file) for text in texts])


def to_lua(
    files: list[SourceFile], lua: Gathered, reasons: Counter[str], workers: int
) -> Iterator[Drawn]:
    """Lua translated from these files; `reasons` counts what became of their functions."""
    places = {file.origin: place for place, file in enumerate(files)}

    def wanted() -> Iterator[SourceFile]:
        for file in files:
            if lua.takes(file.package):
                yield file
            elif lua.enough:
                return

    for file, found in _in_order(lua_documents_of, wanted(), workers):
        if lua.takes(file.package):  # a process may have read ahead
            reasons.update(found.reasons)
            documents = [
                _of_file(document.lua, file, functions=[f._asdict() for f in document.functions])
                for document in found.documents
            ]
            yield Drawn("lua", split_at(places[file.origin]), documents)


def from_the_story_teller(seed: int, stories: Gathered, workers: int) -> Iterator[Drawn]:
    """Stories, without end."""

    def wanted() -> Iterator[int]:
        for first in count(step=AT_ONCE):
            if stories.enough:
                return
            yield first

    for first, told in _in_order(partial(_tell, seed=seed), wanted(), workers):
        yield from _by_split("stories", [split_at(first + place) for place in range(AT_ONCE)], told)


def from_external(source: Source, domain: str, seed: int, gathered: Gathered) -> Iterator[Drawn]:
    """Documents of files or a hub set; neighbours of one split together.

    Held out in equal shares where the origins are known beforehand, by their hashes otherwise.
    """
    origins = source.origins()
    known = {} if origins is None else by_place(origins, seed)
    documents = (part for document in source.documents() for part in readable(document))
    while not gathered.enough:
        some = list(islice(documents, AT_ONCE))
        if not some:
            return
        splits = [known.get(each.origin) or split_of(each.origin, seed) for each in some]
        yield from _by_split(domain, splits, some)


def divided(files: Iterable[SourceFile], seed: int) -> tuple[list[SourceFile], list[SourceFile]]:
    """Files in reading order: those for english and python, and those to be said in Lua."""
    by_origin = {file.origin: file for file in files}
    order = [by_origin[origin] for origin in reading_order(list(by_origin), seed)]
    to_read = [file for file in order if not is_for_lua(file.origin, seed)]
    return to_read, [file for file in order if is_for_lua(file.origin, seed)]


def _by_split(domain: str, splits: list[str], documents: list[Document]) -> Iterator[Drawn]:
    """These documents split by split: duplicates are found faster in many of one split."""
    for split in SPLITS:
        chosen = [each for each, its in zip(documents, splits, strict=True) if its == split]
        if chosen:
            yield Drawn(domain, split, chosen)


def _topics(seed: int) -> Iterator[Drawn]:
    topics = prose.topics()
    for place, name in enumerate(reading_order(list(topics), seed)):
        origin = f"pydoc_data/topics.py/{name}"
        documents = [Document(text, origin, "python", _licence("python")) for text in topics[name]]
        yield Drawn("english", split_at(place), documents)


def _of_file(text: str, file: SourceFile, **extra: object) -> Document:
    return Document(text, file.origin, file.package, _licence(file.package), extra)


@cache
def _licence(package: str) -> str:
    return licence_of(package)


def _read_installed(item: tuple[SourceFile, tuple[str, ...]]) -> dict[str, list[str]]:
    return installed_documents_of(*item)


def _tell(first: int, seed: int) -> list[Document]:
    told = []
    for number in range(first, first + AT_ONCE):
        story = tell_story(number, seed)
        extra = {"plan": story.plan, "spans": [span._asdict() for span in story.spans]}
        told.append(Document(story.text, f"story/{number:07d}", GENERATED, "MIT", extra))
    return told


def _in_order(
    read: Callable[[Item], Result], items: Iterable[Item], workers: int
) -> Iterator[tuple[Item, Result]]:
    """Each item with what `read` says of it, in the order of the items; read ahead a little."""
    with processes(workers):
        parallel = Parallel(return_as="generator", pre_dispatch="4 * n_jobs")
    yield from parallel(delayed(_with)(item, read) for item in items)


def _with(item: Item, read: Callable[[Item], Result]) -> tuple[Item, Result]:
    return item, read(item)
