"""What makes two runs of a step the same step.

The identity of an artifact is a hash of everything that may change its content: the settings, the
identities of its inputs, the code of every module of this package that the step's function can
reach through imports, and the versions of the libraries those modules import. Code is hashed as a
syntax tree without docstrings, so that a better sentence costs no recomputation.
"""

import ast
import hashlib
import importlib.metadata
import importlib.util
import json
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

PACKAGE = "featurefate"
# Nothing that computes imports these two; figures and prose never shape an artifact.
NOT_PART_OF_IDENTITY = (f"{PACKAGE}.figures", f"{PACKAGE}.study")


def digest(value: Any) -> str:
    """Return the sha256 of a JSON value in canonical form."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def canonical_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return `settings` as plain JSON values; raise TypeError naming the key that is not."""
    plain = {}
    for key, value in settings.items():
        try:
            plain[key] = json.loads(json.dumps(value, allow_nan=False))
        except (TypeError, ValueError) as error:
            raise TypeError(
                f"setting {key!r} is {value!r}: a setting must be a JSON value "
                "(number, string, boolean, None, list or dictionary of these)"
            ) from error
    return plain


def recipe_of(function: Callable, settings: dict, inputs: Mapping[str, str]) -> dict[str, Any]:
    """Return all that the identity of `function(**inputs, **settings)` rests on.

    `inputs` maps each input's name to its identity. The result is stored in the manifest, so that
    one can see later *why* two artifacts differ.
    """
    module = function.__module__
    if module.split(".")[0] != PACKAGE or "." in function.__qualname__:
        raise TypeError(
            f"{module}.{function.__qualname__} cannot be a step: a step is a top-level function "
            f"of the package {PACKAGE}, so that its code can be part of the artifact's identity"
        )
    modules = reachable_modules(module)
    imported = sorted({name for reached in modules for name in _imports(reached).libraries})
    return {
        "function": f"{module}.{function.__qualname__}",
        "settings": settings,
        "inputs": dict(inputs),
        "code": {name: _imports(name).code_hash for name in modules},
        "libraries": {
            "python": ".".join(map(str, sys.version_info[:2])),
            **{name: version for name in imported if (version := _version_of(name))},
        },
    }


def reachable_modules(module: str) -> list[str]:
    """Return `module` and every module of the package that it imports, transitively, sorted."""
    reached: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in reached and not name.startswith(NOT_PART_OF_IDENTITY):
            reached.add(name)
            waiting.extend(_imports(name).modules)
    return sorted(reached)


class _Imports:
    """What one module of the package imports, and the hash of its code."""

    def __init__(self, name: str):
        source = Path(importlib.util.find_spec(name).origin).read_text(encoding="utf-8")
        tree = ast.parse(source)
        self.modules: set[str] = set()
        self.libraries: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self._add(alias.name)
            elif isinstance(node, ast.ImportFrom):
                if node.level:
                    raise ImportError(f"{name} line {node.lineno}: write the import in full")
                self._add(node.module)
                for alias in node.names:
                    if node.module.split(".")[0] == PACKAGE:
                        self._add(f"{node.module}.{alias.name}")
        self.code_hash = hashlib.sha256(_code_without_docstrings(tree).encode()).hexdigest()

    def _add(self, name: str) -> None:
        top = name.split(".")[0]
        if top == PACKAGE:
            if _is_module(name):
                self.modules.add(name)
        elif top not in sys.stdlib_module_names:
            self.libraries.add(top)


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # the parent is a module, so `name` is something inside it
        return False


def _code_without_docstrings(tree: ast.Module) -> str:
    for node in ast.walk(tree):
        documented = isinstance(
            node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        )
        if documented and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return ast.dump(tree)


@cache
def _imports(name: str) -> _Imports:
    return _Imports(name)


@cache
def _distributions() -> Mapping[str, list[str]]:
    return importlib.metadata.packages_distributions()


def _version_of(library: str) -> str | None:
    """Return the installed version of an import name, None where it is an absent optional one."""
    names = _distributions().get(library)
    return importlib.metadata.version(names[0]).split("+")[0] if names else None
