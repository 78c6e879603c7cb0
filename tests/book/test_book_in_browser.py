"""Every page of the site, opened from disk with no network: quiet, complete, readable."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

WIDE, NARROW = 1280, 390
DRAWN = """() => [...document.querySelectorAll('figure.chart')].every(figure =>
    figure.dataset.state === 'still' || figure.dataset.drawnFor == innerWidth)"""
DARK = "document.documentElement.dataset.theme = document.documentElement.dataset.mode = 'dark'"
# Title, state and number of live marks of every chart. Every mark that Vega drew has its data
# bound to it; a still has none.
CHARTS = """() => [...document.querySelectorAll('figure.chart')].map(figure => [
    figure.querySelector('.chart-title').textContent, figure.dataset.state,
    [...figure.querySelectorAll('svg .role-mark path, svg .role-mark text, svg .role-mark line')]
        .filter(mark => mark.__data__).length])"""
# Contrast of every axis label with the page, as the web guidelines compute it.
CONTRAST = """() => {
    const light = colour => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map(Number)
            .map(x => (x /= 255) <= .04045 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4);
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const page = light(getComputedStyle(document.body).backgroundColor);
    return [...document.querySelectorAll('figure.chart svg .role-axis-label text')].map(text => {
        const ink = light(getComputedStyle(text).fill);
        return (Math.max(ink, page) + .05) / (Math.min(ink, page) + .05);
    });
}"""


@dataclass
class Opened:
    """What was seen of one page."""

    name: str
    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    charts: list[tuple[str, str, int]] = field(default_factory=list)
    contrasts: dict[str, list[float]] = field(default_factory=dict)
    needed: dict[int, int] = field(default_factory=dict)
    formulas: int = 0
    formulas_set: int = 0
    formulas_wrong: int = 0


def listen(page, seen: Opened) -> None:
    """Write down what `page` complains about and what it asks of the network (refused)."""

    def route(request_route) -> None:
        address = request_route.request.url
        if address.startswith(("file:", "data:", "blob:")):
            request_route.continue_()
        else:
            seen.outside.append(address)
            request_route.abort()

    page.route("**/*", route)
    page.on("console", lambda m: m.type == "error" and seen.complaints.append(m.text))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("requestfailed", lambda request: seen.complaints.append(request.url))


def look_at(browser, path: Path) -> Opened:
    """Open a page wide and light, turn it dark, make it narrow; note what is seen each time."""
    page = browser.new_page(viewport={"width": WIDE, "height": 900}, color_scheme="light")
    seen = Opened(path.name)
    listen(page, seen)
    page.goto(path.resolve().as_uri())
    page.wait_for_function(DRAWN, timeout=30_000)
    seen.charts = page.evaluate(CHARTS)
    seen.formulas = page.locator(".math").count()
    if seen.formulas:
        page.wait_for_selector("mjx-container", timeout=30_000)
        seen.formulas_set = page.locator("mjx-container").count()
        seen.formulas_wrong = page.locator("mjx-merror").count()
    seen.needed[WIDE] = page.evaluate("document.documentElement.scrollWidth")
    seen.contrasts["light"] = page.evaluate(CONTRAST)
    page.evaluate(DARK)
    seen.contrasts["dark"] = page.evaluate(CONTRAST)
    page.set_viewport_size({"width": NARROW, "height": 900})
    page.wait_for_function(DRAWN, timeout=30_000)
    seen.needed[NARROW] = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    return seen


def pages(site: Path) -> list[Path]:
    """The pages that a reader opens; index.html only leads to the first of them."""
    found = sorted((site / "book").glob("*.html")) + sorted((site / "notebooks").glob("*.html"))
    assert len(found) >= 5, f"{site} holds only {len(found)} pages"
    return found


@pytest.fixture(scope="module")
def opened(site, browser) -> list[Opened]:
    """All pages, each looked at once."""
    return [look_at(browser, path) for path in pages(site)]


def test_pages_are_quiet(opened):
    assert not {page.name: page.complaints for page in opened if page.complaints}


def test_pages_stay_on_the_disk(opened):
    assert not {page.name: page.outside for page in opened if page.outside}


def test_charts_are_live(opened):
    charts = [(page.name, *chart) for page in opened for chart in page.charts]
    assert charts
    assert not [chart for chart in charts if chart[2] != "live" or chart[3] == 0]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_axis_labels_stand_out(opened, mode):
    assert any(page.contrasts[mode] for page in opened)
    assert not [page.name for page in opened if min(page.contrasts[mode], default=21) < 4.5]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_page_scrolls_sideways(opened, width):
    assert not {p.name: p.needed[width] for p in opened if p.needed[width] > width}


def test_formulas_are_set(opened):
    assert any(page.formulas for page in opened)
    for page in opened:
        assert page.formulas_set >= page.formulas and page.formulas_wrong == 0, page.name


def test_the_first_page_is_reached_from_index(site, browser):
    page = browser.new_page()
    page.goto((site / "index.html").resolve().as_uri())
    page.wait_for_url("**/book/start.html")
    assert "The Fate of Features" in page.title()
    page.close()


def test_a_chart_tells_its_numbers_on_hover(site, browser):
    path = next(p for p in pages(site) if "chart-spec" in p.read_text(encoding="utf-8"))
    page = browser.new_page()
    page.goto(path.resolve().as_uri())
    page.wait_for_function(DRAWN, timeout=30_000)
    marks = ", ".join(f"figure.chart .mark-{kind} path" for kind in ("area", "rect", "symbol"))
    page.locator(marks).first.dispatch_event("pointermove")
    page.wait_for_selector("#vg-tooltip-element.visible td.value")
    page.close()


def test_search_finds_pages_from_disk(site, browser):
    page, seen = browser.new_page(), Opened("search.html")
    listen(page, seen)
    page.goto((site / "search.html").resolve().as_uri() + "?q=ceiling")
    page.wait_for_selector("#search-results li a", timeout=30_000)
    found = page.locator("#search-results li a").all_inner_texts()
    assert any("Glossary" in title or "Reading guide" in title for title in found), found
    assert not seen.complaints and not seen.outside
    page.close()
