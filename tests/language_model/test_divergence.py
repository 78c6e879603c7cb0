"""What counts as a jump of the loss, and what does not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from featurefate.language_model.divergence import MARGIN, PATIENCE, WINDOW, steps_above


def first_alarm(losses, warm_up=0):
    """The number of losses after which training would have stopped, None if never."""
    alarms = (n for n in range(1, len(losses) + 1) if steps_above(losses[:n], warm_up) == PATIENCE)
    return next(alarms, None)


def falling(steps, noise, seed=0):
    """A training curve as a model of one layer draws it, from 8.3 to 3.7 nats."""
    rng = np.random.default_rng(seed)
    return (3.7 + 4.6 * np.exp(-np.arange(steps) / 60) + rng.normal(0, noise, steps)).tolist()


@pytest.mark.parametrize("seed", range(3))
def test_the_noise_of_small_batches_is_no_alarm(seed):
    assert first_alarm(falling(800, 0.3, seed)) is None


@pytest.mark.parametrize("at", [150, 500])
def test_a_jump_that_stays_is_an_alarm_after_patience(at):
    losses = falling(600, 0.1)
    losses[at:] = [loss + 1.8 for loss in losses[at:]]
    assert first_alarm(losses) == at + PATIENCE


def test_a_few_odd_batches_are_no_alarm():
    losses = falling(600, 0.1)
    for step in range(300, 300 + PATIENCE - 1):
        losses[step] += 20
    assert first_alarm(losses) is None


def test_warm_up_is_no_alarm():
    losses = [3.0] * 10 + [9.0] * 20 + [3.0] * 100
    assert first_alarm(losses, warm_up=30) is None
    assert first_alarm(losses, warm_up=0) == 10 + PATIENCE


@given(st.lists(st.floats(0, 20), min_size=1, max_size=30), st.integers(0, 40))
@settings(max_examples=200)
def test_equals_the_definition(losses, warm_up):
    def high(step):
        before = losses[max(0, step - WINDOW) : step]
        return step >= max(1, warm_up) and losses[step] - np.median(before) > MARGIN

    above = [high(step) for step in range(len(losses))]
    run = 0
    while run < min(PATIENCE, len(above)) and above[-1 - run]:
        run += 1
    assert steps_above(losses, warm_up) == run
