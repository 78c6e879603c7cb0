"""Training several seeds in one pass: learning, seeds, resuming, saved files, bounded memory."""

import weakref

import numpy as np
import pandas as pd
import pytest
import torch
from sae_lens import SAE
from safetensors.torch import load_file

from featurefate.artifacts.manifest import Manifest
from featurefate.artifacts.store import ArtifactStore
from featurefate.dictionaries import training
from featurefate.dictionaries.activation_stream import ActivationStream, shuffled_batches
from featurefate.dictionaries.checkpoint import FILE_NAME
from featurefate.dictionaries.encoding import activations_on, evaluation_text
from featurefate.dictionaries.training import load_dictionary, train_dictionaries, trained_seeds
from featurefate.language_model.activations import mlp_activations
from featurefate.language_model.architecture import load_model


def weights(folder, seed):
    return load_file(folder / f"seed_{seed}" / "sae_weights.safetensors")


def assert_same_dictionaries(first, second, seeds):
    for seed in seeds:
        expected = weights(first, seed)
        for name, tensor in weights(second, seed).items():
            assert torch.equal(tensor, expected[name]), name


def test_it_learns(dictionaries, settings):
    curve = pd.read_parquet(dictionaries.file("curves.parquet"))
    for _, of_seed in curve.groupby("seed"):
        first, last = of_seed.iloc[0], of_seed.iloc[-1]
        assert last["variance_explained"] > 0.5 > first["variance_explained"]
        assert last["tokens"] == settings["training_tokens"]


def test_the_saved_dictionary_works_on_raw_activations(dictionaries, model, tokens, settings):
    raw = activations_on(evaluation_text(tokens, settings["context"], 500, "validation"), model)
    for seed in trained_seeds(dictionaries):
        loaded = SAE.load_from_disk(dictionaries.path / f"seed_{seed}")
        error = (loaded(raw) - raw).pow(2).sum() / (raw - raw.mean(0)).pow(2).sum()
        assert error < 0.5
        assert loaded.cfg.metadata.hook_name == "blocks.0.mlp.hook_post"
        assert loaded.cfg.normalize_activations == "none"
        torch.testing.assert_close(loaded.W_dec.norm(dim=1), torch.ones(settings["features"]))


def test_seeds_are_listed_and_a_missing_one_is_named(dictionaries):
    assert trained_seeds(dictionaries) == [101, 202]
    assert load_dictionary(dictionaries, 202).cfg.d_sae == 96
    with pytest.raises(KeyError, match="no seed 7; it has 101, 202"):
        load_dictionary(dictionaries, 7)


def test_a_seed_trains_the_same_alone_or_in_company(
    dictionaries, model, tokens, settings, tmp_path
):
    train_dictionaries(tmp_path, model=model, tokens=tokens, **{**settings, "seeds": [202]})
    assert_same_dictionaries(dictionaries.path, tmp_path, [202])


def test_seeds_differ_in_weights_and_in_order(dictionaries):
    one, two = (weights(dictionaries.path, seed)["W_dec"] for seed in (101, 202))
    assert (one @ two.T).max(dim=1).values.median() < 0.99
    data = torch.arange(64.0)[:, None]
    orders = [torch.cat(list(shuffled_batches(data, 16, seed=(1, seed, 0)))) for seed in (101, 202)]
    assert not torch.equal(*orders)
    assert torch.equal(*(order.sort(dim=0).values for order in orders))


class Killed(Exception):
    """Stands for kill -9."""


def test_a_killed_run_goes_on_from_its_checkpoint(
    dictionaries, model, tokens, settings, tmp_path, monkeypatch
):
    monkeypatch.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", -1)
    asked = []
    get = ActivationStream.__getitem__

    def dies_at_the_fifth(stream, index):
        asked.append(index)
        if len(asked) == 5:
            raise Killed
        return get(stream, index)

    monkeypatch.setattr(ActivationStream, "__getitem__", dies_at_the_fifth)
    with pytest.raises(Killed):
        train_dictionaries(tmp_path, model=model, tokens=tokens, **settings)
    assert (tmp_path / FILE_NAME).exists() and not list(tmp_path.glob("seed_*"))
    train_dictionaries(tmp_path, model=model, tokens=tokens, **settings)
    assert asked == [0, 1, 2, 3, 4, 4, 5, 6]
    assert_same_dictionaries(dictionaries.path, tmp_path, settings["seeds"])
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "curves.parquet"),
        pd.read_parquet(dictionaries.file("curves.parquet")),
    )


