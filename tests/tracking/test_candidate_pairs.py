"""Which pairs are followed: by sorting every row and column. (Draws: see test_comparisons.)"""

import numpy as np

from featurefate.dictionaries.resampling import DocumentBlocks
from featurefate.tracking import candidate_pairs
from featurefate.tracking.candidate_pairs import BlockSums, Pairs, one_over_root, r_of_columns


def test_candidates_are_the_best_of_rows_and_columns():
    r = np.random.default_rng(5).uniform(-1, 1, (60, 50)).astype(np.float32)
    r[3] = -0.5  # a row without any candidate still keeps its best
    r[3, 7] = -0.1
    pairs = Pairs.strongest(r)
    chosen = np.zeros(r.shape, dtype=bool)
    chosen[pairs.here, pairs.there] = True
    assert len(pairs.here) == chosen.sum() and (np.diff(pairs.here) >= 0).all()
    wanted = np.zeros(r.shape, dtype=bool)
    for matrix, mark in ((r, wanted), (r.T, wanted.T)):
        for row, best in enumerate(np.argsort(-matrix, axis=1)[:, : candidate_pairs.CANDIDATES]):
            likely = matrix[row, best] >= candidate_pairs.LEAST_R
            mark[row, best[likely | (best == best[0])]] = True
    np.testing.assert_array_equal(chosen, wanted)


def test_r_of_columns_is_numpys_on_every_draw(plant):
    first, second = (plant(6, seed=seed).values.astype(np.float64) for seed in (1, 2))
    mixed, text = (first + 0.5 * second).multiply([1, 1, 1, 1, 1, 0]), plant(6, seed=1)
    blocks = DocumentBlocks.of(text.document, text.domain)
    sums = [BlockSums.of(values.tocsc(), blocks) for values in (first, mixed)]
    times = blocks.draws(3, seed=5).astype(int)
    r = r_of_columns(blocks.sums(first.multiply(mixed).tocsc()), *sums, times)
    assert (r[:, 5] == 0).all()
    x, y = first.toarray(), mixed.toarray()
    for drawn, of_blocks in zip(r, times, strict=True):
        token = np.repeat(np.arange(len(x)), of_blocks.repeat(np.diff(blocks.starts)))
        expected = [np.corrcoef(x[token, j], y[token, j])[0, 1] for j in range(5)]
        np.testing.assert_allclose(drawn[:5], expected, atol=1e-6)


def test_what_does_not_vary_has_no_scale():
    np.testing.assert_array_equal(one_over_root(np.array([4.0, 0.0, -1e-20])), [0.5, 0, 0])
