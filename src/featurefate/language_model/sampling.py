"""Text from a model: the quickest way to see what it has learned."""

import torch
from transformers import MistralForCausalLM, PreTrainedTokenizerFast


@torch.inference_mode()
def continue_text(
    model: MistralForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    prompt: str,
    tokens: int,
    temperature: float,
    seed: int,
) -> str:
    """Return `prompt` continued by at most `tokens` sampled tokens.

    `temperature` divides the logits before sampling: towards 0 only the likeliest token is left.
    The same seed gives the same text. A document's end stops the text early.
    """
    ids = torch.tensor([[tokenizer.bos_token_id, *tokenizer(prompt).input_ids]])
    if ids.shape[1] + tokens > model.config.max_position_embeddings:
        raise ValueError(
            f"prompt ({ids.shape[1]} tokens) and continuation ({tokens}) exceed the model's "
            f"context of {model.config.max_position_embeddings}"
        )
    torch.manual_seed(seed)
    continued = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        do_sample=True,
        temperature=temperature,
        max_new_tokens=tokens,
        pad_token_id=tokenizer.pad_token_id,
    )
    return tokenizer.decode(continued[0], skip_special_tokens=True)
