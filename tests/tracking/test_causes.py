"""Effects of matched features: equal in a model and itself, in any form and order; else not."""

import copy

import numpy as np
import pandas as pd
import pytest
import torch
from tiny_lineage import (
    FEATURES,
    READING,
    descendant,
    new_base,
    new_sae,
    planted_tokens,
    save,
    save_sae,
)

from featurefate.alignment.folding import fold_gains
from featurefate.alignment.transform import Transform
from featurefate.dictionaries.moved_neurons import with_moved_neurons
from featurefate.tracking.causes import NEAR_IN_RATE, as_frequent, causes
from featurefate.tracking.same_effect import by_correlation, same_effect

ASKED = dict(reading=READING, tokens_each=10_000, seed=77)


@torch.no_grad()
def in_order(sae, order):
    """The same dictionary with its features in another order."""
    moved = copy.deepcopy(sae)
    moved.W_enc.copy_(sae.W_enc[:, order])
    moved.W_dec.copy_(sae.W_dec[order])
    moved.b_enc.copy_(sae.b_enc[order])
    return moved


ORDER = np.random.default_rng(3).permutation(FEATURES)


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    root = tmp_path_factory.mktemp("causes")
    base, sae = new_base(), new_sae(6)
    transform = Transform.random(base.config, seed=12)
    in_another_form = new_base()
    in_another_form.load_state_dict(transform.apply(fold_gains(base.state_dict())))
    other_head = descendant(base, 5, 0)
    with torch.no_grad():  # reads alike, says something else
        mixed_up = torch.randperm(64, generator=torch.Generator().manual_seed(4))
        other_head.lm_head.weight.copy_(base.lm_head.weight[mixed_up])
    moved = with_moved_neurons(sae, transform.neurons, transform.neuron_scales)
    models = {"base": base, "form": in_another_form, "says": other_head}
    saes = {"base": {6: sae, 8: in_order(sae, ORDER)}, "form": {6: moved}}
    made = {name: save(model, root / name, name) for name, model in models.items()}
    for name, each in saes.items():
        made[f"{name}_saes"] = save_sae(each, root / f"{name}_saes", f"{name}_saes")
    return made | {"tokens": planted_tokens(root / "corpora")}


def compared(given, folder, child, saes, child_seed, same=False):
    causes(
        folder, parent=given["base"], child=given[child], parent_dictionaries=given["base_saes"],
        child_dictionaries=given[saes], tokens=given["tokens"], parent_seed=6,
        child_seed=child_seed, same_feature=same, **ASKED,
    )  # fmt: skip
    return pd.read_parquet(folder / "pairs.parquet")


def assert_same_effects(pairs):
    partner = pairs[pairs.kind == "partner"]
    np.testing.assert_allclose(partner.r, 1, atol=1e-4)
    np.testing.assert_allclose(partner.out, 1, atol=1e-3)
    np.testing.assert_allclose(partner["in"], 1, atol=1e-3)
    np.testing.assert_allclose(partner.promoted, partner.promoted_by_partner, rtol=1e-2, atol=1e-3)
    random = pairs[pairs.kind == "random"]
    assert (random.feature != random.partner).any() and random.out.mean() < 0.5


def test_a_model_and_itself(given, tmp_path):
    pairs = compared(given, tmp_path, "base", "base_saes", 6, same=True)
    assert_same_effects(pairs)
    assert (pairs[pairs.kind == "partner"].feature == pairs[pairs.kind == "partner"].partner).all()


def test_the_order_of_features_is_seen_through(given, tmp_path):
    pairs = compared(given, tmp_path, "base", "base_saes", 8)
    assert_same_effects(pairs)
    partner = pairs[pairs.kind == "partner"]
    np.testing.assert_array_equal(ORDER[partner.partner], partner.feature)


def test_a_model_in_another_form_does_the_same(given, tmp_path):
    """Stream turned, heads and neurons moved, neurons scaled: no direction is left as it was."""
    assert_same_effects(compared(given, tmp_path, "form", "form_saes", 6))


def test_firing_alike_is_not_doing_alike(given, tmp_path):
    pairs = compared(given, tmp_path, "says", "base_saes", 6, same=True)
    partner = pairs[pairs.kind == "partner"]
    np.testing.assert_allclose(partner.r, 1, atol=1e-4)
    found = same_effect(pairs, seed=1).set_index(["kind", "measure"]).value
    assert abs(found["partner", "taken out"]) < 0.2
    assert found["partner", "no common effect"] > 0.8


def test_another_dictionary_cannot_hold_the_same_feature(given, tmp_path):
    with pytest.raises(ValueError, match="its own partner only in one and the same dictionary"):
        compared(given, tmp_path, "base", "base_saes", 8, same=True)


def test_random_features_fire_as_often():
    firings = np.r_[np.zeros(20, int), np.arange(1, 201)]
    of = np.array([30, 120, 219])
    drawn = np.array([as_frequent(firings, of, seed) for seed in range(50)])
    assert (drawn != of).all() and (firings[drawn] > 0).all()
    assert (abs(firings[drawn] - firings[of]) <= NEAR_IN_RATE).all()
    assert len(np.unique(drawn[:, 1])) > 10


def planted_pairs():
    """100 features; 60 persist, half of these with the same effect, half with none."""
    r = np.r_[np.full(60, 0.9), np.full(40, 0.45)]
    out = np.r_[np.full(30, 1.0), np.full(70, 0.0)]
    partner = pd.DataFrame({"feature": range(100), "r": r, "out": out, "in": out})
    partner = partner.assign(kind="partner", promoted=2.0, promoted_by_partner=2 * out)
    random = partner.assign(kind="random", out=np.linspace(-0.2, 0.2, 100), promoted_by_partner=0.1)
    return pd.concat([partner, random], ignore_index=True)


def test_rates_by_hand():
    found = same_effect(planted_pairs(), seed=4).set_index(["kind", "measure"])
    partner = found.loc["partner"]
    for measure in ("taken out", "put in", "effect kept", "no common effect"):
        row = partner.loc[measure]
        assert row.value == pytest.approx(0.5) and row.features == 60
        assert 0.3 < row.low < 0.5 < row.high < 0.7
    assert found.value["random", "effect kept"] == pytest.approx(0.05)


def test_bins_of_r_hold_what_they_say():
    pairs = planted_pairs().query("kind == 'partner'")
    bins = by_correlation(pairs, seed=5).set_index("r")
    assert bins.features.to_dict() == {0.45: 40, 0.95: 60}
    assert bins.value[0.95] == pytest.approx(0.5) and bins.value[0.45] == 0
    few = pairs[pairs.feature.between(57, 64)]
    assert by_correlation(few, seed=5).empty


def test_where_nothing_persists_there_is_no_rate():
    assert same_effect(planted_pairs().assign(r=0.3), seed=6).empty
