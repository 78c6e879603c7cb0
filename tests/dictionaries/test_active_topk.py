"""The fast dictionary against SAELens's own: same losses, same weights, same file."""

import pytest
import torch
from sae_lens import SAE, SAETrainer, TopKTrainingSAE, TopKTrainingSAEConfig
from sae_lens.config import SAETrainerConfig
from sae_lens.registry import get_sae_training_class

from featurefate.dictionaries import active_topk
from featurefate.dictionaries.active_latents import (
    TOKENS_AT_A_TIME,
    ActiveLatents,
    Decode,
    Encode,
    strongest,
)
from featurefate.dictionaries.active_topk import active_topk_classes

WIDTH, FEATURES, ACTIVE, BATCH, STEPS = 24, 96, 4, 64, 50


def activations(seed=5):
    """Heavy-tailed, correlated, off-centre: as neurons are."""
    generator = torch.Generator().manual_seed(seed)
    mix = torch.randn(WIDTH, WIDTH, generator=generator)
    return torch.randn(BATCH, WIDTH, generator=generator).pow(3) @ mix * 0.1 + 0.5


def trainer_of(sae_class, config_class, dead_window):
    torch.manual_seed(11)
    sae = sae_class(config_class(d_in=WIDTH, d_sae=FEATURES, k=ACTIVE))
    config = SAETrainerConfig(
        total_training_samples=STEPS * BATCH,
        train_batch_size_samples=BATCH,
        lr=1e-3,
        lr_end=1e-3,
        dead_feature_window=dead_window,
    )
    return SAETrainer(cfg=config, sae=sae, data_provider=iter(()))


@pytest.mark.parametrize("dense_up_to", [active_topk.DENSE_UP_TO, 0], ids=["dense", "sparse"])
@pytest.mark.parametrize("dead_window", [1000, 3], ids=["none dead", "many dead"])
def test_fifty_steps_equal_those_of_saelens(dead_window, dense_up_to, monkeypatch):
    monkeypatch.setattr(active_topk, "DENSE_UP_TO", dense_up_to)
    ours = trainer_of(*active_topk_classes(), dead_window)
    theirs = trainer_of(TopKTrainingSAE, TopKTrainingSAEConfig, dead_window)
    revived = 0
    for step in range(STEPS):
        for trainer in (ours, theirs):
            trainer.output = trainer.step(activations(seed=100 + step))
            trainer.n_training_steps += 1
        for name, loss in theirs.output.losses.items():
            torch.testing.assert_close(ours.output.losses[name], loss, rtol=1e-4, atol=1e-4)
        revived += theirs.output.losses["auxiliary_reconstruction_loss"].item() > 0
        torch.testing.assert_close(
            ours.output.feature_acts.to_dense(), theirs.output.feature_acts, rtol=1e-4, atol=1e-4
        )
    assert (revived > STEPS // 2) == (dead_window == 3)
    for name, weight in theirs.sae.named_parameters():
        torch.testing.assert_close(ours.sae.get_parameter(name), weight, rtol=1e-4, atol=1e-4)
    assert torch.equal(ours.act_freq_scores, theirs.act_freq_scores)
    assert torch.equal(ours.n_forward_passes_since_fired, theirs.n_forward_passes_since_fired)


def test_the_saved_file_is_a_plain_topk_dictionary(tmp_path):
    ours = trainer_of(*active_topk_classes(), 1000)
    for step in range(5):
        ours.step(activations(seed=step))
    ours.sae.save_inference_model(tmp_path)
    loaded = SAE.load_from_disk(tmp_path)
    assert loaded.cfg.architecture() == "topk"
    x = activations(seed=77)
    torch.testing.assert_close(loaded(x), ours.sae(x), rtol=1e-5, atol=1e-5)
    assert (loaded.encode(x) > 0).sum(1).max() == ACTIVE


def test_the_class_is_registered_with_saelens():
    classes = active_topk_classes()
    assert get_sae_training_class("active_topk") == classes
    assert active_topk_classes() is classes


def test_gradients_of_the_active_latents_are_those_of_the_masked_dense_products():
    generator = torch.Generator().manual_seed(3)

    def random(*shape):
        return torch.randn(*shape, generator=generator, dtype=torch.float64, requires_grad=True)

    x = random(BATCH, WIDTH).detach()
    W_enc, W_dec = random(WIDTH, FEATURES), random(FEATURES, WIDTH)
    b_enc, b_dec = random(FEATURES), random(WIDTH)
    target = random(BATCH, WIDTH).detach()

    dense = (x - b_dec) @ W_enc + b_enc
    indices = dense.topk(ACTIVE, dim=1).indices.sort(dim=1).values
    mask = torch.zeros_like(dense).scatter_(1, indices, 1.0)
    ((dense * mask).relu() @ W_dec - target).pow(2).sum().backward()
    parameters = (W_enc, W_dec, b_enc, b_dec)
    expected = [p.grad.clone() for p in parameters]
    for p in parameters:
        p.grad = None

    active = ActiveLatents.of(indices, FEATURES)
    chosen = dense.detach().gather(1, active.indices)
    values = Encode.apply(chosen, (x - b_dec).detach(), W_enc, b_enc, b_dec, active).relu()
    (Decode.apply(values, W_dec, active) - target).pow(2).sum().backward()
    for p, gradient in zip(parameters, expected, strict=True):
        torch.testing.assert_close(p.grad, gradient)


@pytest.mark.parametrize("features", [2**16, 2**16 + 1])
def test_pairs_are_sorted_by_latent_also_where_numbers_have_more_than_16_bits(features):
    generator = torch.Generator().manual_seed(8)
    indices = torch.randint(features - 9, features, (7, 4), generator=generator)
    active = ActiveLatents.of(indices, features)
    expected = indices.flatten().sort(stable=True)
    torch.testing.assert_close(active.by_latent, expected.indices)
    torch.testing.assert_close(active.tokens_of, expected.indices // 4)
    first = torch.searchsorted(expected.values, torch.arange(features))
    torch.testing.assert_close(active.starts, first)


@pytest.mark.parametrize("tokens", [3, TOKENS_AT_A_TIME, 2 * TOKENS_AT_A_TIME + 7])
@pytest.mark.parametrize("autocast", [False, True])
def test_the_strongest_latents_are_those_of_the_whole_product(tokens, autocast):
    generator = torch.Generator().manual_seed(7)
    x = torch.randn(tokens, WIDTH, generator=generator)
    W_enc = torch.randn(WIDTH, FEATURES, generator=generator)
    b_enc, norms = torch.randn(2, FEATURES, generator=generator).abs()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
        scores, indices = strongest(x, W_enc, b_enc, norms, ACTIVE)
    dense = (x @ W_enc + b_enc) * norms
    assert scores.dtype == x.dtype and (indices.diff(dim=1) > 0).all()
    close = dict(rtol=0.05, atol=0.2) if autocast else dict(rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(scores, dense.gather(1, indices), **close)
    expected = dense.topk(ACTIVE, dim=1).values.sort(dim=1).values
    torch.testing.assert_close(scores.sort(dim=1).values, expected, **close)
