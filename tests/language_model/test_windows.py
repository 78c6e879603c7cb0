"""Windows against loops, counts against a search through the text."""

import numpy as np
import pytest

from featurefate.language_model.evaluation import score_tokens
from featurefate.language_model.windows import measured_windows, times_seen


def test_windows_end_in_the_measured_token(tiny_evaluation):
    windows = measured_windows(tiny_evaluation, 4)
    row, column = np.nonzero(tiny_evaluation.mask)
    for window, r, c in zip(windows, row, column, strict=True):
        before = tiny_evaluation.rows[r, max(0, c - 3) : c + 1]
        assert window.tolist() == [0] * (4 - len(before)) + before.tolist()


def test_order_is_that_of_the_scores(tiny_model, tiny_evaluation):
    windows = measured_windows(tiny_evaluation, 2)
    assert len(windows) == len(score_tokens(tiny_model, tiny_evaluation).nats)
    assert (windows[:, -1] == tiny_evaluation.rows[tiny_evaluation.mask]).all()


@pytest.mark.parametrize("size", [1, 2, 3])
def test_times_seen_are_those_of_a_search(tiny_evaluation, size):
    training = np.random.default_rng(9).integers(1, 64, (40, 24)).astype(np.uint16)
    training[:, 0] = 0  # <|endoftext|>
    training[0, 1:] = tiny_evaluation.rows[0, 1:]  # seen at least once
    text = [[0] * size + row.tolist() for row in training]
    seen = times_seen(training, tiny_evaluation, size)
    asked = measured_windows(tiny_evaluation, size).tolist()
    for window, times in zip(asked, seen, strict=True):
        ends = range(size + 1, size + 24)  # of the tokens that are predicted
        assert times == sum(row[end - size + 1 : end + 1] == window for row in text for end in ends)
    assert seen.max() > 0
