"""Evaluation rows of documents that a test makes up."""

from collections.abc import Sequence

import numpy as np

from featurefate.corpora.tokens import EvaluationRows, TokenStream, evaluation_rows


def rows_of(documents: Sequence[Sequence[int]], context: int) -> EvaluationRows:
    """All tokens of the documents (at least 60, none twice as long as the mean) to measure on."""
    starts = np.cumsum([0, *map(len, documents)])
    stream = TokenStream(
        "lua", "test", np.concatenate(documents), starts, np.arange(len(documents))
    )
    return evaluation_rows(stream, context, int(starts[-1]))
