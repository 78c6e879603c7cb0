"""Run one notebook in one profile.

    python -m featurefate.study.run --profile smoke \\
        notebooks/02_base_training.py build/smoke/executed/02_base_training.ipynb

The profile is checked before anything is computed. The notebook runs cell by cell where all can
see it (build/<profile>/partial) and is moved to its place only when the last cell has run, so a
run that failed or was killed never looks done. What it printed to standard error, progress bars
above all, is shown live and left out of the notebook.
"""

import argparse
import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError, strip_color

from featurefate.study import claims, folders, headline, notebooks, origin, profiles

# Nothing is fetched or sent while the study runs; an environment that says otherwise is heeded.
ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "WANDB_MODE": "disabled",
    "TOKENIZERS_PARALLELISM": "false",  # its threads and forked workers do not mix
    "PYTHONHASHSEED": "0",  # the order of a set of strings never changes a number
    # What is freed serves the next array: new pages have to be cleared first, which takes longer
    # than filling them. (2**25 is the largest threshold that every glibc accepts.)
    "MALLOC_MMAP_THRESHOLD_": str(2**25),
    "MALLOC_TRIM_THRESHOLD_": str(2**29),
    "TQDM_MININTERVAL": "1",
    "PYTHONWARNINGS": "ignore:IProgress not found",  # bars are drawn in the terminal
}


def run(profile: str, source: Path, target: Path) -> float:
    """Run the notebook `source` (.py) and write it, with outputs, to `target`; return seconds.

    Raises ProfileError before anything runs, PapermillExecutionError when a cell fails.
    """
    name, started = source.stem, time.time()
    changes = {} if profile == profiles.DEFAULT else {"profile": profile}
    changes |= profiles.overrides(profile, name)
    unfinished = folders.partial(profile) / f"{name}.ipynb"
    numbers = unfinished.with_suffix(".headline.json")
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    numbers.write_text("{}")
    with tempfile.TemporaryDirectory() as scratch, _environment(Path(scratch), numbers):
        plain = Path(scratch) / f"{name}.ipynb"
        plain.write_text(notebooks.text(notebooks.from_source(source)), encoding="utf-8")
        notebook = papermill.execute_notebook(
            plain,
            unfinished,
            parameters=changes,
            kernel_name="python3",
            cwd=folders.notebooks(),
            progress_bar={"desc": name},
            stderr_file=sys.stderr,
        )
    _tidy(notebook, name)
    if unmet := claims.take_unmet(notebook):
        claims.warn(notebook, unmet, f"{name[:2]}-unmet")
        print(f"{name}: this run does not bear out: {'; '.join(unmet)}", file=sys.stderr)
    notebook.metadata["featurefate"] = {
        "profile": profile,
        "commit": origin.commit(),
        "machine": origin.machine(),
    }
    unfinished.write_text(notebooks.text(notebook), encoding="utf-8")
    kept = folders.headline(profile) / f"{name}.json"
    for folder in (kept.parent, target.parent):
        folder.mkdir(parents=True, exist_ok=True)
    numbers.replace(kept)
    # As old as the start of the run: a source saved while it ran is newer, and make sees it.
    os.utime(unfinished, (started, started))
    unfinished.replace(target)
    return notebook.metadata.papermill.duration


@contextmanager
def _environment(scratch: Path, numbers: Path) -> Iterator[None]:
    """What the kernel inherits; a kernel named python3 that is this very interpreter included."""
    kernel = scratch / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    start = [
        sys.executable,
        "-m",
        "ipykernel_launcher",
        "--log-level=CRITICAL",
        "-f",
        "{connection_file}",
    ]
    kernel.write_text(json.dumps({"argv": start, "display_name": "Python 3", "language": "python"}))
    before = dict(os.environ)
    os.environ |= {key: before.get(key, value) for key, value in ENVIRONMENT.items()}
    os.environ["JUPYTER_PATH"] = f"{scratch}{os.pathsep}{before.get('JUPYTER_PATH', '')}"
    os.environ[headline.RECORD_TO] = str(numbers)
    os.environ.pop("FEATUREFATE_PROFILE", None)  # the parameters say it; that one is JupyterLab's
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _tidy(notebook: nbformat.NotebookNode, name: str) -> None:
    """Drop standard error, progress widgets and every trace of where on the machine this ran."""
    notebook.metadata.update(nbformat.from_dict(notebooks.METADATA))
    notebook.metadata.pop("widgets", None)
    for key in ("input_path", "output_path", "environment_variables"):
        notebook.metadata.papermill.pop(key, None)
    for cell in notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = f"{name[:2]}-injected-parameters"
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if not _is_progress(output)]


def _is_progress(output: nbformat.NotebookNode) -> bool:
    widget = "application/vnd.jupyter.widget-view+json"
    return output.get("name") == "stderr" or widget in output.get("data", {})


def _explain(error: PapermillExecutionError, partial: Path) -> str:
    """What a reader needs to see of a failure: the cell, the end of the error, where to look."""
    traceback = strip_color("\n".join(error.traceback)).splitlines()
    lines = [f"{partial.stem} failed in this cell:", ""]
    lines += [f"    {line}" for line in error.source.splitlines()]
    lines += ["", *traceback[-12:], "", f"The notebook so far: {folders.relative(partial)}"]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run a notebook from the command line; 0 when it ran to its end."""
    parser = argparse.ArgumentParser(description="Run one notebook in one profile.")
    parser.add_argument("--profile", required=True)
    parser.add_argument("source", type=Path, help="notebooks/NN_name.py")
    parser.add_argument("target", type=Path, help="where the notebook goes when it has run")
    options = parser.parse_args(arguments)
    name, target = options.source.stem, options.target.resolve()
    partial = folders.partial(options.profile) / f"{name}.ipynb"
    try:
        seconds = run(options.profile, options.source.resolve(), target)
    except profiles.ProfileError as error:
        print(f"{name} was not started: {error}", file=sys.stderr)
    except PapermillExecutionError as error:
        print(_explain(error, partial), file=sys.stderr)
    except DeadKernelError:
        print(
            f"{name}: its Python process ended (out of memory, or stopped). "
            f"The notebook so far: {folders.relative(partial)}",
            file=sys.stderr,
        )
    except KeyboardInterrupt:
        # what the runner was waiting for ends as well, and asyncio would complain about that
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        print(f"{name} was interrupted; finished steps are kept.", file=sys.stderr)
        return 130
    else:
        print(f"{name}: {seconds / 60:.1f} minutes → {folders.relative(target)}")
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
