"""The tokenizer: byte-level BPE, trained on equally many characters of each domain.

Byte-pair encoding after Sennrich et al. 2016, over bytes as in GPT-2 (Radford et al. 2019), so
every text has tokens and comes back from them exactly.
"""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from featurefate.artifacts.store import Artifact
from featurefate.corpora.domains import DOMAINS
from featurefate.corpora.splits import stable_fraction

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
    """Training documents in a seeded order, as many characters from each domain as the smallest
    one has."""
    texts = {}
    for domain in DOMAINS:
        table = pd.read_parquet(
            documents.file(f"documents/{domain}.parquet"), columns=["text", "split"]
        )
        texts[domain] = table.text[table.split == "train"].tolist()
    sizes = {domain: sum(map(len, domain_texts)) for domain, domain_texts in texts.items()}
    sample = min(LARGEST_SAMPLE, *(size for size in sizes.values() if size))
    for domain, domain_texts in texts.items():
        order = sorted(range(len(domain_texts)), key=lambda i: stable_fraction(domain, seed, i))
        taken = 0
        for index in order:
            if taken >= sample:
                break
            taken += len(domain_texts[index])
            yield domain_texts[index]
