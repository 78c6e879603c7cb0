"""Profiles: the same study at another size.

A notebook declares its parameters, at laptop size, in one cell tagged `parameters`: 5 to 12 plain
assignments of literals, `profile` first, each with a comment that gives its unit or meaning.

    # %% tags=["parameters"]
    profile = "laptop"  # which size of the study this is
    hidden_size = 128  # width of the residual stream

`notebooks/profiles/<profile>.yaml` overrides them, with one section per notebook. The profile
`laptop` is what the notebooks say, so it has no file. A name that a notebook does not declare, or
a value of another kind, raises ProfileError before anything is computed.
"""

import ast
import io
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path

import yaml

from featurefate.study import folders

DEFAULT = "laptop"
FEWEST, MOST = 5, 12  # a reader should see at one glance what can be changed

Value = bool | int | float | str | list | dict


class ProfileError(Exception):
    """A parameters cell or a profile is not as it must be; the message says where and what."""


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell."""

    name: str
    value: Value
    meaning: str


def names() -> list[str]:
    """The profiles there are, the default first."""
    return [DEFAULT, *sorted(path.stem for path in folders.profiles().glob("*.yaml"))]


def notebook_file(notebook: str) -> Path:
    """The source of a notebook, by name (`02_base_training`); ProfileError lists what there is."""
    path = folders.notebooks() / f"{notebook}.py"
    if not path.is_file():
        there = ", ".join(sorted(p.stem for p in folders.notebooks().glob("*.py")))
        raise ProfileError(f"there is no notebook {notebook!r}; there are: {there or 'none'}")
    return path


def declared(notebook: str) -> dict[str, Parameter]:
    """The parameters that a notebook declares, in order; ProfileError when its cell is not plain.

    Nothing is executed: the cell is read as a syntax tree.
    """
    path = notebook_file(notebook)
    source = _parameters_cell(path)
    comments = _comments(source)
    parameters = {}
    for statement in ast.parse(source).body:
        where = f"{path.name}, parameters cell, `{ast.unparse(statement)}`"
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                literal = _literal(value, where)
            case _:
                raise ProfileError(f"{where}: only plain assignments, `name = literal`")
        if name in parameters:
            raise ProfileError(f"{where}: {name} is assigned twice")
        if not (meaning := comments.get(statement.end_lineno, "")):
            raise ProfileError(f"{where}: add a comment at its end with the unit or meaning")
        parameters[name] = Parameter(name, literal, meaning)
    if next(iter(parameters), None) != "profile" or parameters["profile"].value != DEFAULT:
        raise ProfileError(f'{path.name}: the parameters cell begins with profile = "{DEFAULT}"')
    if not FEWEST <= len(parameters) <= MOST:
        raise ProfileError(
            f"{path.name}: {len(parameters)} parameters; a reader can survey {FEWEST} to {MOST}"
        )
    return parameters


def overrides(profile: str, notebook: str) -> dict[str, Value]:
    """What a profile changes in a notebook, checked against what the notebook declares.

    An integer given for a declared float becomes a float. Raises ProfileError naming the file,
    the notebook and the key.
    """
    parameters = declared(notebook)
    path = folders.profiles() / f"{profile}.yaml"
    checked = {}
    for key, value in _sections(profile).get(notebook, {}).items():
        where = f"{folders.relative(path)}, {notebook}, {key}"
        if key == "profile" or key not in parameters:
            there = ", ".join(name for name in parameters if name != "profile")
            raise ProfileError(f"{where}: the notebook declares no such parameter; it has {there}")
        checked[key] = _as_declared(parameters[key].value, value, where)
    return checked


def settings(profile: str, notebook: str) -> dict[str, Value]:
    """Every parameter of a notebook as a profile sets it; the first is `profile` itself."""
    values = {name: parameter.value for name, parameter in declared(notebook).items()}
    return values | overrides(profile, notebook) | {"profile": profile}


def _parameters_cell(path: Path) -> str:
    import jupytext  # half a second, so only when a notebook is read

    cells = jupytext.read(path, fmt="py:percent").cells
    tagged = [cell.source for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        raise ProfileError(f"{path.name}: {len(tagged)} cells are tagged `parameters`, not one")
    return tagged[0]


def _comments(source: str) -> dict[int, str]:
    """Line number → the comment on that line."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def _literal(node: ast.expr, where: str) -> Value:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        value = None
    if not isinstance(value, Value):
        raise ProfileError(f"{where}: the value is a number, text, a boolean, a list or a dict")
    return value


def _sections(profile: str) -> dict[str, dict]:
    """The sections of a profile's file: notebook → key → value as YAML has it."""
    if profile == DEFAULT:
        return {}
    if profile not in names():
        raise ProfileError(f"there is no profile {profile!r}; there are: {', '.join(names())}")
    path = folders.profiles() / f"{profile}.yaml"
    where = folders.relative(path)
    try:
        sections = yaml.load(path.read_text(encoding="utf-8"), Loader=_Yaml) or {}
    except yaml.YAMLError as error:
        raise ProfileError(f"{where} is not readable YAML: {error}") from error
    if not isinstance(sections, dict):
        raise ProfileError(f"{where}: one section per notebook is expected")
    for notebook, section in sections.items():
        try:
            notebook_file(notebook)
        except ProfileError as error:
            raise ProfileError(f"{where}: {error}") from error
        if not isinstance(section, dict):
            raise ProfileError(f"{where}, {notebook}: lines of `name: value` are expected")
    return sections


def _as_declared(declared: Value, given: object, where: str) -> Value:
    """`given` as the kind of `declared`, or ProfileError."""
    if isinstance(declared, float) and type(given) in (int, float):
        return float(given)
    if type(given) is not type(declared):
        raise ProfileError(
            f"{where}: {given!r} is {_kind(given)}, but the notebook declares {_kind(declared)} "
            f"({declared!r})"
        )
    if isinstance(declared, list) and declared:
        # Elements are of one kind; floats among integers make it a list of floats.
        example = next((item for item in declared if isinstance(item, float)), declared[0])
        return [_as_declared(example, v, f"{where}[{i}]") for i, v in enumerate(given)]
    if isinstance(declared, dict) and declared:  # an empty one may be filled with anything
        if given.keys() != declared.keys():
            raise ProfileError(f"{where}: has keys {list(given)}, not {list(declared)}")
        return {key: _as_declared(declared[key], given[key], f"{where}.{key}") for key in declared}
    return given


def _kind(value: object) -> str:
    words = {bool: "a boolean", int: "an integer", float: "a number", str: "text", list: "a list"}
    return words.get(type(value), "nothing" if value is None else f"a {type(value).__name__}")


class _Yaml(yaml.SafeLoader):
    """YAML that refuses a key given twice and reads 1e-3 as a number, as Python does."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        mapping = super().construct_mapping(node, deep=deep)
        if len(mapping) != len(node.value):
            keys = [key.value for key, _ in node.value]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise yaml.MarkedYAMLError(problem=f"{twice} twice", problem_mark=node.start_mark)
        return mapping


_Yaml.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?[0-9][0-9_]*(\.[0-9_]*)?[eE][-+]?[0-9]+$"),
    list("-+0123456789"),
)
