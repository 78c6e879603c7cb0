"""Every folder of the study, named once.

<root>/notebooks            the chapters (NN_name.py) and their profiles
<root>/book                 prose pages
<root>/build/<profile>      all that a run writes; never committed
    artifacts                 what the steps wrote
    lab                       what was tried out in JupyterLab, beside the artifacts
    partial                   the notebook that is running, or that failed
    executed                  notebooks that ran to their end
    headline                  the numbers that each notebook reported
    headline.json             those numbers, merged
    site                      the rendered book
"""

import os
from pathlib import Path

MARKER = "_config.yml"


def root() -> Path:
    """The repository: FEATUREFATE_ROOT, else the nearest folder upwards that holds `_config.yml`.

    Looks upwards from the working folder first, then from this file (an editable installation
    called from elsewhere). Raises FileNotFoundError when neither lies in a repository.
    """
    if named := os.environ.get("FEATUREFATE_ROOT"):
        return Path(named).resolve()
    for start in (Path.cwd(), Path(__file__).resolve().parent):
        for folder in (start, *start.parents):
            if (folder / MARKER).is_file():
                return folder
    raise FileNotFoundError(
        f"no {MARKER} in {Path.cwd()} or above it: run from inside the repository, "
        "or set FEATUREFATE_ROOT to it"
    )


def relative(path: Path) -> str:
    """A path as readers should see it: from the repository, never from the machine's root."""
    path = path.resolve()
    return path.relative_to(root()).as_posix() if path.is_relative_to(root()) else path.name


def lock_file() -> Path:
    return root() / "requirements.lock"


def notebooks() -> Path:
    return root() / "notebooks"


def profiles() -> Path:
    return notebooks() / "profiles"


def build(profile: str) -> Path:
    return root() / "build" / profile


def artifacts(profile: str) -> Path:
    return build(profile) / "artifacts"


def lab(profile: str) -> Path:
    return build(profile) / "lab"


def partial(profile: str) -> Path:
    return build(profile) / "partial"


def executed(profile: str) -> Path:
    return build(profile) / "executed"


def headline(profile: str) -> Path:
    return build(profile) / "headline"


def headline_file(profile: str) -> Path:
    return build(profile) / "headline.json"


def site(profile: str) -> Path:
    return build(profile) / "site"
