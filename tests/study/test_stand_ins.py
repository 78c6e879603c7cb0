import numpy as np
import pytest

from featurefate.language_model.evaluation import Scores
from featurefate.study.stand_ins import share_closed


def scores(loss: float, documents: int = 50) -> Scores:
    tokens = np.random.default_rng(5).integers(20, 200, documents).astype(float)
    return Scores(tokens, tokens * loss, np.zeros(documents))


@pytest.mark.parametrize("child, share", [(7.0, 0.0), (5.0, 0.5), (3.0, 1.0), (2.0, 1.25)])
def test_share_of_the_gap_is_that_of_the_losses(child, share):
    value, low, high = share_closed(scores(7.0), scores(child), scores(3.0))
    assert value == pytest.approx(share)
    assert low == pytest.approx(share) and high == pytest.approx(share)  # documents are alike


def test_interval_widens_with_documents_that_differ():
    rng = np.random.default_rng(6)
    base, real = scores(7.0), scores(3.0)
    child = Scores(base.tokens, base.tokens * (5 + rng.normal(0, 1, 50)), base.correct)
    value, low, high = share_closed(base, child, real)
    assert low < value < high and high - low > 0.05


def test_no_gap_is_no_share():
    with pytest.raises(ValueError, match="no gap"):
        share_closed(scores(3.0), scores(2.0), scores(3.5))
