"""A base, models that descend from it, and dictionaries that read them, all tiny and untrained."""

from pathlib import Path

import torch
from planted_tokens import VOCABULARY, write_planted_tokens

from featurefate.artifacts.manifest import Cost, Manifest
from featurefate.artifacts.store import Artifact
from featurefate.language_model.architecture import new_model

CONTEXT, HIDDEN, NEURONS, FEATURES = 32, 16, 48, 96
SHAPE = dict(hidden_size=HIDDEN, mlp_size=NEURONS, heads=4, key_value_heads=2)
READING = {"context": CONTEXT, "evaluation_tokens": 1_200}  # of each domain
DRAWS = {"draws": 40, "draws_seed": 7_001}


def as_artifact(folder: Path, name: str) -> Artifact:
    Manifest(name, name, {}, Cost(), "").write(folder)
    return Artifact(name, folder, Manifest.read(folder))


def new_base(seed=1):
    """An untrained model; its words are made large, or all tokens would be read alike."""
    model = new_model(**SHAPE, vocabulary=VOCABULARY, context=CONTEXT, seed=seed).eval()
    with torch.no_grad():
        model.model.embed_tokens.weight *= 30
        model.lm_head.weight *= 30
    return model


@torch.no_grad()
def descendant(model, seed, step):
    """A model whose every matrix differs by `step` times its own size, as noise."""
    child, generator = new_base(), torch.Generator().manual_seed(seed)
    child.load_state_dict(model.state_dict())
    for parameter in child.parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        parameter += step * parameter.norm() / parameter.numel() ** 0.5 * noise
    return child


def save(model, folder: Path, name: str) -> Artifact:
    model.save_pretrained(folder)
    return as_artifact(folder, name)


def planted_tokens(folder: Path) -> Artifact:
    """80 documents a domain and split, as an artifact."""
    write_planted_tokens(folder)
    return as_artifact(folder, "corpora/tokens")


@torch.no_grad()
def new_sae(seed, k=4):
    """A TopK dictionary of random directions, for raw activations."""
    from featurefate.dictionaries.architectures import new_dictionary

    sae = new_dictionary("topk", d_in=NEURONS, features=FEATURES, k=k, seed=seed, device="cpu")
    sae.W_dec.copy_(torch.nn.functional.normalize(torch.randn(FEATURES, NEURONS), dim=1))
    sae.W_enc.copy_(sae.W_dec.T)
    sae.fold_activation_norm_scaling_factor(1.0)
    return sae


def save_sae(saes: dict, folder: Path, name: str) -> Artifact:
    for seed, sae in saes.items():
        sae.save_inference_model(folder / f"seed_{seed}")
    return as_artifact(folder, name)
