"""The corpus: the documents of the four domains, each with where it comes from.

Documents go from their sources straight to disk. In memory stay the hashes by which duplicates are
found (some 3 kB a document) and the text of the row groups being written.
"""

import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pandas as pd
from joblib import cpu_count
from tqdm import tqdm

from featurefate.corpora import drawing
from featurefate.corpora.document import Document
from featurefate.corpora.domains import DOMAINS, SPLITS
from featurefate.corpora.drawing import Drawn
from featurefate.corpora.duplicates import KINDS, Duplicates
from featurefate.corpora.gathering import Gathered
from featurefate.corpora.installed.source_files import source_files
from featurefate.corpora.sources import external_source
from featurefate.corpora.splits import FEWEST_HELD_OUT, HELD_OUT_EVERY

LARGEST_SHARE = 0.2  # of a built-in domain's wanted characters from one package


def build_documents(
    folder: Path,
    *,
    seed: int,
    characters: Mapping[str, int | None],
    sources: Mapping[str, Any],
    workers: int | None = None,
) -> None:
    """Write the documents of the four domains and the tables about them into `folder`.

    `sources` is what `sources.identified` says of a notebook's choice. `characters` says how many
    are wanted of each domain after duplicates are gone, all splits together; where there are
    fewer, all there are is taken and the card shows it; None or no entry asks for all. From one
    package comes at most a fifth of the number that a built-in domain was asked for: where there
    is less text than that, a package's share of what there is can be larger.
    `workers` processes read files (default: one per core); the result does not depend on it.

    - `documents/<domain>.parquet`: text, origin, package, licence, split; stories have `plan` and
      `spans` too, lua has `functions`.
    - `card.parquet`: domain, package, version, licence, documents, characters.
    - `duplicates.parquet`: domain, kind (exact, near, passages), documents, characters left out.
      A Lua document is judged by the Python of its functions too.
    - `skipped.parquet`: how many functions were not said in Lua, by reason; "translated" counts
      those that were.

    Warns of held-out splits with fewer documents than evaluation needs.
    Raises KeyError for an unknown domain, ValueError where all the stories are asked for, and
    LookupError where a package is missing.
    """
    unknown = sorted(set(characters) - set(DOMAINS))
    if unknown:
        raise KeyError(f"unknown domains {', '.join(unknown)}; there are {', '.join(DOMAINS)}")
    if sources["domains"]["stories"]["kind"] == "generated" and characters.get("stories") is None:
        raise ValueError("generated stories have no end: say how many `characters` of them")
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    with ExitStack() as files:
        corpus = _Corpus(folder, seed, characters, sources, workers or cpu_count())
        files.callback(corpus.close)
        for drawn in corpus.drawn():
            corpus.take(drawn)
    corpus.write_tables()


