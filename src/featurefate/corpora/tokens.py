"""Documents as tokens: one flat stream per domain and split, with the documents' borders kept."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.corpora.domains import DOMAINS, SPLITS
from featurefate.corpora.tokenizer import load_tokenizer

END_OF_TEXT_ID = 0
DOCUMENTS_AT_ONCE = 1_000


def tokenize(folder: Path, *, documents: Artifact, tokenizer: Artifact) -> None:
    """Write `tokens/<domain>.<split>.npy` (flat, without special tokens) and `….starts.npy`."""
    encoder = load_tokenizer(tokenizer)
    backend = encoder.backend_tokenizer
    backend.encode_special_tokens = True  # "<|endoftext|>" inside a text is text like any other
    kind = np.uint16 if len(encoder) <= 2**16 else np.uint32
    (folder / "tokens").mkdir(parents=True, exist_ok=True)
    for domain in DOMAINS:
        table = pd.read_parquet(
            documents.file(f"documents/{domain}.parquet"), columns=["text", "split", "origin"]
        )
        for split in SPLITS:
            texts = texts_in_turn(table[table.split == split])
            pieces = [
                np.asarray(encoding.ids, kind)
                for first in range(0, len(texts), DOCUMENTS_AT_ONCE)
                for encoding in backend.encode_batch_fast(texts[first : first + DOCUMENTS_AT_ONCE])
            ]
            starts = np.cumsum([0, *map(len, pieces)], dtype=np.int64)
            stem = folder / "tokens" / f"{domain}.{split}"
            np.save(f"{stem}.npy", np.concatenate([np.empty(0, kind), *pieces]))
            np.save(f"{stem}.starts.npy", starts)


def texts_in_turn(documents: pd.DataFrame) -> list[str]:
    """The texts of one split: a first document of every file, then the second ones, and so on.

    Evaluation reads from the start, so its documents come from as many files as there are, and
    resampling documents is nearly resampling files.
    """
    turn = documents.groupby("origin").cumcount()
    return documents.text[turn.sort_values(kind="stable").index].tolist()


@dataclass(frozen=True)
class TokenStream:
    """The documents of one domain and split.

    `tokens` is [n]; document d is `tokens[starts[d]:starts[d + 1]]`, with `starts` int64
    [documents + 1].
    """

    domain: str
    split: str
    tokens: np.ndarray
    starts: np.ndarray

    @property
    def documents(self) -> int:
        return len(self.starts) - 1


def load_tokens(tokens: Artifact, domain: str, split: str) -> TokenStream:
    """One stream of an artifact that `tokenize` wrote; the tokens are mapped, not read."""
    stream = np.load(tokens.file(f"tokens/{domain}.{split}.npy"), mmap_mode="r")
    starts = np.load(tokens.file(f"tokens/{domain}.{split}.starts.npy"))
    return TokenStream(domain, split, stream, starts)


def training_rows(
    stream: TokenStream, context: int, rows: int, seed: int, max_passes: int = 4
) -> np.ndarray:
    """Training rows int32 [rows, context], each begun by `<|endoftext|>`.

    Documents in a seeded order, joined by `<|endoftext|>`, are cut into pieces of context − 1
    tokens; the next pass has another order. The end of one pass runs on into the next. Raises
    ValueError when the rows need more than `max_passes` passes.
    """
    needed = rows * (context - 1)
    in_a_pass = len(stream.tokens) + stream.documents
    if needed > max_passes * in_a_pass:
        raise ValueError(
            f"{stream.domain} ({stream.split}) has {len(stream.tokens):,} tokens; {rows:,} rows of "
            f"{context} need {needed:,}, more than {max_passes} passes over them"
        )
    shuffle = np.random.default_rng(seed)
    pieces: list[np.ndarray] = []
    gathered = 0
    while gathered < needed:
        for document in shuffle.permutation(stream.documents):
            piece = stream.tokens[stream.starts[document] : stream.starts[document + 1]]
            pieces += [piece, np.array([END_OF_TEXT_ID], stream.tokens.dtype)]
            gathered += len(piece) + 1
            if gathered >= needed:
                break
    cut = np.empty((rows, context), np.int32)
    cut[:, 0] = END_OF_TEXT_ID
    cut[:, 1:] = np.concatenate(pieces)[:needed].reshape(rows, context - 1)
    return cut


@dataclass(frozen=True)
class EvaluationRows:
    """Rows to measure on. All arrays share the first axis [rows].

    `rows` int32 [rows, context]: `<|endoftext|>`, then consecutive tokens of one document, padded
    with `<|endoftext|>`. `mask` bool [rows, context]: True where a token of the document stands.
    `documents` int64 [rows]: the document each row belongs to.
    """

    rows: np.ndarray
    mask: np.ndarray
    documents: np.ndarray

    @property
    def tokens(self) -> int:
        """How many tokens are measured."""
        return int(self.mask.sum())

    @property
    def document_count(self) -> int:
        """How many documents they come from."""
        return len(np.unique(self.documents))


def evaluation_rows(
    stream: TokenStream,
    context: int,
    tokens: int,
    per_document: int = 256,
    at_least_documents: int = 60,
) -> EvaluationRows:
    """Exactly `tokens` tokens for measuring: at most the first `per_document` of each document.

    Documents are taken in the order of the stream, the last one cut to fit; equal calls give equal
    rows. A document goes on in a new row where a row is full. Raises ValueError, with the counts,
    when there are too few tokens or they come from too few documents.
    """
    width = context - 1
    per_document = min(per_document, max(1, tokens // at_least_documents))
    if per_document > width:
        per_document -= per_document % width  # whole rows: a row for two last tokens is waste
    rows, masks, owners = [], [], []
    left, used = tokens, 0
    for document in range(stream.documents):
        start, end = stream.starts[document : document + 2]
        size = int(min(end - start, per_document, left))
        text = np.asarray(stream.tokens[start : start + size], np.int32)
        for first in range(0, size, width):
            piece = text[first : first + width]
            row = np.full(context, END_OF_TEXT_ID, np.int32)
            row[1 : 1 + len(piece)] = piece
            rows.append(row)
            masks.append((np.arange(context) >= 1) & (np.arange(context) <= len(piece)))
            owners.append(document)
        left -= size
        used += size > 0
        if left == 0:
            break
    if left or used < at_least_documents:
        raise ValueError(
            f"{stream.domain} ({stream.split}) gives {tokens - left:,} tokens from {used} "
            f"documents; asked for {tokens:,} from at least {at_least_documents}"
        )
    return EvaluationRows(np.array(rows), np.array(masks), np.array(owners, np.int64))
