"""The headline figure as a small picture for the README, with where it comes from under it."""

import io
from pathlib import Path

import altair as alt
from PIL import Image, ImageDraw, ImageFont

from featurefate.figures.theme import png

LARGEST = 60_000  # bytes


def save(chart: alt.TopLevelMixin, path: Path, profile: str, commit: str) -> None:
    """Write `chart` to `path` as PNG with the caption `profile …, commit …`.

    The largest of a few scales that stays under 60 kB is taken; ValueError when none does.
    """
    spec = chart.to_dict()
    for scale in (2.0, 1.6, 1.3, 1.0):
        written = _with_caption(png(spec, scale), f"profile {profile}, commit {commit}", scale)
        if len(written) < LARGEST:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(written)
            return
    raise ValueError(f"the figure needs {len(written)} bytes at its smallest, limit {LARGEST}")


def _with_caption(drawn: bytes, caption: str, scale: float) -> bytes:
    picture = Image.open(io.BytesIO(drawn)).convert("RGB")
    strip = round(24 * scale)
    page = Image.new("RGB", (picture.width, picture.height + strip), "white")
    page.paste(picture, (0, 0))
    font = ImageFont.load_default(size=round(12 * scale))
    position = (round(16 * scale), picture.height + round(4 * scale))
    ImageDraw.Draw(page).text(position, caption, fill="#555555", font=font)
    buffer = io.BytesIO()
    page.quantize(256, kmeans=3).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
