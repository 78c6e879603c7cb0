"""Code as a result of a cell: a document of the corpus, or a function of the package."""

import html
import inspect
from collections.abc import Callable

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from featurefate.figures.passage import Html


def code(text: str, *, language: str, caption: str | None = None) -> Html:
    """`text` coloured as code of `language` (a Pygments name; `text` for none).

    Unlike a fenced block in Markdown, a piece that is cut short or has errors is no trouble.
    """
    body = highlight(text, get_lexer_by_name(language), HtmlFormatter(cssclass="highlight"))
    words = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    # the classes of Sphinx's own blocks, so that the page's colours apply, light and dark
    return Html(f'<figure class="ff ff-code highlight-{language}">{words}{body}</figure>')


def source(function: Callable) -> Html:
    """A function of the package as it stands."""
    return code(inspect.getsource(function), language="python")
