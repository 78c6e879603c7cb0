"""A linear reading: what is linear in the neurons is read, what is not there is not."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression

from featurefate.dictionaries.resampling import DocumentBlocks
from featurefate.tracking.candidate_pairs import BlockSums, r_of_columns
from featurefate.tracking.readout import fit_reading, reading_sums

NEURONS = 20


@pytest.fixture
def texts(plant):
    """Two texts: activations that write 6 features in random directions, with a little noise."""
    generator = np.random.default_rng(8)
    directions = generator.standard_normal((6, NEURONS)).astype(np.float32)
    found = []
    for seed in (21, 22):
        stream = plant(6, seed=seed)
        noise = generator.standard_normal((stream.values.shape[0], NEURONS)).astype(np.float32)
        found.append((stream, torch.as_tensor(stream.values @ directions + 3 + 0.01 * noise)))
    return found


def read(stream, values, activations, weights):
    """r of what is read with what is there, (features,)."""
    blocks = DocumentBlocks.of(stream.document, stream.domain)
    sums, products = reading_sums(activations, weights, values, blocks)
    there = BlockSums.of(values.astype(np.float64).tocsc(), blocks)
    return r_of_columns(products, there, sums, np.ones((1, len(products))))[0]


def test_what_is_in_the_neurons_is_read_on_other_text(texts):
    (before, seen), (stream, activations) = texts
    weights = fit_reading(seen, before.values)
    r = read(stream, stream.values, activations, weights)
    assert (r > 0.99).all()
    expected = LinearRegression().fit(seen.numpy(), before.values.toarray())
    predicted = expected.predict(activations.numpy())
    theirs = [
        np.corrcoef(predicted[:, j], stream.values[:, [j]].toarray().ravel())[0, 1]
        for j in range(6)
    ]
    np.testing.assert_allclose(r, theirs, atol=5e-3)


def test_what_is_not_in_the_neurons_is_not_read(texts, plant):
    (before, seen), (stream, activations) = texts
    elsewhere, there = plant(6, seed=31), plant(6, seed=32)
    weights = fit_reading(seen, elsewhere.values)
    r = read(stream, there.values, activations, weights)
    assert (np.abs(r) < 0.1).all()


def test_a_neuron_that_never_stirs_does_no_harm(texts):
    (before, seen), (stream, activations) = texts
    with_dead = [torch.cat([a, torch.zeros(len(a), 1)], dim=1) for a in (seen, activations)]
    weights = fit_reading(with_dead[0], before.values)
    assert np.isfinite(weights).all()
    r = read(stream, stream.values, with_dead[1], weights)
    assert (r > 0.99).all()
