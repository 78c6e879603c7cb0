"""Inner products of task vectors against the plain way, with all weights in memory."""

import numpy as np
import pytest
from planted_datasets import SHAPE, fine_tuning

from featurefate.language_model.architecture import load_model
from featurefate.language_model.controls import untrained
from featurefate.language_model.movement import (
    ALL,
    INNER,
    PARTS,
    WORD_TABLES,
    movement,
    moves_compared,
)
from featurefate.regions.task_vectors import cosines, gram_matrices


@pytest.fixture(scope="module")
def family(planted):
    """Two fine-tunes of the base and the base itself."""
    tuned = [planted.step(**fine_tuning(planted, name, 9, steps=10)) for name in ("torch", "lost")]
    return tuned, planted.read("models/base")


def test_cosines_and_lengths_are_those_of_the_whole_vectors(family):
    tuned, base = family
    grams = gram_matrices(tuned, [base, base])
    first, second, parent = (load_model(each) for each in (*tuned, base))
    expected = moves_compared((parent, first), (parent, second)).set_index("part").cosine
    for part in (*PARTS.values(), ALL):
        assert cosines(grams[part])[0, 1] == pytest.approx(expected[part], abs=1e-5)
    length = movement(parent, first).set_index("part").length[ALL]
    assert np.sqrt(grams[ALL][0, 0]) == pytest.approx(length, rel=1e-5)


def test_the_body_is_all_but_the_word_tables(family):
    tuned, base = family
    grams = gram_matrices(tuned, [base, base])
    tables = sum(grams[part] for part in WORD_TABLES)
    np.testing.assert_allclose(grams[INNER] + tables, grams[ALL], rtol=1e-6)


@pytest.mark.parametrize("block", [1, 100, 5_000])
def test_small_blocks_change_nothing(family, block):
    tuned, base = family
    whole = gram_matrices(tuned, [base, base])
    for part, gram in gram_matrices(tuned, [base, base], block).items():
        np.testing.assert_allclose(gram, whole[part], rtol=1e-4)


def test_every_model_is_seen_from_its_own_parent(planted, family):
    tuned, base = family
    tokenizer = {"tokenizer": planted.read("corpora/tokenizer")}
    other = planted.step("models/other", untrained, {"shape": SHAPE, "seed": 12}, tokenizer)
    grams = gram_matrices([tuned[0], other], [base, base])
    swapped = gram_matrices([tuned[0], base], [base, other])
    assert swapped[ALL][0, 1] == pytest.approx(-grams[ALL][0, 1], rel=1e-4)
    assert swapped[ALL][1, 1] == pytest.approx(grams[ALL][1, 1], rel=1e-5)


def test_a_model_that_did_not_move_has_no_direction(family):
    tuned, base = family
    with pytest.raises(ValueError, match="the task vectors 1 are 0"):
        cosines(gram_matrices([tuned[0], base], [base, base])[ALL])


def test_models_of_different_shapes_are_refused(planted, family):
    tuned, base = family
    tokenizer = {"tokenizer": planted.read("corpora/tokenizer")}
    wider = {"shape": {**SHAPE, "mlp_size": 48}, "seed": 12}
    wide = planted.step("models/wide", untrained, wider, tokenizer)
    with pytest.raises(ValueError, match="gate_proj.weight has different shapes"):
        gram_matrices([tuned[0], wide], [base, base])


def test_what_is_no_model_of_one_layer_is_refused(tmp_path, artifact_of):
    import torch
    from safetensors.torch import save_file

    save_file({"weight": torch.zeros(2)}, tmp_path / "model.safetensors")
    stranger = artifact_of(tmp_path)
    with pytest.raises(ValueError, match="is not a model of one layer"):
        gram_matrices([stranger], [stranger])
