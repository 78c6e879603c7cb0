"""The Makefile: its help, the order of the notebooks, and what it says when a Python is missing."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HAS_VENV = "*ensurepip*"


class Copy:
    """The Makefile in a folder of its own, with only the programs that a test puts there."""

    def __init__(self, root: Path):
        self.root = root
        (root / "bin").mkdir()
        for program in ("find", "sed", "expand", "touch", "sh"):
            (root / "bin" / program).symlink_to(shutil.which(program))
        shutil.copy(ROOT / "Makefile", root)

    def python(self, name: str, case: str) -> None:
        """A program `name` that fails where its arguments match the shell pattern `case`."""
        program = self.root / "bin" / name
        program.write_text(f'#!/bin/sh\ncase "$*" in {case}) exit 1;; esac\necho {name} "$@"\n')
        program.chmod(0o755)

    def make(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
        clean = {"PATH": str(self.root / "bin"), **variables}
        return subprocess.run(
            [shutil.which("make"), *arguments],
            cwd=self.root,
            env=clean,
            capture_output=True,
            text=True,
        )


@pytest.fixture
def copy(tmp_path) -> Copy:
    return Copy(tmp_path)


def test_help_is_the_default_and_lists_every_target():
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, env=environment)
    targets = set(re.findall(r"^\.PHONY: (\S+)", (ROOT / "Makefile").read_text(), re.M))
    listed = set(re.findall(r"^  (\S+)  +\S", shown.stdout, re.M))
    assert listed == targets - {"given-python"}


def test_the_first_python_that_fits_is_taken(copy):
    copy.python("python3.11", case="*")  # a shim that does not run
    copy.python("python3.12", case=HAS_VENV)  # no venv
    copy.python("python3.13", case="nothing")
    done = copy.make(".venv/.made")
    assert "Making .venv with python3.13" in done.stdout
    assert "python3.13 -m venv --clear .venv" in done.stdout


def test_no_python_that_fits(copy):
    copy.python("python3", case="*")
    done = copy.make(".venv/.made")
    assert done.returncode and "No Python 3.11, 3.12 or 3.13 found" in done.stderr


def test_a_python_without_venv(copy):
    copy.python("python3.12", case=HAS_VENV)
    done = copy.make(".venv/.made")
    assert done.returncode and "python3.12 cannot make an environment" in done.stderr


def test_a_given_python_is_used_as_it_is(copy):
    copy.python("mine", case="nothing")
    done = copy.make("verify", "PYTHON=mine")
    assert "mine -m featurefate.study.verify --profile laptop" in done.stdout
    assert not (copy.root / ".venv").exists()
    copy.python("mine", case="*featurefate*")
    done = copy.make("verify", "PYTHON=mine")
    assert done.returncode and "mine has no featurefate" in done.stderr


def test_notebooks_run_one_after_the_other_even_in_parallel(copy):
    folder = copy.root / "notebooks"
    folder.mkdir()
    for name in ("10_last", "02_second", "01_first"):
        (folder / f"{name}.py").touch()
    (copy.root / "requirements.lock").touch()
    for module in re.findall(r"\b(\w+\.py)\b", (ROOT / "Makefile").read_text()):
        path = copy.root / "src/featurefate/study" / module
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    # each run takes a moment, so that runs side by side would end in another order
    slow = copy.root / "bin/mine"
    slow.write_text('#!/bin/sh\n[ "$2" = featurefate.study.run ] || exit 0\n' + SLOW_RUN)
    slow.chmod(0o755)
    for program in ("sleep", "mkdir", "dirname"):
        (copy.root / "bin" / program).symlink_to(shutil.which(program))
    last = "build/smoke/executed/10_last.ipynb"
    done = copy.make("-j3", last, "PROFILE=smoke", "PYTHON=mine")
    assert done.stdout.splitlines() == [
        f"{when} notebooks/{name}.py"
        for name in ("01_first", "02_second", "10_last")
        for when in ("begin", "end")
    ]
    again = copy.make(last, "PROFILE=smoke", "PYTHON=mine")
    assert (again.returncode, again.stdout) == (0, "")


SLOW_RUN = """\
echo begin "$5"; sleep 0.3; echo end "$5"
mkdir -p "$(dirname "$6")"; touch "$6"
"""


def test_run_asks_which_notebook():
    done = subprocess.run(
        ["make", "run", f"PYTHON={sys.executable}"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode and "make run NOTEBOOK=04" in done.stderr
