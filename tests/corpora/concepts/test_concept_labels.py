"""The step that writes label matrices, on a held-out corpus of a real size in all four domains."""

import ast
import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from featurefate.corpora.concepts.coverage import coverage
from featurefate.corpora.concepts.labels import label_concepts, load_concepts
from featurefate.corpora.concepts.names import COLUMN, CONCEPTS, SURFACE, concepts_of
from featurefate.corpora.concepts.spans import spans_of
from featurefate.corpora.document import Span
from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.installed.source_files import SourceFile
from featurefate.corpora.lua.documents import lua_documents_of
from featurefate.corpora.stories.story import tell_story
from featurefate.corpora.tokenizer import load_tokenizer, train_tokenizer
from featurefate.corpora.tokens import evaluation_rows, load_tokens, tokenize

LIBRARY = Path(json.__file__).parents[1]
NAMES = """
    argparse bdb calendar cmd codecs configparser contextlib copy csv dataclasses difflib
    enum fractions ftplib functools gettext gzip hashlib heapq imaplib inspect ipaddress locale
    mailbox mimetypes netrc optparse pickletools plistlib pprint queue random shlex smtplib
    statistics string tarfile textwrap threading trace typing uuid warnings weakref zipfile
"""
MODULES = NAMES.split()
RARE = {  # defined, and seldom seen: fewer than 10 tokens of the test corpus
    "english": {"beyond ASCII", "exclamation", "question", "speech verb", "superlative"},
    "python": {"type annotation"},  # the standard library has none
    "stories": {"all capitals", "beyond ASCII", "blank line", "code-like word", "demonstrative",
                "digit", "number", "parentheses", "pronoun for creature",
                "pronoun for elder"},
    "lua": {"assertion", "beyond ASCII", "exception handling", "loop exit", "variable arguments"},
}  # fmt: skip


@dataclass(frozen=True)
class Folder:
    """An artifact by its folder alone."""

    path: Path

    def file(self, name: str) -> Path:
        return self.path / name


def python_texts() -> list[str]:
    """Modules of the standard library, cut at every eighth line that defines."""
    texts = []
    for module in MODULES[::2]:
        lines = (LIBRARY / f"{module}.py").read_text(encoding="utf-8").splitlines(keepends=True)
        cuts = [i for i, line in enumerate(lines) if line.lstrip().startswith("def ")]
        edges = [0, *cuts[::8], len(lines)]
        texts += ["".join(lines[a:b]) for a, b in zip(edges, edges[1:], strict=False) if b > a]
    return texts[:120]


def english_texts() -> list[str]:
    """Docstrings of the other modules, several together."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    found = []
    for module in MODULES[1::2]:
        tree = ast.parse((LIBRARY / f"{module}.py").read_text(encoding="utf-8"))
        nodes = [node for node in ast.walk(tree) if isinstance(node, documented)]
        found += filter(None, map(ast.get_docstring, nodes))
    return ["\n\n".join(found[i : i + 8]) + "\n" for i in range(0, len(found), 8)]


def lua_texts() -> list[str]:
    files = [SourceFile(f"python/{m}.py", "python", LIBRARY / f"{m}.py") for m in MODULES]
    return [document.lua for file in files for document in lua_documents_of(file).documents]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> tuple[Folder, Folder, Folder]:
    """Documents, tokenizer and tokens: half of it held out, in small row groups."""
    root = tmp_path_factory.mktemp("concepts")
    stories = [tell_story(number, seed=5) for number in range(120)]
    texts = dict(english=english_texts(), python=python_texts(), lua=lua_texts(),
                 stories=[story.text for story in stories])  # fmt: skip
    texts["python"][1] = 'x = "naïve 日本 🐈"  # ünï\n' + texts["python"][1]
    (root / "documents").mkdir()
    for domain, domain_texts in texts.items():
        splits = ["train", "validation", "train", "test"]
        columns = dict(
            text=domain_texts,
            origin=[f"file {number // 3}" for number in range(len(domain_texts))],
            split=[splits[number % 4] for number in range(len(domain_texts))],
        )
        if domain == "stories":
            kind = pa.struct(dict(start=pa.int32(), end=pa.int32(), concept=pa.string()))
            rows = [[span._asdict() for span in story.spans] for story in stories]
            columns["spans"] = pa.array(rows, pa.list_(kind))
        pq.write_table(
            pa.table(columns), root / "documents" / f"{domain}.parquet", row_group_size=50
        )
    documents = Folder(root)
    train_tokenizer(root, documents=documents, vocabulary=900, seed=1)
    tokenize(root, documents=documents, tokenizer=documents)
    return documents, documents, documents


@pytest.fixture(scope="module")
def labelled(corpus, tmp_path_factory) -> Folder:
    folder = tmp_path_factory.mktemp("labelled")
    documents, tokenizer, tokens = corpus
    label_concepts(folder, documents=documents, tokenizer=tokenizer, tokens=tokens)
    return Folder(folder)


def documents_in_turn(documents: Folder, stream) -> list[dict]:
    table = pq.read_table(documents.file(f"documents/{stream.domain}.parquet"))
    return table.take(pa.array(stream.rows)).to_pylist()


@pytest.mark.parametrize("split", ["validation", "test"])
@pytest.mark.parametrize("domain", DOMAINS)
def test_every_token_carries_the_spans_that_it_lies_in(domain, split, corpus, labelled):
    """Against the tokenizer library's own offsets, one document at a time."""
    documents, tokenizer, tokens = corpus
    stream = load_tokens(tokens, domain, split)
    known = load_concepts(labelled, domain, split)
    backend = load_tokenizer(tokenizer).backend_tokenizer
    backend.encode_special_tokens = True
    blanks = np.array([concept.blanks for concept in CONCEPTS])
    for number, document in list(enumerate(documents_in_turn(documents, stream)))[:12]:
        text = document["text"]
        carried = known.labels[slice(*stream.starts[number : number + 2])].toarray()
        simulated = document.get("spans")
        spans = spans_of(text, domain, simulated and [Span(**span) for span in simulated])
        characters = np.zeros((len(text), len(CONCEPTS)), bool)
        for start, end, concept in spans:
            characters[start:end, COLUMN[concept]] = True
        white = np.array([character.isspace() for character in text])
        characters[np.ix_(white, ~blanks)] = False
        offsets = backend.encode(text).offsets
        expected = np.array([characters[start:end].any(axis=0) for start, end in offsets])
        np.testing.assert_array_equal(carried[:, len(SURFACE) :], expected[:, len(SURFACE) :])


