"""How a file is laid out in Lua. Lua programmers differ in this; so do the translated files.

The choice follows from the origin of the file alone, so all of a file is in one style.
"""

from typing import NamedTuple

from featurefate.corpora.splits import stable_fraction


class Style(NamedTuple):
    """`exports` says how a module's functions are named: "module" (`function M.f`), "local"
    (`local function f`, returned in a table) or "global" (`function f`). `doc` says how the
    docstring is kept: "sentence" (`---`, the first one), "lines" (`--`) or "block" (`--[[`)."""

    indent: str
    exports: str
    doc: str


PLAIN = Style("  ", "module", "sentence")
_INDENTS = (("    ", 0.55), ("  ", 0.37), ("\t", 0.08))
_EXPORTS = (("local", 0.45), ("global", 0.25), ("module", 0.3))
_DOCS = (("lines", 0.5), ("block", 0.2), ("sentence", 0.3))


def style_of(origin: str) -> Style:
    """The style of a file."""
    return Style(
        _chosen(_INDENTS, stable_fraction("indent", origin)),
        _chosen(_EXPORTS, stable_fraction("exports", origin)),
        _chosen(_DOCS, stable_fraction("doc", origin)),
    )


def _chosen(shares: tuple[tuple[str, float], ...], point: float) -> str:
    for name, share in shares:
        if point < share:
            return name
        point -= share
    return shares[-1][0]
