"""Random values of each kind of symmetry, for controls and tests."""

from collections.abc import Callable

import torch
from torch import Tensor

from featurefate.alignment.weights import Sizes


def random_orthogonal(size: int, generator: torch.Generator) -> Tensor:
    """Return an orthogonal matrix, float64 (size, size), uniform over rotations and reflections."""
    normal = torch.randn(size, size, dtype=torch.float64, generator=generator)
    q, r = torch.linalg.qr(normal)
    return q * r.diagonal().sign()


def _uniform(low: float, high: float, *shape: int, generator: torch.Generator) -> Tensor:
    return low + (high - low) * torch.rand(*shape, dtype=torch.float64, generator=generator)


def _draw_residual_order(size: Sizes, generator: torch.Generator) -> dict[str, Tensor]:
    order = torch.randperm(size.hidden, generator=generator)
    return {"residual": torch.eye(size.hidden, dtype=torch.float64)[order]}


def _draw_residual(size: Sizes, generator: torch.Generator) -> dict[str, Tensor]:
    return {"residual": random_orthogonal(size.hidden, generator)}


def _draw_heads(size: Sizes, generator: torch.Generator) -> dict[str, Tensor]:
    places = torch.rand(size.groups, size.queries, generator=generator)
    groups = torch.randperm(size.groups, generator=generator)
    return {"groups": groups, "queries": places.argsort(dim=1)}


def _draw_values(size: Sizes, generator: torch.Generator) -> dict[str, Tensor]:
    left, right = (
        torch.stack([random_orthogonal(size.head, generator) for _ in range(size.groups)])
        for _ in range(2)
    )
    stretch = 2 ** _uniform(-1, 1, size.groups, size.head, 1, generator=generator)
    return {"values": left @ (stretch * right)}


def _draw_planes(size: Sizes, generator: torch.Generator) -> dict[str, Tensor]:
    shape = size.groups, size.planes
    angles = _uniform(-torch.pi, torch.pi, *shape, generator=generator)
    return {"angles": angles, "scales": 2 ** _uniform(-1, 1, *shape, generator=generator)}


def _draw_neurons(size: Sizes, generator: torch.Generator) -> dict[str, Tensor]:
    return {"neurons": torch.randperm(size.neurons, generator=generator)}


def _draw_neuron_scales(size: Sizes, generator: torch.Generator) -> dict[str, Tensor]:
    sign = 2.0 * torch.randint(2, (size.neurons,), generator=generator) - 1
    return {"neuron_scales": sign * 2 ** _uniform(-1, 1, size.neurons, generator=generator)}


DRAW: dict[str, Callable[[Sizes, torch.Generator], dict[str, Tensor]]] = {
    "residual_order": _draw_residual_order,
    "residual": _draw_residual,
    "heads": _draw_heads,
    "values": _draw_values,
    "planes": _draw_planes,
    "neurons": _draw_neurons,
    "neuron_scales": _draw_neuron_scales,
}
KINDS = tuple(kind for kind in DRAW if kind != "residual_order")  # `residual` holds it
