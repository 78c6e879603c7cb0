"""A corpus from files: read, freed of duplicates, tokenised and packed.

`make bench` has its speed. How much memory it takes is told by

    python tests/benchmarks/bench_corpora.py --memory 200

which makes a corpus of 200 MB, brings it through the pipeline, and prints the most that the process
and its children held together.
"""

import argparse
import atexit
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
from harness import benchmark

from featurefate.artifacts.store import Artifact, ArtifactStore
from featurefate.corpora.documents import build_documents
from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.installed.source_files import (
    installed_versions,
    read_source,
    source_files,
)
from featurefate.corpora.sources import BUILT_IN, identified
from featurefate.corpora.tokenizer import load_tokenizer, train_tokenizer
from featurefate.corpora.tokens import tokenize

MEGABYTES = 10  # of the comparison
VOCABULARY = 4_096
ROW = 2_000  # characters
SAID_AGAIN = 20  # one row of so many was there before
CHANGED = 0.3  # of the words of a row


@benchmark(
    "corpus_mb_per_second",
    what=f"{MEGABYTES} MB of rows read, freed of exact duplicates, tokenised and stored, ours also "
    "of near duplicates and repeated passages, split and packed; against `datasets` and "
    "`tokenizers` used plainly",
    unit="MB/s",
    work=MEGABYTES,
    repeats=3,
)
def corpus():
    folder = Path(_temporary_folder())
    write_corpus(folder / "rows.jsonl", MEGABYTES)
    store = ArtifactStore(folder / "artifacts")
    sources = _sources(folder / "rows.jsonl")
    tokenizer = _tokenizer(store, _documents(store, sources))

    def ours() -> None:
        fresh = ArtifactStore(Path(_temporary_folder()))
        documents = _documents(fresh, sources)
        inputs = {"documents": documents, "tokenizer": tokenizer}
        fresh.step("corpora/tokens", tokenize, inputs=inputs)

    encoder = load_tokenizer(tokenizer)
    return ours, lambda: _plainly(folder / "rows.jsonl", encoder)


def _plainly(path: Path, encoder) -> None:
    """What one writes with the two libraries and no further thought."""
    import datasets

    datasets.disable_progress_bars()
    cache = _temporary_folder()
    rows = datasets.load_dataset("json", data_files=str(path), split="train", cache_dir=cache)
    seen: set[bytes] = set()

    def is_new(text: str) -> bool:
        key = hashlib.blake2b(text.encode(), digest_size=16).digest()
        return not (key in seen or seen.add(key))

    rows = rows.filter(is_new, input_columns="text")
    rows.map(
        lambda batch: {"input_ids": encoder(batch["text"], add_special_tokens=False).input_ids},
        batched=True,
        remove_columns=rows.column_names,
    )


def write_corpus(path: Path, megabytes: float) -> None:
    """Rows {"text": …} of the standard library's files, with other words in it each time."""
    draw = np.random.default_rng(0)
    versions = installed_versions()
    texts = [read_source(file.path) or "" for file in source_files({"python": versions["python"]})]
    pieces = [text[start : start + ROW] for text in texts for start in range(0, len(text), ROW)]
    split = [np.array(re.split(r"(\w+)", piece), object) for piece in pieces]
    vocabulary = np.array(sorted({word for words in split for word in words[1::2]}), object)
    size, earlier = 0, []
    with path.open("w", encoding="utf-8") as file:
        while size < megabytes * 1e6:
            if len(earlier) > 100 and draw.random() < 1 / SAID_AGAIN:
                text = earlier[draw.integers(len(earlier))]
            else:
                words = split[draw.integers(len(split))].copy()
                change = np.flatnonzero(draw.random(len(words) // 2) < CHANGED) * 2 + 1
                words[change] = vocabulary[draw.integers(len(vocabulary), size=len(change))]
                text = "".join(words)
                earlier = [*earlier[-200:], text]
            size += file.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")


def measure_memory(megabytes: float) -> None:
    """Print seconds of every step and the largest memory; the corpus is made by another process."""
    folder = Path(_temporary_folder())
    rows = folder / "rows.jsonl"
    subprocess.run([sys.executable, __file__, "--write", str(rows), str(megabytes)], check=True)
    size = rows.stat().st_size / 1e6
    store = ArtifactStore(folder / "artifacts")
    with _memory_watched() as peak, _timed("all", size):
        with _timed("documents", size):
            documents = _documents(store, _sources(rows))
        with _timed("tokenizer", size):
            tokenizer = _tokenizer(store, documents)
        with _timed("tokens", size):
            inputs = {"documents": documents, "tokenizer": tokenizer}
            store.step("corpora/tokens", tokenize, inputs=inputs)
    print(f"{size:.0f} MB of rows; at most {max(peak) / 1e9:.2f} GB of memory")


def _sources(rows: Path) -> dict:
    return identified(BUILT_IN | {"python": {"files": str(rows)}}) | {"packages": {}}


def _documents(store: ArtifactStore, sources: dict) -> Artifact:
    settings = {"seed": 1, "sources": sources, "characters": dict.fromkeys(DOMAINS, 0)}
    settings["characters"]["python"] = None
    return store.step("corpora/documents", build_documents, settings)


def _tokenizer(store: ArtifactStore, documents: Artifact) -> Artifact:
    settings = {"vocabulary": VOCABULARY, "seed": 1}
    return store.step("corpora/tokenizer", train_tokenizer, settings, {"documents": documents})


@contextmanager
def _timed(name: str, megabytes: float) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds = time.perf_counter() - start
    print(f"{name}: {seconds:.1f} s, {megabytes / seconds:.1f} MB/s", flush=True)


@contextmanager
def _memory_watched() -> Iterator[list[int]]:
    """Resident bytes of this process and its children, twenty times a second."""
    process, found, done = psutil.Process(), [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            try:
                tree = [process, *process.children(recursive=True)]
                found.append(sum(each.memory_info().rss for each in tree))
            except psutil.NoSuchProcess:
                continue

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    yield found
    done.set()
    thread.join()


def _temporary_folder() -> str:
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    return folder.name


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How much memory a large corpus takes.")
    parser.add_argument("--memory", type=float, metavar="MB", help="bring so much text through")
    parser.add_argument("--write", nargs=2, metavar=("FILE", "MB"), help="only write the rows")
    said = parser.parse_args()
    if said.write:
        write_corpus(Path(said.write[0]), float(said.write[1]))
    elif said.memory:
        measure_memory(said.memory)
    else:
        parser.print_help()
