"""How the rendered book shows a chart: a still in the page, drawn live where scripts run.

Registered under the entry-point group `myst_nb.mime_renderers`, so that Jupyter Book finds it. The
still is an inline picture whose ink is the text colour of the page; beside it stands the chart's
specification, which `_static/charts.js` reads to draw the live chart in its place.
"""

import hashlib
import html
import json
import re
from typing import Any

import vl_convert
from docutils import nodes

from featurefate.figures.theme import MIME_TYPE, VEGA_LITE, ink


class VegaLiteRenderer:
    """Renders our chart MIME type to docutils nodes (the protocol is myst-nb's)."""

    mime_priority_overrides = [("html", MIME_TYPE, 5), ("dirhtml", MIME_TYPE, 5)]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Node] | None:
        """The chart as one raw HTML node; None (let others try) for any other MIME type."""
        if inline or data.mime_type != MIME_TYPE:
            return None
        spec = json.loads(data.content) if isinstance(data.content, str) else dict(data.content)
        return [nodes.raw("", chart_html(spec), format="html", classes=["output", "chart"])]


def chart_html(spec: dict[str, Any]) -> str:
    """`spec` (Vega-Lite) as a figure: title and subtitle as text, still, and the specification."""
    spec = dict(spec)
    title = spec.pop("title", {})
    title = title if isinstance(title, dict) else {"text": title}
    heading, subtitle = (_one_line(title.get(key)) for key in ("text", "subtitle"))
    description = spec.pop("description", "") or heading
    usermeta = spec.pop("usermeta", {})
    spec["config"] = _merged(spec.get("config", {}), ink("currentColor"))
    written = json.dumps(spec, separators=(",", ":"), ensure_ascii=False).replace("</", "<\\/")
    small = f'<span class="chart-subtitle">{html.escape(subtitle)}</span>' if subtitle else ""
    return (
        f'<figure class="chart" data-narrow="{html.escape(usermeta.get("narrow", "fit"))}">'
        f'<figcaption><span class="chart-title">{html.escape(heading)}</span>{small}</figcaption>'
        f'<div class="chart-drawing" role="img" aria-label="{html.escape(description)}">'
        f"{still(spec)}</div>"
        f'<script type="application/json" class="chart-spec">{written}</script></figure>'
    )


def still(spec: dict[str, Any]) -> str:
    """`spec` as an inline SVG whose ids are its own, as several charts share a page."""
    svg = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    own = "c" + hashlib.sha256(svg.encode()).hexdigest()[:8]
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{own}-\1"', svg)
    svg = re.sub(r"(\d\.\d\d)\d+", r"\1", svg)  # a hundredth of a pixel is enough
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{own}-\1)", svg)
    return svg[svg.index("<svg") :]


def _one_line(text: str | list[str] | None) -> str:
    return " ".join(text) if isinstance(text, list) else (text or "")


def _merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """`first` with `second` laid over it, key by key, also inside nested tables."""
    merged = dict(first)
    for key, value in second.items():
        inner = first.get(key)
        both = isinstance(value, dict) and isinstance(inner, dict)
        merged[key] = _merged(inner, value) if both else value
    return merged
