"""Text of one source as token streams of its own, beside the four domains.

For measuring a generated domain on real text: the documents of a `files` or `hub` source, without
duplicates, divided by origin.
"""

from pathlib import Path

from featurefate.artifacts.store import Artifact
from featurefate.corpora.duplicates import Duplicates
from featurefate.corpora.external.settings import source_from
from featurefate.corpora.splits import stable_fraction
from featurefate.corpora.tokens import write_stream

VALIDATION_SHARE = 0.05


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
    duplicates = Duplicates(seed)
    texts: dict[str, list[str]] = {"train": [], "validation": [], "test": []}
    for document in source_from(text).documents():
        if duplicates.is_new(document.text):
            texts[_split_of(document.origin, test_share, seed)].append(document.text)
    for split, documents in texts.items():
        write_stream(folder, domain, split, documents, tokenizer)


def _split_of(origin: str, test_share: float, seed: int) -> str:
    place = stable_fraction("real", seed, origin)
    if place < test_share:
        return "test"
    return "validation" if place < test_share + VALIDATION_SHARE else "train"
