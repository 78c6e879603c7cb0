"""Forgetting curves: the scores of each milestone, one model at a time."""

from featurefate.language_model.architecture import new_model
from featurefate.language_model.evaluation import score_model
from featurefate.language_model.forgetting import forgetting_curves


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
