"""Cards of whole dictionaries: the same as one at a time, with concept and stability beside."""

import numpy as np
import pandas as pd
import pytest
from transformers import AutoTokenizer

from featurefate.dictionaries.cards import shown_seed, write_cards
from featurefate.dictionaries.describe import describe
from featurefate.dictionaries.encoding import load_encoded
from featurefate.dictionaries.training import load_dictionary
from featurefate.language_model.architecture import load_model
from featurefate.tracking.family import EDGES

SIZES = {"contexts": 3, "tokens_each_side": 4, "promoted_tokens": 5}


@pytest.fixture(scope="module")
def cards(tmp_path_factory, model, dictionaries, described, settings):
    folder = tmp_path_factory.mktemp("cards")
    write_cards(
        folder,
        model=model,
        dictionaries=dictionaries,
        seeds=settings["seeds"],
        **described,
        **SIZES,
    )
    return pd.read_parquet(folder / "cards.parquet")


def test_every_feature_has_the_card_that_describe_makes(cards, model, dictionaries, described):
    assert len(cards) == 2 * 96
    encoded, network = load_encoded(described["encoded"], 202), load_model(model)
    tokenizer = AutoTokenizer.from_pretrained(model.path)
    of_seed = cards[cards["seed"] == 202].set_index("feature")
    for feature in of_seed.index[of_seed["firing_rate"] > 0][:4]:
        row = of_seed.loc[feature]
        card = describe(
            feature, encoded, load_dictionary(dictionaries, 202), network, tokenizer, **SIZES
        )
        assert row["firing_rate"] == card.firing_rate and row["documents"] == card.documents
        assert [(p["token"], p["effect"]) for p in row["promoted"]] == card.promoted
        for found, context in zip(row["contexts"], card.contexts, strict=True):
            assert list(found["tokens"]) == context.tokens and found["peak"] == context.peak
            np.testing.assert_array_equal(found["activations"], context.activations)


def test_concepts_and_stability_stand_beside(cards, described):
    units = pd.read_parquet(described["scores"].file("units.parquet"))
    one = units[(units["seed"] == 101) & (units["unit"] == 17)].iloc[0]
    row = cards[(cards["seed"] == 101) & (cards["feature"] == 17)].iloc[0]
    assert (row["concept"], row["f1"], row["p"]) == (one["concept"], one["f1"], one["p"])
    partners = pd.read_parquet(described["stability"].file("partners.parquet"))
    r = partners[(partners["seed"] == 101) & (partners["feature"] == 17)]["r"].iloc[0]
    assert [(found["seed"], found["r"]) for found in row["r"]] == [(202, pytest.approx(r))]
    assert cards[["concept", "stable", "counted"]].notna().all(axis=None)


def test_parent_and_child_are_shown_with_unequal_seeds():
    for parent, child in EDGES:
        assert shown_seed(parent, [101, 202, 303]) != shown_seed(child, [101, 202, 303])
