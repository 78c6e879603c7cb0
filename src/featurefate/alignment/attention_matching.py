"""Which heads of two models do the same, and how one's inner bases turn into the other's.

From the weights alone, and only as rotary positions and grouped-query attention allow. Theus et
al. (arXiv 2506.22712) compare heads by their full QK and OV products; with rotary positions a
head has one QK product for each plane, complex of rank 1.
"""

import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from featurefate.alignment.symmetries import head_order
from featurefate.alignment.weights import (
    KEY,
    OUTPUT,
    QUERY,
    VALUE,
    Sizes,
    group_heads,
    planes,
    query_heads,
)
from featurefate.merging.state import StateDict


def assignment(gain: Tensor) -> Tensor:
    """Return the column for each row, int64, that maximises the summed gain."""
    return torch.as_tensor(linear_sum_assignment(gain.numpy(), maximize=True)[1])


def polar(matrix: Tensor) -> Tensor:
    """Return the orthogonal matrices O that maximise tr(Oᵀ · matrix), (…, n, n) (Procrustes)."""
    left, _, right = torch.linalg.svd(matrix)
    return left @ right


def matched_heads(first: StateDict, second: StateDict, size: Sizes) -> dict[str, Tensor]:
    """Return the order of groups and of their query heads that makes the products most alike.

    A pair of heads scores the cosine of its QK products plus that of its OV products, which no
    inner basis changes. Query heads are assigned within each pair of groups, then groups.
    """
    alike = _same_scores(first, second, size) + _same_values(first, second, size)
    within = torch.empty(size.groups, size.groups, size.queries, dtype=torch.int64)
    gain = torch.empty(size.groups, size.groups, dtype=torch.float64)
    for a in range(size.groups):
        for b in range(size.groups):
            within[a, b] = assignment(alike[a, :, b])
            gain[a, b] = alike[a, torch.arange(size.queries), b, within[a, b]].sum()
    groups = assignment(gain)
    return {"groups": groups, "queries": within[torch.arange(size.groups), groups]}


def matched_bases(
    first: StateDict,
    second: StateDict,
    size: Sizes,
    order: dict[str, Tensor],
    turned: tuple[str, ...],
) -> tuple[dict[str, Tensor], float]:
    """Return the turns of values and the angles of planes for heads in this order, and their gain.

    turned: of "values" and "planes", those that may turn. The gain is the inner product of the two
    models' attention weights after all this.
    """
    second = head_order(second, **order)
    values = _value_products(first, second, size).sum(dim=1)
    phases = _plane_products(first, second, size)
    maps, angles = torch.eye(size.head).to(values).expand_as(values), torch.zeros_like(phases.real)
    if "values" in turned:
        maps = polar(values)
    if "planes" in turned:
        angles = -phases.angle()
    gain = (maps * values).sum() + (
        torch.polar(torch.ones_like(angles), angles) * phases
    ).real.sum()
    return {**order, "values": maps.contiguous(), "angles": angles}, float(gain)


def _value_products(first: StateDict, second: StateDict, size: Sizes) -> Tensor:
    """V Vᵀ (as the first entry) and each query head's W_Oᵀ W_O, (group, 1 + query, head, head)."""
    a, b = (
        torch.cat(
            [
                group_heads(state[VALUE], size.groups)[:, None],
                query_heads(state[OUTPUT].T, size.groups, size.head),
            ],
            dim=1,
        )
        for state in (first, second)
    )
    return a @ b.mT


def _plane_products(first: StateDict, second: StateDict, size: Sizes) -> Tensor:
    """How far second's queries and keys are turned against first's: complex (group, plane)."""
    (q, k), (other_q, other_k) = (_complex_planes(state, size) for state in (first, second))
    return torch.einsum("grpd,grpd->gp", q.conj(), other_q) + torch.einsum(
        "gpd,gpd->gp", k.conj(), other_k
    )


def _complex_planes(state: StateDict, size: Sizes) -> tuple[Tensor, Tensor]:
    """Queries (group, query, plane, d_model) and keys (group, plane, d_model), a plane as ℂ."""
    return tuple(
        torch.complex(*planes(rows).unbind(-3))
        for rows in (
            query_heads(state[QUERY], size.groups, size.head),
            group_heads(state[KEY], size.groups),
        )
    )


def _same_scores(first: StateDict, second: StateDict, size: Sizes) -> Tensor:
    """Cosines of the QK products of all pairs of heads, (group, query, group, query)."""
    a, b = (_complex_planes(state, size) for state in (first, second))

    def products(x, y):  # ⟨q kᴴ, q' k'ᴴ⟩ = ⟨q, q'⟩ · conj ⟨k, k'⟩ in each plane
        queries = torch.einsum("grpd,hspd->grhsp", x[0].conj(), y[0])
        keys = torch.einsum("gpd,hpd->ghp", x[1].conj(), y[1]).conj()
        return (queries * keys[:, None, :, None]).sum(dim=-1).real

    return _cosines(products, a, b)


def _same_values(first: StateDict, second: StateDict, size: Sizes) -> Tensor:
    """Cosines of the OV products of all pairs of heads, (group, query, group, query)."""
    a, b = (
        (
            query_heads(state[OUTPUT].T, size.groups, size.head),
            group_heads(state[VALUE], size.groups),
        )
        for state in (first, second)
    )

    def products(x, y):
        outputs = torch.einsum("grid,hsjd->grhsij", x[0], y[0])
        values = torch.einsum("gid,hjd->ghij", x[1], y[1])
        return (outputs * values[:, None, :, None]).sum(dim=(-2, -1))

    return _cosines(products, a, b)


def _cosines(products, a, b) -> Tensor:
    norms = [
        torch.einsum("grgr->gr", products(x, x)).clamp(min=torch.finfo(torch.float64).tiny).sqrt()
        for x in (a, b)
    ]
    return products(a, b) / norms[0][:, :, None, None] / norms[1]
