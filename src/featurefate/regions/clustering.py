"""Do models that were fine-tuned on the same kind of text lie together? Clusters of task vectors.

Spectral clustering on the cosines of task vectors, scored after the best matching of clusters to
labels, as Gueta et al. do (arXiv 2302.04863); an interval from subsets of the seeds and a floor
from permuted labels are added.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import SpectralClustering
from sklearn.metrics import adjusted_rand_score

LEVEL = 0.95  # of intervals, and of the null
ALMOST_NOTHING = 1e-6  # a graph in pieces has no spectral embedding


@dataclass(frozen=True)
class Clustering:
    """How well clusters found without labels agree with the labels.

    accuracy: share of points whose cluster is the one matched to their label; low, high: where it
    lies with fewer seeds. floor, floor_high: its mean and 95th percentile with permuted labels; p:
    share of permutations that reach it, the true labels counted. rand: adjusted Rand index, 0 by
    chance and 1 for equal divisions. f1: of each label. clusters: of each point, by the name of
    the matched label.
    """

    accuracy: float
    low: float
    high: float
    floor: float
    floor_high: float
    p: float
    rand: float
    f1: dict[str, float]
    clusters: list[str]


def cluster(
    cosines: np.ndarray,
    labels: Sequence[str],
    seeds: Sequence[int],
    draws: int = 100,
    permutations: int = 1_000,
    seed: int = 0,
) -> Clustering:
    """Divide points into as many clusters as there are labels; say how well the two agree.

    cosines: [points, points]; labels, seeds: of each point. The interval holds 95 % of `draws`
    clusterings of three fifths of each label's seeds (at least two), drawn without replacement:
    fewer points than there are, so it is rather too wide, and widened to hold the accuracy where it
    does not; with two seeds a label it is a point.
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
        kept = _some_seeds(found, np.asarray(seeds), random)
        of_fewer = spectral_clusters(cosines[np.ix_(kept, kept)], len(names))
        fewer.append(accuracy(contingency(of_fewer, found[kept])))
    low, high = np.quantile(fewer, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    low, high = min(low, reached), max(high, reached)
    matched = matching(table)
    agree = table[matched, np.arange(len(matched))]
    f1 = 2 * agree / np.maximum(1, table.sum(1)[matched] + table.sum(0))
    return Clustering(
        accuracy=reached,
        low=float(low),
        high=float(high),
        floor=float(np.mean(null)),
        floor_high=float(np.quantile(null, LEVEL)),
        p=(1 + sum(each >= reached for each in null)) / (1 + permutations),
        rand=float(adjusted_rand_score(found, clusters)),
        f1=dict(zip(names.tolist(), f1.tolist(), strict=True)),
        clusters=names[np.argsort(matched)][clusters].tolist(),
    )


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
