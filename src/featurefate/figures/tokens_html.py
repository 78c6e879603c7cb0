"""Tokens as HTML: white space made visible, background as strong as a value, a title to hover."""

import html
from collections.abc import Sequence

VISIBLE = {"\n": "⏎", "\t": "⇥", "\r": "␍"}


def visible(token: str) -> str:
    """`token` with its white space made visible: space `·`, new line `⏎`, tab `⇥`."""
    return "".join(VISIBLE.get(character, character) for character in token).replace(" ", "·")


def muted(token: str) -> str:
    """`token` as HTML, escaped, its white space visible but pale."""
    shown = html.escape(visible(token))
    for character in (*VISIBLE.values(), "·"):
        shown = shown.replace(character, f'<span class="ff-space">{character}</span>')
    return shown


def span(
    token: str,
    *,
    strength: float | None = None,
    colour: str = "var(--ff-fire, #d9541e)",
    title: str | None = None,
    classes: str = "ff-token",
) -> str:
    """One token as a `<span>`.

    strength: from 0 (no background) to 1 (full colour). A new line in the token also breaks the
    line of the page, so that code keeps its shape.
    """
    style = ""
    if strength:
        part = round(100 * min(max(strength, 0.0), 1.0))
        style = f' style="background:color-mix(in srgb, {colour} {part}%, transparent)"'
    words = f' title="{html.escape(title)}"' if title else ""
    breaks = "<br>" * token.count("\n")
    return f'<span class="{classes}"{style}{words}>{muted(token)}</span>{breaks}'


def same_length(tokens: Sequence[str], values: Sequence[object], what: str) -> None:
    """Raise ValueError unless there is one value per token."""
    if len(tokens) != len(values):
        raise ValueError(f"{len(tokens)} tokens, but {len(values)} {what}: there must be one each")
