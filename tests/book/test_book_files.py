"""What the site's files say: nothing from the network, everything in its place."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

LOADING = {
    "script": ["src"],
    "link": ["href"],
    "img": ["src", "srcset"],
    "iframe": ["src"],
    "source": ["src", "srcset"],
    "video": ["src"],
    "audio": ["src"],
    "embed": ["src"],
    "object": ["data"],
    "image": ["href", "xlink:href"],
    "use": ["href", "xlink:href"],
}
REMOTE = re.compile(r"^\s*(?:https?:)?//", re.IGNORECASE)
IN_CSS = re.compile(r"(?:url\(|@import)\s*['\"]?\s*((?:https?:)?//[^'\")\s]+)", re.IGNORECASE)
# Ways in which a script makes a browser load something from an address written into it.
IN_SCRIPT = re.compile(
    r"""(?:\.src\s*=|\.href\s*=|fetch\(|import\(|importScripts\(|\bfrom)\s*["'`]"""
    r"""((?:https?:)?//[^"'`]+)""",
    re.IGNORECASE,
)


class Loads(HTMLParser):
    """Collects the addresses that a page makes the browser load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list) -> None:
        """Note remote addresses of tags that load; links that a reader may follow are fine."""
        values = dict(attributes)
        if tag == "link" and values.get("rel") in ("canonical", "license"):
            return
        loaded = [values.get(name) or "" for name in LOADING.get(tag, [])]
        self.found += [value for value in loaded if REMOTE.match(value)]
        self.found += IN_CSS.findall(values.get("style") or "")


def remote_loads(path: Path) -> list[str]:
    """The remote addresses that a file of the site would load."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".css":
        return IN_CSS.findall(text)
    if path.suffix == ".js":
        return IN_SCRIPT.findall(text)
    parser = Loads()
    parser.feed(text)
    styles = re.findall(r"<style[^>]*>(.*?)</style>", text, re.DOTALL)
    scripts = re.findall(r"<script(?![^>]*application/json)[^>]*>(.*?)</script>", text, re.DOTALL)
    found = [*parser.found, *(u for style in styles for u in IN_CSS.findall(style))]
    return found + [u for script in scripts for u in IN_SCRIPT.findall(script)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", '<script src="https://cdn.example/x.js"></script>'),
        ("b.html", '<link rel="stylesheet" href="//fonts.example/x.css">'),
        ("c.html", "<p style=\"background: url('https://x.example/i.png')\"></p>"),
        ("d.css", "@font-face { src: url(https://x.example/f.woff2) }"),
        ("e.js", 'script.src = "https://cdn.example/x.js";'),
    ],
)
def test_the_scan_sees_what_loads(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert remote_loads(tmp_path / name)


def test_nothing_is_loaded_from_the_network(site):
    files = [p for p in site.rglob("*") if p.suffix in (".html", ".css", ".js")]
    assert len(files) > 10
    remote = {str(p.relative_to(site)): found for p in files if (found := remote_loads(p))}
    assert not remote


def test_charts_carry_words_and_a_still(site):
    for path in site.glob("notebooks/*.html"):
        text = path.read_text(encoding="utf-8")
        figures = re.findall(r'<figure class="chart".*?</figure>', text, re.DOTALL)
        for figure in figures:
            assert re.search(r'role="img" aria-label="[^"]{10,}"', figure), path.name
            assert re.search(r'class="chart-title">[^<]{5,}<', figure), path.name
            assert "<svg" in figure and figure.count("</script>") == 1


def test_ids_of_stills_do_not_clash(site):
    for path in site.glob("notebooks/*.html"):
        ids = re.findall(r'<(?:clipPath|linearGradient)[^>]* id="([^"]+)"', path.read_text("utf-8"))
        assert len(ids) == len(set(ids)), path.name


def test_the_site_is_small(site):
    size = sum(p.stat().st_size for p in site.rglob("*") if p.is_file())
    assert size < 60e6, f"{size / 1e6:.0f} MB"
