"""The controls of clustering: each sees what it should, and what was not run is None."""

import numpy as np
import pandas as pd
import pytest
from planted_datasets import fine_tuning, inputs

from featurefate.language_model.movement import ALL, INNER
from featurefate.regions.cluster_controls import (
    cluster_controls,
    clustered,
    cosine_across,
    cosine_gap,
    gram_of,
    random_cosines,
    word_cosines,
)
from featurefate.regions.fine_tunes import word_counts
from featurefate.regions.task_vectors import cosines


@pytest.fixture(scope="module")
def models(planted):
    """Three fine-tunes on each of two languages, and one more of each as a control."""
    rows = []
    for group, seeds in {"member": (21, 22, 23), "halves": (24, 25)}.items():
        for dataset, family in {"torch": "prose", "lost": "code"}.items():
            for seed in seeds:
                model = planted.step(**fine_tuning(planted, dataset, seed, steps=30))
                row = dict(group=group, dataset=dataset, seed=seed, drawn=2_000, parent="base")
                rows.append(row | {"family": family, "model": model})
    return pd.DataFrame(rows).assign(**{"from": [planted.read("models/base")] * len(rows)})


def near(models):
    return {part: cosines(gram_of(models)[part]) for part in (ALL, INNER)}


def test_two_languages_are_told_apart_by_weights_and_by_words(planted, models):
    members = models[models.group == "member"]
    corpora = {key: inputs(planted)[key] for key in ("documents", "tokens")}
    words = word_cosines(list(members.model), **corpora, known=["english"])
    found = cluster_controls(models, near(models), words, seed=1)
    assert found["all weights, dataset"].accuracy == 1
    assert found["halves of python, half"].accuracy == 1, "here the halves are two languages"
    assert set(found) >= {"no word tables, family", "word counts, dataset"}
    not_run = {name for name, each in found.items() if each is None}
    assert not_run == {
        "two bases, base", "two bases, dataset", "two bases, family",
        "amounts of text, dataset", "amounts of text, amount",
        "no shared document, dataset", "from random weights, dataset",
    }  # fmt: skip


def test_words_are_the_shares_less_those_that_the_base_knew(planted, models):
    some = list(models.model[:4])
    corpora = {key: inputs(planted)[key] for key in ("documents", "tokens")}
    tokens = np.load(corpora["tokens"].file("tokens/stories.train.npy"))
    before = np.bincount(tokens, minlength=16) / len(tokens)
    moves = [c / c.sum() - before for c in (word_counts(model, **corpora) for model in some)]
    found = word_cosines(some, **corpora, known=["stories"])
    expected = moves[0] @ moves[3] / np.linalg.norm(moves[0]) / np.linalg.norm(moves[3])
    assert found[0, 3] == pytest.approx(expected)


def test_the_gap_is_the_mean_within_less_the_mean_between(models):
    pair = models[(models.group == "halves")]
    alone = cosines(gram_of(pair)[ALL])
    expected = (alone[0, 1] + alone[2, 3]) / 2 - alone[:2, 2:].mean()
    assert cosine_gap(near(models)[ALL], pair) == pytest.approx(expected)


def test_the_cosine_across_bases_is_that_of_one_data_set_and_two_parents(models):
    pair = models[models.group == "halves"]
    whole = near(models)[ALL]
    assert cosine_across(whole, pair) is None
    other = pair.assign(parent=["base", "other"] * 2)
    alone = cosines(gram_of(other)[ALL])
    assert cosine_across(whole, other) == pytest.approx((alone[0, 1] + alone[2, 3]) / 2)


def test_random_directions_have_nothing_in_common():
    random = random_cosines(20, seed=2)
    assert abs(random[~np.eye(20, dtype=bool)]).max() < 0.06
    assert (random == random_cosines(20, seed=2)).all()
    assert (random != random_cosines(20, seed=3)).any()


def test_labels_that_are_no_words_can_be_clustered_too(models):
    amounts = models.assign(drawn=np.where(models.dataset == "torch", 5_000, 80_000))
    found = clustered(near(models)[ALL], amounts, "drawn")
    assert found.accuracy == 1 and set(found.clusters) == {"5000", "80000"}
