"""Charts of weight space: points on a map, the matrix of cosines."""

import json

import numpy as np
import pandas as pd
import pytest
import vl_convert

from featurefate.figures import theme
from featurefate.figures.cosine_matrix import cosine_matrix
from featurefate.figures.points import points

WORDS = {"title": "The finding", "description": "An invented chart."}


def models() -> pd.DataFrame:
    place = np.random.default_rng(1).normal(size=(12, 2)) * [1, 3]
    frame = pd.DataFrame(place, columns=["first direction", "second direction"])
    names = {"dataset": np.repeat(["a", "b", "c"], 4), "base": np.tile(["one", "other"], 6)}
    return frame.assign(loss=np.linspace(2, 5, 12), **names)


def map_of(**changed):
    chosen = dict(x="first direction", y="second direction", colour="dataset", **WORDS)
    return points(models(), **{**chosen, **changed})


def square():
    return cosine_matrix(np.eye(6) * 0.5 + 0.5, ["a", "a", "b", "b", "b", "c"], **WORDS)


CHARTS = {
    "names": lambda: map_of(shape="base"),
    "numbers": lambda: map_of(colour="loss", shape="dataset", hover=["base"]),
    "panels": lambda: map_of(panel="base", axes=False),
    "matrix": square,
}


def svg(chart) -> str:
    return vl_convert.vegalite_to_svg(chart.to_dict(validate=True), vl_version=theme.VEGA_LITE)


@pytest.mark.parametrize("name", CHARTS)
def test_chart_draws_with_its_title_and_names_no_ink(name):
    drawn = svg(CHARTS[name]())
    assert "The finding" in drawn and drawn.count("<path") > 10
    config = json.dumps(CHARTS[name]().to_dict()["config"])
    assert not any(word in config for word in ("labelColor", "background", "black", "#000"))


def test_a_map_has_one_scale():
    encoding = map_of().to_dict()["encoding"]
    spans = [np.ptp(encoding[axis]["scale"]["domain"]) for axis in "xy"]
    assert spans[0] == pytest.approx(spans[1])


def test_colour_is_a_scale_for_numbers_and_a_list_for_names():
    assert map_of(colour="loss").to_dict()["encoding"]["color"]["type"] == "quantitative"
    names = map_of().to_dict()["encoding"]["color"]
    assert names["type"] == "nominal" and names["scale"]["domain"] == ["a", "b", "c"]


def test_the_matrix_has_every_pair_once_and_names_each_group():
    data = max(square().to_dict()["datasets"].values(), key=len)
    assert len({(cell["row"], cell["column"]) for cell in data}) == len(data) == 36
    assert {(cell["first"], cell["cosine"]) for cell in data if cell["row"] == cell["column"]} == {
        ("a", 1.0), ("b", 1.0), ("c", 1.0),
    }  # fmt: skip
    drawn = svg(square())
    assert all(f">{name}<" in drawn for name in "abc")


def test_scattered_groups_are_refused():
    with pytest.raises(ValueError, match="one after the other"):
        cosine_matrix(np.eye(3), ["a", "b", "a"], **WORDS)
