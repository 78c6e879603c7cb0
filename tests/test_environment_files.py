"""pyproject.toml, requirements.lock and environment.yml ask for one environment."""

import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def locked() -> dict[str, str]:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def requirements() -> list[Requirement]:
    wanted = PROJECT["project"]["dependencies"]
    wanted += PROJECT["project"]["optional-dependencies"]["test"]
    wanted += PROJECT["build-system"]["requires"]
    return [Requirement(line) for line in wanted]


@pytest.mark.parametrize("requirement", requirements(), ids=str)
def test_the_lock_satisfies_every_requirement(requirement):
    version = locked().get(canonicalize_name(requirement.name))
    assert version, f"{requirement} is not locked: make lock"
    assert requirement.specifier.contains(version, prereleases=True)


def test_every_line_of_the_lock_is_one_exact_version():
    for name, version in locked().items():
        assert name == canonicalize_name(name)
        assert "+" not in version and "://" not in version
    assert locked()["torch"] == "2.13.0"


def test_the_conda_environment_is_the_lock_on_a_python_the_project_takes():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert environment["channels"] == ["conda-forge"]
    python, pip, packages = environment["dependencies"]
    assert pip == "pip"
    assert packages == {"pip": ["-r requirements.lock", "-e ."]}
    offered = Requirement(python)
    wanted = Requirement(f"python{PROJECT['project']['requires-python']}")
    versions = [f"3.{minor}.{patch}" for minor in range(9, 15) for patch in range(30)]
    allowed = set(offered.specifier.filter(versions))
    assert offered.name == "python" and allowed
    assert allowed <= set(wanted.specifier.filter(versions))
    locked_with = {version.rpartition(".")[0] for version in allowed}
    assert [f"Python {v}." in (ROOT / "requirements.lock").read_text() for v in locked_with] == [
        True
    ]
