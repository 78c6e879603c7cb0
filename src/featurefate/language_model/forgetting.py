"""Forgetting curves: what a model loses on other domains while it learns its own."""

from collections.abc import Iterable, Mapping

import pandas as pd
from transformers import MistralForCausalLM

from featurefate.corpora.tokens import EvaluationRows
from featurefate.language_model.evaluation import score_model


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
