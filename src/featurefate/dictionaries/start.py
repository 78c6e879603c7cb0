"""Where the training of a dictionary starts, other than in SAELens's random directions.

At sampled activations, each latent at one token's: more of them stay in use at a high learning
rate. The tokens are drawn by the dictionary's own seed, so two seeds share no more of their start
than the text does. Or at another dictionary, to ask what changes when the model or the data does.
"""

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

if TYPE_CHECKING:
    from sae_lens import SAE, SAETrainer

START_SEED = 41_117  # with the dictionary's seed: which tokens its latents start at


@torch.no_grad()
def centre_and_scale(trainer: "SAETrainer", activations: Tensor) -> None:
    """Fit an untrained dictionary to the size and the centre of activations (tokens, d).

    b_dec starts at the mean, so that no feature has to spend itself on what all tokens share.
    """
    scale = unit_scale(activations)
    trainer.activation_scaler.scaling_factor = scale
    trainer.sae.b_dec.copy_(scale * activations.mean(dim=0))


def unit_scale(activations: Tensor) -> float:
    """Return the factor that gives activations (tokens, d) a mean norm of √d.

    Anthropic's convention (SAELens `expected_average_only_in`): losses and learning rates then
    mean the same for every model. It is folded into the weights when they are saved.
    """
    return activations.shape[1] ** 0.5 / activations.norm(dim=1).mean().item()


@torch.no_grad()
def start_at_samples(trainer: "SAETrainer", activations: Tensor, seed: int) -> None:
    """Point each latent at one token's activations, less their mean, drawn from (tokens, d).

    Lengths stay as they were, the encoder is the decoder transposed. After `centre_and_scale`.
    """
    sae = trainer.sae
    generator = np.random.default_rng((START_SEED, seed))
    features, tokens = len(sae.W_dec), len(activations)
    drawn = torch.as_tensor(generator.choice(tokens, features, replace=features > tokens))
    sampled = activations[drawn.to(activations.device)].float()
    directions = sampled - activations.mean(dim=0)
    directions /= directions.norm(dim=1, keepdim=True).clamp_min(1e-12)
    sae.W_dec.copy_(directions * sae.W_dec.norm(dim=1, keepdim=True))
    sae.W_enc.copy_(sae.W_dec.t())


@torch.no_grad()
def start_from(trainer: "SAETrainer", dictionary: "SAE") -> None:
    """Start at a finished dictionary for raw activations, as SAE-Track does (arXiv 2412.17626).

    After `centre_and_scale`: in scaled units all activations are larger by one factor, and so are
    the biases. Raises ValueError where the two are not of one architecture and size.
    """
    sae, scale = trainer.sae, trainer.activation_scaler.scaling_factor
    theirs = dict(dictionary.named_parameters())
    ours = dict(sae.named_parameters())
    if {n: p.shape for n, p in ours.items()} != {n: p.shape for n, p in theirs.items()}:
        raise ValueError(
            f"a dictionary of {sae.cfg.d_sae} features on {sae.cfg.d_in} neurons "
            f"({sae.cfg.architecture()}) cannot start from one of {dictionary.cfg.d_sae} on "
            f"{dictionary.cfg.d_in} ({dictionary.cfg.architecture()})"
        )
    for name, parameter in ours.items():
        parameter.copy_(theirs[name] * (1.0 if name in ("W_enc", "W_dec") else scale))


def freeze_decoder(sae) -> None:
    """Leave the decoder at the directions it starts with: only the encoder learns.

    With a random start this is the floor of Korznikov et al. 2026 (arXiv 2602.14111).
    """
    sae.W_dec.requires_grad_(False)
