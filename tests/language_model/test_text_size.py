"""The bytes of tokens, against the bytes of the text that they were made from."""

import numpy as np
import pytest
from planted_text import rows_of
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from featurefate.language_model.text_size import text_size

TEXT = ["local naïve = 'Ω' -- größer\n\treturn naïve", "the dog and the dragon — 龍 — and the dog"]


@pytest.fixture(scope="module")
def tokenizer():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=alphabet,
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXT, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<|endoftext|>")


def test_text_size_counts_the_measured_text_of_each_document(tokenizer):
    texts = TEXT * 60
    evaluation = rows_of([tokenizer(text).input_ids for text in texts], context=64)
    np.testing.assert_array_equal(
        text_size(evaluation, tokenizer), [len(text.encode()) for text in texts]
    )
