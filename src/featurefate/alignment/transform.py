"""One element of the model's symmetry group: what a matching finds between two models.

    aligned = matching(first, second).apply(second)      # now average with `first`

It holds what puts a model's weights in another form (`symmetries.py`), in this order: heads and
neurons take their new places, then each place its own basis. Scale and shift, the symmetries that
averaging does not see, are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import MistralConfig

from featurefate.alignment import symmetries
from featurefate.alignment.drawing import DRAW, KINDS
from featurefate.alignment.folding import is_folded
from featurefate.alignment.weights import DOWN, EMBEDDING, KEY, QUERY, Sizes, sizes
from featurefate.merging.state import StateDict

ORTHOGONAL = 1e-6  # largest allowed entry of O Oᵀ − 1


@dataclass(frozen=True)
class Transform:
    """A symmetry of models of one shape. Reals are float64, orders int64, all on the CPU.

    residual: orthogonal (d_model, d_model), stream → residual · stream;
    groups: (group,), the old group of query, key and value heads that comes to each place;
    queries: (group, query), the old query head within that old group that comes to each place;
    values: (group, head, head) invertible, values → map · values, undone in W_O;
    angles, scales: (group, plane), the turn in radians of queries and keys in each rotary plane,
    and the factor > 0 of the queries, undone in the keys;
    neurons: (neuron,), the old neuron that comes to each place;
    neuron_scales: (neuron,), not 0: the factor of the new neuron's row of `up`, undone in `down`.
    Raises ValueError, naming the field, where one is none of this.
    """

    residual: Tensor
    groups: Tensor
    queries: Tensor
    values: Tensor
    angles: Tensor
    scales: Tensor
    neurons: Tensor
    neuron_scales: Tensor

    def __post_init__(self):
        _check(self)

    @property
    def sizes(self) -> Sizes:
        """The sizes of the models that this transform is for."""
        shape = self.values.shape[2], *self.queries.shape
        return Sizes(len(self.residual), len(self.neurons), shape[1], shape[2], shape[0])

    def apply(self, state: StateDict) -> StateDict:
        """Return the state in its new form, computed in float64, in its own dtypes and devices.

        Raises ValueError for a model of another shape, or one whose norm gains are not folded.
        """
        self._check_fits(state)
        moved = {name: tensor.detach().cpu().double() for name, tensor in state.items()}
        moved = symmetries.residual_map(moved, self.residual)
        moved = symmetries.head_order(moved, self.groups, self.queries)
        moved = symmetries.value_maps(moved, self.values)
        moved = symmetries.query_key_planes(moved, self.angles, self.scales)
        moved = symmetries.neuron_order(moved, self.neurons, self.neuron_scales)
        return {name: tensor.to(state[name]).contiguous() for name, tensor in moved.items()}

    def compose(self, first: "Transform") -> "Transform":
        """Return the transform that applies `first` and then this one."""
        if self.sizes != first.sizes:
            raise ValueError(f"transforms of two shapes, {first.sizes} and {self.sizes}")
        return Transform(
            residual=self.residual @ first.residual,
            groups=first.groups[self.groups],
            queries=first.queries[self.groups[:, None], self.queries],
            values=self.values @ first.values[self.groups],
            angles=self.angles + first.angles[self.groups],
            scales=self.scales * first.scales[self.groups],
            neurons=first.neurons[self.neurons],
            neuron_scales=self.neuron_scales * first.neuron_scales[self.neurons],
        )

    def inverse(self) -> "Transform":
        """Return the transform that undoes this one."""
        groups, neurons = self.groups.argsort(), self.neurons.argsort()
        return Transform(
            residual=self.residual.T.contiguous(),
            groups=groups,
            queries=self.queries[groups].argsort(dim=1),
            values=torch.linalg.inv(self.values[groups]),
            angles=-self.angles[groups],
            scales=1 / self.scales[groups],
            neurons=neurons,
            neuron_scales=1 / self.neuron_scales[neurons],
        )

    def save(self, path: Path) -> None:
        """Write the transform as safetensors, one tensor a field."""
        save_file({field.name: getattr(self, field.name).contiguous() for field in FIELDS}, path)

    @classmethod
    def load(cls, path: Path) -> "Transform":
        """Read what `save` wrote; ValueError, naming the file, if it is anything else."""
        try:
            return cls(**load_file(path))
        except (SafetensorError, TypeError, ValueError) as error:
            raise ValueError(f"{path} holds no transform: {error}") from None

    @classmethod
    def identity(cls, config: MistralConfig) -> "Transform":
        """Return the transform that changes nothing, for models of this configuration."""
        size = sizes(config)
        planes = torch.ones(size.groups, size.planes, dtype=torch.float64)
        return cls(
            residual=torch.eye(size.hidden, dtype=torch.float64),
            groups=torch.arange(size.groups),
            queries=torch.arange(size.queries).repeat(size.groups, 1),
            values=torch.eye(size.head, dtype=torch.float64).repeat(size.groups, 1, 1),
            angles=0 * planes,
            scales=planes,
            neurons=torch.arange(size.neurons),
            neuron_scales=torch.ones(size.neurons, dtype=torch.float64),
        )

    @classmethod
    def random(cls, config: MistralConfig, seed: int, kinds: Sequence[str] = KINDS) -> "Transform":
        """Return a random transform of the given kinds, the identity in all others.

        kinds: of `drawing.DRAW`; `residual` turns the stream anyhow, `residual_order` permutes it.
        `values` have condition numbers up to 4, scales lie between 1/2 and 2, neurons' signs vary.
        """
        if unknown := set(kinds) - set(DRAW):
            raise ValueError(f"kinds has {', '.join(sorted(unknown))}: {', '.join(DRAW)} exist")
        generator = torch.Generator().manual_seed(seed)
        drawn = {kind: draw(sizes(config), generator) for kind, draw in DRAW.items()}
        return replace(
            cls.identity(config),
            **{name: value for kind in kinds for name, value in drawn[kind].items()},
        )

    def _check_fits(self, state: StateDict) -> None:
        size = self.sizes
        expected = {
            EMBEDDING: (state[EMBEDDING].shape[0], size.hidden),
            QUERY: (size.groups * size.queries * size.head, size.hidden),
            KEY: (size.groups * size.head, size.hidden),
            DOWN: (size.hidden, size.neurons),
        }
        for name, shape in expected.items():
            if tuple(state[name].shape) != shape:
                found = tuple(state[name].shape)
                raise ValueError(f"{name} is {found}: this transform is for {shape}")
        if not is_folded(state):
            raise ValueError("the model has norm gains: fold them first (folding.fold_gains)")


FIELDS = fields(Transform)
_DIMENSIONS = (2, 1, 2, 3, 2, 2, 1, 1)
_ORDERS = ("groups", "queries", "neurons")


def _check(transform: Transform) -> None:
    tensors = {field.name: getattr(transform, field.name) for field in FIELDS}
    for (name, tensor), dimensions in zip(tensors.items(), _DIMENSIONS, strict=True):
        wanted = torch.int64 if name in _ORDERS else torch.float64
        if tensor.dtype != wanted or tensor.device.type != "cpu" or tensor.dim() != dimensions:
            found = f"{tensor.dtype} {tuple(tensor.shape)} on {tensor.device}"
            raise ValueError(f"{name} is {found}: {wanted} with {dimensions} axes on cpu")
        if not torch.isfinite(tensor).all():
            raise ValueError(f"{name} has values that are not finite")
    size = transform.sizes
    planes = size.groups, size.planes
    shapes = (size.hidden, size.hidden), (size.groups,), (size.groups, size.queries)
    shapes += (size.groups, size.head, size.head), planes, planes
    shapes += (size.neurons,), (size.neurons,)
    for (name, tensor), shape in zip(tensors.items(), shapes, strict=True):
        if tuple(tensor.shape) != shape:
            raise ValueError(f"{name} is {tuple(tensor.shape)}, not {shape}")
    for name in _ORDERS:
        places = tensors[name].sort(dim=-1).values
        if not (places == torch.arange(places.shape[-1])).all():
            raise ValueError(f"{name} is no order: each index must occur once")
    identity = torch.eye(size.hidden, dtype=torch.float64)
    if (transform.residual @ transform.residual.T - identity).abs().max() > ORTHOGONAL:
        raise ValueError("residual is not orthogonal")
    if (transform.scales <= 0).any():
        raise ValueError("scales has a number that is not above 0")
    if (transform.neuron_scales == 0).any():
        raise ValueError("neuron_scales has a 0")
    if (torch.linalg.matrix_rank(transform.values) < size.head).any():
        raise ValueError("values has a matrix that cannot be inverted")
