"""How many of a dictionary's features another one still has: planted answers."""

import pandas as pd
import pytest

from featurefate.dictionaries import continued
from featurefate.dictionaries.continued import features_left


@pytest.fixture(autouse=True)
def one_process(monkeypatch):
    """Starting others takes longer than the work."""
    in_turn = lambda function, calls: [function(**call) for call in calls]  # noqa: E731
    monkeypatch.setattr(continued, "parallel_map", in_turn)


def encoded(make_artifact, folder, seeds):
    folder.mkdir()
    for seed, activations in seeds.items():
        activations.save(folder / f"seed_{seed}.npz")
    return make_artifact(f"dictionaries/{folder.name}", folder)


@pytest.fixture
def left(make_artifact, partly_shared, plant, tmp_path):
    """The table for a parent of 60 features and three continuations of known overlap."""
    parent, half = partly_shared(share=0.5, features=60, seed=1)
    stranger = plant(features=60, seed=99)
    others = {"same": parent, "half": half, "stranger": stranger}
    artifacts = {
        name: encoded(make_artifact, tmp_path / name, {7: stream})
        for name, stream in others.items()
    }
    of_parent = encoded(make_artifact, tmp_path / "parent", {1: parent})
    folder = tmp_path / "step"
    folder.mkdir()
    features_left(folder, parent=of_parent, parent_seed=1, draws=50, seed=3, **artifacts)
    return pd.read_parquet(folder / "left.parquet").set_index("continued")


def test_what_was_planted_is_found(left):
    assert list(left.index) == ["same", "half", "stranger"]
    assert left.value["same"] == 1
    assert left.value["half"] == pytest.approx(0.5)
    assert left.value["stranger"] == 0
    assert ((left.low <= left.value) & (left.value <= left.high)).all()
    assert (left.seeds == 1).all()


def test_a_continuation_of_the_same_seed_is_no_other_dictionary(make_artifact, plant, tmp_path):
    stream = plant(features=20, seed=5)
    one = encoded(make_artifact, tmp_path / "one", {1: stream})
    with pytest.raises(ValueError, match="no pair of unequal seeds"):
        features_left(tmp_path, parent=one, parent_seed=1, draws=5, seed=3, same=one)
