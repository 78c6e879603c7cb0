"""Scores against a plain loop over tokens."""

import numpy as np
import torch

from featurefate.language_model.evaluation import (
    Scores,
    document_of_tokens,
    score_model,
    score_tokens,
)


def test_every_token_equals_a_plain_loop(tiny_model, tiny_evaluation):
    scores = score_tokens(tiny_model, tiny_evaluation, batch=7)
    expected = []
    for row, mask in zip(tiny_evaluation.rows, tiny_evaluation.mask, strict=True):
        with torch.no_grad():
            p = tiny_model(torch.as_tensor(row.astype(np.int64))[None]).logits[0].softmax(-1)
        for position in np.flatnonzero(mask):
            before, token = p[position - 1], row[position]
            right = before.argmax() == token
            expected.append((-before[token].log(), right, before.max()))
    nats, correct, confidence = np.array(expected, np.float32).T
    np.testing.assert_allclose(scores.nats, nats, rtol=1e-4)
    np.testing.assert_array_equal(scores.correct, correct)
    np.testing.assert_allclose(scores.confidence, confidence, rtol=1e-4)
    assert {a.dtype for a in (scores.nats, scores.correct, scores.confidence)} == {np.dtype("f4")}


def test_documents_are_those_of_the_rows(tiny_evaluation):
    row = np.nonzero(tiny_evaluation.mask)[0]
    document = document_of_tokens(tiny_evaluation)
    assert len(document) == tiny_evaluation.tokens
    kinds = np.unique(tiny_evaluation.documents)
    np.testing.assert_array_equal(kinds[document], tiny_evaluation.documents[row])


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


def test_bits_per_byte_by_hand():
    scores = Scores(tokens=np.array([2.0, 1]), nats=np.log([2.0, 4]), correct=np.zeros(2))
    value, low, high = scores.bits_per_byte(np.array([1.0, 5]))  # 1 and 2 bits
    np.testing.assert_allclose(value, 3 / 6)
    assert np.isclose([low, high], [2 / 5, 1]).all()  # one document only, twice


def test_half_the_bytes_make_twice_the_bits(tiny_model, tiny_evaluation):
    scores = score_model(tiny_model, tiny_evaluation)
    size = 3.0 * scores.tokens
    np.testing.assert_allclose(scores.bits_per_byte(size)[0], scores.loss / np.log(2) / 3)
    np.testing.assert_allclose(
        np.array(scores.bits_per_byte(size / 2)), 2 * np.array(scores.bits_per_byte(size))
    )
