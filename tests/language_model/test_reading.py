"""Reading along against asking the model for one token after another."""

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from featurefate.language_model.reading import read

WORDS = ["<|endoftext|>", "the", "dog", "cat", "sees", "and", "a", "runs"]


@pytest.fixture
def tokenizer():
    backend = Tokenizer(models.WordLevel({w: i for i, w in enumerate(WORDS)}, unk_token="the"))
    backend.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=backend, bos_token="<|endoftext|>")


def test_equals_one_token_after_another(tiny_model, tokenizer):
    text = "the dog sees a cat"
    # only known words can be guessed
    with torch.no_grad():
        tiny_model.lm_head.weight[len(WORDS) :] = 0
        tiny_model.lm_head.weight[: len(WORDS)] *= 40
    reading = read(tiny_model, tokenizer, text, guesses=2)
    assert reading.tokens == text.split()
    ids = [WORDS.index(word) for word in ["<|endoftext|>", *text.split()]]
    for i in range(1, len(ids)):
        with torch.no_grad():
            p = tiny_model(torch.tensor([ids[:i]])).logits[0, -1].softmax(-1).numpy()
        assert reading.nats[i - 1] == pytest.approx(-np.log(p[ids[i]]), rel=1e-4)
        (first, chance), (_, second_chance) = reading.guesses[i - 1]
        assert chance == pytest.approx(p.max(), rel=1e-4)
        assert second_chance == pytest.approx(np.sort(p)[-2], rel=1e-4)
        assert first == (WORDS[p.argmax()] if p.argmax() < len(WORDS) else "")


@pytest.mark.parametrize("text", ["", "the " * 24])
def test_a_text_that_does_not_fit_is_refused(tiny_model, tokenizer, text):
    with pytest.raises(ValueError, match="a text of 1 to 23 tokens"):
        read(tiny_model, tokenizer, text)
