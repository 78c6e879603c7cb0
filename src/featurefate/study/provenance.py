"""The provenance page: where every number of the book comes from.

`write_page` reads what the runs left behind (the executed notebooks' metadata and the artifacts'
manifests); settings and versions are those of the checkout and the environment that render it.
"""

import importlib.metadata
import json
import platform
import re
import tomllib
from pathlib import Path
from typing import Any

from featurefate.artifacts.manifest import Manifest
from featurefate.artifacts.store import ArtifactStore
from featurefate.study import folders, profiles

PAGE = "provenance.md"


def write_page(profile: str, folder: Path) -> Path:
    """Write the page for a profile into `folder` and return its path.

    Notebooks that have not run yet are left out; ProfileError when a profile and a notebook do
    not agree.
    """
    runs = _runs(profile)
    sections = [
        "# Provenance",
        f"Where the numbers of this book come from. Profile: **{profile}**. "
        "Every table on this page is made by the run itself.",
        "## Runs",
        *_runs_section(runs),
        "## Settings",
        *_settings_section(profile, list(runs)),
        "## Artifacts",
        *_artifacts_section(folders.artifacts(profile)),
        "## Versions",
        *_versions_section(),
    ]
    page = folder / PAGE
    page.write_text("\n\n".join(sections) + "\n", encoding="utf-8")
    return page


def _runs(profile: str) -> dict[str, dict[str, Any]]:
    """Notebook → metadata of its run."""
    executed = sorted(folders.executed(profile).glob("*.ipynb"))
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))["metadata"] for path in executed
    }


def _runs_section(runs: dict[str, dict[str, Any]]) -> list[str]:
    rows = []
    for notebook, metadata in runs.items():
        minutes = metadata["papermill"]["duration"] / 60
        origin = metadata["featurefate"]
        rows.append([f"`{notebook}`", f"{minutes:.1f}", origin["commit"], origin["machine"]])
    total = sum(metadata["papermill"]["duration"] for metadata in runs.values()) / 60
    rows.append(["all", f"{total:.1f}", "", ""])
    return [
        "A run that finds its artifacts already computed reads them back, so its minutes are few; "
        "the minutes that an artifact itself took stand in the table of artifacts.",
        table(["notebook", "minutes", "commit", "machine"], rows),
    ]


def _settings_section(profile: str, notebooks: list[str]) -> list[str]:
    """One table per notebook; seeds are settings like the others, and are marked."""
    parts = []
    for notebook in notebooks:
        values = profiles.settings(profile, notebook)
        meanings = {name: p.meaning for name, p in profiles.declared(notebook).items()}
        rows = [
            [f"**{name}**" if "seed" in name else name, f"`{value!r}`", meanings[name]]
            for name, value in values.items()
        ]
        parts += [f"### {notebook}", table(["parameter", "value", "meaning"], rows)]
    return ["Seeds are in bold.", *parts]


def _artifacts_section(root: Path) -> list[str]:
    rows = []
    for name in ArtifactStore(root).names():
        manifest = Manifest.read(root / name)
        size = sum(file.bytes for file in manifest.files.values()) / 1e6
        cost = manifest.cost
        rows.append(
            [
                f"`{manifest.name}`",
                f"`{manifest.identity[:12]}`",
                f"{size:.1f}",
                f"{cost.seconds / 60:.1f}",
                f"{cost.peak_memory_mb / 1000:.1f}",
                " · ".join([cost.device, *(f"{k} {v}" for k, v in manifest.conditions.items())]),
            ]
        )
    columns = ["artifact", "identity", "MB", "minutes", "peak memory (GB)", "computed on"]
    return [
        "An artifact's identity is a hash of its settings, its inputs, the code that made it and "
        "the versions of the libraries: equal identity, equal content on one machine. Another may "
        "add in another order, or train in another precision, which is then said here.",
        table(columns, rows),
    ]


def _versions_section() -> list[str]:
    """Python and the packages that pyproject.toml asks for, as they are installed."""
    project = tomllib.loads((folders.root() / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [re.match(r"[\w.-]+", line)[0] for line in project["project"]["dependencies"]]
    rows = [["Python", platform.python_version()]]
    rows += [[name, importlib.metadata.version(name)] for name in sorted(wanted)]
    return [table(["package", "version"], rows)]


def table(columns: list[str], rows: list[list[str]]) -> str:
    """A Markdown table of plain cells, or a sentence when there is nothing to show."""
    if not rows:
        return "Nothing yet."
    lines = [columns, ["---"] * len(columns), *rows]
    escaped = ([cell.replace("|", "\\|") for cell in line] for line in lines)
    return "\n".join("| " + " | ".join(line) + " |" for line in escaped)
