"""How many bytes of text the measured tokens stand for: what bits per byte are divided by."""

import numpy as np
from transformers import PreTrainedTokenizerFast

from featurefate.corpora.tokens import EvaluationRows
from featurefate.language_model.bootstrap import sums_by_document
from featurefate.language_model.evaluation import document_of_tokens


def bytes_of_tokens(tokenizer: PreTrainedTokenizerFast) -> np.ndarray:
    """Return the number of bytes of every token id, int64 (vocabulary,); 0 for special tokens.

    For a byte-level tokenizer (Radford et al. 2019), which writes each byte as one character.
    """
    sizes = np.zeros(len(tokenizer), np.int64)
    for token, number in tokenizer.get_vocab().items():
        sizes[number] = len(token)
    sizes[tokenizer.all_special_ids] = 0
    return sizes


def text_size(evaluation: EvaluationRows, tokenizer: PreTrainedTokenizerFast) -> np.ndarray:
    """Return the bytes of the measured text of each document, float64 (documents,)."""
    measured = evaluation.rows[evaluation.mask]
    return sums_by_document(bytes_of_tokens(tokenizer)[measured], document_of_tokens(evaluation))
