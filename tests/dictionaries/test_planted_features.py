"""Features planted by SAELens's generator: the trained dictionary must find them."""

import pytest
import torch

from featurefate.dictionaries.architectures import new_dictionary
from featurefate.dictionaries.start import centre_and_scale, start_at_samples
from featurefate.dictionaries.training import new_trainer

PLANTED, WIDTH, ACTIVE, BATCH, STEPS = 64, 48, 4, 512, 500
LATENTS = 96  # a few to spare: with none, two that share one truth have nowhere to go
DATA_SEED, DICTIONARY_SEED = 71, 72  # an equal seed could start a dictionary on the truth


@pytest.fixture(scope="module")
def planted():
    """The planted directions (features, width) and a source of activations (tokens, width)."""
    from sae_lens.synthetic import ActivationGenerator, FeatureDictionary

    truth = FeatureDictionary(PLANTED, WIDTH, seed=DATA_SEED)
    generator = ActivationGenerator(
        PLANTED, firing_probabilities=ACTIVE / PLANTED, std_firing_magnitudes=0.2
    )
    torch.manual_seed(DATA_SEED)
    with torch.no_grad():
        batches = [truth(generator.sample(BATCH)) for _ in range(STEPS)]
    return truth.feature_vectors.detach(), batches


def recovered(directions, truth):
    """Share of the planted directions with a latent at cosine ≥ .9."""
    cosine = torch.nn.functional.normalize(directions, dim=1) @ truth.T / truth.norm(dim=1)
    return (cosine.max(dim=0).values >= 0.9).float().mean().item()


def trained(planted, start, steps=STEPS):
    _, batches = planted
    dictionary = new_dictionary(
        "topk", d_in=WIDTH, features=LATENTS, k=ACTIVE, seed=DICTIONARY_SEED, device="cpu"
    )
    trainer = new_trainer(dictionary, steps=STEPS, batch=BATCH, learning_rate=3e-3)
    centre_and_scale(trainer, batches[0])
    if start == "samples":
        start_at_samples(trainer, batches[0], DICTIONARY_SEED)
    for batch in batches[:steps]:
        trainer.step(batch)
        trainer.n_training_steps += 1
    return dictionary.W_dec.detach()


@pytest.mark.parametrize("start", ["samples", "random"])
def test_planted_features_are_recovered_and_not_by_the_start(planted, start):
    truth, _ = planted
    assert recovered(trained(planted, start), truth) >= 0.95
    assert recovered(trained(planted, start, steps=0), truth) < 0.5


def test_a_random_dictionary_recovers_nothing(planted):
    truth, _ = planted
    directions = torch.randn(LATENTS, WIDTH, generator=torch.Generator().manual_seed(73))
    assert recovered(directions, truth) < 0.05
