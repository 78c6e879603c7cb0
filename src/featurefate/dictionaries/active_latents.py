"""Products that touch only the k active latents of each token.

A TopK autoencoder with F features uses k of them for a token. Only finding *which* k needs all
F pre-activations; the decoder and every gradient are sums over the k active ones. In terms of the
sparse matrix Z (tokens, F), with k entries a row:

    decoding             Z W_dec          `torch.nn.functional.embedding_bag`
    gradient of values   (G W_decᵀ) at Z  `torch.sparse.sampled_addmm`
    gradient of weights  Zᵀ G             embedding_bag again, over the tokens of each latent
"""

import warnings
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import embedding_bag

TOKENS_AT_A_TIME = 512  # their scores are read again while the cache still holds them


@torch.no_grad()
def strongest(
    centred: Tensor, W_enc: Tensor, b_enc: Tensor, norms: Tensor, k: int
) -> tuple[Tensor, Tensor]:
    """Return the k highest scores of each token and whose they are, (tokens, k) both.

    A score is ((x − b_dec) W_enc + b_enc) · ‖W_dec‖. centred: x − b_dec, (tokens, d); W_enc:
    (d, features); b_enc, norms: (features,). Indices ascend in each row. Multiplies in autocast's
    precision; the scores come back in that of `centred`. Never holds (tokens, features).
    """
    kind = centred.device.type
    precision = torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else centred.dtype
    # the norms scale the weights, which are fewer than the scores
    weights = _scaled_rows(W_enc.t(), norms, precision).t()
    bias = (b_enc * norms).to(precision)
    scores = centred.new_empty((min(TOKENS_AT_A_TIME, len(centred)), len(norms)), dtype=precision)
    packed = torch.empty(scores.shape, dtype=torch.int32) if _can_pack(scores) else None
    found = []
    for part in centred.to(precision).split(TOKENS_AT_A_TIME):
        of_part = torch.addmm(bias, part, weights, out=scores[: len(part)])
        if packed is None:
            found.append(_top_in_order(of_part, k))
        else:
            found.append(_top_of_packed(of_part, k, packed[: len(part)]))
    values, indices = (torch.cat(parts) for parts in zip(*found, strict=True))
    return values.to(centred.dtype), indices


