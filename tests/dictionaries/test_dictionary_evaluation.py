"""Measures of a dictionary against closed forms and against the model run without a bridge."""

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import sparse

from featurefate.dictionaries.encoding import activations_on, encode_activations, evaluation_text
from featurefate.dictionaries.evaluation import (
    _drop_without_scale,
    _with_interval,
    decode,
    evaluate,
    feature_statistics,
    variance_explained,
)
from featurefate.dictionaries.splicing import splicing_losses
from featurefate.dictionaries.training import load_dictionary
from featurefate.language_model.architecture import load_model

TOKENS_PER_DOMAIN = 1_200


@pytest.fixture(scope="module")
def text(tokens, settings):
    return evaluation_text(tokens, settings["context"], TOKENS_PER_DOMAIN, "test")


@pytest.fixture(scope="module")
def table(tmp_path_factory, model, tokens, dictionaries, settings):
    folder = tmp_path_factory.mktemp("evaluation")
    evaluate(
        folder,
        model=model,
        dictionaries=dictionaries,
        tokens=tokens,
        seeds=settings["seeds"],
        context=settings["context"],
        evaluation_tokens=TOKENS_PER_DOMAIN,
        split="test",
    )
    return pd.read_parquet(folder / "evaluation.parquet"), pd.read_parquet(
        folder / "features.parquet"
    )


@pytest.mark.parametrize("shrink", [0.0, 0.25, 1.0, 1.5])
def test_variance_explained_of_a_shrunken_copy(shrink):
    """x̂ = mean + s (x − mean) leaves exactly (1 − s)² of the variance."""
    x = torch.randn(500, 20, generator=torch.Generator().manual_seed(1)) + 100
    reconstruction = x.mean(0) + shrink * (x - x.mean(0))
    errors = (reconstruction - x).pow(2).sum(1).numpy()
    assert variance_explained(errors, x) == pytest.approx(1 - (1 - shrink) ** 2, abs=1e-4)


def test_predicting_the_mean_explains_nothing():
    """Though it explains nearly all of Σx² where activations lie far from the origin."""
    x = torch.randn(500, 20, generator=torch.Generator().manual_seed(1)) + 100
    errors = (x - x.mean(0)).pow(2).sum(1).numpy()
    assert variance_explained(errors, x) == pytest.approx(0, abs=1e-6)


def test_losses_of_the_intact_model_are_those_of_transformers(text, model, dictionaries):
    losses = splicing_losses(model, text, {})
    rows = torch.as_tensor(text.rows.astype(np.int64))
    with torch.no_grad():
        log_p = load_model(model)(input_ids=rows).logits.log_softmax(-1)
    expected = np.zeros(text.rows.shape)
    expected[:, :-1] = -log_p[:, :-1].gather(2, rows[:, 1:, None])[..., 0].numpy()
    counted = losses["counted"] == 1
    np.testing.assert_allclose(
        losses["intact"][counted], expected[text.mask][counted], rtol=1e-4, atol=1e-4
    )
    assert (losses["intact"][~counted] == 0).all()
    # every row predicts from its first real token to the one before its last
    assert counted.sum() == text.mask.sum() - len(text.rows)


def test_zeros_in_place_of_the_mlp_are_a_model_without_mlp(text, model):
    network = load_model(model)
    network.model.layers[0].mlp.down_proj.weight.data.zero_()
    rows = torch.as_tensor(text.rows.astype(np.int64))
    with torch.no_grad():
        log_p = network(input_ids=rows).logits.log_softmax(-1)
    expected = np.zeros(text.rows.shape)
    expected[:, :-1] = -log_p[:, :-1].gather(2, rows[:, 1:, None])[..., 0].numpy()
    losses = splicing_losses(model, text, {"zero": torch.zeros(text.mask.sum(), 48)})
    counted = losses["counted"] == 1
    np.testing.assert_allclose(losses["zero"][counted], expected[text.mask][counted], rtol=1e-4)


