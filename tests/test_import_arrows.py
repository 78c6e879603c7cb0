"""Who may import whom inside the package, and that no circle exists."""

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "featurefate"

# What a package may import directly; it may also import all that those may.
ARROWS = {
    "artifacts": set(),
    "corpora": {"artifacts"},
    "language_model": {"corpora"},
    "merging": {"language_model"},
    "regions": {"merging"},
    "alignment": {"merging"},
    "dictionaries": {"language_model"},
    "tracking": {"dictionaries"},
}
ANY = {"figures", "study"}  # may import any package, and no package may import them


def reachable(package: str) -> set[str]:
    """The packages that a package may import, itself included."""
    if package in ANY:
        return set(ARROWS) | ANY
    return {package}.union(*(reachable(other) for other in ARROWS[package]))


def imports(file: Path) -> list[str]:
    """Full names of all that a file imports, at any depth."""
    names = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("file", files(), ids=lambda f: f.relative_to(PACKAGE).as_posix())
def test_imports_follow_the_arrows(file):
    package = file.relative_to(PACKAGE).parts[0]
    inside = [name for name in imports(file) if name.startswith("featurefate.")]
    if file.name == "__init__.py":
        assert not imports(file), "an __init__.py holds a docstring and no imports"
    else:
        wrong = [name for name in inside if name.split(".")[1] not in reachable(package)]
        assert not wrong, f"{package} may import only {sorted(reachable(package))}"


def test_every_package_has_its_place():
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert packages <= set(ARROWS) | ANY


def test_no_file_imports_itself_in_a_circle():
    modules = {
        "featurefate." + ".".join(file.relative_to(PACKAGE).with_suffix("").parts): file
        for file in files()
    }
    edges = {
        module: {m for name in imports(file) for m in (name, name.rpartition(".")[0])}
        & set(modules)
        for module, file in modules.items()
    }
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " → ".join([*path, module])
        if module not in done:
            for other in sorted(edges[module]):
                visit(other, (*path, module))
            done.add(module)

    for module in modules:
        visit(module, ())


def test_importing_the_package_loads_no_slow_library():
    modules = [
        "featurefate." + ".".join(file.relative_to(PACKAGE).with_suffix("").parts)
        for file in files()
        if file.name != "__init__.py"
    ]
    code = "import importlib, sys\n"
    code += f"for name in {modules!r}: importlib.import_module(name)\n"
    code += "slow = {'transformer_lens', 'sae_lens'} & set(sys.modules)\n"
    code += "sys.exit(f'loaded: {slow}' if slow else 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_notebooks_are_run_and_pages_made_without_loading_torch():
    code = "import featurefate.study.run, featurefate.study.site, sys\n"
    code += "sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_no_two_modules_of_the_tests_share_a_name():
    # pytest puts every folder of tests on the path, so the second of a name would never be read.
    names = Counter(path.stem for path in Path(__file__).parent.rglob("*.py"))
    del names["conftest"]
    assert [name for name, times in names.items() if times > 1] == []
