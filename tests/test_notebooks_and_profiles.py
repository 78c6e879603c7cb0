"""Every notebook has its pair, and every profile fits every notebook."""

import ast
from pathlib import Path

import pytest
import yaml

from featurefate.study import folders, notebooks, profiles

SOURCES = notebooks.sources()


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.stem)
def test_notebook_and_pair_agree(source):
    pair = source.with_suffix(".ipynb")
    assert pair.is_file(), "make notebooks"
    assert pair.read_text(encoding="utf-8") == notebooks.text(notebooks.from_source(source)), (
        f"{pair.name} is not what {source.name} says: make notebooks"
    )


def test_no_pair_without_a_source():
    pairs = {path.stem for path in folders.notebooks().glob("*.ipynb")}
    assert pairs == {source.stem for source in SOURCES}


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.stem)
@pytest.mark.parametrize("profile", profiles.names())
def test_every_profile_fits_every_notebook(profile, source):
    settings = profiles.settings(profile, source.stem)
    assert settings["profile"] == profile


@pytest.mark.parametrize("profile", profiles.names()[1:])
def test_a_profile_names_only_what_it_changes(profile):
    sections = yaml.safe_load((folders.profiles() / f"{profile}.yaml").read_text()) or {}
    for notebook in sections:
        values = {name: p.value for name, p in profiles.declared(notebook).items()}
        same = {k: v for k, v in profiles.overrides(profile, notebook).items() if values[k] == v}
        assert not same, f"{profile}.yaml, {notebook}: laptop has the same {same}"


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.stem)
def test_a_code_cell_is_short(source):
    for cell in notebooks.from_source(source).cells:
        if cell.cell_type == "code" and "parameters" not in cell.metadata.get("tags", []):
            lines = _lines_of_code(cell.source)
            assert lines <= 12, f"{source.name}, {cell.id}: {lines} lines"


def _lines_of_code(cell: str) -> int:
    """Lines that are not blank, imports apart."""
    imported = {
        line
        for node in ast.walk(ast.parse(cell))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for line in range(node.lineno, node.end_lineno + 1)
    }
    lines = enumerate(cell.splitlines(), start=1)
    return sum(bool(line.strip()) and number not in imported for number, line in lines)


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.stem)
def test_a_notebook_opens_itself_as_a_chapter(source: Path):
    opened = [
        node.args[0].value
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Chapter.open"
    ]
    assert opened == [source.stem]
