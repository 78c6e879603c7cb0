"""One colour per name, the same in every figure of the book.

The colours are told apart with the common kinds of colour blindness and stand out from both a
white and a near-black page (contrast of at least 3 : 1; tests/figures measures both).
"""

from collections.abc import Iterable

import altair as alt

DOMAINS = {
    "english": "#0d9c86",
    "python": "#aa9318",
    "stories": "#c2452f",
    "lua": "#2c72ba",
}

# A child carries the colour of the domain that it was fine-tuned to.
MODELS = {
    "base": "#8c8c8c",
    "stories": DOMAINS["stories"],
    "lua": DOMAINS["lua"],
    "merge": "#e255b8",
    "stranger": "#bf7326",
    "untrained": "#2b7d7a",
}

FATES = {
    "persisted": "#2c72ba",
    "emerged": "#aa9318",
    "disappeared": "#8c8c8c",
}

# What a rate is read against: solid lines are data, broken lines are references.
REFERENCES = {
    "edge": "#2c72ba",
    "ceiling": "#8a63b8",
    "stranger": MODELS["stranger"],
    "untrained": MODELS["untrained"],
    "token": "#dc0a45",
    "chance": "#8c8c8c",
}
DASHES = {
    "edge": [1, 0],
    "ceiling": [8, 3],
    "stranger": [3, 3],
    "untrained": [8, 4, 1, 4],
    "token": [5, 5],
    "chance": [1, 3],
}

METHODS = {  # ways of merging
    "SLERP": MODELS["merge"],
    "linear": "#078010",
    "RegMean": "#2c72ba",
    "RegMean, layer": "#4488ff",
    "task arithmetic": "#dc0a45",
    "TIES": "#e8721d",
    "DARE": "#811aff",
    "DARE + TIES": "#8f4b82",
    "Model Stock": MODELS["base"],
}

_NAMED = {**METHODS, **REFERENCES, **FATES, **DOMAINS, **MODELS}
_SPARE = ["#2c72ba", "#c2452f", "#0d9c86", "#e255b8", "#aa9318", "#8c8c8c", "#2b7d7a", "#bf7326"]


def scale(names: Iterable[str]) -> alt.Scale:
    """The colour scale for `names`, in their order; unknown names take the unused spare colours."""
    order = list(dict.fromkeys(str(name) for name in names))
    taken = {_NAMED[name] for name in order if name in _NAMED}
    spare = [colour for colour in _SPARE if colour not in taken]
    unknown = [name for name in order if name not in _NAMED]
    if len(unknown) > len(spare):
        raise ValueError(
            f"{len(unknown)} names without a colour of their own ({', '.join(unknown)}), but only "
            f"{len(spare)} colours are left: draw fewer curves or give the names a colour here"
        )
    chosen = {**_NAMED, **dict(zip(unknown, spare, strict=False))}
    return alt.Scale(domain=order, range=[chosen[name] for name in order])


def family_scale(names: Iterable[str]) -> alt.Scale:
    """The colour scale for `names`; those that are no member of the family are all grey."""
    order = list(dict.fromkeys(str(name) for name in names))
    return alt.Scale(domain=order, range=[_NAMED.get(name, MODELS["base"]) for name in order])


def dashes(names: Iterable[str]) -> alt.Scale:
    """The dash pattern for `names`: broken lines for the references, solid ones for the rest."""
    order = list(dict.fromkeys(str(name) for name in names))
    return alt.Scale(domain=order, range=[DASHES.get(name, [1, 0]) for name in order])