def test_a_perfect_reconstruction_costs_nothing(text, model):
    losses = splicing_losses(model, text, {"same": activations_on(text, model)})
    np.testing.assert_allclose(losses["same"], losses["intact"], rtol=1e-5, atol=1e-5)


def test_the_sparse_decoder_is_the_dictionarys_own(text, model, dictionaries):
    dictionary, activations = load_dictionary(dictionaries, 101), activations_on(text, model)
    with torch.no_grad():
        expected = dictionary(activations)
    ours = decode(dictionary, encode_activations(dictionary, activations))
    torch.testing.assert_close(ours, expected, rtol=1e-4, atol=1e-4)


def test_the_table_has_every_measure_with_its_interval(table, settings):
    evaluation, features = table
    everywhere = evaluation[evaluation["domain"] == "all"]
    assert len(everywhere) == 8 * len(settings["seeds"])
    zeros_do_harm = evaluation["measure"].eq("zero_ablation_rise") & (evaluation["low"] > 0)
    recovered = evaluation["measure"].eq("loss_recovered")
    assert zeros_do_harm.sum() == (recovered & evaluation["value"].notna()).sum()
    shares = evaluation["measure"].str.endswith("_share")
    ratios = evaluation[~shares]
    assert (ratios.groupby("domain").size() == 6 * len(settings["seeds"])).all()
    known = ratios[ratios["value"].notna()]
    assert ((known["low"] <= known["value"]) & (known["value"] <= known["high"])).all()
    assert len(features) == settings["features"] * len(settings["seeds"])


def test_the_table_agrees_with_direct_sums(table, text, model, dictionaries, settings):
    evaluation, features = table
    activations = activations_on(text, model)
    for seed in settings["seeds"]:
        values = evaluation[evaluation["domain"].eq("all") & evaluation["seed"].eq(seed)]
        values = values.set_index("measure")["value"]
        dictionary = load_dictionary(dictionaries, seed)
        with torch.no_grad():
            active = dictionary.encode(activations)
        assert values["l0"] == pytest.approx((active > 0).sum(1).float().mean().item())
        assert values["l0"] <= settings["k"]
        errors = (dictionary(activations) - activations).pow(2).sum(1).detach().numpy()
        assert values["variance_explained"] == pytest.approx(
            variance_explained(errors, activations), rel=1e-5
        )
        silent = ((active > 0).sum(0) == 0).float().mean().item()
        assert values["dead_share"] == pytest.approx(silent)
        rates = features[features["seed"] == seed]["firing_rate"]
        np.testing.assert_allclose(rates, (active > 0).float().mean(0), rtol=1e-6)


def test_loss_recovered_by_hand_and_blank_where_zeros_do_no_harm():
    sums = {"rise": np.ones(20), "zero_rise": np.linspace(3, 5, 20), "tokens": np.full(20, 10.0)}
    rows = [
        _with_interval("zero_ablation_rise", sums["zero_rise"], sums["tokens"]),
        _with_interval("loss_recovered", sums["zero_rise"] - sums["rise"], sums["zero_rise"]),
    ]
    _drop_without_scale(rows)
    assert rows[1]["value"] == pytest.approx(1 - 1 / 4)
    rows[0]["low"] = -0.1
    _drop_without_scale(rows)
    assert np.isnan([rows[1][name] for name in ("value", "low", "high")]).all()


def test_feature_statistics_by_hand():
    values = sparse.csr_array(np.array([[1.0, 0, 0], [3, 2, 0], [0, 0, 0], [5, 0, 0]]))
    table = feature_statistics(values, np.array([0, 0, 1, 1])).set_index("feature")
    assert table["tokens"].tolist() == [3, 1, 0]
    assert table["documents"].tolist() == [2, 1, 0]
    assert table["firing_rate"].tolist() == [0.75, 0.25, 0]
    assert table["mean_when_active"].tolist() == [3, 2, 0]
    assert table["maximum"].tolist() == [5, 2, 0]
