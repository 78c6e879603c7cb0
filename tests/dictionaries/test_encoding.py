"""Sparse activations: aligned with the text, whole after a round trip, equal to a dense encode."""

import numpy as np
import pytest
import torch

from featurefate.dictionaries import encoding
from featurefate.dictionaries.encoding import (
    SparseActivations,
    activations_on,
    encode,
    encoded_seeds,
    evaluation_text,
    load_encoded,
)
from featurefate.dictionaries.training import load_dictionary

TOKENS_PER_DOMAIN = 1_200


@pytest.fixture(scope="module")
def encoded(tmp_path_factory, model, tokens, dictionaries, settings, make_artifact):
    folder = tmp_path_factory.mktemp("encoded")
    encode(
        folder,
        model=model,
        dictionaries=dictionaries,
        tokens=tokens,
        seeds=settings["seeds"],
        context=settings["context"],
        evaluation_tokens=TOKENS_PER_DOMAIN,
        split="validation",
    )
    return make_artifact("encoded/planted", folder)


def test_the_text_has_equal_domains_and_unique_documents(tokens, settings):
    text = evaluation_text(tokens, settings["context"], TOKENS_PER_DOMAIN, "test")
    assert np.bincount(text.domain).tolist() == [TOKENS_PER_DOMAIN] * 4
    assert (np.diff(text.document) >= 0).all()
    assert len(np.unique(text.document)) == text.document.max() + 1
    for document in np.unique(text.document):
        assert len(np.unique(text.domain[text.document == document])) == 1
    np.testing.assert_array_equal(text.rows[text.mask], text.token)
    assert (text.token != 0).all()


def test_equal_to_a_dense_encode(encoded, model, tokens, dictionaries, settings, monkeypatch):
    text = evaluation_text(tokens, settings["context"], TOKENS_PER_DOMAIN, "validation")
    activations = activations_on(text, model)
    monkeypatch.setattr(encoding, "TOKENS_AT_A_TIME", 1_000)
    for seed in encoded_seeds(encoded):
        sparse = load_encoded(encoded, seed)
        with torch.no_grad():
            dense = load_dictionary(dictionaries, seed).encode(activations).numpy()
        np.testing.assert_array_equal(sparse.values.toarray(), dense)
        in_parts = encoding.encode_activations(load_dictionary(dictionaries, seed), activations)
        np.testing.assert_allclose(in_parts.toarray(), dense, rtol=1e-5)
        np.testing.assert_array_equal(sparse.token, text.token)
        np.testing.assert_array_equal(sparse.document, text.document)


def test_round_trip(encoded, tmp_path):
    before = load_encoded(encoded, 101)
    before.save(tmp_path / "again.npz")
    after = SparseActivations.load(tmp_path / "again.npz")
    assert (before.values != after.values).nnz == 0
    assert after.values.dtype == np.float32 and after.features == 96
    for name in ("document", "domain", "token"):
        np.testing.assert_array_equal(getattr(before, name), getattr(after, name))
