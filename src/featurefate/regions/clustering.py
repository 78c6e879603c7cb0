"""Do models that were fine-tuned on the same kind of text lie together? Clusters of task vectors.

Spectral clustering on the cosines of task vectors, scored after the best matching of clusters to
labels, as Gueta et al. do (arXiv 2302.04863); the range over subsets of the seeds and a floor from
permuted labels are added. Clusters depend on how many are asked for; whether a point's nearest
neighbour has its label does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import SpectralClustering

LEVEL = 0.95  # of the range over subsets, and of the null
ALMOST_NOTHING = 1e-6  # a graph in pieces has no spectral embedding


@dataclass(frozen=True)
class Clustering:
    """How well clusters found without labels agree with the labels.

    accuracy: share of points whose cluster is the one matched to their label; low, high: its range
    over subsets of the seeds, None where no seed could be left out. neighbour: share of points
    whose nearest other point has their label. floor, floor_high: mean and 95th percentile of the
    accuracy with permuted labels. clusters: of each point, by the name of the matched label.
    """

    accuracy: float
    low: float | None
    high: float | None
    neighbour: float
    floor: float
    floor_high: float
    clusters: list[str]


def cluster(
    cosines: np.ndarray,
    labels: Sequence[str],
    seeds: Sequence[int],
    strata: Sequence[str] | None = None,
    draws: int = 40,
    permutations: int = 1_000,
    seed: int = 0,
) -> Clustering:
    """Divide points into as many clusters as there are labels; say how well the two agree.

    cosines: [points, points]; labels, seeds: of each point. The range holds 95 % of `draws`
    clusterings of three fifths of each label's seeds (at least two), drawn without replacement, and
    the accuracy itself. It says what fewer seeds give; it is no confidence interval. strata: within
    which seeds are drawn instead, a name for each point, where a label has seeds of several kinds.
    Raises ValueError where there are fewer than two labels, or as many as points.
    """
    names, found = np.unique(labels, return_inverse=True)
    if not 1 < len(names) < len(found):
        raise ValueError(
            f"{len(found)} points with {len(names)} labels cannot be clustered: "
            "at least two labels, and more points than labels"
        )
    clusters = spectral_clusters(cosines, len(names))
    table = contingency(clusters, found)
    reached = accuracy(table)
    random = np.random.default_rng(seed)
    null = [accuracy(contingency(clusters, random.permutation(found))) for _ in range(permutations)]
    fewer = []
    for _ in range(draws):
        kept = _some_seeds(np.asarray(strata or labels), np.asarray(seeds), random)
        if len(kept) == len(found):
            break  # nothing is left out, and never will be
        of_fewer = spectral_clusters(cosines[np.ix_(kept, kept)], len(names))
        fewer.append(accuracy(contingency(of_fewer, found[kept])))
    low = high = None
    if fewer:
        low, high = np.quantile(fewer, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        low, high = float(min(low, reached)), float(max(high, reached))
    return Clustering(
        accuracy=reached,
        low=low,
        high=high,
        neighbour=neighbour_accuracy(cosines, found),
        floor=float(np.mean(null)),
        floor_high=float(np.quantile(null, LEVEL)),
        clusters=names[np.argsort(matching(table))][clusters].tolist(),
    )


def neighbour_accuracy(cosines: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of points whose nearest other point has their own label (leave one out)."""
    others = np.where(np.eye(len(cosines), dtype=bool), -np.inf, cosines)
    return float(np.mean(labels[others.argmax(axis=1)] == labels))


def spectral_clusters(cosines: np.ndarray, clusters: int) -> np.ndarray:
    """Return the cluster of each point, int [points]; the same call gives the same clusters.

    Two points are as near as their cosine says. In so many dimensions unrelated directions have
    cosine 0, so that is as far apart as points can be; a negative cosine counts as 0.
    """
    near = np.clip(cosines, ALMOST_NOTHING, 1)
    method = SpectralClustering(clusters, affinity="precomputed", random_state=0)
    return method.fit_predict(near)


def contingency(clusters: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return how many points of each label (column) lie in each cluster (row); both from 0."""
    size = 1 + max(clusters.max(), labels.max())
    table = np.zeros((size, size), int)
    np.add.at(table, (clusters, labels), 1)
    return table


def matching(table: np.ndarray) -> np.ndarray:
    """Return the cluster matched to each label: the most points agree that way."""
    rows, columns = linear_sum_assignment(table, maximize=True)
    return rows[np.argsort(columns)]


def accuracy(table: np.ndarray) -> float:
    """Return the share of points whose cluster is the one matched to their label."""
    return float(table[matching(table), np.arange(len(table))].sum() / table.sum())


def _some_seeds(labels: np.ndarray, seeds: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Places of the points of a random three fifths of each label's seeds."""
    kept = []
    for label in np.unique(labels):
        mine = np.unique(seeds[labels == label])
        many = max(min(2, len(mine)), round(0.6 * len(mine)))
        some = random.choice(mine, many, replace=False)
        kept.append(np.flatnonzero((labels == label) & np.isin(seeds, some)))
    return np.concatenate(kept)
