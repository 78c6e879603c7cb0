"""A text as a model reads it: what surprised it, and what it expected instead."""

from dataclasses import dataclass

import numpy as np
import torch
from transformers import MistralForCausalLM, PreTrainedTokenizerFast


@dataclass(frozen=True)
class Reading:
    """One text, token by token.

    tokens: as text; nats: surprise at each, float32 (tokens,); guesses: for each token the
    model's likeliest ones before it saw it, as (token, probability), likeliest first.
    """

    tokens: list[str]
    nats: np.ndarray
    guesses: list[list[tuple[str, float]]]


def row_of(tokenizer: PreTrainedTokenizerFast, text: str, context: int) -> list[int]:
    """Return the tokens of a text as a row of a model's context: <|endoftext|> first.

    Raises ValueError for a text that is empty or does not fit into `context` tokens.
    """
    ids = [tokenizer.bos_token_id, *tokenizer(text).input_ids]
    if not 1 < len(ids) <= context:
        raise ValueError(f"a text of 1 to {context - 1} tokens is needed, not {len(ids) - 1}")
    return ids


@torch.inference_mode()
def read(
    model: MistralForCausalLM, tokenizer: PreTrainedTokenizerFast, text: str, guesses: int = 3
) -> Reading:
    """Return how `model` reads `text`, with its best `guesses` before every token."""
    ids = row_of(tokenizer, text, model.config.max_position_embeddings)
    row = torch.tensor([ids], device=model.device)
    log_p = model(input_ids=row[:, :-1], use_cache=False).logits[0].float().log_softmax(-1)
    nats = -log_p.gather(1, row[0, 1:, None])[:, 0]
    likeliest = log_p.topk(guesses)
    words = [[tokenizer.decode([i]) for i in at] for at in likeliest.indices.tolist()]
    chances = likeliest.values.exp().tolist()
    return Reading(
        tokens=[tokenizer.decode([i]) for i in ids[1:]],
        nats=nats.cpu().numpy(),
        guesses=[list(zip(w, c, strict=True)) for w, c in zip(words, chances, strict=True)],
    )
