"""Forgetting curves: the scores of each milestone, one model at a time; and what is kept."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from featurefate.language_model.architecture import new_model
from featurefate.language_model.bootstrap import resampled_ratios
from featurefate.language_model.evaluation import Scores, score_model
from featurefate.language_model.forgetting import (
    accuracy_gained,
    forgetting_curves,
    progress,
    share_kept,
)


def test_each_milestone_is_scored_on_each_domain(tiny_shape, tiny_evaluation):
    models = [new_model(**tiny_shape, seed=seed).eval() for seed in (1, 2)]
    milestones = ((10 * i, 999 * i, model) for i, model in enumerate(models))
    table = forgetting_curves(milestones, {"lua": tiny_evaluation, "stories": tiny_evaluation})
    assert table.step.tolist() == [0, 0, 10, 10] and table.tokens.tolist() == [0, 0, 999, 999]
    assert table.domain.tolist() == ["lua", "stories"] * 2
    for model, (_, part) in zip(models, table.groupby("step"), strict=True):
        scores = score_model(model, tiny_evaluation)
        assert (part.loss == scores.loss).all()
        low, high = scores.loss_interval()
        assert (part.low == low).all() and (part.high == high).all()


def scores(correct, tokens=10.0):
    """Scores of documents of equal length, with so many right answers each."""
    correct = np.asarray(correct, float)
    return Scores(np.full(len(correct), tokens), np.zeros(len(correct)), correct)


def test_progress_runs_from_nothing_to_all():
    losses = {"lua": [6.0, 5.0, 4.0], "python": [3.0, 3.5, 3.25]}
    curve = pd.DataFrame(
        {"tokens": tokens, "domain": domain, "loss": losses[domain][i]}
        for i, tokens in enumerate([0, 10, 100])
        for domain in losses
    )
    assert progress(curve, "lua").to_dict() == {0: 0, 10: 0.5, 100: 1}
    assert progress(curve, "python").to_dict() == {0: 0, 10: 2, 100: 1}  # and half the way back


def test_kept_by_hand():
    before, after, nothing = scores([6, 8]), scores([3, 5]), scores([1, 1])
    value, low, high = share_kept(before, after, nothing)
    assert value == pytest.approx((2 + 4) / (5 + 7))
    np.testing.assert_allclose([low, high], [2 / 5, 4 / 7])  # one document only, twice


@given(kept=st.floats(-0.5, 1.5), seed=st.integers(0, 20))
def test_a_share_lost_alike_on_every_document_has_no_interval(kept, seed):
    rng = np.random.default_rng(seed)
    nothing = rng.integers(0, 3, 12).astype(float)
    before = nothing + rng.integers(1, 6, 12)
    after = nothing + kept * (before - nothing)
    found = share_kept(*map(scores, (before, after, nothing)))
    np.testing.assert_allclose(found, 3 * [kept], atol=1e-12)


def test_nothing_gone_is_all_kept_and_nothing_left_is_none():
    before, nothing = scores([5, 7, 6]), scores([1, 0, 2])
    assert share_kept(before, before, nothing) == (1, 1, 1)
    assert share_kept(before, nothing, nothing) == (0, 0, 0)


def test_who_knew_nothing_has_nothing_to_keep():
    with pytest.raises(ValueError, match="nothing to keep: accuracy 0.100"):
        share_kept(scores([1, 1]), scores([1, 1]), scores([2, 1]))


def test_a_gain_in_accuracy_is_paired_by_document():
    before, after = scores([1, 9, 5]), scores([2, 10, 6])
    np.testing.assert_allclose(accuracy_gained(before, after), (0.1, 0.1, 0.1))
    worse = scores([0, 9, 4])
    value, low, high = accuracy_gained(before, worse, seed=3)
    drawn = resampled_ratios([-1.0, 0, -1], [10.0, 10, 10], seed=3)
    np.testing.assert_allclose([value, low, high], [-2 / 30, *np.quantile(drawn, [0.025, 0.975])])