class _Corpus:
    def __init__(
        self,
        folder: Path,
        seed: int,
        characters: Mapping[str, int | None],
        sources: Mapping[str, Any],
        workers: int,
    ) -> None:
        self._folder, self._seed, self._workers = folder, seed, workers
        self._packages: dict[str, str] = sources["packages"]
        self._external = {d: external_source(sources["domains"][d]) for d in DOMAINS}
        share = max(LARGEST_SHARE, 1 / max(1, len(self._packages)))
        self._gathered = {
            domain: Gathered(
                folder / "documents" / f"{domain}.parquet",
                characters.get(domain),
                external.columns if external else drawing.COLUMNS.get(domain, {}),
                1.0 if external or domain == "stories" else share,
            )
            for domain, external in self._external.items()
        }
        self._duplicates = Duplicates(seed)
        self._left_out: Counter[tuple[str, str]] = Counter()
        self._characters_left_out: Counter[tuple[str, str]] = Counter()
        self._reasons: Counter[str] = Counter()
        wanted = [characters.get(domain) for domain in DOMAINS]
        total = None if None in wanted else sum(wanted)
        self._progress = tqdm(total=total, unit="characters", unit_scale=True, file=sys.stderr)

    def drawn(self) -> Iterator[Drawn]:
        """Documents of all domains, one domain after another; english and python together."""
        files = source_files(self._packages)
        to_read, to_translate = drawing.divided(files, self._seed)
        built_in = {d: self._gathered[d] for d in DOMAINS if self._external[d] is None}
        together = {d: built_in[d] for d in ("english", "python") if d in built_in}
        if together:
            yield from drawing.from_installed(to_read, self._seed, together, self._workers)
        for domain, source in self._external.items():
            if source:
                gathered = self._gathered[domain]
                yield from drawing.from_external(source, domain, self._seed, gathered)
        if "stories" in built_in:
            stories = built_in["stories"]
            yield from drawing.from_the_story_teller(self._seed, stories, self._workers)
        if "lua" in built_in:
            lua = built_in["lua"]
            yield from drawing.to_lua(to_translate, lua, self._reasons, self._workers)

    def take(self, drawn: Drawn) -> None:
        """Keep those documents that the domain wants and that have not been there before."""
        domain, split, documents = drawn
        gathered = self._gathered[domain]
        documents = [each for each in documents if gathered.takes(each.package)]
        if not documents:
            return

        def keep(place: int) -> bool:
            wanted = gathered.takes(documents[place].package)
            if wanted:
                gathered.add(documents[place], split)
                self._progress.update(len(documents[place].text))
            return wanted

        texts = [each.text for each in documents]
        originals = [_original_of(each) for each in documents] if domain == "lua" else ()
        kinds = self._duplicates.judge(texts, split, originals, keep)
        for text, kind in zip(texts, kinds, strict=True):
            if kind:
                self._left_out[domain, kind] += 1
                self._characters_left_out[domain, kind] += len(text)

    def close(self) -> None:
        self._progress.close()
        for gathered in self._gathered.values():
            gathered.close()

    def write_tables(self) -> None:
        """Write all but the documents; warn of text that is too little to hold out."""
        for domain, gathered in self._gathered.items():
            if gathered.characters:
                self._warn_of_few(domain, gathered.documents_in)
        card = [
            dict(domain=domain, package=package, version=self._packages.get(package, ""),
                 licence=licence, documents=gathered.documents[package, licence],
                 characters=gathered.characters_of[package, licence])
            for domain, gathered in self._gathered.items()
            for package, licence in sorted(gathered.documents)
        ]  # fmt: skip
        columns = ["domain", "package", "version", "licence", "documents", "characters"]
        self._write("card", card, columns)
        left_out = [
            dict(domain=domain, kind=kind, documents=self._left_out[domain, kind],
                 characters=self._characters_left_out[domain, kind])
            for domain in DOMAINS
            for kind in KINDS
        ]  # fmt: skip
        self._write("duplicates", left_out, ["domain", "kind", "documents", "characters"])
        reasons = [dict(reason=reason, count=n) for reason, n in sorted(self._reasons.items())]
        self._write("skipped", reasons, ["reason", "count"])

    def _warn_of_few(self, domain: str, documents: Counter[str]) -> None:
        held_out = [split for split in SPLITS if split != "train"]
        if min(documents[split] for split in held_out) >= FEWEST_HELD_OUT:
            return
        there = " and ".join(f"{documents[split]} for {split}" for split in held_out)
        remedy = "ask for more `characters`"
        if self._external[domain]:
            remedy += (
                ", give more text, or say with `separator` or `origin_field` where one text ends "
                "and the next begins"
            )
        warnings.warn(
            f"{domain} has too few documents to hold out: {there}, and evaluation needs "
            f"{FEWEST_HELD_OUT} of each. A split takes whole origins (files, rows), one of "
            f"{HELD_OUT_EVERY} for each: {remedy}",
            stacklevel=4,
        )

    def _write(self, name: str, rows: list[dict], columns: list[str]) -> None:
        table = pd.DataFrame(rows, columns=columns)
        table.to_parquet(self._folder / f"{name}.parquet", index=False)


def _original_of(document: Document) -> str:
    """The Python that a Lua document was translated from, where that is known."""
    return "\n".join(function["python"] for function in document.extra.get("functions", ()))
