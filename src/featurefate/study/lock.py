"""Write requirements.lock: one exact version for every package of the study and of its tests.

Run by `make lock`. pip resolves pyproject.toml afresh (nothing that is installed sways it) and
reports what it would install; the report is all that is used, and nothing is installed. Left out
are the package itself, the local suffix of a version (`2.13.0+cpu` is locked as `2.13.0`, so that
each machine takes the build that suits it) and the accelerator libraries that some builds of torch
bring along, because pip adds those wherever torch asks for them.
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from packaging.utils import canonicalize_name

from featurefate.study import folders

ACCELERATOR_LIBRARIES = re.compile(r"^(nvidia|cuda|triton|pytorch-triton)(-|$)")

HEADER = """\
# Exact versions for the study and its tests, Python {python}. Made by `make lock`: do not edit.
# torch carries no local suffix: pip takes a CPU build where it finds one, else the default build.
"""


def resolve(root: Path) -> dict[str, str]:
    """What pip would install for the package with its test tools: name → version."""
    build_tools = tomllib.loads((root / "pyproject.toml").read_text())["build-system"]["requires"]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "-qq", "--dry-run"]
        command += ["--ignore-installed", "--report", str(report), f"{root}[test]", *build_tools]
        subprocess.run(command, check=True)
        installed = json.loads(report.read_text())["install"]
    return {item["metadata"]["name"]: item["metadata"]["version"] for item in installed}


def lock_text(versions: dict[str, str]) -> str:
    """The text of requirements.lock for resolved versions (name → version)."""
    lines = []
    for name, version in versions.items():
        name = canonicalize_name(name)
        if name != "featurefate" and not ACCELERATOR_LIBRARIES.match(name):
            lines.append(f"{name}=={version.partition('+')[0]}")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return HEADER.format(python=python) + "\n".join(sorted(lines)) + "\n"


def main() -> None:
    """Resolve and write the lock."""
    text = lock_text(resolve(folders.root()))
    folders.lock_file().write_text(text)
    print(f"requirements.lock: {len(text.splitlines()) - HEADER.count(chr(10))} packages")


if __name__ == "__main__":
    main()
