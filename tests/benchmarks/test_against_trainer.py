"""Our loop draws the curve that `transformers.Trainer` draws from the same start and data."""

import bench_language_model
import numpy as np
import pytest

TINY = {"hidden_size": 32, "mlp_size": 64, "heads": 4, "key_value_heads": 2}
TINY |= {"vocabulary": 128, "context": 32}


@pytest.mark.filterwarnings("ignore")
def test_our_curve_lies_inside_the_spread_of_three_seeds_of_trainer():
    ours, trainer = bench_language_model.smooth_curves(TINY, steps=60, window=10)
    assert trainer[:, 0].min() > trainer[:, -1].max() + 0.5, "nothing was learned"
    middle = ours.mean(axis=0)
    assert (trainer.min(axis=0) < middle).all() and (middle < trainer.max(axis=0)).all()
    assert np.abs(ours - trainer).max() < 0.01  # with the same seed nearly the same curve
