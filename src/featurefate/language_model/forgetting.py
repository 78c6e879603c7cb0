"""Forgetting: what a model loses on other domains while it learns its own, and what it keeps."""

from collections.abc import Iterable, Mapping

import pandas as pd
from transformers import MistralForCausalLM

from featurefate.corpora.tokens import EvaluationRows
from featurefate.language_model.bootstrap import interval
from featurefate.language_model.evaluation import Scores, score_model


def forgetting_curves(
    milestones: Iterable[tuple[int, int, MistralForCausalLM]],
    held_out: Mapping[str, EvaluationRows],
    seed: int = 0,
) -> pd.DataFrame:
    """Return the loss on every domain at every milestone of a training.

    milestones: (step, tokens seen, model); one at a time is asked for, so a generator keeps one
    model in memory. held_out: what to measure on, by domain. One row a milestone and domain:
    `step`, `tokens`, `domain`, `loss` in nats a token with `low` and `high` (95 %, over documents).
    """
    records = []
    for step, tokens, model in milestones:
        for domain, evaluation in held_out.items():
            scores = score_model(model, evaluation)
            low, high = scores.loss_interval(seed)
            where = {"step": step, "tokens": tokens, "domain": domain}
            records.append({**where, "loss": scores.loss, "low": low, "high": high})
    return pd.DataFrame(records)


def progress(curve: pd.DataFrame, domain: str) -> pd.Series:
    """Return the share of the whole change on a domain that each milestone has brought.

    curve: as `forgetting_curves` gives it, its first milestone the start. By tokens seen: 0 at the
    start, 1 at the end; above 1 where the way back has begun before the end.
    """
    loss = curve[curve.domain == domain].set_index("tokens").loss
    return (loss - loss.iloc[0]) / (loss.iloc[-1] - loss.iloc[0])


def share_kept(
    before: Scores, after: Scores, nothing: Scores, seed: int = 0
) -> tuple[float, float, float]:
    """Return the share of its accuracy that a model has kept, with the 95 % interval.

    Where the accuracy `after` lies between that of a predictor without anything of `before`
    (`nothing`: 0) and that `before` (1). Say as `nothing` also what training since has taught: that
    was not kept. Taken of accuracies, because a loss knows no end: a confident model
    can pay more than one that knows nothing. All three are scored on the same documents, which are
    drawn together. Raises ValueError where `before` is no better than nothing.
    """
    left, there = after.correct - nothing.correct, before.correct - nothing.correct
    if there.sum() <= 0:
        raise ValueError(
            f"nothing to keep: accuracy {before.accuracy:.3f} before, "
            f"{nothing.accuracy:.3f} without knowing anything"
        )
    return float(left.sum() / there.sum()), *interval(left, there, seed)


def accuracy_gained(before: Scores, after: Scores, seed: int = 0) -> tuple[float, float, float]:
    """Return by how much the accuracy rose (a share; negative: fell), with the 95 % interval.

    Paired: both were scored on the same documents, which are drawn together.
    """
    low, high = interval(after.correct - before.correct, before.tokens, seed)
    return after.accuracy - before.accuracy, low, high
