"""The chunked cross-entropy against torch's own, values and gradients."""

import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from featurefate.language_model.loss import ROWS, NextTokenLoss, chunked_cross_entropy


@settings(max_examples=20)
@given(rows=st.integers(1, 2 * ROWS["cpu"] + 3), seed=st.integers(0, 2**16))
def test_value_and_gradients_equal_torch(rows, seed):
    generator = torch.Generator().manual_seed(seed)
    hidden = torch.randn(rows, 12, generator=generator, requires_grad=True)
    weight = torch.randn(40, 12, generator=generator, requires_grad=True)
    targets = torch.randint(0, 40, (rows,), generator=generator)
    ours = chunked_cross_entropy(hidden, weight, targets)
    theirs = F.cross_entropy(hidden @ weight.T, targets)
    torch.testing.assert_close(ours, theirs)
    for mine, reference in zip(
        torch.autograd.grad(3 * ours, (hidden, weight)),
        torch.autograd.grad(3 * theirs, (hidden, weight)),
        strict=True,
    ):
        torch.testing.assert_close(mine, reference)


def test_large_logits_neither_overflow_nor_vanish():
    hidden = torch.tensor([[300.0], [-300.0]], requires_grad=True)
    weight = torch.tensor([[1.0], [0.0], [-1.0]])
    targets = torch.tensor([2, 2])
    ours = chunked_cross_entropy(hidden, weight, targets)
    assert ours.item() == 300.0  # 600 nats and none
    (gradient,) = torch.autograd.grad(ours, hidden)
    torch.testing.assert_close(gradient, torch.tensor([[1.0], [0.0]]))


def test_under_autocast_close_to_float32():
    generator = torch.Generator().manual_seed(1)
    hidden = torch.randn(500, 32, generator=generator)
    weight = 0.3 * torch.randn(100, 32, generator=generator)
    targets = torch.randint(0, 100, (500,), generator=generator)
    with torch.autocast("cpu", torch.bfloat16):
        half = chunked_cross_entropy(hidden, weight, targets)
    assert half.dtype == torch.float32
    assert abs(half - chunked_cross_entropy(hidden, weight, targets)) < 5e-3


def test_next_token_loss_equals_that_of_transformers(tiny_model):
    rows = torch.randint(0, tiny_model.config.vocab_size, (3, 17))
    theirs = tiny_model(input_ids=rows, labels=rows).loss
    torch.testing.assert_close(NextTokenLoss(tiny_model)(rows), theirs)
