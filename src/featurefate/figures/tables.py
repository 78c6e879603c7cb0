"""A frame as a plain HTML table: numbers aligned and rounded, no index, light and dark."""

import html
from collections.abc import Collection, Mapping

import pandas as pd

from featurefate.figures.frames import NOT_RUN
from featurefate.figures.numbers import minus, typeset
from featurefate.figures.passage import Html
from featurefate.figures.tokens_html import muted


def table(
    frame: pd.DataFrame,
    *,
    caption: str | None = None,
    formats: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    tokens: Collection[str] = (),
    missing: str = NOT_RUN,
) -> Html:
    """`frame` without its index.

    formats: column -> format as in Python, for example `{"loss": ".2f", "share": ".1%"}`; other
    numbers get `,d` (whole) or `.3g`. names: column -> heading. tokens: columns that hold the text
    of a token or a list of such texts, each shown in a box with its white space visible. missing:
    what an empty cell says. Raises ValueError when a format, a name or `tokens` asks for a column
    that is not there.
    """
    formats, names = dict(formats or {}), dict(names or {})
    unknown = [column for column in [*formats, *names, *tokens] if column not in frame.columns]
    if unknown:
        raise ValueError(f"table: the frame has no columns {', '.join(unknown)}")
    kinds = {column: _is_number(frame[column]) for column in frame.columns}
    heads = "".join(
        f'<th scope="col"{_css(kinds[column])}>{html.escape(str(names.get(column, column)))}</th>'
        for column in frame.columns
    )
    rows = []
    for _, row in frame.iterrows():
        cells = {
            column: _boxes(row[column])
            if column in tokens
            else html.escape(_text(row[column], formats.get(column), missing))
            for column in frame.columns
        }
        marked = (f"<td{_css(kinds[column])}>{cell}</td>" for column, cell in cells.items())
        rows.append(f"<tr>{''.join(marked)}</tr>")
    words = f"<caption>{html.escape(typeset(caption))}</caption>" if caption else ""
    return Html(
        f'<div class="ff ff-scroll"><table class="ff-table">{words}<thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _css(number: bool) -> str:
    return ' class="ff-number"' if number else ""


def _boxes(texts: str | list[str]) -> str:
    texts = [texts] if isinstance(texts, str) else texts
    return " ".join(f'<code class="ff-box">{muted(text)}</code>' for text in texts)


def _text(value: object, form: str | None, missing: str) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return missing
    if form is not None:
        return typeset(format(value, form))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if pd.api.types.is_integer(value):
        return minus(f"{value:,d}")
    return minus(f"{value:.3g}") if pd.api.types.is_float(value) else str(value)
