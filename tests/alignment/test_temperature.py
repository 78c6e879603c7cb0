"""The temperature of a model that is only unsure is found, and a wrong model stays wrong."""

import numpy as np
import pytest
import torch
from planted_pair import model_with_gains, plant_corpora

from featurefate.alignment.temperature import refitted, sharpened
from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.language_model.evaluation import score_model


@pytest.fixture
def rows(tmp_path):
    tokens = plant_corpora(tmp_path).read("corpora/tokens")
    return evaluation_rows(load_tokens(tokens, "english", "validation"), 24, 1_200)


def knowing(rows):
    """A model whose unembedding was fitted a little to the language, at no particular scale."""
    model = model_with_gains()
    optimizer = torch.optim.Adam([model.lm_head.weight], lr=0.05)
    ids = torch.as_tensor(rows.rows.astype(np.int64))
    for _ in range(15):
        model(ids, labels=ids).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return model


def test_the_factor_is_the_best_of_a_fine_grid(rows):
    model = knowing(rows)
    weight = model.lm_head.weight.detach().clone()
    with torch.no_grad():
        model.lm_head.weight.mul_(0.4)
    factor = sharpened(model, [rows])
    best = score_model(model, rows).loss
    for other in np.exp(np.linspace(-1, 1, 9)) * factor * 0.4:
        with torch.no_grad():
            model.lm_head.weight.copy_(other * weight)
        assert best <= score_model(model, rows).loss + 1e-5


def test_a_change_of_temperature_is_undone(rows):
    model = knowing(rows)
    sharpened(model, [rows])
    with torch.no_grad():
        model.lm_head.weight.div_(3)
    assert sharpened(model, [rows]) == pytest.approx(3, rel=0.01)


def test_models_are_scored_before_and_after(rows, tmp_path, artifact_of):
    model, scored = knowing(rows), model_with_gains()
    with torch.no_grad():
        model.lm_head.weight.mul_(0.4)
    model.save_pretrained(tmp_path / "flat")

    def loss_of(state):
        scored.load_state_dict(state)
        return score_model(scored, rows).loss

    frame = refitted({"flat": artifact_of(tmp_path / "flat")}, [rows], loss_of)
    found = frame.set_index("model").loc["flat"]
    assert found.loss == pytest.approx(score_model(model, rows).loss, abs=1e-5)
    assert found.factor == pytest.approx(sharpened(model, [rows]), rel=1e-3)
    assert found.refitted == pytest.approx(score_model(model, rows).loss, abs=1e-5)
    assert found.refitted < found.loss
