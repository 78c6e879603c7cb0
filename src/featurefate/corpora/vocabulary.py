"""How a domain uses the tokenizer's vocabulary."""

import numpy as np
import pandas as pd
from pyarrow import parquet

from featurefate.artifacts.store import Artifact
from featurefate.corpora.domains import DOMAINS, SPLITS
from featurefate.corpora.tokens import TokenStream, load_tokens

TOKENS_AT_ONCE = 4_000_000
MOST = 0.9


def token_counts(stream: TokenStream, vocabulary: int) -> np.ndarray:
    """How often each token occurs in a stream, int64 [vocabulary]; the stream may be very long."""
    counts = np.zeros(vocabulary, np.int64)
    for first in range(0, len(stream.tokens), TOKENS_AT_ONCE):
        counts += np.bincount(stream.tokens[first : first + TOKENS_AT_ONCE], minlength=vocabulary)
    return counts


def vocabulary_use(*, documents: Artifact, tokens: Artifact, vocabulary: int) -> pd.DataFrame:
    """One row a domain: `tokens`, `characters a token` (all splits), and of the training text
    `tokens in use` and `tokens for 90 % of the text` (the most frequent ones)."""
    card = parquet.read_table(documents.file("card.parquet")).to_pandas()
    characters = card.groupby("domain").characters.sum()
    rows = []
    for domain in DOMAINS:
        streams = {split: load_tokens(tokens, domain, split) for split in SPLITS}
        total = sum(len(stream.tokens) for stream in streams.values())
        counts = np.sort(token_counts(streams["train"], vocabulary))[::-1]
        for_most = np.count_nonzero(counts.cumsum() < MOST * counts.sum()) + 1
        rows.append(
            {
                "domain": domain,
                "tokens": total,
                "characters a token": characters.get(domain, 0) / max(total, 1),
                "tokens in use": np.count_nonzero(counts),
                "tokens for 90 % of the text": for_most,
            }
        )
    return pd.DataFrame(rows)
