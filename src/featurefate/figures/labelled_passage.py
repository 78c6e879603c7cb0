"""A passage of text whose tokens carry concepts: some underlined, all of them on hover."""

import html
import re
from collections.abc import Mapping, Sequence

import numpy as np

from featurefate.figures import colours
from featurefate.figures.passage import Html
from featurefate.figures.tokens_html import same_length, span

MOST_SHOWN = 6  # concepts: more lines below a word cannot be told apart
LINE_STEP = 4  # pixels between the underlines of two concepts

# Each concept has its colour, its kind of line and its height, so none is told by colour alone.
_LINES = ("solid 2px", "dashed 2px", "dotted 3px", "double 1px", "wavy 1px", "solid 4px")


def labelled_passage(
    tokens: Sequence[str],
    concepts: Mapping[str, Sequence[bool] | np.ndarray],
    *,
    shown: Sequence[str] | None = None,
    caption: str,
) -> Html:
    """The tokens, each concept of `shown` underlined in its own way, and a legend.

    concepts: name → one truth value for each token. shown: at most `MOST_SHOWN` names, in the
    order of their lines from the text down (default: those that most tokens here carry). The
    hover of a token names all its concepts. Raises ValueError for unknown or too many names, or
    another number of values than tokens.
    """
    carried = {name: np.asarray(values, dtype=bool) for name, values in concepts.items()}
    for name, values in carried.items():
        same_length(tokens, values, f"values of {name!r}")
    if shown is None:
        common = sorted(carried, key=lambda name: -carried[name].sum())[:MOST_SHOWN]
        shown = [name for name in common if carried[name].any()]
    unknown = [name for name in shown if name not in carried]
    if unknown:
        raise ValueError(f"labelled_passage: no values for the concepts {', '.join(unknown)}")
    if len(shown) > MOST_SHOWN:
        raise ValueError(f"labelled_passage: {len(shown)} concepts to show; at most {MOST_SHOWN}")
    styles = _styles(shown)
    text = []
    for place, token in enumerate(tokens):
        names = [name for name, values in carried.items() if values[place]]
        for line in re.findall(r"[^\n]*\n|[^\n]+", token):  # a token may go on in the next line
            markup = span(line, title=", ".join(names) or None).removesuffix("<br>")
            for name in shown:
                if name in names:
                    markup = f'<span style="{styles[name]}">{markup}</span>'
            text.append("<wbr>" * line.startswith(" ") + markup + "<br>" * line.endswith("\n"))
    room = f"line-height:calc(1.5em + {LINE_STEP * len(shown)}px)"
    return Html(
        f'<figure class="ff ff-passage">{_legend(carried, styles)}'
        f'<div class="ff-text" style="{room}" translate="no">{"".join(text)}</div>'
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
    )


def _styles(shown: Sequence[str]) -> dict[str, str]:
    """Concept → the style of its underline; the first nearest to the text."""
    return {
        name: f"text-decoration:underline {line} {colour};text-decoration-skip-ink:none;"
        f"text-underline-offset:{3 + LINE_STEP * place}px"
        for place, (name, colour, line) in enumerate(
            zip(shown, colours.scale(shown).range, _LINES, strict=False)
        )
    }


def _legend(carried: Mapping[str, np.ndarray], styles: Mapping[str, str]) -> str:
    """The names, each over its own line, with how many tokens of the passage carry it."""
    items = []
    for name, style in styles.items():
        low = style[: style.index("text-underline-offset")] + "text-underline-offset:3px"
        count = int(carried[name].sum())
        items.append(
            f'<li style="margin:0"><span style="{low}">{html.escape(name)}</span> '
            f'<span class="ff-effect">{count}</span></li>'
        )
    row = "display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;list-style:none;margin:0 0 .5rem;padding:0"
    return (
        f'<ul aria-label="concepts, with the number of tokens that carry each" '
        f'style="{row};font-size:.85rem;line-height:1.9">{"".join(items)}</ul>'
    )
