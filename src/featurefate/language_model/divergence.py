"""When training has gone wrong: a loss that is no number, or one that has jumped and stays up."""

from itertools import count

import numpy as np

WINDOW = 100  # steps whose median is what the loss was lately
MARGIN = 1.0  # nats above it; the noise from batch to batch stays below 0.6 at laptop size
PATIENCE = 5  # consecutive steps; one odd batch is not a divergence


class TrainingDiverged(RuntimeError):
    """The loss is no longer a number, or has jumped; the message says where and what to do."""


def steps_above(losses: list[float], warm_up: int) -> int:
    """Return for how many steps now, at most PATIENCE, the loss has stood too high.

    A loss is too high when it exceeds the median of the WINDOW losses before it by more than
    MARGIN nats. `losses`: of all steps so far; those of the first `warm_up` steps are never too
    high, because there the model is far from settled.
    """
    for above in count():
        step = len(losses) - 1 - above
        if above == PATIENCE or step < max(1, warm_up):
            return above
        before = losses[max(0, step - WINDOW) : step]
        if losses[step] <= np.median(before) + MARGIN:
            return above
