"""What clusters of task vectors are worth: the same clustering of what should, or should not, do.

Gueta et al. (arXiv 2302.04863) show that models cluster by what they read, by their pretraining,
and not by the amount of text. Whether that takes *weights* is asked here too: word counts of the
training text cluster as well, and random halves of one domain should not.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.corpora.tokens import load_tokens
from featurefate.language_model.movement import ALL, INNER
from featurefate.regions.clustering import Clustering, cluster
from featurefate.regions.fine_tunes import word_counts
from featurefate.regions.task_vectors import cosines, gram_matrices


def gram_of(models: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return the inner products, part by part, of task vectors, each from its own parent.

    models: columns `model` and `from`, as `plan.fine_tunes` returns them.
    """
    return gram_matrices(list(models["model"]), list(models["from"]))


def among(near: np.ndarray, models: pd.DataFrame) -> np.ndarray:
    """Return the cosines of some models [models, models]; their index: their places in `near`."""
    return near[np.ix_(models.index, models.index)]


def clustered(near: np.ndarray, models: pd.DataFrame, by: str) -> Clustering:
    """Cluster some models; score the clusters by the labels in column `by`.

    Seeds are left out within a label and parent: two bases keep their shares.
    """
    labels = models[by].astype(str)
    strata = labels + " " + models.parent
    return cluster(among(near, models), labels.tolist(), models.seed, strata.tolist())


def cosine_gap(near: np.ndarray, models: pd.DataFrame) -> float:
    """Return by how much the mean cosine within a data set exceeds that between data sets."""
    near = among(near, models)
    same = np.equal.outer(models.dataset.to_numpy(), models.dataset.to_numpy())
    itself = np.eye(len(models), dtype=bool)
    return float(near[same & ~itself].mean() - near[~same].mean())


def cosine_across(near: np.ndarray, models: pd.DataFrame) -> float | None:
    """Return the mean cosine of models of one data set and two parents; None without such."""
    near = among(near, models)
    dataset, parent = (models[by].to_numpy() for by in ("dataset", "parent"))
    across = np.equal.outer(dataset, dataset) & np.not_equal.outer(parent, parent)
    return float(near[across].mean()) if across.any() else None


def word_cosines(
    models: Sequence[Artifact], documents: Artifact, tokens: Artifact, known: Sequence[str]
) -> np.ndarray:
    """Return the cosines [models, models] of what words the models read, and nothing else.

    A model's vector is the share of each word in its training text, less the word's share in the
    domains that the base was trained on (`known`): a task vector of counts.
    """
    counts = np.stack([word_counts(model, documents, tokens) for model in models])
    shares = counts / counts.sum(axis=1, keepdims=True)
    read = [load_tokens(tokens, domain, "train").tokens for domain in known]
    before = np.mean([np.bincount(r, minlength=counts.shape[1]) / len(r) for r in read], axis=0)
    moved = shares - before
    return cosines(moved @ moved.T)


def random_cosines(vectors: int, seed: int, dimensions: int = 10_000) -> np.ndarray:
    """Return the cosines [vectors, vectors] of random directions."""
    moves = np.random.default_rng(seed).standard_normal((vectors, dimensions))
    return cosines(moves @ moves.T)


def cluster_controls(
    models: pd.DataFrame, near: Mapping[str, np.ndarray], near_words: np.ndarray, seed: int
) -> dict[str, Clustering | None]:
    """Cluster the members by data set and family, and every control; None where one was not run.

    near: the cosines of all `models`, of all weights and without the word tables; near_words: the
    `word_cosines` of the members; seed: of the random directions.
    """
    group = {name: models[models.group == name] for name in models.group.unique()}
    members = group["member"]
    found = {}
    for by in ("dataset", "family"):
        labels = members[by].tolist()
        found[f"all weights, {by}"] = clustered(near[ALL], members, by)
        found[f"no word tables, {by}"] = clustered(near[INNER], members, by)
        found[f"word counts, {by}"] = cluster(near_words, labels, members.seed)
    random = random_cosines(len(members), seed)
    found["random directions, dataset"] = cluster(random, members.dataset.tolist(), members.seed)
    others = group.get("other_base", models[:0])
    lineages = pd.concat([members, others]) if len(others) else others
    less = group.get("less_text", models[:0])
    usual = members[members.dataset.isin(less.dataset)].groupby("dataset").head(2)
    amounts = pd.concat([usual, less]) if len(less) else less
    for name, chosen, labels in (
        ("two bases", lineages, dict(parent="base", dataset="dataset", family="family")),
        ("amounts of text", amounts, dict(dataset="dataset", drawn="amount")),
        ("halves of python", group.get("halves", others[:0]), dict(dataset="half")),
        ("no shared document", group.get("apart", others[:0]), dict(dataset="dataset")),
        ("from random weights", group.get("from_scratch", others[:0]), dict(dataset="dataset")),
    ):
        for by, told in labels.items():
            enough = len(chosen) > chosen[by].nunique() > 1
            found[f"{name}, {told}"] = clustered(near[ALL], chosen, by) if enough else None
    return found
