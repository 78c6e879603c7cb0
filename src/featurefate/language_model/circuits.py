"""What one layer can do, read off its weights: bigrams and skip-trigrams (Elhage et al. 2021).

The residual stream is a sum, so the logits are nearly a sum of paths. The *direct path*, embedding
→ unembedding, knows only the present token: a bigram table. A *head* carries something of an
earlier source token to the present one: its OV circuit, embedding → W_V → W_O → unembedding, says
which next tokens the source makes likelier, and its QK circuit at which present tokens the head
looks for the source. Together: source … present → next, a skip-trigram.

What is exact and what is not: with one layer the attention reads embeddings, so its norm is applied
as it is. The final norm divides by the size of the whole stream, which depends on the text; here it
is one number, the median over <|endoftext|> followed by each token asked about. Paths that pass
through the MLP are left out. Effects are logits less their mean over the vocabulary (a constant
changes no probability), for a head that gives all its attention to the source.
"""

from collections.abc import Sequence

import pandas as pd
import torch
from torch import Tensor
from transformers import MistralForCausalLM, PreTrainedTokenizerFast
from transformers.models.mistral.modeling_mistral import apply_rotary_pos_emb

SHOWN = 3  # tokens listed on each side


@torch.inference_mode()
def direct_bigrams(
    model: MistralForCausalLM, tokenizer: PreTrainedTokenizerFast, tokens: Sequence[int], top: int
) -> pd.DataFrame:
    """Return the `top` of `tokens` whose direct path speaks loudest, one row each.

    `token`, its text; `raises`, the texts of the three next tokens it makes likeliest, among
    `tokens`; `effect`, the first one's, in logits.
    """
    ids = torch.as_tensor(tokens)
    _, table = _strongest(model, tokenizer, ids, direct_logits(model, ids), top)
    return table.rename(columns={"source": "token"})


@torch.inference_mode()
def skip_trigrams(
    model: MistralForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    head: int,
    tokens: Sequence[int],
    top: int,
    distance: int = 2,
) -> pd.DataFrame:
    """Return the `top` of `tokens` whose OV circuit in `head` speaks loudest, one row each.

    `source`, its text; `seen_from`, the texts of the three of `tokens` that look for it most when
    they stand `distance` tokens after it (rotary positions make this depend on the distance);
    `raises`, of the three next tokens that it then makes likeliest, among `tokens`; `effect`, the
    first one's, in logits.
    """
    if not 0 <= head < model.config.num_attention_heads:
        raise ValueError(f"the model has heads 0 to {model.config.num_attention_heads - 1}")
    ids = torch.as_tensor(tokens)
    loudest, table = _strongest(model, tokenizer, ids, ov_logits(model, head, ids), top)
    scores = attention_scores(model, head, ids, distance)
    scores = scores - scores.mean(dim=1, keepdim=True)  # the softmax compares sources
    keenest = scores[:, loudest].topk(SHOWN, dim=0).indices.T  # (sources, 3)
    table.insert(1, "seen_from", [texts(tokenizer, ids[present]) for present in keenest])
    return table


def direct_logits(model: MistralForCausalLM, ids: Tensor) -> Tensor:
    """Return the direct path's logits before the final norm divides, (tokens, vocabulary)."""
    return unembedded(model, model.model.embed_tokens.weight[ids])


def ov_logits(model: MistralForCausalLM, head: int, ids: Tensor) -> Tensor:
    """Return what `head` adds to the logits when it attends to each token, (tokens, vocabulary).

    Before the final norm divides.
    """
    attention = model.model.layers[0].self_attn
    size = attention.head_dim
    group = head // attention.num_key_value_groups  # heads of a group share keys and values
    read = attention.v_proj.weight[group * size : (group + 1) * size]  # (head_dim, d_model)
    write = attention.o_proj.weight[:, head * size : (head + 1) * size]  # (d_model, head_dim)
    return unembedded(model, _attention_input(model, ids) @ read.T @ write.T)


def attention_scores(model: MistralForCausalLM, head: int, ids: Tensor, distance: int) -> Tensor:
    """Return the scores before the softmax, (to, from): `to` stands `distance` after `from`."""
    attention = model.model.layers[0].self_attn
    size = attention.head_dim
    group = head // attention.num_key_value_groups
    normed = _attention_input(model, ids)
    query = normed @ attention.q_proj.weight[head * size : (head + 1) * size].T
    key = normed @ attention.k_proj.weight[group * size : (group + 1) * size].T
    positions = torch.tensor([[0, distance]], device=ids.device)
    cos, sin = (turn[0] for turn in model.model.rotary_emb(normed, positions))  # (2, head_dim)
    query, _ = apply_rotary_pos_emb(query, query, cos[1:], sin[1:], unsqueeze_dim=0)
    key, _ = apply_rotary_pos_emb(key, key, cos[:1], sin[:1], unsqueeze_dim=0)
    return query[0] @ key[0].T * attention.scaling


def unembedded(model: MistralForCausalLM, stream: Tensor) -> Tensor:
    """Return what a part of the stream adds to the logits, (…, d_model) → (…, vocabulary).

    The gain of the final norm is applied, its divisor is not.
    """
    return (stream * model.model.norm.weight) @ model.lm_head.weight.T


def texts(tokenizer: PreTrainedTokenizerFast, ids: Tensor) -> list[str]:
    """Return the text of each token."""
    return [tokenizer.decode([token]) for token in ids.tolist()]


def _attention_input(model: MistralForCausalLM, ids: Tensor) -> Tensor:
    return model.model.layers[0].input_layernorm(model.model.embed_tokens.weight[ids])


def _stream_size(model: MistralForCausalLM, ids: Tensor) -> Tensor:
    """Median root mean square of the stream at the final norm after <|endoftext|> and a token."""
    seen: list[Tensor] = []
    handle = model.model.norm.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    try:
        opened = torch.stack([torch.full_like(ids, model.config.bos_token_id), ids], dim=1)
        model.model(input_ids=opened, use_cache=False)
    finally:
        handle.remove()
    return seen[0][:, 1].pow(2).mean(dim=1).sqrt().median()


def _strongest(
    model: MistralForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    ids: Tensor,
    logits: Tensor,
    top: int,
) -> tuple[Tensor, pd.DataFrame]:
    """Which of `ids` have the largest effects, and a row for each; logits (ids, vocabulary)."""
    effects = (logits - logits.mean(dim=1, keepdim=True))[:, ids] / _stream_size(model, ids)
    highest, raised = effects.topk(SHOWN, dim=1)
    loudest = highest[:, 0].topk(top).indices
    return loudest, pd.DataFrame(
        {
            "source": tokenizer.decode([int(ids[i])]),
            "raises": texts(tokenizer, ids[raised[i]]),
            "effect": highest[i, 0].item(),
        }
        for i in loudest.tolist()
    )
