"""The site under test: the one named by FEATUREFATE_SITE, else a miniature built on the spot."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import jupytext
import pytest
from nbclient import NotebookClient

from featurefate.study import folders
from featurefate.study.site import render
from featurefate.study.staging import stage

HERE = Path(__file__).parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The folder of a rendered site."""
    named = os.environ.get("FEATUREFATE_SITE")
    if named:
        folder = Path(named).resolve()
        assert (folder / "index.html").is_file(), f"FEATUREFATE_SITE={named} holds no index.html"
        return folder
    return build_miniature(tmp_path_factory.mktemp("miniature"))


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """The system's Chromium; skips where there is none, fails where one is required."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        if os.environ.get("FEATUREFATE_REQUIRE_BROWSER") == "1":
            pytest.fail("FEATUREFATE_REQUIRE_BROWSER=1, but no chromium is installed")
        pytest.skip("no chromium found: the rendered pages were not opened")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


def build_miniature(folder: Path) -> Path:
    """Execute the miniature chapter and render it with the book's own pages and configuration."""
    notebook = jupytext.read(HERE / "miniature.py")
    examples = HERE.parent / "figures"
    kernel = {"env": {**os.environ, "PYTHONPATH": str(examples)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute(cwd=str(folder), **kernel)
    (folder / "executed").mkdir()
    jupytext.write(notebook, folder / "executed" / "01_miniature.ipynb", fmt="ipynb")
    stage(folder / "executed", folder / "staged", folders.root())
    page = folder / "staged" / "book" / "provenance.md"
    page.write_text("# Provenance\n\nMade by a test.\n", encoding="utf-8")
    render(folder / "staged", folder / "site")
    return folder / "site"


if __name__ == "__main__":
    print(build_miniature(Path(sys.argv[1])))
