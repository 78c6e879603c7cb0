"""The refitted unembedding against the optimum that scikit-learn finds, and the step."""

import numpy as np
import pandas as pd
import pytest
import torch
from planted_datasets import SHAPE
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.language_model.architecture import load_model
from featurefate.regions import refit as module
from featurefate.regions.refit import hidden_states, refit


@pytest.fixture
def problem():
    """Six words that depend on five directions, with noise: no plane divides them."""
    random = np.random.default_rng(1)
    hidden = random.normal(size=(600, 5)).astype(np.float32)
    scores = hidden @ random.normal(size=(5, 6)) + random.gumbel(size=(600, 6))
    return torch.as_tensor(hidden), torch.as_tensor(scores.argmax(axis=1))


def loss(head, hidden, targets):
    return float(torch.nn.functional.cross_entropy(hidden @ head.T, targets))


def test_many_steps_reach_the_optimum_of_scikit_learn(problem, monkeypatch):
    monkeypatch.setattr(module, "precision", lambda: "no")
    hidden, targets = problem
    whole = dict(steps=400, batch=600, learning_rate=0.1, seed=2)
    ours = loss(refit(hidden, targets, torch.zeros(6, 5), **whole), hidden, targets)
    reference = LogisticRegression(C=np.inf, fit_intercept=False, max_iter=2000, tol=1e-8)
    reference.fit(hidden.numpy(), targets.numpy())
    theirs = log_loss(targets.numpy(), reference.predict_proba(hidden.numpy()))
    assert theirs == pytest.approx(ours, abs=1e-4)
    assert theirs < np.log(6) - 0.5


def test_in_parts_and_in_half_precision_it_comes_near(problem, monkeypatch):
    hidden, targets = problem
    whole, parts = (
        loss(refit(hidden, targets, torch.zeros(6, 5), steps=300, batch=batch,
                   learning_rate=0.05, seed=2), hidden, targets)
        for batch in (600, 64)
    )  # fmt: skip
    assert parts == pytest.approx(whole, abs=0.02)


def test_no_steps_leave_the_start_and_one_seed_gives_one_result(problem):
    start = torch.randn(6, 5, generator=torch.Generator().manual_seed(3))
    assert torch.equal(refit(*problem, start, steps=0, batch=8, learning_rate=1, seed=1), start)
    few = dict(steps=5, batch=64, learning_rate=0.1)
    one, again, other = (refit(*problem, start, **few, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


def test_hidden_states_are_what_the_models_own_unembedding_reads(planted):
    model = load_model(planted.read("models/base"))
    stream = load_tokens(planted.read("corpora/tokens"), "stories", "test")
    rows = evaluation_rows(stream, SHAPE["context"], 24 * 60, at_least_documents=10)
    full = rows.rows[rows.mask[:, 1:].all(axis=1)]
    hidden, targets = hidden_states(model, full)
    assert hidden.shape == (full[:, 1:].size, SHAPE["hidden_size"])
    with torch.no_grad():
        logits = model(torch.as_tensor(full[:, :-1].astype(np.int64))).logits
    torch.testing.assert_close(hidden @ model.lm_head.weight.T, logits.flatten(0, 1))
    assert targets.tolist() == full[:, 1:].flatten().tolist()


def test_a_body_that_learned_the_data_set_has_the_lower_generalised_loss(region, tmp_path):
    from test_membership import measured_in

    measured = measured_in(region, tmp_path)
    kinds = {"dataset": {"in": 3, "mixture": 2, "base": 1}, "general": {"mixture": 1}}
    fit = dict(steps=30, batch=256, learning_rate=0.05)
    (tmp_path / "refit").mkdir()
    module.generalised_losses(
        tmp_path / "refit", measured=measured, target="lost", kinds=kinds, training_tokens=2_000,
        fit=fit, seed=5, **region,
    )  # fmt: skip
    found = pd.read_parquet(tmp_path / "refit/losses.parquet").pivot(
        index="point", columns="head", values="loss"
    )
    points = pd.read_parquet(measured.file("points.parquet")).set_index("point")
    kind = points.kind[found.index]
    assert kind.value_counts().to_dict() == {"member": 3, "mixture": 3, "base": 1}
    plain = pd.read_parquet(measured.file("losses.parquet"))
    plain = plain[plain.dataset == "lost"].set_index("point").loss[found.index]
    np.testing.assert_allclose(found["own head"], plain, rtol=1e-5)
    assert (
        found["new head"][kind == "member"].max() < found["new head"][kind == "base"].min() - 0.01
    )