def test_a_kill_before_the_manifest_costs_no_step(model, tokens, settings, tmp_path, monkeypatch):
    store, inputs = ArtifactStore(tmp_path), {"model": model, "tokens": tokens}

    def killed(*arguments):
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Manifest, "write", killed)
        store.step("dictionaries/base", train_dictionaries, settings, inputs)
    with monkeypatch.context() as patch:
        patch.setattr(ActivationStream, "__getitem__", killed)  # nothing is trained again
        artifact = store.step("dictionaries/base", train_dictionaries, settings, inputs)
    assert trained_seeds(artifact) == settings["seeds"]
    assert not list(artifact.path.rglob(".*"))


def test_the_stream_is_the_rows_without_their_first_position(model):
    network = load_model(model)
    rows = np.random.default_rng(3).integers(1, 64, (10, 32)).astype(np.int32)
    whole = mlp_activations(network, rows)[:, 1:].flatten(0, 1)
    stream = ActivationStream(network, rows, tokens=300, piece=70)
    assert [len(stream[i]) for i in range(len(stream))] == [70, 70, 70, 70, 20]
    joined = torch.cat([stream[i] for i in range(len(stream))])
    torch.testing.assert_close(joined, whole[:300])
    with pytest.raises(ValueError, match="311 tokens are wanted, the rows hold 310"):
        ActivationStream(network, rows, tokens=311, piece=70)


def test_a_buffer_smaller_than_a_batch_is_refused(model, tokens, settings, tmp_path):
    with pytest.raises(ValueError, match="a buffer of 64 tokens cannot fill a batch of 128"):
        train_dictionaries(
            tmp_path, model=model, tokens=tokens, **{**settings, "buffer_tokens": 64}
        )


def test_one_piece_of_activations_is_held_at_a_time(model, tokens, settings, tmp_path, monkeypatch):
    get, alive, sizes = ActivationStream.__getitem__, [], []

    def watched(stream, index):
        sizes.append(sum(piece().nelement() for piece in alive if piece() is not None))
        piece = get(stream, index)
        alive.append(weakref.ref(piece))
        sizes.append(piece.nelement())
        return piece

    monkeypatch.setattr(ActivationStream, "__getitem__", watched)
    train_dictionaries(tmp_path, model=model, tokens=tokens, **settings)
    before, held = sizes[::2], sizes[1::2]
    assert before == [0] * len(held)  # nothing of an earlier piece when the next is computed
    assert max(held) == settings["buffer_tokens"] * 48


def test_the_curve_tells_of_sparsity(dictionaries, settings):
    curve = pd.read_parquet(dictionaries.file("curves.parquet"))
    assert (curve.l0 <= settings["k"]).all() and curve.l0.iloc[-1] > settings["k"] / 2
    assert (curve.dead + curve.revived <= settings["features"]).all()


def test_features_that_come_back_are_counted(model, tokens, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(training, "SILENT_SHARE", 1e-9)  # dead as soon as a batch has none of it
    one = settings | {"seeds": [101], "training_tokens": 1_280}
    train_dictionaries(tmp_path, model=model, tokens=tokens, **one)
    curve = pd.read_parquet(tmp_path / "curves.parquet")
    assert curve.dead.max() > 0 and curve.revived.max() > 0
    assert (curve.dead + curve.revived <= settings["features"]).all()


def test_own_domain_data(model, tokens, settings, tmp_path, monkeypatch):
    """Lua's own words, 46 to 60, are more than twice as frequent where Lua alone is read."""
    get, read = ActivationStream.__getitem__, []

    def watched(stream, index):
        read.append(stream.rows)
        return get(stream, index)

    monkeypatch.setattr(ActivationStream, "__getitem__", watched)
    few = settings | {"seeds": [101], "training_tokens": 2_048}
    for name, domains in {"lua": {"domains": ["lua"]}, "all": {}}.items():
        (tmp_path / name).mkdir()
        train_dictionaries(tmp_path / name, model=model, tokens=tokens, **few, **domains)
    own, mixed = (np.isin(rows, range(46, 61)).mean() for rows in read)
    assert own > 2 * mixed
