"""Tokens on disk: `.npy` files that grow while a corpus is read, larger than memory if need be."""

from array import array
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.lib import format as npy
from transformers import PreTrainedTokenizerFast


class Encoder:
    """Texts to arrays of tokens, without special tokens, on all cores."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        self.kind = np.dtype(np.uint16 if len(tokenizer) <= 2**16 else np.uint32)
        self._backend = tokenizer.backend_tokenizer
        self._backend.encode_special_tokens = True  # "<|endoftext|>" in a text is text as any other

    def __call__(self, texts: Sequence[str]) -> list[np.ndarray]:
        return [np.asarray(each.ids, self.kind) for each in self._backend.encode_batch_fast(texts)]


class StreamWriter:
    """The files `tokens/<domain>.<split>.npy`, `….starts.npy` and `….rows.npy` of one stream."""

    def __init__(self, folder: Path, domain: str, split: str, kind: np.dtype) -> None:
        (folder / "tokens").mkdir(parents=True, exist_ok=True)
        self._stem = f"{folder / 'tokens' / domain}.{split}"
        self._tokens = GrowingArray(Path(f"{self._stem}.npy"), kind)
        self._starts, self._rows, self._turns = array("q", [0]), array("q"), array("q")
        self._seen: Counter[str] = Counter()

    def add(self, tokens: np.ndarray, row: int, origin: str | None = None) -> None:
        """Append a document, row `row` of its table.

        Documents that say their `origin` take turns: a first one of every origin comes before any
        second one, and so on.
        """
        self._tokens.append(tokens)
        self._starts.append(self._starts[-1] + len(tokens))
        self._rows.append(row)
        self._turns.append(self._seen[origin])
        if origin is not None:
            self._seen[origin] += 1

    def close(self) -> None:
        self._tokens.close()
        starts, rows, turns = map(np.array, (self._starts, self._rows, self._turns))
        order = np.argsort(turns, kind="stable")
        if turns.any():
            starts = reorder(Path(f"{self._stem}.npy"), starts, order)
        np.save(f"{self._stem}.starts.npy", starts)
        np.save(f"{self._stem}.rows.npy", rows[order])


class GrowingArray:
    """A flat `.npy` file written piece by piece; whole once it is closed."""

    def __init__(self, path: Path, kind: np.dtype) -> None:
        self._kind, self._length = np.dtype(kind), 0
        self._file: BinaryIO = open(path, "wb")  # noqa: SIM115
        self._write_header()

    def append(self, piece: np.ndarray) -> None:
        self._file.write(np.ascontiguousarray(piece, self._kind).data)
        self._length += len(piece)

    def close(self) -> None:
        self._file.seek(0)
        self._write_header()  # NumPy leaves room for a longer first axis, so nothing moves
        self._file.close()

    def _write_header(self) -> None:
        header = {"descr": npy.dtype_to_descr(self._kind), "fortran_order": False}
        npy.write_array_header_1_0(self._file, header | {"shape": (self._length,)})


def reorder(path: Path, starts: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Rewrite a flat file of documents in another order; returns the new starts.

    `starts` is int64 [documents + 1], `order` int64 [documents]: which document comes next.
    """
    old = path.replace(path.with_suffix(".unordered"))
    tokens = np.load(old, mmap_mode="r")
    new = GrowingArray(path, tokens.dtype)
    for document in order:
        new.append(tokens[starts[document] : starts[document + 1]])
    new.close()
    del tokens  # some systems keep a mapped file
    old.unlink()
    return np.append(0, np.diff(starts)[order].cumsum())
