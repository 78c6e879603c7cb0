"""Staging lays out what Jupyter Book needs; a build that fails leaves the last site alone."""

from pathlib import Path

import nbformat
import pytest

from featurefate.study.site import render
from featurefate.study.staging import stage

CONFIGURATION = """
execute: {execute_notebooks: "off"}
sphinx: {config: {extensions: [myst_nb, jupyter_book, sphinx_comments, sphinx_external_toc,
                               sphinx_book_theme]}}
"""


@pytest.fixture
def repository(tmp_path) -> Path:
    """A book of one page and one notebook that has been executed."""
    (tmp_path / "book" / "_static").mkdir(parents=True)
    (tmp_path / "executed").mkdir()
    (tmp_path / "_config.yml").write_text(CONFIGURATION)
    toc = "format: jb-book\nroot: book/start\nchapters: [{glob: notebooks/*}]\n"
    (tmp_path / "_toc.yml").write_text(toc)
    (tmp_path / "book" / "start.md").write_text("# A book\n")
    cells = [nbformat.v4.new_markdown_cell("# A chapter")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "executed" / "01_one.ipynb")
    return tmp_path


def test_staged_folder_is_laid_out_like_the_repository(repository):
    staged = repository / "staged"
    (staged / "old").mkdir(parents=True)
    stage(repository / "executed", staged, repository)
    assert {path.name for path in staged.iterdir()} == {
        "_config.yml",
        "_toc.yml",
        "book",
        "notebooks",
    }
    assert [path.name for path in (staged / "notebooks").iterdir()] == ["01_one.ipynb"]
    bundle = (staged / "book" / "_static" / "vega.js").read_text(encoding="utf-8")
    assert bundle.startswith("(() => {") and "vegaEmbed" in bundle
    assert not (repository / "book" / "_static" / "vega.js").exists()


def test_nothing_executed_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="no executed notebook"):
        stage(tmp_path, tmp_path / "staged", tmp_path)


def test_site_is_replaced_only_by_one_without_warnings(repository):
    staged, site = repository / "staged", repository / "site"
    stage(repository / "executed", staged, repository)
    render(staged, site)
    assert (site / "index.html").is_file() and (site / "notebooks" / "01_one.html").is_file()

    page = repository / "book" / "start.md"
    page.write_text("# A book\n\n[nowhere](nowhere.md)\n")
    stage(repository / "executed", staged, repository)
    with pytest.raises(RuntimeError, match="nowhere"):
        render(staged, site)
    assert "A book" in (site / "book" / "start.html").read_text(encoding="utf-8")
