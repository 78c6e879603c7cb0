"""Where each head of the layer looks."""

import numpy as np
import torch
from transformers import MistralForCausalLM


@torch.inference_mode()
def attention_pattern(model: MistralForCausalLM, ids: list[int]) -> np.ndarray:
    """Return the attention of every head on one row of tokens, float32 (heads, to, from).

    Entry [h, i, j] is the share that head h gives to position j when it stands at position i; each
    row adds up to 1, and nothing comes from later positions. The model's attention runs in
    `transformers`' eager form for this pass, as the fast ones never hold the pattern.
    """
    row = torch.tensor([ids], device=model.device)
    usual = model.config._attn_implementation
    model.set_attn_implementation("eager")
    try:
        (pattern,) = model.model(input_ids=row, use_cache=False, output_attentions=True).attentions
    finally:
        model.set_attn_implementation(usual)
    return pattern[0].float().cpu().numpy()
