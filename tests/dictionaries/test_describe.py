"""Feature cards: contexts in their document, histograms that add up, effects on the logits."""

import numpy as np
import pytest
import torch
from scipy import sparse
from transformers import AutoTokenizer

from featurefate.dictionaries.describe import describe, logit_effects, strongest_by_document
from featurefate.dictionaries.encoding import SparseActivations
from featurefate.dictionaries.training import load_dictionary
from featurefate.language_model.architecture import load_model


@pytest.fixture(scope="module")
def encoded():
    """Ten documents of twenty tokens; feature 3 fires on token 5 of each, more in later ones."""
    values = np.zeros((200, 96), dtype=np.float32)
    values[5::20, 3] = np.arange(1, 11)
    values[6, 3] = 0.5
    return SparseActivations(
        values=sparse.csr_array(values),
        document=np.repeat(np.arange(10), 20),
        domain=np.repeat([0, 1, 2, 3], 50).astype(np.int8),
        token=np.tile(np.arange(1, 21), 10),
    )


def test_a_card(encoded, model, dictionaries):
    card = describe(
        3,
        encoded,
        load_dictionary(dictionaries, 101),
        load_model(model),
        AutoTokenizer.from_pretrained(model.path),
        contexts=4,
        tokens_each_side=8,
        promoted_tokens=5,
    )
    assert card.firing_rate == 11 / 200 and card.documents == 10
    assert sum(card.histogram_counts) == 11
    assert len(card.histogram_edges) == len(card.histogram_counts) + 1
    assert [c.document for c in card.contexts] == [9, 8, 7, 6]
    strongest = card.contexts[0]
    assert strongest.tokens[strongest.peak] == "w6" and strongest.activations[strongest.peak] == 10
    assert len(strongest.tokens) == 5 + 1 + 8  # cut at the start of its document
    assert strongest.domain == "lua"
    assert len(card.promoted) == len(card.suppressed) == 5
    assert card.promoted[0][1] > 0 > card.suppressed[0][1]


def test_a_feature_that_never_fires(encoded, model, dictionaries):
    tokenizer = AutoTokenizer.from_pretrained(model.path)
    card = describe(4, encoded, load_dictionary(dictionaries, 101), load_model(model), tokenizer)
    assert card.contexts == [] and card.documents == 0 and sum(card.histogram_counts) == 0


def test_effects_are_the_derivative_of_the_logits(model):
    """With the stream's norm held, pushing along a direction moves the logits by its effects."""
    network = load_model(model)
    direction = torch.randn(48, generator=torch.Generator().manual_seed(4))
    stream = torch.randn(16, generator=torch.Generator().manual_seed(5))
    size = stream.pow(2).mean().add(network.config.rms_norm_eps).sqrt()

    def logits(activations):
        written = stream + network.model.layers[0].mlp.down_proj.weight @ activations
        return network.lm_head.weight @ (network.model.norm.weight * written / size)

    with torch.no_grad():
        change = (logits(direction) - logits(torch.zeros(48))) * size
    expected = (change - change.mean()).numpy()
    np.testing.assert_allclose(logit_effects(direction, network), expected, rtol=1e-4, atol=1e-4)


def test_one_context_a_document_strongest_first():
    column = np.array([0.0, 3, 5, 0, 4, 0, 1])
    document = np.array([0, 0, 0, 1, 1, 2, 2])
    assert strongest_by_document(column, document, 5) == [2, 4, 6]
    assert strongest_by_document(column, document, 2) == [2, 4]
    assert strongest_by_document(np.zeros(7), document, 2) == []
