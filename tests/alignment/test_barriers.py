"""Barriers: on losses that a test makes up, and along the chord between two small models."""

import numpy as np
import pandas as pd
import pytest
import torch
from planted_pair import RECIPE, SHAPE, copy_of, model_with_gains, plant_corpora, planted

from featurefate.alignment.activation_matching import match_activations
from featurefate.alignment.aligned import (
    aligned,
    merge_aligned,
    random_transforms,
    transformed_copy,
)
from featurefate.alignment.barriers import Estimate, barrier, losses, lost, mean, walk
from featurefate.alignment.transform import Transform
from featurefate.alignment.weights import DOWN, EMBEDDING, GATE, PLACES, TENSORS, UP
from featurefate.corpora.tokens import evaluation_rows, load_tokens
from featurefate.language_model.architecture import read_model
from featurefate.language_model.bootstrap import interval
from featurefate.language_model.evaluation import score_model
from featurefate.language_model.training import train_base

T = np.linspace(0, 1, 5)


def walked(per_document: np.ndarray, domain: str = "english") -> pd.DataFrame:
    """What `walk` would have written for these nats a document and t; ten tokens each."""
    document, point = np.indices(per_document.shape)
    return pd.DataFrame(
        {"domain": domain, "document": document.ravel(), "t": T[point.ravel()],
         "nats": 10 * per_document.ravel(), "tokens": 10.0}
    )  # fmt: skip


def test_the_three_definitions_on_a_skew_curve():
    frame = walked(np.tile([1.0, 4.0, 3.5, 3.6, 3.0], (20, 1)))
    assert barrier(frame, "english").value == pytest.approx(4.0 - 2.0)
    assert barrier(frame, "english", "chord").value == pytest.approx(4.0 - 1.5)
    assert barrier(frame, "english", "midpoint").value == pytest.approx(3.5 - 2.0)
    with pytest.raises(ValueError, match="definition is 'highest': one of mean, chord, midpoint"):
        barrier(frame, "english", "highest")


def test_a_chord_has_no_barrier_above_it_but_one_above_its_mean():
    frame = walked(np.tile(1 + 2 * T, (20, 1)))
    assert barrier(frame, "english", "chord").value == pytest.approx(0, abs=1e-12)
    assert barrier(frame, "english").value == pytest.approx(1)


def test_intervals_are_those_of_the_bootstrap_where_the_worst_point_is_known():
    rng = np.random.default_rng(1)
    height = rng.normal(2, 0.5, 50)
    frame = walked(np.outer(height, [0, 0.2, 1, 0.2, 0]))
    found = barrier(frame, "english")
    reference = interval(height, np.ones(50), seed=[0, *b"english"])
    assert found.interval == pytest.approx(reference)


def test_differences_of_arms_are_taken_on_the_same_documents():
    hard = np.random.default_rng(2).normal(5, 2, (40, 1))  # noise that both arms share
    before = barrier(walked(hard + [0, 1, 2, 1, 0]), "english")
    after = barrier(walked(hard + [0, 0.2, 0.5, 0.2, 0]), "english")
    gone = after.removed(before)
    assert gone.value == pytest.approx(0.75)
    assert gone.interval == pytest.approx((0.75, 0.75))


def test_a_mean_is_taken_value_by_value_and_draw_by_draw():
    found = mean([Estimate(1.0, np.array([0.0, 2.0, 4.0])), Estimate(2.0, np.array([2.0, 2.0, 0]))])
    assert found.value == 1.5
    assert found.draws.tolist() == [1, 2, 2]


@pytest.fixture
def world(tmp_path, artifact_of):
    """Corpora, two small models as artifacts, and a function that runs a step in a folder."""
    store = plant_corpora(tmp_path / "store")
    corpora = {key: store.read(f"corpora/{key}") for key in ("tokens", "tokenizer")}

    def saved(name, model):
        model.save_pretrained(tmp_path / name)
        return artifact_of(tmp_path / name, name)

    def made(step, name, **arguments):
        (tmp_path / name).mkdir()
        step(tmp_path / name, **arguments)
        return artifact_of(tmp_path / name, name)

    models = {seed: saved(f"model_{seed}", model_with_gains(seed)) for seed in (1, 2)}
    return corpora, models, saved, made


SETTINGS = {"at": [0.0, 0.5, 1.0], "domains": ["english"], "evaluation_tokens": 600}


