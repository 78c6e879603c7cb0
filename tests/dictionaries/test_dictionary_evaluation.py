"""Measures of a dictionary against closed forms and against the model run without a bridge."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import sparse
from sklearn.metrics.pairwise import cosine_similarity

from featurefate.dictionaries import geometry
from featurefate.dictionaries.encoding import activations_on, encode_activations, evaluation_text
from featurefate.dictionaries.evaluation import (
    _drop_without_scale,
    _with_interval,
    decode,
    evaluate,
    feature_statistics,
    paired_difference,
    variance_explained,
)
from featurefate.dictionaries.geometry import (
    decoder_geometry,
    nearest_cosines,
    written_directions,
)
from featurefate.dictionaries.splicing import splice
from featurefate.dictionaries.training import load_dictionary
from featurefate.language_model.activations import HOOK
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
    names = ("evaluation", "features", "documents", "geometry")
    return [pd.read_parquet(folder / f"{name}.parquet") for name in names]


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
    found = splice(model, text, {})
    rows = torch.as_tensor(text.rows.astype(np.int64))
    with torch.no_grad():
        log_p = load_model(model)(input_ids=rows).logits.log_softmax(-1)
    expected = np.zeros(text.rows.shape)
    expected[:, :-1] = -log_p[:, :-1].gather(2, rows[:, 1:, None])[..., 0].numpy()
    counted, intact = found.counted == 1, found.nats["intact"]
    np.testing.assert_allclose(intact[counted], expected[text.mask][counted], rtol=1e-4, atol=1e-4)
    assert (intact[~counted] == 0).all() and (found.divergence["intact"] == 0).all()
    # every row predicts from its first real token to the one before its last
    assert counted.sum() == text.mask.sum() - len(text.rows)


def test_zeros_in_place_of_the_mlp_are_a_model_without_mlp(text, model):
    rows = torch.as_tensor(text.rows.astype(np.int64))
    network = load_model(model)
    with torch.no_grad():
        intact = network(input_ids=rows).logits[:, :-1].log_softmax(-1)
        network.model.layers[0].mlp.down_proj.weight.data.zero_()
        without = network(input_ids=rows).logits[:, :-1].log_softmax(-1)
    nats, divergence = np.zeros((2, *text.rows.shape))
    nats[:, :-1] = -without.gather(2, rows[:, 1:, None])[..., 0].numpy()
    divergence[:, :-1] = torch.nn.functional.kl_div(
        without, intact, log_target=True, reduction="none"
    ).sum(-1)
    found = splice(model, text, {"zero": torch.zeros(text.mask.sum(), 48)})
    here = found.counted == 1
    np.testing.assert_allclose(found.nats["zero"][here], nats[text.mask][here], rtol=1e-4)
    np.testing.assert_allclose(
        found.divergence["zero"][here], divergence[text.mask][here], rtol=1e-3, atol=1e-5
    )


def test_splicing_is_what_a_hook_of_transformer_lens_does(text, model):
    from transformer_lens.model_bridge import TransformerBridge

    stand_in = torch.randn(text.mask.sum(), 48, generator=torch.Generator().manual_seed(3))
    mask, rows = torch.as_tensor(text.mask), torch.as_tensor(text.rows.astype(np.int64))

    def write(activations, hook):
        activations[mask] = stand_in
        return activations

    bridge = TransformerBridge.boot_transformers(str(model.path), device="cpu").eval()
    with torch.no_grad():
        logits = bridge.run_with_hooks(rows, return_type="logits", fwd_hooks=[(HOOK, write)])
    expected = -logits[:, :-1].log_softmax(-1).gather(2, rows[:, 1:, None])[..., 0]
    found = splice(model, text, {"noise": stand_in})
    here = found.counted == 1
    of_rows = np.pad(expected.numpy(), ((0, 0), (0, 1)))[text.mask]
    np.testing.assert_allclose(found.nats["noise"][here], of_rows[here], rtol=1e-4, atol=1e-4)


def test_a_perfect_reconstruction_costs_nothing(text, model):
    found = splice(model, text, {"same": activations_on(text, model)})
    np.testing.assert_allclose(found.nats["same"], found.nats["intact"], rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(found.divergence["same"], 0, atol=1e-5)


def random_dictionaries():
    """One untrained dictionary of each architecture of SAELens that has directions of its own."""
    from sae_lens import SAE

    torch.manual_seed(5)
    for architecture, own in {
        "standard": {},
        "gated": {},
        "jumprelu": {},
        "topk": {"k": 3},
        "topk, rescaled": {"k": 3, "rescale_acts_by_decoder_norm": True},
        "abstopk": {"k": 3},
        "matching_pursuit": {"max_iterations": 3, "residual_threshold": 1e-3},
    }.items():
        base = dict(architecture=architecture.split(",")[0], d_in=48, d_sae=96, dtype="float32")
        dictionary = SAE.from_dict(base | {"device": "cpu", **own})
        for weights in dictionary.parameters():
            weights.data = 0.3 * torch.randn_like(weights)
        yield pytest.param(dictionary, id=architecture)


@pytest.mark.parametrize("dictionary", random_dictionaries())
def test_the_sparse_decoder_is_that_of_every_architecture(dictionary):
    activations = torch.randn(200, 48, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        expected = dictionary.decode(dictionary.encode(activations))
        values = encode_activations(dictionary, activations)
    assert values.nnz
    torch.testing.assert_close(decode(dictionary, values), expected, rtol=1e-4, atol=1e-4)


def test_a_dictionary_that_normalises_each_token_is_refused():
    dictionary = SimpleNamespace(cfg=SimpleNamespace(normalize_activations="layer_norm"))
    with pytest.raises(ValueError, match="fold the normalisation"):
        written_directions(dictionary)


def test_the_sparse_decoder_is_the_dictionarys_own(text, model, dictionaries):
    dictionary, activations = load_dictionary(dictionaries, 101), activations_on(text, model)
    with torch.no_grad():
        expected = dictionary(activations)
    ours = decode(dictionary, encode_activations(dictionary, activations))
    torch.testing.assert_close(ours, expected, rtol=1e-4, atol=1e-4)


def test_the_table_has_every_measure_with_its_interval(table, settings):
    evaluation, features, *_ = table
    everywhere = evaluation[evaluation["domain"] == "all"]
    assert len(everywhere) == 12 * len(settings["seeds"])
    zeros_do_harm = evaluation["measure"].eq("zero_ablation_rise") & (evaluation["low"] > 0)
    recovered = evaluation["measure"].eq("loss_recovered")
    assert zeros_do_harm.sum() == (recovered & evaluation["value"].notna()).sum()
    shares = evaluation["measure"].str.endswith("_share")
    ratios = evaluation[~shares]
    assert (ratios.groupby("domain").size() == 10 * len(settings["seeds"])).all()
    known = ratios[ratios["value"].notna()]
    assert ((known["low"] <= known["value"]) & (known["value"] <= known["high"])).all()
    assert len(features) == settings["features"] * len(settings["seeds"])


def test_the_table_agrees_with_direct_sums(table, text, model, dictionaries, settings):
    evaluation, features, *_ = table
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


def test_loss_recovered_by_hand_and_blank_where_the_reference_does_no_harm():
    rise, harm, tokens = np.ones(20), np.linspace(3, 5, 20), np.full(20, 10.0)
    rows = [_with_interval(f"{name}_ablation_rise", harm, tokens) for name in ("zero", "mean")]
    rows += [
        _with_interval(f"loss_recovered{end}", harm - rise, harm) for end in ("", "_from_mean")
    ]
    _drop_without_scale(rows)
    assert rows[2]["value"] == rows[3]["value"] == pytest.approx(1 - 1 / 4)
    rows[1]["low"] = -0.1
    _drop_without_scale(rows)
    assert rows[2]["value"] == pytest.approx(1 - 1 / 4)
    assert np.isnan([rows[3][name] for name in ("value", "low", "high")]).all()


def test_sums_by_document_give_the_table_and_its_differences(table, settings):
    evaluation, _, documents, _ = table
    first, second = (documents[documents["seed"] == seed] for seed in settings["seeds"])
    for measure in ("variance_explained", "kl"):
        value, low, high = paired_difference(first, second, measure)
        overall = evaluation[evaluation["domain"].eq("all") & evaluation["measure"].eq(measure)]
        assert value == pytest.approx(-overall["value"].diff().iloc[-1])
        assert low <= value <= high
        alone = (overall["high"] - overall["low"]).sum()
        assert high - low < alone  # what makes a document hard for both drops out
        assert paired_difference(first, first, measure) == (0, 0, 0)
    with pytest.raises(ValueError, match="measured on other documents"):
        paired_difference(first, second[second["document"] > 3], "kl")


def test_the_geometry_finds_planted_twins(table, settings):
    assert len(table[3]) == 3 * settings["features"] * len(settings["seeds"])
    directions = torch.randn(300, 40, generator=torch.Generator().manual_seed(3))
    directions[7] = 2 * directions[200] + 0.01 * directions[5]
    cosine, nearest = nearest_cosines(directions)
    assert nearest[7] == 200 and nearest[200] == 7 and cosine[[7, 200]].min() > 0.99
    full = cosine_similarity(directions) - 2 * np.eye(300)
    np.testing.assert_allclose(cosine, full.max(axis=1), atol=1e-5)


def test_shuffling_keeps_what_each_neuron_weighs(dictionaries, monkeypatch):
    dictionary, seen = load_dictionary(dictionaries, 101), []
    monkeypatch.setattr(
        geometry, "nearest_cosines", lambda d: (seen.append(d), nearest_cosines(d))[1]
    )
    table = decoder_geometry(dictionary, seed=1)
    decoder, shuffled, _ = (rows.sort(dim=0).values for rows in seen)
    torch.testing.assert_close(decoder, shuffled)
    assert (seen[0] != seen[1]).any()
    assert table.groupby("kind")["cosine"].median()["random"] < 0.6


def test_feature_statistics_by_hand():
    values = sparse.csr_array(np.array([[1.0, 0, 0], [3, 2, 0], [0, 0, 0], [5, 0, 0]]))
    table = feature_statistics(values, np.array([0, 0, 1, 1])).set_index("feature")
    assert table["tokens"].tolist() == [3, 1, 0]
    assert table["documents"].tolist() == [2, 1, 0]
    assert table["firing_rate"].tolist() == [0.75, 0.25, 0]
    assert table["mean_when_active"].tolist() == [3, 2, 0]
    assert table["maximum"].tolist() == [5, 2, 0]