@pytest.mark.parametrize("domain", DOMAINS)
def test_labels_are_of_the_tokens_and_of_defined_concepts(domain, corpus, labelled):
    stream = load_tokens(corpus[2], domain, "test")
    known = load_concepts(labelled, domain, "test")
    assert known.labels.shape == (len(stream.tokens), len(CONCEPTS)) and known.labels.dtype == bool
    assert known.names == tuple(concept.name for concept in CONCEPTS)
    assert {name for name, yes in zip(known.names, known.defined, strict=True) if yes} == set(
        concepts_of(domain)
    )
    carried = known.labels.sum(axis=0)
    assert not carried[~known.defined].any()
    labels_of_a_token = known.labels.sum(axis=1)
    assert labels_of_a_token.max() > 3 and (labels_of_a_token > 0).mean() > 0.98


def test_labels_of_evaluation_rows_are_those_of_their_tokens(corpus, labelled):
    stream = load_tokens(corpus[2], "python", "test")
    known = load_concepts(labelled, "python", "test")
    rows = evaluation_rows(stream, context=32, tokens=900, at_least_documents=5)
    chosen = known.of(rows)
    assert chosen.shape[0] == rows.tokens
    backend = load_tokenizer(corpus[1]).backend_tokenizer
    is_digit = chosen[:, [COLUMN["digit"]]].toarray().ravel()
    pieces = [backend.decode([token]) for token in rows.rows[rows.mask].tolist()]
    assert is_digit.any()
    assert [any(map(str.isdigit, piece)) for piece in pieces] == is_digit.tolist()


def test_coverage_counts_tokens_and_documents_and_every_concept_occurs(corpus, labelled):
    table = coverage(labelled, corpus[2])
    assert set(table.columns) == {"concept", "domain", "split", "tokens", "documents", "share"}
    there = table.groupby(["domain", "concept"]).tokens.sum()
    for domain in DOMAINS:
        few = {concept for concept in concepts_of(domain) if there[domain, concept] < 10}
        assert few <= RARE[domain], (domain, few - RARE[domain])
    row = table[(table.concept == "document start") & (table.domain == "lua")].iloc[0]
    stream = load_tokens(corpus[2], "lua", row.split)
    assert row.tokens == row.documents == stream.documents
    assert not ((table.concept == "hero") & (table.domain != "stories")).any()


def test_labelling_again_writes_the_same_bytes_in_time(corpus, labelled, tmp_path):
    """A laptop's held-out text, 2.3 million characters, is to take less than six seconds."""
    documents, tokenizer, tokens = corpus
    before = time.process_time()
    label_concepts(tmp_path, documents=documents, tokenizer=tokenizer, tokens=tokens)
    seconds = time.process_time() - before
    files = sorted((tmp_path / "concepts").iterdir())
    assert len(files) == 9
    for file in files:
        assert file.read_bytes() == labelled.file(f"concepts/{file.name}").read_bytes()
    characters = sum(
        pc.sum(pc.utf8_length(table.filter(pc.field("split") != "train")["text"])).as_py()
        for table in (pq.read_table(documents.file(f"documents/{d}.parquet")) for d in DOMAINS)
    )
    assert characters > 200_000
    assert seconds < 2 * 6 * characters / 2_300_000 + 0.5  # twice, for a busy machine


def test_stories_without_the_simulations_truth(corpus, tmp_path):
    documents, tokenizer, tokens = corpus
    (tmp_path / "documents").mkdir()
    for domain in DOMAINS:
        table = pd.read_parquet(documents.file(f"documents/{domain}.parquet"))
        table = table.drop(columns="spans", errors="ignore")
        table.to_parquet(tmp_path / "documents" / f"{domain}.parquet")
    label_concepts(tmp_path, documents=Folder(tmp_path), tokenizer=tokenizer, tokens=tokens)
    known = load_concepts(Folder(tmp_path), "stories", "test")
    assert not known.defined[COLUMN["hero"]] and known.defined[COLUMN["speech verb"]]
    assert known.labels[:, [COLUMN["speech verb"]]].sum() > 10


def test_documents_that_the_tokens_are_not_of_are_named(corpus, tmp_path):
    documents, tokenizer, tokens = corpus
    (tmp_path / "documents").mkdir()
    for domain in DOMAINS:
        table = pd.read_parquet(documents.file(f"documents/{domain}.parquet"))
        table["text"] = table["text"].str.replace("the", "teh")
        table.to_parquet(tmp_path / "documents" / f"{domain}.parquet")
    with pytest.raises(ValueError, match=r"english \(validation\), rows 0–.*do not spell the text"):
        label_concepts(tmp_path, documents=Folder(tmp_path), tokenizer=tokenizer, tokens=tokens)
