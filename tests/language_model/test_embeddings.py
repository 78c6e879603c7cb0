"""Likeness of embeddings: what it must see, and what must not matter to it."""

import copy

import pytest
import torch

from featurefate.language_model.architecture import new_model
from featurefate.language_model.embeddings import same_neighbours, same_token

TOKENS = range(3, 40)


@torch.no_grad()
def test_a_turned_model_has_other_embeddings_and_the_same_neighbours(tiny_model):
    turned = copy.deepcopy(tiny_model)
    square = torch.randn(16, 16, generator=torch.Generator().manual_seed(1))
    turned.model.embed_tokens.weight.copy_(
        tiny_model.model.embed_tokens.weight @ torch.linalg.qr(square).Q
    )
    assert same_token(tiny_model, tiny_model) == pytest.approx(1)
    assert abs(same_token(tiny_model, turned)) < 0.5
    assert same_neighbours(tiny_model, turned, TOKENS) == pytest.approx(1, abs=1e-4)


@torch.no_grad()
def test_cosines_written_out(tiny_model, tiny_shape):
    other = new_model(**tiny_shape, seed=8)
    cosines = []
    for model in (tiny_model, other):
        vectors = model.model.embed_tokens.weight[list(TOKENS)].double()
        vectors -= vectors.mean(dim=0)
        pairs = [(a, b) for i, a in enumerate(vectors) for b in vectors[:i]]
        cosines.append(torch.stack([a @ b / (a.norm() * b.norm()) for a, b in pairs]))
    expected = torch.corrcoef(torch.stack(cosines))[0, 1].item()
    assert same_neighbours(tiny_model, other, TOKENS) == pytest.approx(expected, abs=1e-5)
    a, b = (m.model.embed_tokens.weight for m in (tiny_model, other))
    expected = ((a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1))).mean().item()
    assert same_token(tiny_model, other) == pytest.approx(expected, abs=1e-5)
