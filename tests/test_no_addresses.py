"""No file names a package registry, a place on somebody's machine, or a secret."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Written in pieces, so that this file does not find itself.
FORBIDDEN = {
    "a package registry": "|".join(
        ["pypi" + r"\.org", "pythonhosted" + r"\.org", "--" + "(extra-)?index-url"]
    ),
    "a folder of one machine": "|".join(
        f"(?<![\\w./~-])/{name}/" for name in ("work", "root", "home", "Users")
    ),
    "a secret": "hf_" + "[A-Za-z]{20,}|gh[ps]_" + "[A-Za-z0-9]{20,}",
}
BINARY = [".png", ".woff", ".woff2"]


def committed() -> list[Path]:
    """Every file that belongs to the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a Git checkout: what belongs to the repository is not known")
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


def test_no_file_names_what_belongs_to_one_machine():
    found = []
    for path in committed():
        if path.suffix in BINARY or "mathjax" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        for what, pattern in FORBIDDEN.items():
            if match := re.search(pattern, text):
                found.append(f"{path.relative_to(ROOT)} names {what}: {match[0]}")
    assert not found, "\n".join(found)
