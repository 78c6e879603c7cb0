"""Lines through the planted region end where its models are."""

import math

import pandas as pd
import pytest
from planted_datasets import SHAPE
from planted_region import held_out

from featurefate.language_model.architecture import load_model
from featurefate.language_model.evaluation import score_model
from featurefate.regions.paths import paths

LEVELS = {"same data set": 2, "same family": 3, "other base": 1, "across families": 5}


@pytest.fixture(scope="module")
def walked(region, tmp_path_factory):
    folder = tmp_path_factory.mktemp("paths")
    strangers = [{"model": "torch.0", "dataset": "lost", "run": 0}]
    given = region | {"region": region["region"] | {"strangers": strangers}}
    paths(folder, **given, counts=LEVELS, inner=1, beyond=[1, 31],
          beyond_pairs=1, outward=[0.1, 1.0], directions=2, seed=51)  # fmt: skip
    return {name: pd.read_parquet(folder / f"{name}.parquet")
            for name in ("between", "outward", "spread")}  # fmt: skip


def test_pairs_are_of_their_level(walked):
    pairs = walked["between"].drop_duplicates(["level", "pair"])
    assert pairs.level.value_counts().to_dict() == {
        "same data set": 2, "same family": 3, "other base": 1
    }  # fmt: skip
    dataset = {side: pairs[side].str.split(".").str[0] for side in ("first", "second")}
    same = dataset["first"] == dataset["second"]
    assert same[pairs.level == "same data set"].all()
    assert not same[pairs.level == "same family"].any()
    assert (pairs["first"] != pairs["second"]).all()


def test_the_ends_of_a_line_are_the_models(walked, region):
    test = held_out(region)
    line = walked["between"]
    line = line[(line.level == "same family") & (line.pair == 0)].set_index("t")
    names = line.iloc[0][["first", "second"]]
    on = [test[name.split(".")[0]] for name in names]
    for t, name in zip((0.0, 1.0), names, strict=True):
        expected = sum(score_model(load_model(region[name]), rows).loss for rows in on) / 2
        assert line.loss[t] == pytest.approx(expected, rel=1e-5)
    assert line.index.tolist() == [-31, -1, 0, 0.5, 1, 2, 32]
    assert line.loss[32] > line.loss[1]


def test_outward_starts_at_the_centroid_and_the_origin_knows_nothing(walked):
    out = walked["outward"]
    assert out.direction.value_counts().to_dict() == {
        "random": 4, "to the origin": 2, "from the origin": 2, "centroid": 1
    }  # fmt: skip
    at_origin = out[(out.direction == "to the origin") & (out.length == 1)].loss.item()
    assert at_origin == pytest.approx(math.log(SHAPE["vocabulary"]), rel=1e-5)
    assert walked["spread"].length.between(0, 1).all()
    assert len(walked["spread"]) == 9
