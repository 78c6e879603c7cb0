"""Which pairs are followed: by sorting every row and column. (Draws: see test_comparisons.)"""

import numpy as np

from featurefate.tracking import candidate_pairs
from featurefate.tracking.candidate_pairs import Pairs, one_over_root


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


def test_what_does_not_vary_has_no_scale():
    np.testing.assert_array_equal(one_over_root(np.array([4.0, 0.0, -1e-20])), [0.5, 0, 0])
