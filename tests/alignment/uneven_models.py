"""Small models with weights as uneven as trained ones, so that every weight matters to log p."""

import torch

from featurefate.language_model.architecture import new_model

SHAPE = {
    "hidden_size": 16,
    "mlp_size": 24,
    "heads": 4,
    "key_value_heads": 2,
    "vocabulary": 60,
    "context": 12,
}
TEXT = torch.randint(60, (3, 12), generator=torch.Generator().manual_seed(2))


def uneven_model(seed):
    """Random weights that keep the size of what they are given, and norm gains that differ."""
    model = new_model(**SHAPE, seed=seed).eval()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in model.parameters():
            noise = torch.randn(weight.shape, generator=generator)
            weight.copy_(1 + 0.3 * noise if weight.dim() == 1 else noise * weight.shape[1] ** -0.5)
    return model
