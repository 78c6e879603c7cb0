"""Pictures keep what they promise: linear places from the origin; neighbours beside neighbours."""

import json

import numpy as np
import pandas as pd
import pytest

from featurefate.regions.pictures import mixed_places, on_plane, principal_plane, t_sne


def test_points_of_a_plane_keep_their_lengths_and_angles():
    rng = np.random.default_rng(1)
    flat = rng.standard_normal((9, 2)) @ np.linalg.qr(rng.standard_normal((50, 2)))[0].T
    places, share = principal_plane(flat @ flat.T)
    assert share == pytest.approx(1)
    np.testing.assert_allclose(places @ places.T, flat @ flat.T, atol=1e-9)


def test_the_share_is_that_of_the_two_largest_directions():
    vectors = np.random.default_rng(2).standard_normal((6, 20))
    singular = np.linalg.svd(vectors, compute_uv=False) ** 2
    assert principal_plane(vectors @ vectors.T)[1] == pytest.approx(
        singular[:2].sum() / singular.sum()
    )


def test_mixtures_lie_where_mixing_the_places_puts_them():
    rng = np.random.default_rng(3)
    vectors = rng.standard_normal((5, 30))
    weights = rng.dirichlet(np.ones(5))
    mixed = np.vstack([vectors, weights @ vectors, -(weights @ vectors)])  # ± : little is changed
    places, _ = principal_plane(mixed @ mixed.T)
    np.testing.assert_allclose(places[5], weights @ places[:5], atol=1e-9)


def test_measured_points_have_a_place_and_stand_beside_the_best_on_each_data_set():
    vectors = np.array([[3.0, 0, 0], [0, 1, 0]])
    recipes = [{"base": 1.0}, {"a": 1.0}, {"a": 0.5, "b": 0.5}]
    told = [json.dumps({"models": recipe}) for recipe in recipes]
    sampled = pd.DataFrame({"point": [0, 1, 2], "kind": "x", "recipe": told})
    measured = [(0, "lua", 5.0), (1, "lua", 4.0), (2, "lua", 3.5), (0, "python", 2.0)]
    losses = pd.DataFrame(measured, columns=["point", "dataset", "loss"])
    placed, share = on_plane(sampled, losses, ["a", "b"], vectors @ vectors.T)
    assert share == pytest.approx(1)
    by_point = placed[placed["read on"] == "lua"]
    assert by_point["nats above the best"].tolist() == [1.5, 0.5, 0.0]
    places = by_point[["first direction", "second direction"]].to_numpy()
    np.testing.assert_allclose(places, [[0, 0], [3, 0], [1.5, 0.5]], atol=1e-12)
    np.testing.assert_allclose(
        mixed_places(recipes[2:], dict(a=np.array([2, 0]), b=np.array([0, 2]))), [[1, 1]]
    )


def test_t_sne_puts_members_of_a_group_beside_each_other():
    rng = np.random.default_rng(4)
    points = np.repeat(rng.standard_normal((4, 300)), 5, axis=0)
    points += 0.4 * rng.standard_normal(points.shape)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    places = t_sne(points @ points.T, seed=1)
    apart = np.linalg.norm(places[:, None] - places, axis=2) + np.diag(np.full(20, np.inf))
    assert (apart.argmin(axis=1) // 5 == np.arange(20) // 5).all()
    assert (places == t_sne(points @ points.T, seed=1)).all()
