"""How many bytes of text the measured tokens stand for: what bits per byte are divided by."""

import numpy as np
from transformers import PreTrainedTokenizerFast

from featurefate.corpora.concepts.alignment import bytes_of_tokens
from featurefate.corpora.tokens import EvaluationRows
from featurefate.language_model.bootstrap import sums_by_document
from featurefate.language_model.evaluation import document_of_tokens


def text_size(evaluation: EvaluationRows, tokenizer: PreTrainedTokenizerFast) -> np.ndarray:
    """Return the bytes of the measured text of each document, float64 (documents,)."""
    sizes = np.array([len(piece) for piece in bytes_of_tokens(tokenizer)])
    measured = evaluation.rows[evaluation.mask]
    return sums_by_document(sizes[measured], document_of_tokens(evaluation))
