"""The corpus: the documents of the four domains, each with where it comes from.

Three sources of text are built in: files installed with the environment (python, english), the
same kind of files translated (lua) and a generator (stories). None needs a network.
"""

from collections import Counter
from functools import cache, partial
from itertools import count
from pathlib import Path

import pandas as pd
from joblib import cpu_count

from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.gathering import LARGEST_SHARE, Gathered, read_files
from featurefate.corpora.installed import prose, python_source
from featurefate.corpora.installed.source_files import (
    SourceFile,
    licence_of,
    read_source,
    source_files,
)
from featurefate.corpora.lua.documents import LuaDocuments, lua_documents_of
from featurefate.corpora.splits import is_for_lua, reading_order, split_at
from featurefate.corpora.stories.story import tell_story

GENERATED = "featurefate (generated)"


def build_documents(
    folder: Path,
    *,
    seed: int,
    characters: dict[str, int],
    installed: dict[str, str],
    workers: int | None = None,
) -> None:
    """Write `documents/<domain>.parquet`, `card.parquet` and `skipped.parquet` into `folder`.

    `characters` says how many are wanted of each domain after duplicates are gone, all splits
    together; where the environment has fewer, all there is is taken and the card shows it.
    `installed` maps package → version (`installed.installed_versions()`). `workers` processes
    read files (default: one per core); the result does not depend on it.

    Columns of a domain: text, origin, package, licence, split; for lua also `name` (the functions
    of the document) and `python` (the source they were translated from). `skipped.parquet` counts
    functions by the reason why they are not said in Lua; the reason "translated" counts those
    that are. Raises LookupError where a package is missing, KeyError for an unknown domain.
    """
    unknown = set(characters) - set(DOMAINS)
    if unknown:
        raise KeyError(f"unknown domains {sorted(unknown)}; there are {', '.join(DOMAINS)}")
    share = max(LARGEST_SHARE, 1 / len(installed))
    domains = {
        domain: Gathered(characters.get(domain, 0), seed, 1.0 if domain == "stories" else share)
        for domain in DOMAINS
    }
    by_origin = {file.origin: file for file in source_files(installed)}
    files = [by_origin[origin] for origin in reading_order(list(by_origin), seed)]
    workers = workers or cpu_count()

    if "python" in installed:
        _add_topics(domains["english"], seed)
    _add_python_and_english(
        domains, [file for file in files if not is_for_lua(file.origin, seed)], workers
    )
    reasons = _add_lua(
        domains["lua"], [file for file in files if is_for_lua(file.origin, seed)], workers
    )
    _add_stories(domains["stories"], seed)
    _write(folder, domains, installed, reasons)


def _add_topics(english: Gathered, seed: int) -> None:
    topics = prose.topics()
    for place, name in enumerate(reading_order(list(topics), seed)):
        for text in topics[name]:
            origin = f"pydoc_data/topics.py/{name}"
            english.add(text, split_at(place), origin, "python", _licence("python"))


def _add_python_and_english(
    domains: dict[str, Gathered], files: list[SourceFile], workers: int
) -> None:
    python, english = domains["python"], domains["english"]
    splits = {file.origin: split_at(place) for place, file in enumerate(files)}

    def take(file: SourceFile, found: dict[str, list[str]]) -> None:
        for domain, texts in found.items():
            for text in texts:
                split = splits[file.origin]
                domains[domain].add(text, split, file.origin, file.package, _licence(file.package))

    both = partial(_read, domains=("python", "english"))
    done = read_files(files, [python], both, take, workers)
    read_files(files[done:], [english], partial(_read, domains=("english",)), take, workers)


def _read(file: SourceFile, domains: tuple[str, ...]) -> dict[str, list[str]]:
    text = read_source(file.path)
    readers = {"python": python_source.documents_of, "english": prose.documents_of}
    try:
        return {domain: readers[domain](text) if text else [] for domain in domains}
    except (SyntaxError, RecursionError):  # a file for another version of Python
        return {}


def _add_lua(lua: Gathered, files: list[SourceFile], workers: int) -> Counter[str]:
    splits = {file.origin: split_at(place) for place, file in enumerate(files)}
    reasons: Counter[str] = Counter()

    def take(file: SourceFile, found: LuaDocuments) -> None:
        reasons.update(found.reasons)
        for document in found.documents:
            lua.add(
                document.lua, splits[file.origin], file.origin, file.package,
                _licence(file.package), name=document.name, python=document.python,
            )  # fmt: skip

    read_files(files, [lua], lua_documents_of, take, workers)
    return reasons


def _add_stories(stories: Gathered, seed: int) -> None:
    for number in count():
        if stories.enough:
            return
        origin = f"story/{number:07d}"
        stories.add(tell_story(number, seed), split_at(number), origin, GENERATED, "MIT")


@cache
def _licence(package: str) -> str:
    return licence_of(package)


def _write(
    folder: Path, domains: dict[str, Gathered], installed: dict[str, str], reasons: Counter[str]
) -> None:
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    card = []
    for domain, gathered in domains.items():
        columns = ["text", "origin", "package", "licence", "split"]
        columns += ["name", "python"] if domain == "lua" else []
        table = pd.DataFrame(gathered.rows, columns=columns, dtype=str)
        table.to_parquet(folder / "documents" / f"{domain}.parquet", index=False)
        for (package, licence), rows in table.groupby(["package", "licence"]):
            card.append(
                dict(domain=domain, package=package, version=installed.get(package, ""),
                     licence=licence, documents=len(rows), characters=rows.text.str.len().sum())
            )  # fmt: skip
    columns = ["domain", "package", "version", "licence", "documents", "characters"]
    pd.DataFrame(card, columns=columns).to_parquet(folder / "card.parquet", index=False)
    skipped = pd.DataFrame(sorted(reasons.items()), columns=["reason", "count"])
    skipped.to_parquet(folder / "skipped.parquet", index=False)
