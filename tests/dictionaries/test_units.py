"""Rival units: their values by hand, and the whole step on a tiny model."""

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import sparse
from sklearn.decomposition import PCA

from featurefate.dictionaries.concept_comparison import ConceptScores
from featurefate.dictionaries.concept_scores import KINDS, score_concepts
from featurefate.dictionaries.encoding import (
    activations_on,
    encode_activations,
    evaluation_text,
)
from featurefate.dictionaries.labelled_text import LabelledText, labelled_texts
from featurefate.dictionaries.training import load_dictionary
from featurefate.dictionaries.units import (
    Features,
    RandomFeatures,
    Tokens,
    TokenSets,
    neurons,
    principal_directions,
)

PER_DOMAIN = 1_200


@pytest.fixture(scope="module")
def x():
    generator = torch.Generator().manual_seed(1)
    return torch.randn(400, 12, generator=generator) * torch.linspace(3, 0.1, 12)


def test_neurons_have_two_sides(x):
    values = neurons(x).encode(x, None).toarray()
    np.testing.assert_allclose(values[:, :12] - values[:, 12:], x.numpy(), rtol=1e-5)
    assert (values >= 0).all() and (values[:, :12] * values[:, 12:] == 0).all()


def test_principal_directions_are_scikit_learns(x):
    values = principal_directions(x + 5).encode(x + 5, None).toarray()
    expected = PCA().fit_transform(x.numpy())
    ours = values[:, :12] - values[:, 12:]
    np.testing.assert_allclose(np.abs(ours), np.abs(expected), atol=1e-3)


def test_random_features_are_as_sparse_as_asked(x):
    values = RandomFeatures(64, 5, x.mean(0), seed=3).encode(x, None)
    assert values.shape == (400, 64) and (np.diff(values.tocsr().indptr) <= 5).all()
    assert values.nnz > 0.95 * 400 * 5
    again = RandomFeatures(64, 5, x.mean(0), seed=3).encode(x, None)
    other = RandomFeatures(64, 5, x.mean(0), seed=4).encode(x, None)
    assert (values != again).nnz == 0 < (values != other).nnz


def test_tokens_are_one_unit_each():
    values = Tokens(9).encode(None, np.array([3, 8, 3]))
    assert values.toarray().argmax(axis=1).tolist() == [3, 8, 3] and values.nnz == 3


def test_token_sets_count_what_was_seen():
    """Token 3 carried the concept 9 times of 12, token 5 once of 2, and 4 times outside."""
    token = np.repeat([3, 5, 5], [12, 2, 4])
    carried = np.repeat([1, 0, 1, 0], [9, 3, 1, 5])[:, None].astype(np.float32)
    domain, defined = np.repeat([0, 1], [14, 4]), np.array([[True], [False]])
    text = LabelledText(["it"], sparse.csr_array(carried), defined, domain, domain)
    values = TokenSets(token, text, 9).encode(None, np.array([5, 3, 7]))
    np.testing.assert_allclose(values.toarray().ravel(), [1 / (2 + 3), 9 / (12 + 3), 0])


def test_features_are_those_of_the_dictionary(model, dictionaries, tokens, settings):
    text = evaluation_text(tokens, settings["context"], PER_DOMAIN, "test")
    activations = activations_on(text, model)
    dictionary = load_dictionary(dictionaries, 101)
    values = Features(dictionary).encode(activations, text.token)
    assert (values != encode_activations(dictionary, activations)).nnz == 0


def test_labels_are_those_of_the_tokens(tokens, concepts, settings):
    context = settings["context"]
    texts = {s: evaluation_text(tokens, context, PER_DOMAIN, s) for s in ("validation", "test")}
    found = labelled_texts(tokens, concepts, texts, context, PER_DOMAIN)
    for split, labels in found.items():
        assert labels.names == ["even", "above 40"]  # the third is too rare
        token, domain = texts[split].token, texts[split].domain
        carried = labels.carried.toarray()
        np.testing.assert_array_equal(carried[:, 0], token % 2 == 0)
        np.testing.assert_array_equal(carried[:, 1], (token > 40) & (domain >= 2))
        assert labels.tokens.tolist() == [4 * PER_DOMAIN, 2 * PER_DOMAIN]


@pytest.fixture(scope="module")
def scores(tmp_path_factory, model, tokens, concepts, dictionaries, settings, make_artifact):
    folder = tmp_path_factory.mktemp("scores")
    score_concepts(
        folder,
        model=model,
        tokens=tokens,
        concepts=concepts,
        dictionaries=dictionaries,
        seeds=settings["seeds"],
        units=list(KINDS),
        context=settings["context"],
        evaluation_tokens=PER_DOMAIN,
        shifts=19,
        seed=6,
    )
    return make_artifact("dictionaries/scores", folder)


def test_the_step_scores_every_kind(scores, settings):
    units = pd.read_parquet(scores.file("units.parquet"))
    sizes = units.groupby(["units", "seed"], sort=False).size().to_dict()
    assert sizes == {
        ("features", 101): settings["features"],
        ("features", 202): settings["features"],
        ("random features", -1): settings["features"],
        ("neurons", -1): 2 * 48,
        ("principal directions", -1): 2 * 48,
        ("tokens", -1): 64,
        ("token sets", -1): 2,
    }
    tokens = units[(units["units"] == "tokens") & (units["f1"] > 0)]
    wrong = tokens[(tokens["unit"] % 2 == 1) & (tokens["concept"] == "even")]
    assert wrong.empty and (tokens["precision"] == 1).all()
    sets = ConceptScores.read(scores, "token sets").concepts
    assert (sets["f1"] == 1).all() and (sets["unit"] == [0, 1]).all()  # they are sets of tokens


def test_one_set_of_units_is_read_back(scores):
    found = ConceptScores.read(scores, "features", 202)
    assert found.concepts["concept"].tolist() == ["even", "above 40"]
    with pytest.raises(KeyError, match="has no features of seed 7; it has features"):
        ConceptScores.read(scores, "features", 7)


def test_unknown_units_are_named(tmp_path, model, tokens, concepts, dictionaries, settings):
    with pytest.raises(ValueError, match="no units are called 'heads'"):
        score_concepts(
            tmp_path, model=model, tokens=tokens, concepts=concepts, dictionaries=dictionaries,
            seeds=[101], units=["heads"], context=settings["context"],
            evaluation_tokens=PER_DOMAIN, shifts=5, seed=6,
        )  # fmt: skip
