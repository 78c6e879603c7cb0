"""Data sets made by splitting the domains: packages of python, kinds of story, and so on.

A data set is told by a *rule*, a dictionary of JSON values that says of which domain it is and
which of that domain's documents belong to it:

- `{"domain": "python", "packages": [...]}`: those from these packages,
- `{"domain": "python", "packages_but": [...]}`: those from all others,
- `{"domain": "stories", "plots": [...]}`: stories whose plan has one of these plots.

With `"part": [i, n]`, alone or beside one of these, only every n-th origin belongs to it, as good
as drawn by lot: the n parts differ in nothing but their documents.

What a rule says of a document can be read from its row in the corpus. Every document keeps the
split of its origin, so what is held out of the corpus is held out of a data set.
"""

from typing import Any

import numpy as np
import pandas as pd

from featurefate.artifacts.store import Artifact
from featurefate.corpora.splits import stable_fraction
from featurefate.corpora.tokens import TokenStream, load_tokens

KINDS = {"packages", "packages_but", "plots"}
FAMILIES = {"english": "prose", "stories": "prose", "python": "code", "lua": "code"}

_NETWORKS = ["torch", "transformers", "accelerate", "peft", "sae-lens", "transformer-lens"]
_THINGS = ["lost", "stuck", "found", "what is it", "quarrel", "broken", "longed for", "locked"]
_COMPANY = ["rescued", "lonely", "greedy", "mean", "day out", "pretended", "gift", "made", "wished",
            "planted", "ill"]  # fmt: skip

DATASETS: dict[str, dict[str, Any]] = {
    "english_networks": {"domain": "english", "packages": _NETWORKS},
    "english_others": {"domain": "english", "packages_but": _NETWORKS},
    "stories_things": {"domain": "stories", "plots": _THINGS},
    "stories_company": {"domain": "stories", "plots": _COMPANY},
    "python_networks": {"domain": "python", "packages": _NETWORKS},
    "python_others": {"domain": "python", "packages_but": _NETWORKS},
    "lua_networks": {"domain": "lua", "packages": _NETWORKS},
    "lua_others": {"domain": "lua", "packages_but": _NETWORKS},
    **{f"{d}_half_{n}": {"domain": d, "part": [n, 2]} for d in FAMILIES for n in (0, 1)},
}


def dataset_stream(
    rule: dict[str, Any], documents: Artifact, tokens: Artifact, split: str
) -> TokenStream:
    """Return the documents of a data set in one split, in the order of the domain's stream.

    Raises ValueError for a rule that is none, and, with what could be asked for instead, for one
    that no document of the split follows.
    """
    domain, kind, (part, parts) = _checked(rule)
    table = pd.read_parquet(documents.file(f"documents/{domain}.parquet"))
    column = "plan" if kind == "plots" else "package"
    if column not in table:
        raise ValueError(
            f"the data set {rule} asks for {kind}, but the {domain} documents have no {column!r}: "
            "name another data set in the parameter `datasets`"
        )
    whole = load_tokens(tokens, domain, split)
    here = table.iloc[whole.rows]
    value = here[column]
    if kind == "plots":
        value = value.str.extract(r"plot: ([^;]+)", expand=False)
    belongs = value.isin(rule[kind]) if kind else value.notna()
    if kind == "packages_but":
        belongs = ~belongs
    belongs &= here.origin.map(lambda origin: int(parts * stable_fraction("part", origin)) == part)
    if not belongs.any():
        there = ", ".join(sorted(value.dropna().unique())[:20]) or "none"
        raise ValueError(
            f"no {domain} document of the {split} split follows the rule {rule}; what there is: "
            f"{there}. Name another data set in the parameter `datasets`"
        )
    return _only(whole, np.flatnonzero(belongs))


def drawn(stream: TokenStream, tokens: int, seed: int) -> TokenStream:
    """Return whole documents of at least `tokens` tokens together, drawn from `seed`.

    Raises ValueError, with the count, where the stream is smaller than that.
    """
    if len(stream.tokens) < tokens:
        raise ValueError(
            f"{tokens:,} tokens cannot be drawn from the {len(stream.tokens):,} that the data set "
            f"has of {stream.domain} ({stream.split})"
        )
    order = np.random.default_rng(seed).permutation(stream.documents)
    reached = np.diff(stream.starts)[order].cumsum()
    return _only(stream, np.sort(order[: np.searchsorted(reached, tokens) + 1]))


def family(rule: dict[str, Any]) -> str:
    """Return "prose" or "code", of which a data set is."""
    _checked(rule)
    return FAMILIES[rule["domain"]]


def _checked(rule: dict[str, Any]) -> tuple[str, str | None, tuple[int, int]]:
    """The domain, what documents are chosen by (None: all of them), and which part of how many."""
    kinds = KINDS & rule.keys()
    part, parts = rule.get("part", (0, 1))
    known = rule.keys() <= KINDS | {"domain", "part"} and rule.get("domain") in FAMILIES
    if not known or len(kinds) > 1 or not 0 <= part < parts:
        raise ValueError(
            f"{rule} is no rule of a data set: it says a `domain` ({', '.join(FAMILIES)}), at most "
            f"one of {', '.join(sorted(KINDS))}, and perhaps a `part`: which, counted from 0, of "
            "how many"
        )
    return rule["domain"], next(iter(kinds), None), (part, parts)


def _only(stream: TokenStream, documents: np.ndarray) -> TokenStream:
    """The documents of these places alone, as a stream of their own in memory."""
    sizes = np.diff(stream.starts)[documents]
    starts = np.append(0, sizes.cumsum())
    places = np.arange(starts[-1]) + np.repeat(stream.starts[documents] - starts[:-1], sizes)
    rows = stream.rows[documents]
    return TokenStream(stream.domain, stream.split, stream.tokens[places], starts, rows)
