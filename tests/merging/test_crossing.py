"""Where two curves meet."""

import numpy as np
import pytest

from featurefate.merging.sweep import crossing

T = np.linspace(0, 1, 21)


def test_two_lines_meet_where_algebra_says():
    assert crossing(T, 1 - 0.7 * T, 0.2 + 0.5 * T) == pytest.approx(0.8 / 1.2)


def test_meeting_on_a_point_gives_that_point():
    assert crossing(T, 1 - T, T) == pytest.approx(0.5)


def test_curves_that_do_not_meet_are_refused():
    with pytest.raises(ValueError, match="do not meet"):
        crossing(T, 2 - T, T * 0)
    with pytest.raises(ValueError, match="do not meet"):
        crossing(T, T * 0, 1 + T)
