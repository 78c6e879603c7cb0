"""The tokenizer: byte-level BPE, trained on equally many characters of each domain.

Byte-pair encoding after Sennrich et al. 2016, over bytes as in GPT-2 (Radford et al. 2019), so
every text has tokens and comes back from them exactly.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import compute
from pyarrow.parquet import ParquetFile
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from featurefate.artifacts.store import Artifact
from featurefate.corpora.domains import DOMAINS

END_OF_TEXT = "<|endoftext|>"  # id 0: begins every row, and pads
LARGEST_SAMPLE = 3_000_000  # characters of each domain


def train_tokenizer(folder: Path, *, documents: Artifact, vocabulary: int, seed: int) -> None:
    """Write `tokenizer/` with exactly `vocabulary` tokens, or fewer where the text has fewer.

    Trained on training documents only, equally many characters of each domain. Raises ValueError
    when `vocabulary` cannot even hold the 256 bytes and `<|endoftext|>`.
    """
    if vocabulary < 257:
        raise ValueError(f"a vocabulary of {vocabulary} cannot hold 256 bytes and {END_OF_TEXT}")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_equal_sample(documents, seed), trainer)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=END_OF_TEXT,
        eos_token=END_OF_TEXT,
        pad_token=END_OF_TEXT,
        clean_up_tokenization_spaces=False,
    ).save_pretrained(folder / "tokenizer")


def load_tokenizer(artifact: Artifact) -> PreTrainedTokenizerFast:
    """The tokenizer of an artifact that `train_tokenizer` wrote."""
    return PreTrainedTokenizerFast.from_pretrained(artifact.path / "tokenizer")


def _equal_sample(documents: Artifact, seed: int) -> Iterator[str]:
    """Training documents drawn with a seed, as many characters from each domain as the smallest
    one has. Tables are read twice, a row group at a time: for the sizes, then for the drawn."""
    tables = [documents.file(f"documents/{domain}.parquet") for domain in DOMAINS]
    sizes = [
        np.concatenate([np.empty(0, np.int64), *(_characters(part) for part in _training(table))])
        for table in tables
    ]
    sample = min([LARGEST_SAMPLE, *(size.sum() for size in sizes if len(size))])
    for domain, table in enumerate(tables):
        order = np.random.default_rng([seed, domain]).permutation(len(sizes[domain]))
        needed = np.searchsorted(sizes[domain][order].cumsum(), sample) + 1
        drawn = np.zeros(len(order), bool)
        drawn[order[:needed]] = True
        first = 0
        for part in _training(table):
            yield from part.filter(pa.array(drawn[first : first + len(part)])).to_pylist()
            first += len(part)


def _training(table: Path) -> Iterator[pa.ChunkedArray]:
    """The texts of the training documents, one row group after another."""
    with ParquetFile(table) as file:
        for group in range(file.num_row_groups):
            part = file.read_row_group(group, columns=["text", "split"])
            yield part["text"].filter(compute.equal(part["split"], "train"))


def _characters(texts: pa.ChunkedArray) -> np.ndarray:
    return compute.utf8_length(texts).to_numpy().astype(np.int64)
