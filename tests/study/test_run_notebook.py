"""The runner: a whole run, a failing one, a refused one, an interrupted one."""

import json
import os
import signal
import subprocess
import sys
import time

import nbformat
import pytest

from featurefate.study import folders, headline, run


def arguments(miniature, profile="smoke"):
    source = miniature.root / "notebooks/01_first.py"
    return ["--profile", profile, str(source), str(folders.executed(profile) / "01_first.ipynb")]


@pytest.fixture
def finished(miniature, capsys):
    assert run.main(arguments(miniature)) == 0
    return miniature, capsys.readouterr()


def test_a_run(finished):
    miniature, shown = finished
    path = folders.executed("smoke") / "01_first.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    text = path.read_text()

    # the profile's values were used, and only the notebook's own output was kept
    printed = [
        o.text for c in notebook.cells if c.cell_type == "code" for o in c.outputs if "text" in o
    ]
    assert printed == ["smoke 4 0.5 ['english', 'python']\n"]
    assert "progress" in shown.err
    assert "minutes → build/smoke/executed/01_first.ipynb" in shown.out

    # nothing tells where on the machine it ran, or on which interpreter
    assert str(miniature.root) not in text and sys.executable not in text
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.featurefate.profile == "smoke"
    ids = [cell.id for cell in notebook.cells]
    assert ids == ["01-cell-01", "01-cell-02", "01-injected-parameters", "01-cell-03", "01-cell-04"]

    # headline numbers, with the run's seconds
    merged = headline.merge("smoke")
    assert merged["loss.base.english"]["value"] == 2.0
    assert merged["loss.base.english"]["notebook"] == "01_first"
    assert merged["seconds.total"]["value"] > 0
    assert json.loads(folders.headline_file("smoke").read_text()) == merged
    assert not list(folders.partial("smoke").iterdir())


def test_a_kernel_is_this_interpreter_whatever_is_registered(miniature, monkeypatch):
    registered = miniature.root / "elsewhere/kernels/python3/kernel.json"
    registered.parent.mkdir(parents=True)
    registered.write_text('{"argv": ["false"], "display_name": "x", "language": "python"}')
    monkeypatch.setenv("JUPYTER_PATH", str(miniature.root / "elsewhere"))
    source = miniature.root / "notebooks/01_first.py"
    source.write_text(source.read_text() + "\n# %%\nimport sys\nprint(sys.executable)\n")
    assert run.main(arguments(miniature)) == 0
    assert sys.executable in (folders.executed("smoke") / "01_first.ipynb").read_text()


def test_a_failing_cell(miniature, capsys):
    source = miniature.root / "notebooks/01_first.py"
    source.write_text(
        source.read_text() + "\n# %%\nprint('before')\nraise ValueError('too wide')\n"
    )
    assert run.main(arguments(miniature)) == 1
    message = capsys.readouterr().err
    assert "01_first failed in this cell" in message
    assert "    raise ValueError('too wide')" in message
    assert "ValueError: too wide" in message
    assert "The notebook so far: build/smoke/partial/01_first.ipynb" in message
    assert "\x1b" not in message[message.index("01_first failed") :]
    assert (folders.partial("smoke") / "01_first.ipynb").is_file()
    assert not folders.executed("smoke").exists()
    assert not folders.headline("smoke").exists()


def test_a_kernel_that_dies(miniature, capsys):
    source = miniature.root / "notebooks/01_first.py"
    source.write_text(source.read_text() + "\n# %%\nimport os\nos.kill(os.getpid(), 9)\n")
    assert run.main(arguments(miniature)) == 1
    assert "01_first: its Python process ended" in capsys.readouterr().err
    assert not folders.executed("smoke").exists()


def test_a_wrong_profile_is_refused_before_anything_is_computed(miniature, capsys):
    miniature.profile("01_first:\n  width: wide\n")
    assert run.main(arguments(miniature)) == 1
    assert "01_first was not started: notebooks/profiles/smoke.yaml" in capsys.readouterr().err
    assert not folders.build("smoke").exists()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_stopped_never_looks_done_and_leaves_no_process(miniature, stop):
    source = miniature.root / "notebooks/01_first.py"
    beat = miniature.root / "kernel.pid"
    waiting = "import os, time\nfrom pathlib import Path\n"
    waiting += f"Path({str(beat)!r}).write_text(str(os.getpid()))\ntime.sleep(60)\n"
    source.write_text(source.read_text() + f"\n# %%\n{waiting}")
    process = subprocess.Popen(
        [sys.executable, "-m", "featurefate.study.run", *arguments(miniature)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # tests that were started in the background would pass on that SIGINT is ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    wait_for(lambda: beat.is_file() and beat.read_text())
    process.send_signal(stop)
    _, message = process.communicate(timeout=60)
    assert process.returncode != 0
    assert not folders.executed("smoke").exists()
    wait_for(lambda: not alive(int(beat.read_text())))
    if stop == signal.SIGINT:
        assert message.endswith("01_first was interrupted; finished steps are kept.\n")


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def test_what_a_run_does_not_bear_out_stands_at_the_head_of_its_page(miniature, capsys):
    source = miniature.root / "notebooks/01_first.py"
    claim = '# %%\nwith chapter.claims():\n    assert width > 9, "wide"\n'
    source.write_text(source.read_text() + "\n" + claim)
    assert run.main(arguments(miniature, "laptop")) == 0
    assert "01_first: this run does not bear out: wide" in capsys.readouterr().err
    notebook = nbformat.read(folders.executed("laptop") / "01_first.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert "- wide" in notebook.cells[1].source and "{warning}" in notebook.cells[1].source
    assert not notebook.cells[-1].outputs, "no output of a kind that a page cannot show"