def _top_in_order(scores: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """The k largest of each row and their columns, (rows, k) both, by ascending column."""
    top = scores.topk(k, dim=1, sorted=False)
    ascending = top.indices.sort(dim=1)
    return top.values.gather(1, ascending.indices), ascending.values


def _can_pack(scores: Tensor) -> bool:
    """Whether a score and the number of its column fit into 32 bits of a CPU's memory."""
    return scores.is_cpu and scores.dtype == torch.bfloat16 and scores.shape[1] <= 2**16


def _top_of_packed(scores: Tensor, k: int, packed: Tensor) -> tuple[Tensor, Tensor]:
    """As `_top_in_order`, by numpy, which selects several times faster; packed: room to work in.

    A bfloat16 is the upper half of a float32. With its column in the lower half, selecting values
    selects the columns with them; with the halves changed over, sorting sorts by column.
    """
    packed.copy_(scores.view(torch.int16))
    packed.bitwise_left_shift_(16).bitwise_or_(torch.arange(len(scores[0]), dtype=torch.int32))
    floats = packed.view(torch.float32).numpy()
    floats.partition(floats.shape[1] - k, axis=1)
    largest = floats[:, -k:].copy().view(np.uint32)
    in_order = np.sort(largest << 16 | largest >> 16, axis=1)
    values = torch.from_numpy(in_order.astype(np.uint16).view(np.int16)).view(torch.bfloat16)
    return values, torch.from_numpy((in_order >> 16).astype(np.int64))


def _scaled_rows(rows: Tensor, factors: Tensor, precision: torch.dtype) -> Tensor:
    """Return factors · rows in `precision`, a cacheful at a time: no large intermediate."""
    scaled = torch.empty(rows.shape, dtype=precision, device=rows.device)
    parts = (rows, factors[:, None], scaled)
    for row, factor, into in zip(*(part.split(TOKENS_AT_A_TIME) for part in parts), strict=True):
        into.copy_(row * factor)
    return scaled


def _sorting_order(numbers: Tensor, bound: int) -> Tensor:
    """The order that sorts whole numbers below `bound`, equal ones as they come.

    On a CPU by numpy, which sorts 16 bits by their digits, ten times faster than torch.
    """
    if not numbers.is_cpu or bound > 2**16:
        return numbers.argsort(stable=True)
    return torch.from_numpy(np.argsort(numbers.numpy().astype(np.uint16), kind="stable"))


@dataclass(frozen=True)
class ActiveLatents:
    """Which latents are active for each token, and the same pairs sorted by latent.

    indices: (tokens, k), ascending in each row; by_latent: (tokens·k,), the order that sorts the
    flattened pairs by latent; tokens_of: the token of each pair in that order; starts: (features,),
    where each latent's pairs begin.
    """

    indices: Tensor
    by_latent: Tensor
    tokens_of: Tensor
    starts: Tensor

    @classmethod
    def of(cls, indices: Tensor, features: int) -> "ActiveLatents":
        """Build from the (tokens, k) indices of a top-k, ascending in each row."""
        latents = indices.flatten()
        by_latent = _sorting_order(latents, features)
        numbers = torch.arange(features, device=indices.device)
        return cls(
            indices=indices,
            by_latent=by_latent,
            tokens_of=by_latent // indices.shape[1],
            starts=torch.searchsorted(latents[by_latent], numbers),
        )

    def weighted_rows(self, weights: Tensor, table: Tensor) -> Tensor:
        """Return Z · table, (tokens, d): the sum of each token's active rows of `table`.

        weights: (tokens, k), the entries of Z; table: (features, d).
        """
        return embedding_bag(self.indices, table, mode="sum", per_sample_weights=weights)

    def gathered_by_latent(self, weights: Tensor, rows: Tensor) -> Tensor:
        """Return Zᵀ · rows, (features, d): for each latent, the sum over the tokens it fires on.

        weights: (tokens, k), the entries of Z; rows: (tokens, d).
        """
        sorted_weights = weights.flatten()[self.by_latent]
        return embedding_bag(
            self.tokens_of, rows, self.starts, mode="sum", per_sample_weights=sorted_weights
        )

    def dot_products(self, rows: Tensor, table: Tensor) -> Tensor:
        """Return ⟨rows[t], table[i]⟩ for the active pairs (t, i) only, (tokens, k)."""
        tokens, k = self.indices.shape
        row_ends = torch.arange(0, tokens * k + 1, k, device=self.indices.device)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta")
            pattern = torch.sparse_csr_tensor(
                row_ends,
                self.indices.flatten(),
                rows.new_zeros(tokens * k),
                (tokens, len(table)),
                check_invariants=False,
            )
        # table.t() stays a view: a contiguous transpose makes this five times slower
        product = torch.sparse.sampled_addmm(pattern, rows, table.t(), beta=0.0)
        return product.values().view(tokens, k)


class Encode(torch.autograd.Function):
    """Pre-activations of the active latents: (x − b_dec) W_enc + b_enc, already computed.

    Forward hands `pre_activations` (tokens, k) through; backward gives W_enc (d, features), b_enc
    and b_dec exactly the gradient of the dense product with all other latents switched off.
    """

    @staticmethod
    def forward(ctx, pre_activations, centred, W_enc, b_enc, b_dec, active):
        ctx.save_for_backward(centred, W_enc)
        ctx.active = active
        return pre_activations

    @staticmethod
    def backward(ctx, gradient):
        centred, W_enc = ctx.saved_tensors
        by_feature = torch.zeros(W_enc.shape[1], dtype=gradient.dtype, device=gradient.device)
        by_feature.index_add_(0, ctx.active.indices.flatten(), gradient.flatten())
        return (
            None,
            None,
            ctx.active.gathered_by_latent(gradient, centred).t(),
            by_feature,
            -(W_enc @ by_feature),  # b_dec enters every token alike: the sum over tokens is enough
            None,
        )


class Decode(torch.autograd.Function):
    """The active latents' part of the reconstruction: Z W_dec, (tokens, d)."""

    @staticmethod
    def forward(ctx, values, W_dec, active):
        ctx.save_for_backward(values, W_dec)
        ctx.active = active
        return active.weighted_rows(values, W_dec)

    @staticmethod
    def backward(ctx, gradient):
        values, W_dec = ctx.saved_tensors
        frozen = not ctx.needs_input_grad[1]
        return (
            ctx.active.dot_products(gradient, W_dec),
            None if frozen else ctx.active.gathered_by_latent(values, gradient),
            None,
        )
