"""Random weights, bases and Gram matrices: for what must hold of any weights."""

import torch

from featurefate.merging.methods import Family


def random_state(seed, scale=1.0):
    generator = torch.Generator().manual_seed(seed)
    return {
        "matrix": scale * torch.randn(6, 5, generator=generator),
        "words": scale * torch.randn(7, 5, generator=generator),
        "gain": scale * (1 + 0.1 * torch.randn(5, generator=generator)),
    }


def random_grams(seed):
    generator = torch.Generator().manual_seed(seed)
    inputs = torch.randn(40, 5, generator=generator, dtype=torch.float64)
    counts = torch.randint(0, 9, (7,), generator=generator).double()
    counts[0] = 1.0
    return {"matrix": inputs.T @ inputs / 40, "words": counts / counts.sum()}


def random_family(seed, scale=1.0):
    """Two children, their base, and the Gram matrices of their inputs."""
    states = {
        role: random_state(3 * seed + number, scale)
        for number, role in enumerate(("first", "second", "base"))
    }
    grams = {f"{c}_grams": random_grams(2 * seed + i) for i, c in enumerate(("first", "second"))}
    return Family(**states, **grams)
