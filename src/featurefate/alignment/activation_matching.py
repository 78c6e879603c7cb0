"""Matching by what the units say: which unit of one model rises and falls with which of another.

The method of Verma & Elbayad (arXiv 2403.00986) in the form that rotary positions and grouped-query
attention allow: queries and keys move with the order of heads only, the dimensions within a head
are matched for values and W_O, one order for all query heads that share a value. Assignments
maximise the sum of signed correlations.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import save_file
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from featurefate.alignment.folding import fold_gains
from featurefate.alignment.statistics import correlations, training_batches
from featurefate.alignment.transform import Transform
from featurefate.alignment.weights import DOWN, UP, Sizes
from featurefate.artifacts.store import Artifact
from featurefate.language_model.architecture import load_model
from featurefate.merging.state import StateDict

# The whole stream gets one order, from the correlation at these sites, averaged.
STREAMS = {
    "residual_from_embedding": ("embedding",),
    "residual_from_last": ("last",),
    "residual_from_all": ("embedding", "middle", "last"),
}
PARTS = ("neurons", "neuron_scales", "values", "heads", *STREAMS)


def match_activations(
    folder: Path,
    *,
    first: Artifact,
    second: Artifact,
    tokens: Artifact,
    arms: dict[str, list[str]],
    domains: list[str],
    statistics_tokens: int,
    seed: int,
) -> None:
    """Step: match `second` to `first` and write one transform for each of `arms`.

    arms: name → which `PARTS` it matches; the statistics of one pass over `statistics_tokens`
    training tokens serve all of them. Writes `<arm>.safetensors` (see `Transform.load`) and
    `correlations.safetensors`, float32 (features, features) for each site.
    """
    models = load_model(first), load_model(second)
    context = models[0].config.max_position_embeddings
    rows = training_batches(tokens, domains, statistics_tokens, context, seed)
    found = correlations(*models, rows)
    save_file({s: r.float() for s, r in found.items()}, folder / "correlations.safetensors")
    states = [fold_gains(model.state_dict()) for model in models]
    same = Transform.identity(models[0].config)
    for arm, parts in arms.items():
        matched(same, found, parts, states[0], states[1]).save(folder / f"{arm}.safetensors")


def matched(
    same: Transform,
    found: Mapping[str, Tensor],
    parts: list[str],
    first: StateDict,
    second: StateDict,
) -> Transform:
    """Return the transform that moves the units of `second` to their partners' places in `first`.

    same: the identity for their shape; found: `correlations` of the two; parts: of `PARTS`, what
    is matched; the states, gains folded, fix the scales of neurons. Raises ValueError for an
    unknown part.
    """
    if unknown := set(parts) - set(PARTS):
        raise ValueError(f"parts has {', '.join(sorted(unknown))}: {', '.join(PARTS)} exist")
    chosen = {}
    if "neuron_scales" in parts:
        chosen |= scaled_neurons(found["neurons"], first, second)
    elif "neurons" in parts:
        chosen |= {"neurons": assignment(found["neurons"])[0]}
    if "heads" in parts or "values" in parts:
        chosen |= matched_heads(found["heads"], same.sizes, in_order="heads" not in parts)
    for part in set(parts) & set(STREAMS):
        order, _ = assignment(sum(found[site] for site in STREAMS[part]))
        chosen["residual"] = torch.eye(len(order), dtype=torch.float64)[order]
    return replace(same, **chosen)


def assignment(gain: Tensor) -> tuple[Tensor, float]:
    """Return the column for each row, int64, that maximises the summed gain; and that sum."""
    rows, columns = linear_sum_assignment(gain.numpy(), maximize=True)
    return torch.as_tensor(columns), float(gain.numpy()[rows, columns].sum())


def scaled_neurons(correlation: Tensor, first: StateDict, second: StateDict) -> dict[str, Tensor]:
    """Return the order of neurons, and the factors of `up` that average well.

    A gated neuron with −up and −down, or with up doubled and down halved, is the same neuron, so
    the order maximises |r|. The sign is that of r. The size gives the neuron the same ratio of
    ‖up‖ to ‖down‖ as its partner has, which no correlation can see.
    """
    order, _ = assignment(correlation.abs())
    sign = correlation[torch.arange(len(order)), order].sign()
    sign[sign == 0] = 1
    ratios = [state[UP].double().norm(dim=1) / state[DOWN].double().norm(dim=0)
              for state in (first, second)]  # fmt: skip
    return {"neurons": order, "neuron_scales": sign * (ratios[0] / ratios[1][order]).sqrt()}


def matched_heads(correlation: Tensor, size: Sizes, in_order: bool = False) -> dict[str, Tensor]:
    """Return the order of groups, of query heads in each, and of the dimensions of their values.

    correlation: of what heads have read, (heads · head, heads · head). For each pair of groups the
    query heads are matched by the best order of their dimensions, then one order of dimensions is
    found for all of the group's query heads, whose gain is the pair's. in_order: heads keep their
    places.
    """
    shape = size.groups, size.queries, size.head
    pairs = correlation.reshape(*shape, *shape)
    gain = torch.empty(size.groups, size.groups, dtype=torch.float64)
    queries = torch.empty(size.groups, size.groups, size.queries, dtype=torch.int64)
    inner = torch.empty(size.groups, size.groups, size.head, dtype=torch.int64)
    for a in range(size.groups):
        for b in range(size.groups):
            pair = pairs[a, :, :, b]  # (query, head, other query, other head)
            queries[a, b] = torch.arange(size.queries) if in_order else _query_order(pair)
            together = sum(pair[q, :, other] for q, other in enumerate(queries[a, b]))
            inner[a, b], gain[a, b] = assignment(together)
    places = torch.arange(size.groups)
    groups = places if in_order else assignment(gain)[0]
    dimensions = torch.eye(size.head, dtype=torch.float64)
    return {
        "groups": groups,
        "queries": queries[places, groups],
        "values": dimensions[inner[places, groups]],
    }


def _query_order(pair: Tensor) -> Tensor:
    """Match the query heads of two groups, pair (query, head, other query, other head)."""
    gain = [[assignment(block)[1] for block in of_query.unbind(1)] for of_query in pair]
    return assignment(torch.tensor(gain, dtype=torch.float64))[0]
