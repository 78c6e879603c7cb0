"""The chart theme and how a chart is written into a notebook.

The theme sets type, spacing and widths and says nothing about ink or background: a chart on a page
takes its ink from the page (light or dark), a chart in a picture gets the ink of paper.
"""

import base64
import io
import textwrap
from typing import Any

import altair as alt
import vl_convert
from PIL import Image

from featurefate.figures.numbers import typeset

WIDTH = 590  # pixels of the plotting area: with its axis it fits the text column of the book
VEGA_LITE = "v6.4"  # must be the version that altair writes
MIME_TYPE = "application/vnd.vegalite.v6+json"
FONT = "Helvetica Neue, Arial, Liberation Sans, sans-serif"


def use() -> None:
    """Turn on the book's theme and renderer; call it once at the top of a notebook."""
    alt.theme.register("featurefate", enable=True)(_theme)
    alt.renderers.register("featurefate", _mime_bundle)
    alt.renderers.enable("featurefate")


def finish(
    chart: Any, *, title: str, description: str, subtitle: str | None = None, width: int = WIDTH
) -> Any:
    """Give `chart` its title (the finding), subtitle and alternative text.

    Lines are broken to fit `width` pixels, because Vega does not break them itself. Negative
    numbers in them get the true minus sign, per cent signs a space.
    """
    if not title.strip() or not description.strip():
        raise ValueError("a chart needs a title (its finding) and a description (for the blind)")
    heading = alt.TitleParams(
        text=textwrap.wrap(typeset(title), width // 8),
        subtitle=textwrap.wrap(typeset(subtitle), width // 6) if subtitle else alt.Undefined,
    )
    return chart.properties(title=heading, description=description)


def ink(colour: str) -> dict[str, Any]:
    """The part of a Vega configuration that draws axes, text and rules in `colour`."""
    line = {"labelColor": colour, "titleColor": colour}
    return {
        "background": "transparent",
        "aria": False,  # the figure around it carries the description
        "axis": {**line, "gridColor": colour, "domainColor": colour, "tickColor": colour},
        "legend": line,
        "header": line,
        "title": {"color": colour, "subtitleColor": colour},
        "line": {"color": colour},
        "text": {"color": colour},
        "rule": {"color": colour},
        "view": {"stroke": None},
    }


def png(spec: dict[str, Any], scale: float = 2.0) -> bytes:
    """`spec` drawn on white paper; 256 colours, which makes the file about a tenth as large."""
    drawn = vl_convert.vegalite_to_png(
        spec, vl_version=VEGA_LITE, scale=scale, config={**ink("#1a1a1a"), "background": "white"}
    )
    buffer = io.BytesIO()
    picture = Image.open(io.BytesIO(drawn)).convert("RGB")
    picture = picture.quantize(256, kmeans=3)
    _whiten(picture)
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _whiten(picture: Image.Image) -> None:
    """Make the palest colour of the palette plain white: quantizing averages the paper away."""
    levels = picture.getpalette()
    palest = max(range(0, len(levels), 3), key=lambda i: sum(levels[i : i + 3]))
    levels[palest : palest + 3] = [255, 255, 255]
    picture.putpalette(levels)


def _theme() -> dict[str, Any]:
    return {
        "config": {
            "font": FONT,
            "padding": 4,
            "view": {"continuousWidth": WIDTH, "continuousHeight": 280},
            "title": {
                "anchor": "start",
                "frame": "bounds",
                "fontSize": 15,
                "fontWeight": 600,
                "offset": 12,
                "lineHeight": 19,
                "subtitleFontSize": 12,
                "subtitleLineHeight": 16,
                "subtitlePadding": 5,
            },
            "axis": {
                "labelFontSize": 12,
                "titleFontSize": 12,
                "titleFontWeight": "normal",
                "titlePadding": 8,
                "gridOpacity": 0.15,
                "domainOpacity": 0.5,
                "tickOpacity": 0.5,
                "labelLimit": 220,
            },
            "legend": {
                "orient": "top",
                "title": None,
                "labelFontSize": 12,
                "symbolStrokeWidth": 2.5,
                "symbolSize": 300,
                "symbolOpacity": 1,
                "symbolType": "stroke",
                "labelLimit": 260,
            },
            "header": {
                "title": None,
                "labelFontSize": 13,
                "labelFontWeight": 600,
                "labelAnchor": "start",
            },
            "line": {"strokeWidth": 2.2, "strokeCap": "round"},
            "rule": {"strokeWidth": 1.2},
            "text": {"fontSize": 12},
        }
    }


def _mime_bundle(spec: dict[str, Any], **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The interactive chart, a picture for readers without it, and words for those without both.

    No `text/html`: what altair puts there loads its scripts from the network.
    """
    picture = png(spec)
    width = Image.open(io.BytesIO(picture)).width // 2
    data = {
        MIME_TYPE: spec,
        "image/png": base64.b64encode(picture).decode("ascii"),
        "text/plain": spec.get("description", "a chart"),
    }
    return data, {"image/png": {"width": width}}
