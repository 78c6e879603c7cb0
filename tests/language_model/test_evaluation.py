"""Scores against a plain loop over tokens."""

import numpy as np
import torch

from featurefate.language_model.evaluation import Scores, score_model


def test_scores_equal_a_plain_loop(tiny_model, tiny_evaluation):
    scores = score_model(tiny_model, tiny_evaluation, batch=5)
    nats, correct, tokens = 0.0, 0, 0
    for row, mask in zip(tiny_evaluation.rows, tiny_evaluation.mask, strict=True):
        ids = torch.as_tensor(row.astype(np.int64))[None]
        with torch.no_grad():
            log_p = tiny_model(input_ids=ids).logits[0].log_softmax(-1)
        for position in range(1, len(row)):
            if mask[position]:
                nats -= log_p[position - 1, row[position]].item()
                correct += int(log_p[position - 1].argmax() == row[position])
                tokens += 1
    assert scores.tokens.sum() == tokens == tiny_evaluation.mask.sum() == 1500
    np.testing.assert_allclose(scores.loss, nats / tokens, rtol=1e-5)
    assert scores.accuracy == correct / tokens
    assert len(scores.tokens) == len(np.unique(tiny_evaluation.documents))


def test_the_batch_does_not_matter(tiny_model, tiny_evaluation):
    one, other = (score_model(tiny_model, tiny_evaluation, batch=b) for b in (1, 64))
    np.testing.assert_allclose(one.nats, other.nats, rtol=1e-5)


def test_summary_holds_loss_accuracy_intervals_and_counts(tiny_model, tiny_evaluation):
    summary = score_model(tiny_model, tiny_evaluation).summary()
    assert summary["loss_low"] < summary["loss"] < summary["loss_high"]
    assert summary["accuracy_low"] <= summary["accuracy"] <= summary["accuracy_high"]
    documents = len(np.unique(tiny_evaluation.documents))
    assert (summary["tokens"], summary["documents"]) == (1500, documents)


def test_a_difference_is_paired_by_document(tiny_model, tiny_evaluation):
    scores = score_model(tiny_model, tiny_evaluation)
    worse = Scores(scores.tokens, scores.nats + 0.5 * scores.tokens, scores.correct)
    np.testing.assert_allclose(worse.behind(scores), (0.5, 0.5, 0.5))
    value, low, high = scores.behind(worse)
    assert low <= value <= high < 0
