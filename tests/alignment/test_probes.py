"""Probes of the stream: F1 and ridge against scikit-learn, and a concept planted in the tokens."""

import numpy as np
import pytest
from planted_pair import model_with_gains, plant_corpora
from sklearn.linear_model import Ridge
from sklearn.metrics import f1_score

from featurefate.alignment import probes
from featurefate.alignment.probes import (
    RIDGE,
    Labelled,
    best_thresholds,
    f1_by_document,
    mean_f1,
    probe,
    probed,
)
from featurefate.corpora.tokens import evaluation_rows, load_tokens


@pytest.fixture
def text(tmp_path):
    """Two splits; one concept is "token above 7", the other is drawn at random."""
    tokens = plant_corpora(tmp_path).read("corpora/tokens")
    rng, found = np.random.default_rng(1), {}
    for split in ("validation", "test"):
        rows = evaluation_rows(load_tokens(tokens, "english", split), 24, 1_200)
        word = rows.rows[rows.mask]
        labels = np.column_stack([word > 7, rng.random(len(word)) < 0.3])
        found[split] = Labelled(rows, labels, ["high", "noise"])
    return found


def test_what_the_token_tells_is_found_and_noise_is_not(text):
    said, true = probe(model_with_gains(), text)
    f1 = probes._f1(f1_by_document(said, true, text["test"].rows).sum(axis=0))
    assert f1[0] > 0.95
    assert f1[1] < 0.55  # calling it always has 2·.3 / 1.3 = .46


def test_probe_is_ridge_regression_with_the_best_threshold(text):
    model = model_with_gains()
    streams = {split: probes._stream(model, labelled.rows) for split, labelled in text.items()}
    fit = streams["validation"]
    scale = fit.mean(axis=0), fit.std(axis=0)
    ridge = Ridge(alpha=RIDGE * len(fit))
    ridge.fit((fit - scale[0]) / scale[1], text["validation"].labels.astype(float))
    scores = [ridge.predict((streams[split] - scale[0]) / scale[1]) for split in text]
    expected = scores[1] >= best_thresholds(scores[0], text["validation"].labels)
    said, _ = probe(model, text)
    assert (said == expected).mean() > 0.999


def test_f1_is_that_of_scikit_learn(text):
    rng, rows = np.random.default_rng(2), text["test"].rows
    said, true = rng.random((2, rows.tokens, 3)) < np.array([0.5, 0.1, 0.0])
    counts = f1_by_document(said, true, rows)
    expected = f1_score(true, said, average=None, zero_division=0)
    np.testing.assert_allclose(probes._f1(counts.sum(axis=0)), expected)
    value, drawn = mean_f1(counts)
    assert value == pytest.approx(expected.mean())
    assert np.quantile(drawn, 0.01) < value < np.quantile(drawn, 0.99)


def test_every_model_is_probed_on_every_text(text, tmp_path, artifact_of):
    model_with_gains().save_pretrained(tmp_path / "model")
    found = probed({"a": artifact_of(tmp_path / "model")}, {"english": text, "again": text})
    assert list(zip(found.model, found.domain, strict=True)) == [("a", "english"), ("a", "again")]
    value, _ = mean_f1(f1_by_document(*probe(model_with_gains(), text), text["test"].rows))
    assert found.f1.tolist() == pytest.approx([value, value])
    assert (found.f1_low < found.f1).all() and (found.f1 < found.f1_high).all()


def test_no_threshold_beats_the_best():
    rng = np.random.default_rng(3)
    on = rng.random((60, 2)) < 0.3
    scores = np.round(rng.normal(size=(60, 2)) + on, 1)
    least = best_thresholds(scores, on)
    for concept in range(2):
        found = f1_score(on[:, concept], scores[:, concept] >= least[concept])
        every = [f1_score(on[:, concept], scores[:, concept] >= x) for x in scores[:, concept]]
        assert found == pytest.approx(max(every), abs=0.02)  # equal scores share a threshold
