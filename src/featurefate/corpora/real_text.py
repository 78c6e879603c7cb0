"""Text of one source as token streams of its own, beside the four domains.

For measuring a generated domain on real text: the documents of a `files` or `hub` source, without
duplicates, divided by origin.
"""

from itertools import count, islice
from pathlib import Path

from featurefate.artifacts.store import Artifact
from featurefate.corpora.domains import SPLITS
from featurefate.corpora.duplicates import Duplicates
from featurefate.corpora.external.settings import source_from
from featurefate.corpora.splits import stable_fraction
from featurefate.corpora.token_files import Encoder, StreamWriter
from featurefate.corpora.tokenizer import load_tokenizer

VALIDATION_SHARE = 0.05
DOCUMENTS_AT_ONCE = 1_000


def pack_real_text(
    folder: Path,
    *,
    domain: str,
    text: dict,
    fingerprint: dict,
    test_share: float,
    seed: int,
    tokenizer: Artifact,
) -> None:
    """Step: write `tokens/<domain>.<split>.npy` and what goes with them.

    `text`: the settings of the source; `fingerprint` only identifies its content. With a
    `test_share` of 1 everything is for testing. Raises what the source raises.
    """
    encode = Encoder(load_tokenizer(tokenizer))
    streams = {split: StreamWriter(folder, domain, split, encode.kind) for split in SPLITS}
    duplicates, rows = Duplicates(seed), count()
    documents = source_from(text).documents()
    while some := list(islice(documents, DOCUMENTS_AT_ONCE)):
        parts: dict[str, list[str]] = {split: [] for split in SPLITS}
        for document in some:
            parts[_split_of(document.origin, test_share, seed)].append(document.text)
        for split, texts in parts.items():
            kinds = duplicates.judge(texts, split)
            new = [each for each, kind in zip(texts, kinds, strict=True) if kind is None]
            for tokens in encode(new):
                streams[split].add(tokens, next(rows))
    for stream in streams.values():
        stream.close()


def _split_of(origin: str, test_share: float, seed: int) -> str:
    place = stable_fraction("real", seed, origin)
    if place < test_share:
        return "test"
    return "validation" if place < test_share + VALIDATION_SHARE else "train"
