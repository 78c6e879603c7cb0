"""The tensors of a one-layer model by what they do, and how its heads lie in them."""

from typing import NamedTuple

from torch import Tensor
from transformers import MistralConfig

from featurefate.language_model.movement import EMBEDDING, UNEMBEDDING

_ATTENTION, _MLP = "model.layers.0.self_attn", "model.layers.0.mlp"
QUERY, KEY, VALUE, OUTPUT = (f"{_ATTENTION}.{name}_proj.weight" for name in "qkvo")
GATE, UP, DOWN = (f"{_MLP}.{name}_proj.weight" for name in ("gate", "up", "down"))

# Each norm gain and the matrices that read the stream through it.
READ_THROUGH = {
    "model.layers.0.input_layernorm.weight": (QUERY, KEY, VALUE),
    "model.layers.0.post_attention_layernorm.weight": (GATE, UP),
    "model.norm.weight": (UNEMBEDDING,),
}
READERS = (QUERY, KEY, VALUE, GATE, UP, UNEMBEDDING)  # (…, d_model): the stream is their input
WRITERS = (OUTPUT, DOWN)  # (d_model, …): they add to the stream, as rows of the embedding do
TENSORS = (EMBEDDING, QUERY, KEY, VALUE, OUTPUT, GATE, UP, DOWN, UNEMBEDDING, *READ_THROUGH)

# The weights by what they do together: a part of one model can stand in for that of another.
PLACES = {
    "embedding": (EMBEDDING,),
    "queries and keys": (QUERY, KEY),
    "values and output": (VALUE, OUTPUT),
    "neurons": (GATE, UP, DOWN),
    "unembedding": (UNEMBEDDING,),
}


class Sizes(NamedTuple):
    """What a symmetry of a model needs to know of it.

    A *group* is a key and value head with the `queries` query heads that share it.
    """

    hidden: int
    neurons: int
    groups: int
    queries: int  # query heads a group
    head: int  # dimensions of a head

    @property
    def planes(self) -> int:
        """How many planes of a head rotary positions turn, each at its own speed."""
        return self.head // 2


def sizes(config: MistralConfig) -> Sizes:
    """Return the sizes of a model of this configuration; ValueError unless it has one layer."""
    if config.num_hidden_layers != 1:
        raise ValueError(f"a model of {config.num_hidden_layers} layers: alignment knows one layer")
    heads, groups = config.num_attention_heads, config.num_key_value_heads
    head = getattr(config, "head_dim", None) or config.hidden_size // heads
    return Sizes(config.hidden_size, config.intermediate_size, groups, heads // groups, head)


def query_heads(rows: Tensor, groups: int, head: int) -> Tensor:
    """View (heads · head, columns) as (group, query, head, columns)."""
    return rows.unflatten(0, (groups, -1, head))


def group_heads(rows: Tensor, groups: int) -> Tensor:
    """View the rows of keys or values, (groups · head, columns), as (group, head, columns)."""
    return rows.unflatten(0, (groups, -1))


def planes(rows: Tensor) -> Tensor:
    """View a head's rows, (…, head, columns), as (…, 2, plane, columns).

    Rotary positions turn dimension p with dimension p + head/2 (transformers' `rotate_half`).
    """
    return rows.unflatten(-2, (2, -1))
