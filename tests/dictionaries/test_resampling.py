"""The second pass against a bootstrap that correlates everything anew in each draw."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from featurefate.dictionaries import resampling
from featurefate.dictionaries.correlation import correlation
from featurefate.dictionaries.resampling import DocumentBlocks, resampled_best
from featurefate.dictionaries.thresholds import THRESHOLDS


def brute_force(first, second, blocks, times):
    """Repeat each block as often as it was drawn, and correlate in full."""
    best_first, best_second = [], []
    for drawn in times.astype(int):
        tokens = np.concatenate(
            [
                np.tile(np.arange(start, stop), n)
                for start, stop, n in zip(blocks.starts, blocks.starts[1:], drawn, strict=False)
            ]
        )
        r = correlation(first.values[tokens], second.values[tokens])
        best_first.append(r.max(axis=1))
        best_second.append(r.max(axis=0))
    return np.array(best_first), np.array(best_second)


def both_ways(first, second, draws):
    """(second pass, brute force), each (draws, features), for the features of either stream."""
    blocks = DocumentBlocks.of(first.document, first.domain)
    times = blocks.draws(draws, seed=3)
    r = correlation(first.values, second.values)
    ours = resampled_best(r, first, second, blocks, times)
    return list(zip(ours, brute_force(first, second, blocks, times), strict=True))


def test_blocks_are_whole_documents_of_one_domain(plant):
    activations = plant(4)
    blocks = DocumentBlocks.of(activations.document, activations.domain)
    assert len(blocks.domain) == 120 >= 100
    for start, stop, domain in zip(blocks.starts, blocks.starts[1:], blocks.domain, strict=False):
        assert set(activations.domain[start:stop]) == {domain}
        assert start == 0 or activations.document[start] != activations.document[start - 1]
    assert blocks.starts[-1] == len(activations.document)


def test_draws_keep_the_weight_of_each_domain_and_the_seed(plant):
    activations = plant(4)
    blocks = DocumentBlocks.of(activations.document, activations.domain)
    times = blocks.draws(50, seed=1)
    for domain in range(4):
        assert (times[:, blocks.domain == domain].sum(axis=1) == 30).all()
    np.testing.assert_array_equal(times, blocks.draws(50, seed=1))
    assert (times != blocks.draws(50, seed=2)).any()


@pytest.mark.parametrize("features", [6, 40])
def test_second_pass_equals_brute_force_where_all_are_candidates(
    partly_shared, features, monkeypatch
):
    monkeypatch.setattr(resampling, "CANDIDATES", features)
    monkeypatch.setattr(resampling, "ENTRIES_AT_A_TIME", 1_000)
    first, second = partly_shared(0.5, seed=7, features=features)
    for mine, reference in both_ways(first, second, draws=12):
        np.testing.assert_allclose(mine, reference, atol=1e-6)


def graded(plant, seed):
    """256 features, of which 8 each follow one of 32 causes, which are the same for any seed."""
    generator = np.random.default_rng(seed)
    causes = plant(32, rate=0.05, seed=91)
    follows = generator.random((len(causes.token), 256)) < np.linspace(0.05, 0.95, 256)
    caused = np.where(follows, causes.values.toarray()[:, np.arange(256) % 32], 0)
    return replace(causes, values=plant(256, seed=seed + 1).values + sparse.csr_array(caused))


@pytest.mark.parametrize(
    ("kind", "differ", "by"), [("with a partner or none", 0.25, 0.2), ("graded", 0.03, 0.2)]
)
def test_eight_candidates_are_enough(kind, differ, by, plant, partly_shared):
    """Against correlating all 256 × 256 anew in each draw: lower now and then, where r is small.

    Of features without a partner, whose best r is luck, about a third find more luck outside the 8;
    from r = .3 on nothing differs, so no rate at a threshold does in any draw.
    """
    if kind == "graded":
        first, second = graded(plant, seed=11), graded(plant, seed=21)
    else:
        first, second = partly_shared(0.5, seed=8, features=256)
    for mine, reference in both_ways(first, second, draws=20):
        missed = reference - mine
        assert missed.min() > -1e-6
        assert missed[reference > 0.3].max() < 1e-6
        assert 0 < (missed > 1e-6).mean() < differ and missed.max() < by
        assert 0.2 < (mine >= 0.5).mean() < 0.8
        for threshold in THRESHOLDS:
            rates = [(best >= threshold).mean(axis=1) for best in (mine, reference)]
            np.testing.assert_array_equal(*rates)
