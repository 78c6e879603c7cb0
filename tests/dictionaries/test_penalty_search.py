"""The penalty of equal sparsity: the secant on a known law, and a search on a tiny model."""

import numpy as np
import pandas as pd
import pytest

from featurefate.dictionaries.penalty_search import chosen_penalty, next_penalty, tune_penalty


def trial(penalty, l0, target):
    return {"penalty": penalty, "l0": l0, "distance": abs(np.log(l0 / target))}


@pytest.mark.parametrize("power", [-0.5, -1.0, -2.0])
def test_two_trials_of_a_power_law_are_enough(power):
    """L0 = 40 penalty^power: the secant of two trials meets any target near enough."""
    target = 12.0
    tried = [trial(p, 40 * p**power, target) for p in (3.0, 6.0)]
    found = next_penalty(tried, target, first_penalty=1.0)
    assert 40 * found**power == pytest.approx(target, rel=1e-6)


def test_a_step_is_bounded_and_nonsense_is_not_followed():
    assert next_penalty([], 8, 0.7) == 0.7
    dead = next_penalty([trial(1.0, 1e-3, 8)], 8, 1.0)
    assert dead == pytest.approx(np.exp(-1.5))
    rising = [trial(1.0, 20, 8), trial(2.0, 30, 8)]  # L0 does not rise with the penalty
    assert next_penalty(rising, 8, 1.0) > 1.0


def test_the_search_comes_near_the_target(model, tokens, settings, tmp_path, make_artifact):
    training = {k: v for k, v in settings.items() if k not in ("k", "seeds")}
    tune_penalty(
        tmp_path,
        model=model,
        tokens=tokens,
        target_l0=6,
        first_penalty=0.3,
        trials=4,
        seed=9,
        training=training,
        evaluation_tokens=500,
    )
    tried = pd.read_parquet(tmp_path / "trials.parquet")
    assert tried.distance.min() < min(0.2, tried.distance.iloc[0])
    best = tried.penalty[tried.distance.idxmin()]
    assert chosen_penalty(make_artifact("dictionaries/search", tmp_path)) == best
