"""Laying out one folder for Jupyter Book: configuration, prose, executed notebooks, chart scripts.

The book is never built in the repository itself, so that the notebooks in it can stay without
outputs and rendering leaves nothing behind.
"""

import shutil
from pathlib import Path

import vl_convert

from featurefate.figures.theme import VEGA_LITE

CONFIGURATION = ["_config.yml", "_toc.yml"]


def stage(executed: Path, stage: Path, repository: Path) -> None:
    """Fill the folder `stage`, emptied first, with what Jupyter Book builds from.

    executed: folder with the executed notebooks, NN_name.ipynb.
    repository: where `_config.yml`, `_toc.yml` and `book/` lie.
    Raises FileNotFoundError when no notebook has been executed.
    """
    notebooks = sorted(executed.glob("[0-9][0-9]_*.ipynb"))
    if not notebooks:
        raise FileNotFoundError(f"{executed} holds no executed notebook: run `make book` first")
    shutil.rmtree(stage, ignore_errors=True)
    (stage / "notebooks").mkdir(parents=True)
    for name in CONFIGURATION:
        shutil.copy(repository / name, stage)
    shutil.copytree(repository / "book", stage / "book")
    for notebook in notebooks:
        shutil.copy(notebook, stage / "notebooks")
    write_chart_bundle(stage / "book" / "_static" / "vega.js")


def write_chart_bundle(path: Path) -> None:
    """Write Vega, Vega-Lite and Vega-Embed as one script, in a scope of its own.

    The wrapping keeps its top-level names from clashing with those of the pages' other scripts.
    """
    bundle = vl_convert.javascript_bundle(vl_version=VEGA_LITE)
    path.write_text(f"(() => {{\n{bundle}\n}})();\n", encoding="utf-8")
