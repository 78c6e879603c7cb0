"""The one-layer decoder of the study: a `transformers` Mistral with a single layer.

Untied embeddings, RMSNorm before each block, rotary positions, grouped-query attention, gated
SiLU feed-forward: the architecture of Horn & Elliott (arXiv 2410.12391), at the profile's size.
Saved with `save_pretrained`, so every other tool of the field reads it.
"""

from pathlib import Path

import torch
from transformers import MistralConfig, MistralForCausalLM

from featurefate.artifacts.store import Artifact
from featurefate.corpora.tokenizer import load_tokenizer

LARGEST_SIZE = 2**20  # in any direction; what is beyond was not meant


def new_model(
    *,
    hidden_size: int,
    mlp_size: int,
    heads: int,
    key_value_heads: int,
    vocabulary: int,
    context: int,
    seed: int,
) -> MistralForCausalLM:
    """Return a freshly initialised model in float32; the same seed gives the same weights.

    `hidden_size`: width of the residual stream; `mlp_size`: neurons (gated); `heads` query heads
    share `key_value_heads` key and value heads; `vocabulary`: tokens; `context`: positions, two at
    least, because the first token of a row is nobody's to predict.
    Raises ValueError, naming the argument, for a size that no model can have.
    """
    sizes = dict(hidden_size=hidden_size, mlp_size=mlp_size, heads=heads, vocabulary=vocabulary)
    sizes |= dict(key_value_heads=key_value_heads, context=context)
    for name, size in sizes.items():
        least = 2 if name == "context" else 1
        if type(size) is not int or not least <= size <= LARGEST_SIZE:
            raise ValueError(f"{name} is {size!r}: a whole number from {least} to {LARGEST_SIZE}")
    if hidden_size % (2 * heads):  # rotary positions turn pairs of dimensions
        raise ValueError(f"hidden_size is {hidden_size}: a multiple of twice the {heads} heads")
    if heads % key_value_heads:
        raise ValueError(f"heads is {heads}: a multiple of key_value_heads, {key_value_heads}")
    config = MistralConfig(
        hidden_size=hidden_size,
        intermediate_size=mlp_size,
        num_hidden_layers=1,
        num_attention_heads=heads,
        num_key_value_heads=key_value_heads,
        vocab_size=vocabulary,
        max_position_embeddings=context,
        sliding_window=None,
        tie_word_embeddings=False,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=None,  # id 0 opens every row: it must not be masked as padding
    )
    torch.manual_seed(seed)
    return MistralForCausalLM(config)


def save_model(model: MistralForCausalLM, tokenizer: Artifact, folder: Path) -> None:
    """Write `config.json`, `model.safetensors` and the tokenizer's files into `folder`."""
    model.save_pretrained(folder)
    load_tokenizer(tokenizer).save_pretrained(folder)


def load_model(model: Artifact) -> MistralForCausalLM:
    """Return the model of an artifact, float32, in evaluation mode, on the CPU."""
    return read_model(model.path)


def read_model(folder: Path) -> MistralForCausalLM:
    """Return the model that `save_pretrained` wrote into `folder`; as `load_model` does."""
    return MistralForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
