"""Tokens without meaning, in the format of `corpora/tokens`."""

from pathlib import Path

import numpy as np

from featurefate.corpora.domains import DOMAINS, SPLITS

VOCABULARY = 64


def write_planted_tokens(folder: Path, documents: int = 80) -> None:
    """Documents of 20 to 60 tokens; each domain prefers its own sixteenth of the vocabulary."""
    (folder / "tokens").mkdir(parents=True)
    draw = np.random.default_rng(2)
    for number, domain in enumerate(DOMAINS):
        for split in SPLITS:
            lengths = draw.integers(20, 60, documents)
            own = draw.integers(1 + 15 * number, 16 + 15 * number, lengths.sum())
            any_word = draw.integers(1, VOCABULARY, lengths.sum())
            words = np.where(draw.random(lengths.sum()) < 0.7, own, any_word)
            stem = f"{folder}/tokens/{domain}.{split}"
            np.save(f"{stem}.npy", words.astype(np.uint16))
            np.save(f"{stem}.starts.npy", np.concatenate([[0], lengths.cumsum()]))
            np.save(f"{stem}.rows.npy", np.arange(documents))
