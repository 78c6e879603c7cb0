"""A pair made from a percent script: the same bytes every time, no outputs."""

import nbformat

from featurefate.study import notebooks


def test_a_pair_is_valid_and_always_the_same(miniature):
    source = miniature.root / "notebooks/01_first.py"
    made = notebooks.from_source(source)
    nbformat.validate(made)
    assert [cell.id for cell in made.cells] == [f"01-cell-0{n}" for n in (1, 2, 3, 4)]
    assert made.metadata.kernelspec.name == "python3"
    assert made.cells[1].metadata.tags == ["parameters"]
    assert all(not cell.outputs for cell in made.cells if cell.cell_type == "code")
    assert notebooks.text(made) == notebooks.text(notebooks.from_source(source))


def test_every_numbered_notebook_gets_its_pair(miniature, capsys):
    miniature.write("notebooks/scratch.py", "# %%\n1\n")
    notebooks.main()
    assert sorted(p.name for p in (miniature.root / "notebooks").glob("*.ipynb")) == [
        "01_first.ipynb",
        "02_second.ipynb",
    ]
    assert "notebooks/01_first.ipynb" in capsys.readouterr().out
