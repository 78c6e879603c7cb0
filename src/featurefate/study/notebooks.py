"""The paired notebooks: NN_name.ipynb made from NN_name.py, the only edited source.

Made by `make notebooks`. The same source gives the same bytes on every machine: cell ids count
the cells, there are no outputs, and the metadata names a plain Python 3 kernel.
"""

from pathlib import Path

import jupytext
import nbformat

from featurefate.study import folders

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def sources() -> list[Path]:
    """The notebooks' percent scripts, in the order in which they are read and run."""
    return sorted(folders.notebooks().glob("[0-9][0-9]_*.py"))


def from_source(source: Path) -> nbformat.NotebookNode:
    """The notebook that a percent script stands for, without outputs."""
    notebook = jupytext.read(source, fmt="py:percent")
    notebook.metadata = nbformat.from_dict(METADATA)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"{source.stem[:2]}-cell-{number:02}"
    return notebook


def text(notebook: nbformat.NotebookNode) -> str:
    """The text of an .ipynb file."""
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n"


def main() -> None:
    """Write the pair of every notebook."""
    for source in sources():
        pair = source.with_suffix(".ipynb")
        pair.write_text(text(from_source(source)), encoding="utf-8")
        print(folders.relative(pair))


if __name__ == "__main__":
    main()
