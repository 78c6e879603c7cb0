"""The scale of a feature in a target: least squares, planted scales, features that never fire."""

import numpy as np
import pytest
import torch

from featurefate.dictionaries.resampling import DocumentBlocks
from featurefate.tracking.latent_scaling import explained, scale_ratio, written

NEURONS = 24


@pytest.fixture
def contribution(plant):
    """A stream of 10 features, orthonormal directions of unequal length, its blocks."""
    stream = plant(10, seed=11)
    generator = torch.Generator().manual_seed(3)
    basis = torch.linalg.qr(torch.randn(NEURONS, NEURONS, generator=generator)).Q[:10]
    directions = basis * torch.arange(1, 11)[:, None]
    return stream, directions, DocumentBlocks.of(stream.document, stream.domain)


def test_the_scale_is_that_of_least_squares(contribution):
    stream, directions, blocks = contribution
    generator = np.random.default_rng(5)
    target = generator.standard_normal((stream.values.shape[0], NEURONS)).astype(np.float32)
    above = explained(stream.values, directions, torch.as_tensor(target), blocks)
    scale = above.sum(axis=0) / written(stream.values, directions, blocks).sum(axis=0)
    for j in range(10):
        writes = np.outer(stream.values[:, [j]].toarray().ravel(), directions[j].numpy())
        fitted = np.linalg.lstsq(writes.reshape(-1, 1), target.ravel(), rcond=None)[0]
        assert scale[j] == pytest.approx(fitted.item(), abs=1e-4)


def test_planted_scales_are_found_in_every_draw(contribution):
    stream, directions, blocks = contribution
    planted = np.linspace(0, 1.8, 10)
    own = torch.as_tensor(stream.values @ directions.numpy())
    other = torch.as_tensor((stream.values * planted.astype(np.float32)) @ directions.numpy())
    numbers = [explained(stream.values, directions, y, blocks) for y in (other, own)]
    np.testing.assert_allclose(scale_ratio(*numbers), planted, atol=1e-5)
    drawn = scale_ratio(*numbers, blocks.draws(4, seed=6))
    np.testing.assert_allclose(drawn, np.tile(planted, (4, 1)), atol=1e-5)


def test_a_feature_that_never_fires_has_no_scale(contribution, as_stream):
    stream, directions, blocks = contribution
    values = stream.values.toarray()
    values[:, 4] = 0
    silent = as_stream(values).values
    own = explained(silent, directions, torch.as_tensor(values @ directions.numpy()), blocks)
    assert np.isnan(scale_ratio(own, own)[4])
    assert scale_ratio(own, own)[5] == pytest.approx(1)
