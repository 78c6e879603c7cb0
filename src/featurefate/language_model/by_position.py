"""Loss by position in the context: does a predictor use what stands further back?"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from featurefate.corpora.tokens import EvaluationRows
from featurefate.language_model.bootstrap import intervals, sums_by_document
from featurefate.language_model.evaluation import TokenScores, document_of_tokens


def loss_by_position(
    scores: Mapping[str, TokenScores], evaluation: EvaluationRows, seed: int = 0
) -> pd.DataFrame:
    """Return the mean loss of each predictor by the number of tokens that it saw before.

    scores: by name, all on `evaluation`. Position 1 has seen <|endoftext|> only. Positions are
    gathered in bins that double: 1, 2, 3–4, 5–8, … One row a model and bin: `model`, `first` and
    `last` position, `position` (their geometric mean), `tokens`, `loss` in nats a token with
    `low` and `high` (95 %, over documents). A document goes on in a new row where one is full, so
    a low position is not always the start of a document.
    """
    position = np.nonzero(evaluation.mask)[1]
    bins = np.ceil(np.log2(position)).astype(np.int64)
    document = document_of_tokens(evaluation)
    tokens = sums_by_document(np.ones(len(bins)), document, bins)
    last = np.minimum(2 ** np.arange(tokens.shape[1]), position.max())
    first = np.append(1, last[:-1] + 1)
    parts = []
    for name, by_token in scores.items():
        nats = sums_by_document(by_token.nats, document, bins)
        low, high = intervals(nats, tokens, seed)
        part = {"model": name, "first": first, "last": last, "position": np.sqrt(first * last)}
        part |= {"tokens": tokens.sum(axis=0).astype(int)}
        part |= {"loss": nats.sum(axis=0) / tokens.sum(axis=0), "low": low, "high": high}
        parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)
