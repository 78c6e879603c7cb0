"""What the text says of its run in words, and what a reader is told when that does not hold.

A notebook asserts it under `Chapter.claims`. An assertion that fails leaves an output of a kind of
its own behind; the runner takes it out and writes a warning at the head of the page.
"""

import nbformat

UNMET = "application/vnd.featurefate.unmet+json"


def output(claim: str) -> dict[str, str]:
    """What a notebook displays for a claim that does not hold, here for all to read."""
    return {UNMET: claim, "text/plain": f"This run does not bear out: {claim}"}


def take_unmet(notebook: nbformat.NotebookNode) -> list[str]:
    """Return the claims that did not hold, and take their outputs out of the notebook."""
    unmet = []
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        told = [o for o in cell.outputs if UNMET in o.get("data", {})]
        unmet += [o.data[UNMET] for o in told]
        cell.outputs = [o for o in cell.outputs if o not in told]
    return unmet


def warn(notebook: nbformat.NotebookNode, unmet: list[str], cell_id: str) -> None:
    """Tell the reader, in a cell after the notebook's first."""
    listed = "\n".join(f"- {claim}" for claim in unmet)
    text = (
        "```{warning}\nThe numbers on this page are of this run. In words the text says more, and "
        f"some of it does not hold in this run:\n\n{listed}\n```"
    )
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell(text, id=cell_id))
