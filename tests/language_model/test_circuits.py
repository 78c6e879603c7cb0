"""Circuits read off the weights, against the model itself and against what was planted."""

import numpy as np
import pytest
import torch

from featurefate.language_model.attention_pattern import attention_pattern
from featurefate.language_model.circuits import (
    attention_scores,
    direct_bigrams,
    direct_logits,
    ov_logits,
    skip_trigrams,
)


class Numbers:
    """A tokenizer whose tokens are their numbers."""

    def decode(self, ids: list[int]) -> str:
        return str(ids[0])


@pytest.fixture
def without_mlp(tiny_model):
    with torch.no_grad():
        tiny_model.model.layers[0].mlp.down_proj.weight.zero_()
        for norm in (tiny_model.model.norm, tiny_model.model.layers[0].input_layernorm):
            norm.weight.uniform_(0.5, 2, generator=torch.Generator().manual_seed(3))
    return tiny_model


@torch.no_grad()
def test_without_the_mlp_the_paths_add_up_to_the_logits(without_mlp):
    ids = torch.tensor([3, 17, 40])
    paths = direct_logits(without_mlp, ids) + sum(
        ov_logits(without_mlp, head, ids) for head in range(4)
    )
    # a token alone in its row attends to itself only
    logits = without_mlp(ids[:, None]).logits[:, 0]
    ratio = paths / logits  # the final norm's divisor: one number a token
    torch.testing.assert_close(ratio, ratio.mean(1, keepdim=True).expand_as(ratio), rtol=1e-3,
                               atol=0)  # fmt: skip


@torch.no_grad()
def test_scores_are_those_of_the_softmax(tiny_model):
    log_pattern = np.log(attention_pattern(tiny_model, [0, 7, 9])[:, 2])
    ids = torch.tensor([0, 7, 9])
    for head in range(4):
        near = attention_scores(tiny_model, head, ids, 1)[2, 1].item()
        far = attention_scores(tiny_model, head, ids, 2)[2, 0].item()
        assert near - far == pytest.approx(log_pattern[head, 1] - log_pattern[head, 0], abs=1e-5)


@torch.no_grad()
def test_a_planted_bigram_is_listed(tiny_model):
    embedding = tiny_model.model.embed_tokens.weight
    tiny_model.lm_head.weight[21] = 50 * embedding[12]
    first = direct_bigrams(tiny_model, Numbers(), range(1, 64), top=5).iloc[0]
    assert first.token == "12" and first.raises[0] == "21"


@torch.no_grad()
def test_a_planted_skip_trigram_is_listed(tiny_model):
    """Head 2 copies the direction of source 5 to where token 30 is unembedded, seen from 8."""
    model, size, head, group = tiny_model, 4, 2, 1
    attention = model.model.layers[0].self_attn
    embedding = model.model.embed_tokens.weight
    embedding[:, 15] = 0.05  # what all tokens share
    embedding.copy_(torch.nn.functional.normalize(embedding, dim=1) * 4)  # root mean square 1
    source, present = embedding[5] / 16, embedding[8] / 16
    read = slice(group * size, (group + 1) * size)
    attention.v_proj.weight[read] = 0
    attention.v_proj.weight[group * size] = source
    attention.o_proj.weight[:, head * size] = torch.eye(16)[0]
    model.lm_head.weight[30] = 30 * torch.eye(16)[0]
    attention.k_proj.weight[read] = 0
    attention.k_proj.weight[group * size + 1] = 9 * source  # the slow plane: hardly turned
    wanted = slice(head * size, (head + 1) * size)
    attention.q_proj.weight[wanted] = 0
    attention.q_proj.weight[head * size + 1] = 9 * present
    # token 9 looks at all tokens alike, and strongly: that is no choice of source 5
    attention.k_proj.weight[group * size + 3, 15] = 1
    attention.q_proj.weight[head * size + 3] = 5 * embedding[9]
    first = skip_trigrams(model, Numbers(), head, range(1, 64), top=3).iloc[0]
    assert first.source == "5"
    assert first.raises[0] == "30" and first.seen_from[0] == "8"


@torch.no_grad()
def test_an_effect_is_in_logits_of_the_model(without_mlp):
    """With the direct path alone, and embeddings of one size, the approximation is exact."""
    without_mlp.model.layers[0].self_attn.o_proj.weight.zero_()
    embedding = without_mlp.model.embed_tokens.weight
    embedding.copy_(torch.nn.functional.normalize(embedding, dim=1))
    first = direct_bigrams(without_mlp, Numbers(), range(64), top=1).iloc[0]
    logits = without_mlp(torch.tensor([[0, int(first.token)]])).logits[0, 1]
    assert first.effect == pytest.approx((logits.max() - logits.mean()).item(), rel=1e-4)


@torch.no_grad()
def test_what_raises_all_tokens_alike_has_no_effect(tiny_model):
    before = direct_bigrams(tiny_model, Numbers(), range(1, 64), top=5)
    tiny_model.lm_head.weight += torch.randn(16, generator=torch.Generator().manual_seed(4))
    after = direct_bigrams(tiny_model, Numbers(), range(1, 64), top=5)
    assert after.token.tolist() == before.token.tolist()
    assert after.raises.tolist() == before.raises.tolist()
    np.testing.assert_allclose(after.effect, before.effect, rtol=1e-3)


@pytest.mark.parametrize("head", [-1, 4])
def test_a_head_that_is_not_there_is_refused(tiny_model, head):
    with pytest.raises(ValueError, match="heads 0 to 3"):
        skip_trigrams(tiny_model, Numbers(), head, range(1, 64), top=3)
