"""Features sought in another model: planted presence, alteration and absence; the whole step."""

import numpy as np
import pandas as pd
import pytest
import torch
from planted_tokens import VOCABULARY, write_planted_tokens

from featurefate.corpora.domains import DOMAINS
from featurefate.dictionaries.encoding import encode_activations
from featurefate.dictionaries.evaluation import decode
from featurefate.dictionaries.resampling import DocumentBlocks
from featurefate.dictionaries.training import train_dictionaries
from featurefate.language_model.architecture import new_model
from featurefate.tracking.fates import NOT_RUN
from featurefate.tracking.presence import COMPARISONS, presence
from featurefate.tracking.readout import fit_reading
from featurefate.tracking.sought import MEASURES, VERDICTS, Reading, Sought, verdicts

FEATURES = 12
SCALE = np.array(
    [1.0, 1, 1, 0.7, 0.6, 0.3, 0.1, 0, 0, 1, 1, 1]
)  # of each feature in the other model


def dictionary_of(directions):
    """A TopK dictionary that reads and writes orthonormal directions (features, neurons)."""
    from sae_lens import TopKSAE, TopKSAEConfig

    config = TopKSAEConfig(
        d_in=directions.shape[1], d_sae=len(directions), k=FEATURES, device="cpu"
    )
    dictionary = TopKSAE(config)
    dictionary.W_dec.data, dictionary.W_enc.data = directions, directions.t().contiguous()
    return dictionary


@pytest.fixture(scope="module")
def planted_world(plant):
    """A model that writes 12 features, and one that writes them with SCALE; both readings.

    The other's dictionary has the first two features mixed with each other.
    """
    stream = plant(FEATURES, seed=9)
    basis = torch.linalg.qr(torch.randn(16, 16, generator=torch.Generator().manual_seed(4))).Q
    directions = basis[:FEATURES].contiguous()
    own, scaled = stream.values, stream.values * SCALE.astype(np.float32)
    mixed = directions.clone()
    mixed[0], mixed[1] = directions[0] + directions[1], directions[0] - directions[1]
    mixed[:2] /= 2**0.5
    readings = []
    for values, rows in ((own, directions), (scaled, mixed)):
        activations = torch.as_tensor(values @ directions.numpy())
        readings.append(Reading.of(activations, dictionary_of(rows)))
    return stream, *readings


def rebuilt(dictionary, activations):
    return decode(dictionary, encode_activations(dictionary, activations))


def test_planted_scales_and_absences_are_measured(planted_world):
    stream, own, other = planted_world
    blocks = DocumentBlocks.of(stream.document, stream.domain)
    own_weights = fit_reading(own.activations, own.values)
    sought = Sought(own, own_weights, blocks, blocks.draws(20, seed=3))
    weights = fit_reading(other.activations, own.values)
    applied = encode_activations(own.dictionary, other.activations)
    measured = sought.measured_in(other, applied, weights)
    np.testing.assert_allclose(measured["nu_activation"].value, SCALE, atol=0.02)
    # (d₁ + d₂)/√2 alone cannot give the two back where one of them is negative and cut off
    np.testing.assert_allclose(measured["nu_reconstruction"].value[2:], SCALE[2:], atol=0.02)
    assert (measured["nu_error"].value[2:] < 0.05).all()
    there = SCALE > 0
    assert (measured["applied"].value[there] > 0.99).all()
    assert (np.abs(measured["applied"].value[~there]) < 0.05).all()
    assert (measured["from_neurons"].value[there] > 0.95).all()
    assert (np.abs(measured["from_neurons"].value[~there]) < 0.1).all()
    read = measured["readable"].value
    assert (read[there] > 0.95).all() and (np.abs(read[~there]) < 0.1).all()
    for measure in measured.values():
        assert measure.draws.shape == (20, FEATURES)
    spanned = sought.spanned_by(rebuilt(other.dictionary, own.activations)).value
    np.testing.assert_allclose(spanned[2:], 1, atol=0.02)
    without_third = other.dictionary.W_dec.data.clone()
    without_third[2] = 0
    blind = dictionary_of(without_third)
    spanned = sought.spanned_by(rebuilt(blind, own.activations)).value
    assert spanned[2] == pytest.approx(0, abs=0.02) and spanned[3] == pytest.approx(1, abs=0.02)


def test_verdicts_by_hand():
    partner = np.array([True, False, False, False, False])
    applied = np.array([0.1, 0.8, 0.79, 0.2, np.nan])
    readable = np.array([0.0, 0.1, 0.9, 0.89, np.nan])
    found = [VERDICTS[i] for i in verdicts(partner, applied, readable, 0.9)]
    assert found == ["partner", "described otherwise", "readable", "absent", "absent"]
    draws = [np.tile(measure, (2, 1)) for measure in (applied, readable)]
    found = verdicts(partner, *draws, np.array([[0.9], [0.8]]))
    assert (found == [[0, 1, 2, 3, 3], [0, 1, 2, 2, 3]]).all()


CONTEXT = 32