def test_the_ends_of_a_walk_are_the_two_models(world):
    corpora, models, _, made = world
    arms = {"turned": ["residual", "planes", "values"]}
    turned = made(random_transforms, "random", first=models[1], arms=arms, seed=5)
    for name, more in {"plain": {}, "turned": {"transforms": turned, "arm": "turned"}}.items():
        ends = {"first": models[1], "second": models[2]}
        path = made(walk, name, **ends, tokens=corpora["tokens"], **SETTINGS, **more)
        t, loss, _ = losses(pd.read_parquet(path.file("documents.parquet")), "english")
        assert t.tolist() == [0, 0.5, 1]
        rows = _rows(corpora["tokens"])
        for seed, end in ((1, 0), (2, -1)):
            assert loss[end] == pytest.approx(
                score_model(model_with_gains(seed), rows).loss, abs=1e-4
            )


def test_only_the_places_asked_for_move(world):
    corpora, models, _, made = world
    pair = {"first": models[1], "second": models[2], "tokens": corpora["tokens"]}
    path = made(walk, "part", **pair, **SETTINGS, places=["neurons", "embedding"])
    frame = pd.read_parquet(path.file("documents.parquet"))
    model, a, b = aligned(models[1], models[2])
    moved = {name: (a[name] + b[name]) / 2 for name in (GATE, UP, DOWN, EMBEDDING)}
    loss = []
    for state in (a, a | moved):
        model.load_state_dict(state)
        loss.append(score_model(model, _rows(corpora["tokens"])).loss)
    half = lost(frame, "english", 0.5)
    assert half.value == pytest.approx(loss[1] - loss[0], abs=1e-6)
    assert half.interval[0] < half.value < half.interval[1]
    assert lost(frame, "english", 0).value == 0


def test_every_matrix_has_one_place():
    inside = [name for names in PLACES.values() for name in names]
    gains = {name for name in TENSORS if "norm" in name}
    assert sorted(inside) == sorted(set(TENSORS) - gains)


def test_a_copy_in_another_form_is_recovered_to_no_barrier(world, tmp_path):
    corpora, _, saved, made = world
    trained = made(train_base, "trained", **corpora, shape=SHAPE, recipe=RECIPE)
    transform = planted(3, ["neurons", "neuron_scales", "heads", "value_order", "residual_order"])
    pair = {"first": trained, "second": saved("copy", copy_of(read_model(trained.path), transform))}
    arms = {"all": ["neuron_scales", "heads", "residual_from_all"]}
    given = dict(arms=arms, domains=["english"], statistics_tokens=2_000, seed=4)
    matching = made(match_activations, "matching", **pair, tokens=corpora["tokens"], **given)
    more = {"plain": {}, "matched": {"transforms": matching, "arm": "all"}}
    found = {}
    for name, arguments in more.items():
        path = made(walk, name, **pair, tokens=corpora["tokens"], **SETTINGS, **arguments)
        found[name] = barrier(pd.read_parquet(path.file("documents.parquet")), "english").value
    assert found["plain"] > 0.1
    assert abs(found["matched"]) < 1e-3


def test_the_midpoint_is_half_of_each_and_is_saved_with_its_tokenizer(world):
    corpora, models, _, made = world
    pair = {"first": models[1], "second": models[2]}
    middle = made(merge_aligned, "middle", **pair, tokenizer=corpora["tokenizer"], t=0.5)
    _, a, b = aligned(**pair)
    for name, tensor in read_model(middle.path).state_dict().items():
        torch.testing.assert_close(tensor, (a[name] + b[name]) / 2)
    assert (middle.path / "tokenizer.json").is_file()


def test_a_transformed_copy_says_the_same_from_other_weights(world):
    corpora, models, _, made = world
    kinds = ["residual", "heads", "values", "planes", "neurons", "neuron_scales"]
    given = dict(tokenizer=corpora["tokenizer"], kinds=kinds, seed=8)
    copy = read_model(made(transformed_copy, "copied", model=models[1], **given).path)
    rows = _rows(corpora["tokens"])
    original = score_model(model_with_gains(1), rows)
    assert score_model(copy, rows).loss == pytest.approx(original.loss, abs=1e-4)
    embeddings = (m.model.embed_tokens.weight for m in (copy, model_with_gains(1)))
    assert not torch.allclose(*embeddings, atol=0.01)


def test_random_transforms_differ_by_seed(world):
    _, models, _, made = world
    drawn = [
        Transform.load(
            made(random_transforms, f"r{seed}", first=models[1], arms={"n": ["neurons"]}, seed=seed)
            .file("n.safetensors")
        )
        for seed in (1, 2)
    ]  # fmt: skip
    assert not torch.equal(drawn[0].neurons, drawn[1].neurons)


def _rows(tokens):
    return evaluation_rows(load_tokens(tokens, "english", "test"), 24, 600)
