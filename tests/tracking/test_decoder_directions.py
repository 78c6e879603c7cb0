"""Decoder directions are compared within a lineage, and refused outside it."""

import numpy as np
import pandas as pd
import pytest
import torch
from planted_streams import planted_overlap

from featurefate.artifacts.manifest import Cost, Manifest
from featurefate.artifacts.store import Artifact
from featurefate.tracking.decoder_directions import compare_directions, cosines
from featurefate.tracking.shared_neurons import origins, require_shared_neurons

TRAINED = "featurefate.language_model.training.train_base"
FINE_TUNED = "featurefate.language_model.training.fine_tune"
MERGED = "featurefate.merging.sweep.merge"
SHUFFLED = "featurefate.language_model.controls.shuffled"


def model(tmp_path, name, function, **inputs):
    recipe = {"function": function, "inputs": inputs | {"tokens": "the same tokens"}}
    return Artifact(f"models/{name}", tmp_path, Manifest(name, name, recipe, Cost(), ""))


@pytest.fixture
def family(tmp_path):
    made = [
        model(tmp_path, "base", TRAINED),
        model(tmp_path, "base_other_seed", TRAINED),
        model(tmp_path, "shuffled", SHUFFLED, parent="base"),
        model(tmp_path, "stories", FINE_TUNED, parent="base"),
        model(tmp_path, "lua", FINE_TUNED, parent="base"),
        model(tmp_path, "stories_other_lineage", FINE_TUNED, parent="base_other_seed"),
        model(tmp_path, "merge", MERGED, first="stories", second="lua"),
        model(tmp_path, "mixed", MERGED, first="stories_other_lineage", second="lua"),
    ]
    return {each.identity: each for each in made}


RELATED = [("base", "base"), ("base", "stories"), ("stories", "lua"), ("base", "merge")]
RELATED += [("stories", "merge"), ("merge", "lua"), ("base_other_seed", "stories_other_lineage")]
STRANGERS = [("base", "base_other_seed"), ("base", "shuffled"), ("base", "stories_other_lineage")]
STRANGERS += [("merge", "stories_other_lineage"), ("lua", "mixed"), ("mixed", "base_other_seed")]


@pytest.mark.parametrize("one, other", RELATED)
def test_one_lineage_shares_its_neurons(family, one, other):
    require_shared_neurons(family[one], family[other], family.values())
    require_shared_neurons(family[other], family[one], family.values())


@pytest.mark.parametrize("one, other", STRANGERS)
def test_another_lineage_is_refused(family, one, other):
    with pytest.raises(ValueError, match=f"models/{one} and models/{other}: no model from which"):
        require_shared_neurons(family[one], family[other], family.values())


def test_the_parent_itself_need_not_be_at_hand(family):
    """Each child's manifest names it; but that a merge has it, only its second side can show."""
    require_shared_neurons(family["stories"], family["lua"], [])
    assert origins("lua", {"lua": family["lua"]}) == {"lua", "base"}
    with pytest.raises(ValueError, match="pass the models between"):
        require_shared_neurons(family["stories"], family["merge"], [])
    require_shared_neurons(family["stories"], family["merge"], [family["lua"]])


def test_cosines_by_hand():
    first = torch.tensor([[3.0, 4.0], [0.0, 0.0]])
    second = torch.tensor([[4.0, 3.0], [-3.0, -4.0], [6.0, 8.0]])
    np.testing.assert_allclose(cosines(first, second), [[0.96, -1, 1], [0, 0, 0]], atol=1e-6)


@pytest.fixture(scope="module")
def dictionaries(tmp_path_factory):
    """Two dictionaries with the same directions up to order and length, and their activations.

    The first 48 of 64 features fire alike in both.
    """
    from featurefate.dictionaries.architectures import new_dictionary

    order, made = np.random.default_rng((515, 1)).permutation(64), {}
    for name, activations in zip(
        ("parent", "child"), planted_overlap(0.75, seed=516, features=64), strict=True
    ):
        sae = new_dictionary("topk", d_in=32, features=64, k=2, seed=517, device="cpu")
        if name == "child":
            sae.W_dec.data = 2 * sae.W_dec.data[order]
        recipe = {"inputs": {"model": "base" if name == "parent" else "stories"}}
        for kind in ("dictionaries", "encoded"):
            folder = tmp_path_factory.mktemp(name)
            if kind == "dictionaries":
                sae.cfg.normalize_activations = "none"
                sae.save_inference_model(folder / "seed_5")
            else:
                activations.save(folder / "seed_5.npz")
            manifest = Manifest(f"dictionaries/{name}", name, recipe, Cost(), "")
            manifest.write(folder)
            made[f"{name}_{kind}"] = Artifact(manifest.name, folder, manifest)
    return order, made


def asked(family, dictionaries, parent="base", child="stories"):
    models = dict(parent=family[parent], child=family[child])
    return dict(seeds=[5, 5], seed=518) | models | dictionaries[1]


def test_the_same_directions_in_another_order_and_length_are_found(family, dictionaries, tmp_path):
    compare_directions(tmp_path, **asked(family, dictionaries))
    found = pd.read_parquet(tmp_path / "directions.parquet")
    order = dictionaries[0]
    for side, expected in (("parent", np.argsort(order)), ("child", order)):
        rows = found[found.denominator == side]
        np.testing.assert_array_equal(rows.partner, expected)
        np.testing.assert_allclose(rows.cosine, 1, atol=1e-6)
        assert (rows.r <= rows.best_r).all()
        assert rows.counted.all() and (rows.best_r > 0.8).mean() == 0.75
    assert found.chance.mean() < 0.6  # of 64 directions in 32 dimensions, one is always fairly near


def test_directions_of_strangers_or_of_another_models_dictionary_are_refused(
    family, dictionaries, tmp_path
):
    with pytest.raises(ValueError, match="compare activations instead"):
        compare_directions(tmp_path, **asked(family, dictionaries, child="base_other_seed"))
    with pytest.raises(ValueError, match="was not trained on this models/lua"):
        compare_directions(tmp_path, **asked(family, dictionaries, child="lua"))
    assert not list(tmp_path.iterdir())
