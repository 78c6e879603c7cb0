"""Every page of the site, opened from disk with no network: quiet, complete, readable."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

DARK = "document.documentElement.dataset.theme = document.documentElement.dataset.mode = 'dark'"
READY = "() => [...document.querySelectorAll('figure.chart')].every(f => f.dataset.state)"
# Every mark that Vega drew has its data bound to it; a still has none.
LIVE = """() => [...document.querySelectorAll('figure.chart')].map(f => [
    f.querySelector('.chart-title').textContent, f.dataset.state,
    [...f.querySelectorAll('svg .role-mark path, svg .role-mark text, svg .role-mark line')]
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
class Visit:
    """One page, opened, and what it complained about."""

    page: object
    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


@pytest.fixture
def visit(browser):
    """Open a page of the site from disk and wait until its charts are drawn."""
    contexts = []

    def open_page(path: Path, width: int = 1280, query: str = "") -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        visit = Visit(context.new_page())

        def route(request_route):
            address = request_route.request.url
            if address.startswith(("file:", "data:", "blob:")):
                return request_route.continue_()
            visit.outside.append(address)
            return request_route.abort()

        context.route("**/*", route)
        page = visit.page
        page.on("console", lambda m: m.type == "error" and visit.complaints.append(m.text))
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.on("requestfailed", lambda request: visit.complaints.append(request.url))
        page.goto(path.resolve().as_uri() + query)
        page.wait_for_function(READY, timeout=20_000)
        return visit

    yield open_page
    for context in contexts:
        context.close()


def pages(site: Path) -> list[Path]:
    """The pages that a reader opens; index.html only leads to the first of them."""
    found = sorted((site / "book").glob("*.html")) + sorted((site / "notebooks").glob("*.html"))
    assert len(found) >= 5, f"{site} holds only {len(found)} pages"
    return found


def test_pages_are_quiet_and_stay_on_the_disk(site, visit):
    for path in pages(site):
        opened = visit(path)
        assert not opened.complaints, f"{path.name}: {opened.complaints}"
        assert not opened.outside, f"{path.name} asked for {opened.outside}"


def test_the_first_page_is_reached_from_index(site, visit):
    opened = visit(site / "index.html")
    opened.page.wait_for_url("**/book/start.html")
    assert "The Fate of Features" in opened.page.title()


def test_charts_are_live(site, visit):
    drawn = 0
    for path in pages(site):
        for title, state, marks in visit(path).page.evaluate(LIVE):
            assert state == "live" and marks > 0, f"{path.name}: {title!r} is not drawn"
            drawn += 1
    assert drawn > 0


def test_a_chart_tells_its_numbers_on_hover(site, visit):
    page = next(p for p in pages(site) if "chart-spec" in p.read_text(encoding="utf-8"))
    browser_page = visit(page).page
    mark = (
        "figure.chart .mark-area path, figure.chart .mark-rect path, figure.chart .mark-symbol path"
    )
    browser_page.locator(mark).first.dispatch_event("pointermove")
    browser_page.wait_for_selector("#vg-tooltip-element.visible td.value")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axis_labels_stand_out(site, visit, dark):
    seen = 0
    for path in pages(site):
        page = visit(path).page
        if dark:
            page.evaluate(DARK)
        contrasts = page.evaluate(CONTRAST)
        assert all(contrast >= 4.5 for contrast in contrasts), path.name
        seen += len(contrasts)
    assert seen > 0


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_scrolls_sideways(site, visit, width):
    for path in pages(site):
        page = visit(path, width=width).page
        room, needed = page.evaluate("[innerWidth, document.documentElement.scrollWidth]")
        wide = page.evaluate(
            "() => [...document.querySelectorAll('main *')].filter(e => "
            "e.getBoundingClientRect().right > innerWidth + 1).slice(0, 5).map(e => e.outerHTML"
            ".slice(0, 80))"
        )
        assert needed <= room, f"{path.name} at {width} px needs {needed} px: {wide}"


def test_formulas_are_set(site, visit):
    found = 0
    for path in pages(site):
        page = visit(path).page
        formulas = page.locator(".math").count()
        if formulas:
            page.wait_for_selector("mjx-container", timeout=10_000)
            assert page.locator("mjx-container").count() >= formulas
            assert page.locator("mjx-merror").count() == 0, path.name
            found += formulas
    assert found > 0


def test_search_finds_pages_from_disk(site, visit):
    opened = visit(site / "search.html", query="?q=ceiling")
    opened.page.wait_for_selector("#search-results li a", timeout=10_000)
    found = opened.page.locator("#search-results li a").all_inner_texts()
    assert any("Glossary" in title or "Reading guide" in title for title in found), found
    assert not opened.complaints and not opened.outside
