"""Points on a map, the matrix of cosines, a matrix of correlations as a picture."""

import base64
import io
import json

import numpy as np
import pandas as pd
import pytest
import vl_convert
from PIL import Image

from featurefate.figures import theme
from featurefate.figures.correlation_matrix import SIDE, correlation_matrix
from featurefate.figures.cosine_matrix import cosine_matrix
from featurefate.figures.heat_map import DEEP, PALE
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


def picture(r):
    chart = correlation_matrix(r, row_title="base", column_title="child", **WORDS)
    assert "The finding" in svg(chart)
    (address,) = [
        row["picture"]
        for rows in chart.to_dict()["datasets"].values()
        for row in rows
        if "picture" in row
    ]
    image = Image.open(io.BytesIO(base64.b64decode(address.split(",")[1])))
    return np.asarray(image.convert("RGB"))


def test_a_picture_is_pale_at_zero_and_below_and_deep_at_one():
    ends = {0: PALE, 1: DEEP}
    ends = {r: [int(colour[i : i + 2], 16) for i in (1, 3, 5)] for r, colour in ends.items()}
    found = picture(np.array([[1, 0, 0.5], [-0.7, 1, 1.2]]))
    assert found.shape == (2, 3, 3)
    for place, r in {(0, 0): 1, (0, 1): 0, (1, 0): 0, (1, 2): 1}.items():
        np.testing.assert_array_equal(found[place], ends[r])
    assert (found[0, 2] > ends[1]).all() and (found[0, 2] < ends[0]).all()


def test_in_a_large_picture_no_large_r_is_lost():
    r = np.zeros((2 * SIDE, 2 * SIDE), np.float32)
    r[101, 500] = 1
    found = picture(r)
    assert found.shape == (SIDE, SIDE, 3)
    other = np.argwhere((found != found[0, 0]).any(axis=2))
    np.testing.assert_array_equal(other, [[50, 250]])


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
