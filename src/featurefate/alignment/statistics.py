"""How two models' activations go together on the same tokens, from one pass over the text.

Only sums are kept, in float64, and they have the size of the layer: the memory needed does not
depend on how many tokens are read.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import torch
from torch import Tensor, nn
from transformers import MistralForCausalLM

from featurefate.artifacts.store import Artifact
from featurefate.language_model.order import mixed_rows

ROWS_AT_ONCE = 64
ROWS_IN_A_PIECE = 2_048


def sites(model: MistralForCausalLM) -> dict[str, nn.Module]:
    """Return the modules whose inputs are compared, by name.

    "embedding", "middle", "last": the residual stream before attention, before the MLP and before
    the final norm, (…, d_model). "heads": what the heads have read, before W_O,
    (…, heads · d_head). "neurons": act(gate)·up, (…, d_mlp).
    """
    layer = model.model.layers[0]
    return {
        "embedding": layer.input_layernorm,
        "middle": layer.post_attention_layernorm,
        "last": model.model.norm,
        "heads": layer.self_attn.o_proj,
        "neurons": layer.mlp.down_proj,
    }


class Moments:
    """Sums over tokens of two sets of features, from which their correlation follows.

    Taken about the mean of the first batch, so that a large mean does not swallow a small spread.
    """

    def __init__(self) -> None:
        self.tokens = 0
        self.centres: tuple[Tensor, Tensor] | None = None  # (features,), (other features,)
        self.sums: tuple[Tensor, Tensor] | None = None  # likewise
        self.squares: tuple[Tensor, Tensor] | None = None  # likewise
        self.products: Tensor | None = None  # (features, other features)

    def add(self, first: Tensor, second: Tensor) -> None:
        """Take in the features of the same tokens: (tokens, features), (tokens, other features)."""
        pair = first.double(), second.double()
        if self.centres is None:
            self.centres = tuple(x.mean(dim=0) for x in pair)
            self.sums = tuple(torch.zeros_like(centre) for centre in self.centres)
            self.squares = tuple(torch.zeros_like(centre) for centre in self.centres)
            self.products = torch.outer(*self.sums)
        pair = tuple(x - centre for x, centre in zip(pair, self.centres, strict=True))
        self.tokens += len(first)
        self.products += pair[0].T @ pair[1]
        for x, total, squares in zip(pair, self.sums, self.squares, strict=True):
            total += x.sum(dim=0)
            squares += (x**2).sum(dim=0)

    def correlation(self) -> Tensor:
        """Return Pearson's r of every pair, float64 (features, other features); 0 for constants."""
        if self.tokens < 2:
            raise ValueError(f"a correlation needs two tokens or more, not {self.tokens}")
        means = [total / self.tokens for total in self.sums]
        spreads = [
            (squares / self.tokens - mean**2).clamp(min=0).sqrt()
            for squares, mean in zip(self.squares, means, strict=True)
        ]
        covariance = self.products / self.tokens - torch.outer(*means)
        scale = torch.outer(*spreads)
        return torch.where(scale > 0, covariance / scale, 0).clamp(-1, 1)


def correlations(
    first: MistralForCausalLM, second: MistralForCausalLM, rows: Iterable[np.ndarray]
) -> dict[str, Tensor]:
    """Return the correlation of every feature of `first` with every one of `second`, by site.

    rows: batches of token ids (rows, position); their first tokens, <|endoftext|>, are left out:
    every model holds the same there, whatever it reads. Site → float64 (features, features).
    """
    moments = {site: Moments() for site in sites(first)}
    for ids in rows:
        read = _features(first, ids), _features(second, ids)
        for site, found in moments.items():
            found.add(read[0][site], read[1][site])
    return {site: found.correlation() for site, found in moments.items()}


def training_batches(
    tokens: Artifact, domains: list[str], wanted: int, context: int, seed: int
) -> Iterator[np.ndarray]:
    """Yield about `wanted` training tokens, equally many of each domain, int32 (rows, context).

    They are drawn piece by piece, documents in a new order for each piece, so that no more than a
    piece is in memory, however many tokens are wanted.
    """
    left = wanted // context
    for piece in range(-(-left // ROWS_IN_A_PIECE)):
        size = min(left - piece * ROWS_IN_A_PIECE, ROWS_IN_A_PIECE)
        drawn = mixed_rows(tokens, domains, size * context, context, seed=(seed, piece))
        yield from np.split(drawn, range(ROWS_AT_ONCE, len(drawn), ROWS_AT_ONCE))


@torch.inference_mode()
def _features(model: MistralForCausalLM, ids: np.ndarray) -> dict[str, Tensor]:
    """Features of all tokens but the first of each row, site → (tokens, features)."""
    seen = {}

    def keep(site: str):
        return lambda _, inputs: seen.__setitem__(site, inputs[0][:, 1:].flatten(0, 1))

    handles = [module.register_forward_pre_hook(keep(s)) for s, module in sites(model).items()]
    try:
        rows = torch.as_tensor(ids.astype(np.int64)).to(model.device)
        model.model(input_ids=rows, use_cache=False)
    finally:
        for handle in handles:
            handle.remove()
    return seen
