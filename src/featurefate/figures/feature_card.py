"""The card of one feature: how often it fires, on what, and what it makes the model say."""

import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from featurefate.figures.numbers import minus
from featurefate.figures.tokens_html import same_length, span, visible

if TYPE_CHECKING:  # what is described there loads torch
    from featurefate.dictionaries import describe


@dataclass
class Context:
    """One place where the feature fires: tokens in reading order, their activations, the origin."""

    tokens: Sequence[str]
    activations: Sequence[float]
    origin: str

    def __post_init__(self) -> None:
        same_length(self.tokens, self.activations, "activations")


@dataclass
class FeatureCard:
    """Everything a reader needs to guess what a feature means; shown as HTML by a notebook.

    share: part of the evaluation tokens on which the feature fires, from 0 to 1.
    counts, edges: histogram of its activations above zero; one edge more than counts.
    promoted, suppressed: (token, effect on its logit), strongest first.
    contexts: the places where it fires most, strongest first.
    facts: further numbers in words, heading -> text (for example the fate on every edge).
    """

    name: str
    model: str
    share: float
    counts: Sequence[int]
    edges: Sequence[float]
    promoted: Sequence[tuple[str, float]]
    suppressed: Sequence[tuple[str, float]]
    contexts: Sequence[Context]
    facts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        described: "describe.FeatureDescription",
        model: str,
        facts: dict[str, str] | None = None,
    ) -> Self:
        """The card of a feature as `featurefate.dictionaries.describe` describes it."""
        contexts = [
            Context(c.tokens, c.activations, f"{c.domain}, document {c.document}")
            for c in described.contexts
        ]
        return cls(
            name=f"feature {described.feature}",
            model=model,
            share=described.firing_rate,
            counts=described.histogram_counts,
            edges=described.histogram_edges,
            promoted=described.promoted,
            suppressed=described.suppressed,
            contexts=contexts,
            facts={"in": f"{described.documents} documents", **(facts or {})},
        )

    def _repr_html_(self) -> str:
        facts = {"fires on": f"{100 * self.share:.2g} % of the tokens", **self.facts}
        listed = "".join(
            f"<div><dt>{html.escape(head)}</dt><dd>{html.escape(text)}</dd></div>"
            for head, text in facts.items()
        )
        name = f"{html.escape(self.name)} <small>of {html.escape(self.model)}</small>"
        return (
            f'<article class="ff ff-card" aria-label="{html.escape(self.name)}">'
            f'<header><p class="ff-name">{name}</p><dl>{listed}</dl></header>'
            f'<div class="ff-columns">{_histogram(self.counts, self.edges)}'
            f"{_logits('promotes', self.promoted)}{_logits('suppresses', self.suppressed)}</div>"
            f'<p class="ff-head">fires most strongly in</p>{self._contexts()}</article>'
        )

    def _contexts(self) -> str:
        """The contexts as a list; the background is as strong as the activation."""
        top = max((max(c.activations, default=0.0) for c in self.contexts), default=0.0) or 1.0
        items = []
        for context in self.contexts:
            pairs = zip(context.tokens, context.activations, strict=True)
            text = "".join(
                span(t, strength=0.85 * a / top, title=f"activation {a:.2f}" if a > 0 else None)
                for t, a in pairs
            )
            origin = f'<span class="ff-origin">{html.escape(context.origin)}</span>'
            items.append(f'<li><div class="ff-text" translate="no">{text}</div>{origin}</li>')
        return f'<ol class="ff-contexts">{"".join(items)}</ol>'


def _histogram(counts: Sequence[int], edges: Sequence[float]) -> str:
    """The activations above zero as a small inline picture."""
    total = sum(counts)
    if total == 0:
        return '<div><p class="ff-head">never fires here</p></div>'
    width, height = 216, 64
    step = width / len(counts)
    bars = "".join(
        f'<rect x="{i * step:.1f}" y="{height - h:.1f}" width="{step - 1:.1f}" height="{h:.1f}">'
        f"<title>{edges[i]:.2f} to {edges[i + 1]:.2f}: {count} tokens</title></rect>"
        for i, count in enumerate(counts)
        if (h := height * count / max(counts)) > 0
    )
    label = f"histogram of {total} activations from {edges[0]:.2f} to {edges[-1]:.2f}"
    return (
        f'<div><p class="ff-head">activations above zero</p>'
        f'<svg role="img" aria-label="{label}" viewBox="0 0 {width} {height + 16}" width="{width}">'
        f'<g fill="currentColor" fill-opacity="0.6">{bars}</g>'
        f'<g fill="currentColor" font-size="11"><text x="0" y="{height + 13}">{edges[0]:.2g}</text>'
        f'<text x="{width}" y="{height + 13}" text-anchor="end">{edges[-1]:.2g}</text></g>'
        f"</svg></div>"
    )


def _logits(heading: str, effects: Sequence[tuple[str, float]]) -> str:
    """Tokens whose logit the feature moves, as a list with the effect on hover."""
    signed = [(token, minus(f"{effect:+.2f}")) for token, effect in effects]
    items = "".join(
        f'<li title="logit {effect}"><code>{html.escape(visible(token))}</code>'
        f'<span class="ff-effect">{effect}</span></li>'
        for token, effect in signed
    )
    return f'<div><p class="ff-head">{heading}</p><ul class="ff-logits">{items}</ul></div>'
