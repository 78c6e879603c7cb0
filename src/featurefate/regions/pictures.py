"""Many dimensions on a page: two ways to see points of which only the inner products are known."""

import json
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from sklearn.manifold import TSNE

from featurefate.regions.points import BASE


def principal_plane(gram: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the points' places [points, 2] in the plane through the origin that holds them best.

    gram: inner products [points, points] of the points as seen from the origin (the base, for task
    vectors), which keeps its place (0, 0). The second value is the share of all squared lengths
    that the plane shows. This is classical multidimensional scaling without centring: what is
    linear in the weights (a mixture of models) is linear in the plane.
    """
    values, vectors = np.linalg.eigh(gram)  # ascending
    values, vectors = values[::-1][:2], vectors[:, ::-1][:, :2]
    vectors = vectors * np.sign(vectors.sum(axis=0))  # which side is up has no meaning: fix one
    return vectors * np.sqrt(np.maximum(values, 0)), float(values.sum() / np.trace(gram))


def mixed_places(
    recipes: Iterable[Mapping[str, float]], places: Mapping[str, np.ndarray]
) -> np.ndarray:
    """Return where points lie [points, 2] that are sums of weight · model, from each model's place.

    recipes: model → weight, of each point. The picture must be linear, as `principal_plane` is.
    """
    return np.array([sum(w * places[name] for name, w in each.items()) for each in recipes])


def on_plane(
    sampled: pd.DataFrame, losses: pd.DataFrame, names: Sequence[str], gram: np.ndarray
) -> tuple[pd.DataFrame, float]:
    """Return measured points with their places in the `principal_plane` of the models `names`.

    sampled, losses: rows of the tables that `membership` wrote; the points are sums of these
    models and the base. One row a point and data set that it was `read on`: the columns of
    `sampled`, `first direction`, `second direction`, and `nats above the best` point on that data
    set. The second value is the share of the models' squared lengths that the plane shows.
    """
    found, share = principal_plane(gram)
    places = dict(zip(names, found, strict=True)) | {BASE: np.zeros(2)}
    recipes = [json.loads(each)["models"] for each in sampled.recipe]
    first, second = mixed_places(recipes, places).T
    placed = sampled.assign(**{"first direction": first, "second direction": second})
    read = losses.rename(columns={"dataset": "read on"})
    placed = placed.merge(read, on="point")
    best = placed.groupby("read on").loss.transform("min")
    return placed.assign(**{"nats above the best": placed.loss - best}), share


def t_sne(cosines: np.ndarray, seed: int) -> np.ndarray:
    """Return places [points, 2] that keep neighbours together (van der Maaten and Hinton 2008).

    Distances are 1 − cosine. Only who lies beside whom has a meaning in the picture; distances
    between groups, sizes and directions have none.
    """
    neighbours = min(5, (len(cosines) - 1) / 3)
    method = TSNE(metric="precomputed", init="random", perplexity=neighbours, random_state=seed)
    return method.fit_transform(np.clip(1 - cosines, 0, None))
