"""The same program in two languages, side by side; under one another where the page is narrow."""

from collections.abc import Sequence

from featurefate.figures.code import code
from featurefate.figures.passage import Html

NARROWEST = "19rem"  # of a column: about 45 characters of code

_GRID = (
    "display:grid;gap:0 1rem;align-items:start;"
    f"grid-template-columns:repeat(auto-fit,minmax(min(100%,{NARROWEST}),1fr))"
)


def parallel_text(
    texts: Sequence[str], *, languages: Sequence[str], captions: Sequence[str]
) -> Html:
    """Each of `texts` highlighted as code of its language (a Pygments name), under its caption.

    Raises ValueError unless there is one language and
    one caption for each text.
    """
    if not len(texts) == len(languages) == len(captions):
        raise ValueError(
            f"parallel_text: {len(texts)} texts, {len(languages)} languages and {len(captions)} "
            "captions; there must be one of each for every text"
        )
    cells = "".join(
        f'<div style="min-width:0">{code(text, language=language, caption=caption).markup}</div>'
        for text, language, caption in zip(texts, languages, captions, strict=True)
    )
    return Html(f'<div class="ff ff-parallel" style="{_GRID}">{cells}</div>')
