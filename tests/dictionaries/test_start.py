"""Where a dictionary starts: sampled activations, another dictionary, a decoder that stays."""

import pytest
import torch
from sae_lens import SAE

from featurefate.dictionaries.architectures import new_dictionary
from featurefate.dictionaries.start import (
    centre_and_scale,
    freeze_decoder,
    start_at_samples,
    start_from,
)
from featurefate.dictionaries.training import (
    load_dictionary,
    new_trainer,
    save_dictionary,
    train_dictionaries,
)

WIDTH, FEATURES, ACTIVE = 24, 96, 4


def activations():
    generator = torch.Generator().manual_seed(5)
    return torch.randn(400, WIDTH, generator=generator).pow(3) + 0.5


def fresh_trainer(seed=1, features=FEATURES):
    dictionary = new_dictionary(
        "topk", d_in=WIDTH, features=features, k=ACTIVE, seed=seed, device="cpu"
    )
    return new_trainer(dictionary, steps=100, batch=64, learning_rate=1e-3)


def started(seed):
    trainer = fresh_trainer(seed)
    centre_and_scale(trainer, activations())
    start_at_samples(trainer, activations(), seed)
    return trainer


def test_latents_point_at_tokens_of_the_sample():
    sae, x = started(1).sae, activations()
    directions = torch.nn.functional.normalize(x - x.mean(0), dim=1)
    cosine = torch.nn.functional.normalize(sae.W_dec, dim=1) @ directions.T
    nearest = cosine.max(dim=1)
    torch.testing.assert_close(nearest.values, torch.ones(FEATURES))
    assert len(nearest.indices.unique()) == FEATURES  # no token twice
    torch.testing.assert_close(sae.W_dec.norm(dim=1), torch.full((FEATURES,), 0.1))
    torch.testing.assert_close(sae.W_enc, sae.W_dec.t())


def test_seeds_start_at_tokens_of_their_own():
    one, again, two = (started(seed).sae.W_dec for seed in (1, 1, 2))
    assert torch.equal(one, again)
    shared = (one[:, None] == two[None]).all(dim=2).sum().item()
    assert shared < FEATURES * FEATURES / 400 * 2  # as many as chance gives, about


def test_more_latents_than_tokens():
    trainer = fresh_trainer(features=500)
    centre_and_scale(trainer, activations())
    start_at_samples(trainer, activations(), 1)
    assert trainer.sae.W_dec.isfinite().all()


def test_a_warm_start_reconstructs_as_its_parent_does(tmp_path):
    trainer, x = started(1), activations()
    for _ in range(20):
        trainer.step(x[:64])
        trainer.n_training_steps += 1
    save_dictionary(trainer, tmp_path, "models/any")
    parent = SAE.load_from_disk(tmp_path)
    child = fresh_trainer(seed=2)
    centre_and_scale(child, 3 * x)  # another model's activations may be of another size
    start_from(child, parent)
    scale = child.activation_scaler.scaling_factor
    with torch.no_grad():
        torch.testing.assert_close(child.sae(scale * x) / scale, parent(x), rtol=1e-4, atol=1e-4)


def test_a_warm_start_from_another_size_is_refused():
    trainer = fresh_trainer()
    centre_and_scale(trainer, activations())
    with pytest.raises(ValueError, match="96 features on 24 neurons .* cannot start from one of 7"):
        start_from(trainer, fresh_trainer(features=7).sae)


def test_warm_started_dictionaries_stay_near_their_parent(
    dictionaries, model, tokens, settings, tmp_path, make_artifact
):
    warm = {**settings, "learning_rate": 1e-4, "training_tokens": 2_560, "seeds": [303, 404]}
    train_dictionaries(
        tmp_path, model=model, tokens=tokens, parent=dictionaries, parent_seed=101, **warm
    )
    children = make_artifact("dictionaries/warm", tmp_path)
    parent = load_dictionary(dictionaries, 101).W_dec
    one, two = (load_dictionary(children, seed).W_dec for seed in (303, 404))
    assert (one * parent).sum(dim=1).median() > 0.95
    assert not torch.equal(one, two)
    with pytest.raises(ValueError, match="given together"):
        train_dictionaries(tmp_path, model=model, tokens=tokens, parent=dictionaries, **settings)
    with pytest.raises(ValueError, match="start 'zero' is neither"):
        train_dictionaries(tmp_path, model=model, tokens=tokens, start="zero", **settings)


def test_a_frozen_decoder_keeps_its_directions():
    trainer = fresh_trainer()
    freeze_decoder(trainer.sae)
    centre_and_scale(trainer, activations())
    before = {name: p.detach().clone() for name, p in trainer.sae.named_parameters()}
    for _ in range(5):
        trainer.step(activations()[:64])
    assert torch.equal(trainer.sae.W_dec, before["W_dec"])
    assert not torch.equal(trainer.sae.W_enc, before["W_enc"])
