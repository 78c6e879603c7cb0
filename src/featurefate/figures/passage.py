"""A passage of text, token by token: as boxes, or coloured by a value."""

import html
from collections.abc import Sequence

import numpy as np

from featurefate.figures.tokens_html import same_length, span


class Html:
    """Finished HTML that a notebook shows as the value of a cell."""

    def __init__(self, markup: str) -> None:
        self.markup = markup

    def _repr_html_(self) -> str:
        return self.markup


def boxes(tokens: Sequence[str], *, caption: str, titles: Sequence[str] | None = None) -> Html:
    """The tokenizer at work: every token in a box of its own; `titles` (one each) on hover."""
    titles = titles if titles is not None else [f"token {i + 1}" for i in range(len(tokens))]
    same_length(tokens, titles, "titles")
    pairs = zip(tokens, titles, strict=True)
    return _figure([span(t, title=w, classes="ff-token ff-box") for t, w in pairs], caption)


def coloured(
    tokens: Sequence[str],
    values: Sequence[float],
    *,
    caption: str,
    unit: str = "",
    low: float = 0.0,
    high: float | None = None,
) -> Html:
    """Tokens whose background grows with their value from `low` to `high` (default: the largest).

    The value stands in the hover with its `unit`. A value that is not a number leaves its token
    plain (the first token has no prediction, for example).
    """
    same_length(tokens, values, "values")
    numbers = np.asarray(values, float)
    top = np.nanmax(numbers) if high is None else high
    spread = top - low if top > low else 1.0
    spans = []
    for token, number in zip(tokens, numbers, strict=True):
        known = np.isfinite(number)
        title = f"{number:.3g} {unit}".strip() if known else None
        strength = 0.85 * (number - low) / spread if known else None
        spans.append(span(token, strength=strength, title=title))
    return _figure(spans, caption)


def predictions(
    tokens: Sequence[str], guesses: Sequence[Sequence[tuple[str, float]]], *, caption: str
) -> Html:
    """Next-token prediction: each token coloured by the probability that the model gave it.

    guesses: per token, the model's most likely next tokens *before* it saw this one, as
    (token, probability), most likely first. They stand in the hover; a token that is the first
    guess is underlined. When the token is not among its guesses it stays plain.
    """
    same_length(tokens, guesses, "lists of guesses")
    spans = []
    for token, likely in zip(tokens, guesses, strict=True):
        lines = ", ".join(f"{guess!r} {probability:.0%}" for guess, probability in likely)
        hit = bool(likely) and likely[0][0] == token
        classes = "ff-token ff-hit" if hit else "ff-token"
        strength = 0.85 * dict(likely).get(token, 0.0)
        spans.append(span(token, strength=strength, title=f"guessed: {lines}", classes=classes))
    return _figure(spans, caption)


def _figure(spans: list[str], caption: str) -> Html:
    text = "".join(spans)
    return Html(
        f'<figure class="ff ff-passage"><div class="ff-text" translate="no">{text}</div>'
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
    )
