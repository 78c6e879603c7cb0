"""Documents as tokens: one flat stream per domain and split, with the documents' borders kept."""

import sys
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
from pyarrow.parquet import ParquetFile
from tqdm import tqdm

from featurefate.artifacts.store import Artifact
from featurefate.corpora.domains import DOMAINS, SPLITS
from featurefate.corpora.splits import FEWEST_HELD_OUT
from featurefate.corpora.token_files import Encoder, StreamWriter
from featurefate.corpora.tokenizer import load_tokenizer

END_OF_TEXT_ID = 0
TOKENS_AT_ONCE = 1_000_000


def tokenize(folder: Path, *, documents: Artifact, tokenizer: Artifact) -> None:
    """Write the streams `tokens/<domain>.<split>.npy` with their starts and rows.

    Training documents stay in the order of the table. Of a held-out split a first document of
    every origin comes first, then the second ones, and so on: evaluation reads from the start, so
    its documents come from as many origins as there are, and resampling documents is nearly
    resampling origins. A row group at a time is in memory, encoded on all cores.
    """
    encode = Encoder(load_tokenizer(tokenizer))
    for domain in DOMAINS:
        streams = {split: StreamWriter(folder, domain, split, encode.kind) for split in SPLITS}
        rows = count()
        with (
            ParquetFile(documents.file(f"documents/{domain}.parquet")) as table,
            tqdm(total=table.metadata.num_rows, desc=domain, unit="documents", file=sys.stderr)
            as progress,
        ):  # fmt: skip
            for group in range(table.num_row_groups):
                part = table.read_row_group(group, columns=["text", "split", "origin"])
                texts, splits, origins = (column.to_pylist() for column in part.columns)
                for tokens, split, origin in zip(encode(texts), splits, origins, strict=True):
                    streams[split].add(tokens, next(rows), None if split == "train" else origin)
                progress.update(len(texts))
        for stream in streams.values():
            stream.close()


class TrainingTokensError(ValueError):
    """As many tokens as were asked for cannot be trained on; the message says why."""


@dataclass(frozen=True)
class TokenStream:
    """The documents of one domain and split.

    `tokens` is [n]; document d is `tokens[starts[d]:starts[d + 1]]`, with `starts` int64
    [documents + 1]. `rows` int64 [documents]: the row of each document in the domain's table.
    """

    domain: str
    split: str
    tokens: np.ndarray
    starts: np.ndarray
    rows: np.ndarray

    @property
    def documents(self) -> int:
        return len(self.starts) - 1


def load_tokens(tokens: Artifact, domain: str, split: str) -> TokenStream:
    """One stream of an artifact that `tokenize` wrote; the tokens are mapped, not read."""
    stream = np.load(tokens.file(f"tokens/{domain}.{split}.npy"), mmap_mode="r")
    starts = np.load(tokens.file(f"tokens/{domain}.{split}.starts.npy"))
    rows = np.load(tokens.file(f"tokens/{domain}.{split}.rows.npy"))
    return TokenStream(domain, split, stream, starts, rows)


def training_rows(
    stream: TokenStream, context: int, rows: int, seed: int, max_passes: int = 4
) -> np.ndarray:
    """Training rows int32 [rows, context], each begun by `<|endoftext|>`.

    Documents in a seeded order, joined by `<|endoftext|>`, are cut into pieces of context − 1
    tokens; the next pass has another order. The end of one pass runs on into the next. Raises
    TrainingTokensError when the rows need more than `max_passes` passes.
    """
    needed = rows * (context - 1)
    in_a_pass = len(stream.tokens) + stream.documents
    if needed > max_passes * in_a_pass:
        raise TrainingTokensError(
            f"{stream.domain} ({stream.split}) has {len(stream.tokens):,} tokens; {rows:,} rows of "
            f"{context} need {needed:,}, more than {max_passes} passes over them"
        )
    cut = np.full((rows, context), END_OF_TEXT_ID, np.int32)
    shuffle = np.random.default_rng(seed)
    row, left_over = 0, np.empty(0, stream.tokens.dtype)
    while row < rows:
        order = shuffle.permutation(stream.documents)
        ends = (np.diff(stream.starts)[order] + 1).cumsum()
        borders = np.searchsorted(ends, np.arange(TOKENS_AT_ONCE, ends[-1], TOKENS_AT_ONCE))
        for documents in np.split(order, borders):
            text = np.concatenate([left_over, _joined(stream, documents)])
            whole = min(len(text) // (context - 1), rows - row)
            used = whole * (context - 1)
            cut[row : row + whole, 1:] = text[:used].reshape(whole, context - 1)
            row, left_over = row + whole, text[used:]
            if row == rows:
                break
    return cut


def _joined(stream: TokenStream, documents: np.ndarray) -> np.ndarray:
    """These documents one after another, each ended by `<|endoftext|>`."""
    starts = stream.starts[documents]
    sizes = stream.starts[documents + 1] - starts + 1
    ends = sizes.cumsum()
    places = np.arange(sizes.sum()) + np.repeat(starts - ends + sizes, sizes)
    places[ends - 1] = 0  # any token: it is replaced
    joined = stream.tokens[places]
    joined[ends - 1] = END_OF_TEXT_ID
    return joined


@dataclass(frozen=True)
class EvaluationRows:
    """Rows to measure on. All arrays share the first axis [rows].

    `rows` int32 [rows, context]: `<|endoftext|>`, then consecutive tokens of one document, padded
    with `<|endoftext|>`. `mask` bool [rows, context]: True where a token of the document stands.
    `documents` int64 [rows]: the document each row belongs to. `positions` int64 [rows, context]:
    where each token stands in the stream's `tokens`, −1 where there is none.
    """

    rows: np.ndarray
    mask: np.ndarray
    documents: np.ndarray
    positions: np.ndarray

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
    at_least_documents: int = FEWEST_HELD_OUT,
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
    positions, owners = [], []
    left, used = tokens, 0
    for document in range(stream.documents):
        start, end = stream.starts[document : document + 2]
        size = int(min(end - start, per_document, left))
        for first in range(0, size, width):
            row = np.full(context, -1)
            last = min(first + width, size)
            row[1 : 1 + last - first] = np.arange(start + first, start + last)
            positions.append(row)
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
    positions = np.array(positions)
    mask = positions >= 0
    rows = np.full(positions.shape, END_OF_TEXT_ID, np.int32)
    rows[mask] = stream.tokens[positions[mask]]
    return EvaluationRows(rows, mask, np.array(owners), positions)