@pytest.fixture(scope="module")
def tiny(tmp_path_factory, artifact_of):
    """Text, two tiny models and their dictionaries of two seeds; the child is the base, moved."""
    text = tmp_path_factory.mktemp("text")
    write_planted_tokens(text)
    made = {"tokens": artifact_of(text, "corpora/tokens")}
    network = new_model(
        hidden_size=16, mlp_size=32, heads=4, key_value_heads=2, vocabulary=VOCABULARY,
        context=CONTEXT, seed=1,
    )  # fmt: skip
    network.model.embed_tokens.weight.data *= 30  # untrained embeddings are too alike to differ
    training = dict(
        features=48, k=4, training_tokens=6_400, seeds=[101, 202], context=CONTEXT, batch=128,
        learning_rate=3e-3, buffer_tokens=2_048,
    )  # fmt: skip
    for name in ("base", "child"):
        folder = tmp_path_factory.mktemp(name)
        network.save_pretrained(folder)
        made[name] = artifact_of(folder, f"models/{name}")
        folder = tmp_path_factory.mktemp(f"{name}_dictionaries")
        train_dictionaries(folder, model=made[name], tokens=made["tokens"], **training)
        made[f"{name}_dictionaries"] = artifact_of(folder, f"dictionaries/{name}")
        for parameter in network.model.layers.parameters():
            parameter.data *= 1 + 0.3 * torch.randn(
                parameter.shape, generator=torch.Generator().manual_seed(5)
            )
    return made


@pytest.fixture(scope="module")
def tables(tiny, tmp_path_factory):
    folder = tmp_path_factory.mktemp("presence")
    presence(
        folder, tokens=tiny["tokens"], model=tiny["child"],
        dictionaries=tiny["child_dictionaries"], other_model=tiny["base"],
        other_dictionaries=tiny["base_dictionaries"], own_seed=202, other_seed=101,
        context=CONTEXT, evaluation_tokens=1_000, draws=30, seed=6,
    )  # fmt: skip
    return {path.stem: pd.read_parquet(path) for path in folder.glob("*.parquet")}


def test_every_feature_is_sought_everywhere(tables):
    features = tables["features"].set_index("comparison")
    assert sorted(features.index.unique()) == sorted({*COMPARISONS} - {"stranger"})
    assert features.groupby(level=0).size().eq(48).all()
    counted = features[features.counted]
    for measure in MEASURES:
        assert (counted[f"{measure}_low"] <= counted[f"{measure}_high"]).all()
    same_model = counted.loc["ceiling"]
    np.testing.assert_allclose(same_model.nu_activation, 1, atol=1e-5)
    np.testing.assert_allclose(same_model.applied, 1, atol=1e-5)
    np.testing.assert_allclose(same_model.spanned, 1 - same_model.nu_error, atol=1e-3)
    assert counted.loc["edge"].applied.median() < 0.999
    assert "described otherwise" in set(same_model.verdict) <= {"partner", "described otherwise"}


def test_what_is_readable_is_measured_by_features_with_a_partner(tables):
    features = tables["features"][tables["features"].counted]
    edge = features[features.comparison == "edge"]
    least = edge.readable[edge.verdict == "partner"].quantile(0.05)
    rest = edge[(edge.r < 0.8) & (edge.applied < 0.8)]
    expected = np.where(rest.readable >= least, "readable", "absent")
    assert (rest.verdict == expected).all()
    np.testing.assert_allclose(features.readable[features.comparison == "ceiling"], 1)


def test_the_summary_holds_ceiling_and_floors(tables):
    rows = tables["summary"].set_index(["of", "what"])
    shares = rows.loc["all"].loc[list(VERDICTS)]
    assert shares.value.sum() == pytest.approx(1)
    assert shares.ceiling.sum() == pytest.approx(1)
    without = rows.loc["no partner"]
    assert without.value[list(VERDICTS[1:])].sum() == pytest.approx(1)
    assert set(rows.loc["partner"].index) == {
        "unreadable",
        *(f"median {measure}" for measure in MEASURES),
    }
    few = rows.loc[("partner", "unreadable")]
    assert 0 < few.value < 0.05 + 1 / few.features
    assert without.ceiling["unreadable"] == 0
    assert without.ceiling["absent"] == 0 and without.ceiling["described otherwise"] == 1
    assert (rows.stranger_status == NOT_RUN).all() and rows.stranger.isna().all()
    assert (rows.low <= rows.high).all()
    edge = tables["features"].query("comparison == 'edge' and counted and r < 0.8")
    assert (without.features == len(edge)).all()
    medians = edge[list(MEASURES)].median().add_prefix("median ")
    np.testing.assert_allclose(without.value[medians.index], medians)
    expected = (edge.verdict == "absent").mean()
    assert rows.value["no partner", "absent"] == pytest.approx(expected)


def test_the_own_dictionary_explains_its_model_best(tables):
    rows = tables["variance"].set_index(["domain", "by"])
    assert set(rows.index.get_level_values("domain")) == {"all", *DOMAINS}
    overall = rows.loc["all"]
    assert overall.value["own"] > overall.value["edge"]
    assert ((overall.low <= overall.value) & (overall.value <= overall.high)).all()
