"""What a function says about the types of its variables.

Lua needs to know what Python decides at run time: `a + b` is `+` or `..`, an empty list is true,
indices begin at 1. Types come from annotations, defaults, assignments and the use of methods that
only one type has; evidence that disagrees leaves a type unknown (None). Types are names: number,
str, bool, none, list, dict, set, and `list:str` for a list of strings.
"""

import ast
from collections.abc import Mapping
from typing import NamedTuple

from featurefate.corpora.lua.annotations import of_annotation
from featurefate.corpora.lua.bounds import Bounds
from featurefate.corpora.lua.docstrings import types_in
from featurefate.corpora.lua.tree import nodes_of

_STR_METHODS_TEXT = """
capitalize casefold encode endswith isalnum isalpha isdigit islower isspace isupper lower lstrip
partition rpartition rsplit rstrip split splitlines startswith strip swapcase title upper zfill
ljust rjust removeprefix removesuffix isidentifier isnumeric expandtabs isascii isdecimal
isprintable istitle rfind rindex
"""
STR_METHODS = frozenset(_STR_METHODS_TEXT.split())
LIST_METHODS = frozenset(["append", "extend", "reverse", "sort", "insert"])
DICT_METHODS = frozenset(["items", "keys", "values", "setdefault"])

_CALLS = {
    "len": "number", "int": "number", "float": "number", "abs": "number", "sum": "number",
    "round": "number", "ord": "number", "str": "str", "repr": "str", "chr": "str", "hex": "str",
    "isinstance": "bool", "bool": "bool", "callable": "bool", "any": "bool", "all": "bool",
    "hasattr": "bool", "issubclass": "bool", "range": "list:number", "dict": "dict", "set": "set",
    "frozenset": "set", "defaultdict": "dict", "OrderedDict": "dict",
}  # fmt: skip
_RESULTS = {
    **dict.fromkeys(STR_METHODS, "str"),
    **dict.fromkeys(["startswith", "endswith"], "bool"),
    **dict.fromkeys([m for m in STR_METHODS if m.startswith("is")], "bool"),
    **dict.fromkeys(["split", "rsplit", "splitlines", "partition", "rpartition"], "list:str"),
    "join": "str", "find": "number", "count": "number", "keys": "list", "values": "list",
    "format": "str", "replace": "str",
}  # fmt: skip
_TELLING = {  # the syntax that says something about types
    ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.For, ast.comprehension,
    ast.ExceptHandler, ast.BinOp, ast.Compare, ast.Call, ast.Attribute,
}  # fmt: skip
_TRUTH_WORDS_TEXT = "is_ has_ should_ can_ needs_ supports_ allow_ use_ requires_ enable_"
_TRUTH_PREFIXES = tuple(f"{_}{word}" for word in _TRUTH_WORDS_TEXT.split() for _ in ("", "_"))
_TRUTH_NAMES = frozenset(["isfile", "isdir", "exists", "islink", "isabs", "isnan", "isinf"])
_OF_BUILTIN_TYPES = frozenset(
    name for kind in (str, list, dict, set, int, float, bytes) for name in dir(kind)
)
ARITHMETIC = (ast.Sub, ast.Div, ast.FloorDiv, ast.Pow)


def _by_name(name: str) -> str | None:
    """By convention a name like `is_ready` or `has_parts` says that it is true or false."""
    return "bool" if name.startswith(_TRUTH_PREFIXES) or name in _TRUTH_NAMES else None


def base(kind: str | None) -> str | None:
    """`list:str` → `list`."""
    return kind.partition(":")[0] if kind else None


def element(kind: str | None) -> str | None:
    """What a sequence of this type holds: `list:str` → `str`; a str holds str."""
    if kind == "str":
        return "str"
    return (kind or "").partition(":")[2] or None


def list_of(kind: str | None) -> str:
    """The type of a list that holds this type: `list:str`, or `list` where it is not known."""
    return f"list:{base(kind)}" if base(kind) in ("str", "number", "list", "dict") else "list"


class Surroundings(NamedTuple):
    """What is known around a function, as name → type: the names of the module, what its functions
    give, the fields of `self` and what its methods give."""

    names: Mapping[str, str] = {}
    results: Mapping[str, str] = {}
    fields: Mapping[str, str | None] = {}
    method_results: Mapping[str, str] = {}


class Types:
    """The types of one function's variables; nested functions included, names being distinct."""

    def __init__(
        self,
        function: ast.FunctionDef,
        outer: "Types | None" = None,
        around: Surroundings | None = None,
    ) -> None:
        self._outer = outer
        self._around = around or (outer._around if outer else Surroundings())
        self.objects: set[str] = set(outer.objects if outer else ())
        self.nilable: set[str] = set(outer.nilable if outer else ())
        self._known: dict[str, str | None] = {}
        self._parameters: set[str] = set()
        self._nodes = [n for n in nodes_of(function) if n.__class__ in _TELLING]
        self._parameter_types(function)
        # Types of variables depend on types of variables: assume the best, then let it fall until
        # everything that was assumed is borne out.
        self._known = self._agree(self._evidence(), hopeful=True)
        for _ in range(len(self._known) + 1):
            before = self._known
            self._known = self._agree(self._evidence())
            if before == self._known:
                break
        else:
            self._known = dict.fromkeys(self._known)
        outer_bounds = outer.bounds if outer else None
        self.bounds = Bounds(nodes_of(function), self._parameters, outer_bounds)

    def of_name(self, name: str) -> str | None:
        if name in self._known:
            return self._known[name]
        return self._outer.of_name(name) if self._outer else self._around.names.get(name)

    def of(self, node: ast.expr) -> str | None:
        """The type of an expression, None where it is not known."""
        match node:
            case ast.Constant(value=value):
                if isinstance(value, bool):
                    return "bool"
                if isinstance(value, int | float):
                    return "number"
                return {str: "str", type(None): "none"}.get(type(value))
            case ast.Name(id=name):
                return self.of_name(name)
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                return self._around.fields.get(name) or _by_name(name)
            case ast.Attribute(attr=name):
                return _by_name(name)
            case ast.JoinedStr():
                return "str"
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                kinds = {base(self.of(e)) for e in elements}
                return list_of(kinds.pop() if len(kinds) == 1 else None)
            case ast.ListComp(elt=item):
                return list_of(self.of(item))
            case ast.Dict() | ast.DictComp():
                return "dict"
            case ast.Set() | ast.SetComp():
                return "set"
            case ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return "bool"
            case ast.UnaryOp(operand=operand):
                return self.of(operand)
            case ast.BinOp():
                return self._of_operation(node)
            case ast.BoolOp(values=values):
                kinds = {self.of(value) for value in values}
                return kinds.pop() if len(kinds) == 1 else None
            case ast.IfExp(body=body, orelse=orelse):
                kind = self.of(body)
                return kind if kind == self.of(orelse) else None
            case ast.Subscript(value=value, slice=index):
                kind = self.of(value)
                if isinstance(index, ast.Slice):
                    return kind if base(kind) in ("str", "list") else None
                return element(kind)
            case ast.Call():
                return self._of_call(node)
        return None

    def _of_operation(self, node: ast.BinOp) -> str | None:
        left, right = self.of(node.left), self.of(node.right)
        if isinstance(node.op, ast.Mod) and left == "str":
            return "str"
        if isinstance(node.op, ast.Add) and "str" in (left, right):
            return "str"
        if left == right == "number":
            return "number"
        if isinstance(node.op, ARITHMETIC) and "number" in (left, right):
            return "number"
        if isinstance(node.op, ast.Add) and base(left) == base(right) == "list":
            return left if left == right else "list"
        return None

    def _of_call(self, node: ast.Call) -> str | None:
        match node.func:
            case ast.Name(id="sorted" | "list" | "tuple" | "reversed"):
                return list_of(element(self.of(node.args[0])) if node.args else None)
            case ast.Name(id="min" | "max"):
                kinds = {self.of(argument) for argument in node.args}
                return "number" if kinds == {"number"} and len(node.args) > 1 else None
            case ast.Name(id="frozenset" | "set" | "dict" as name):
                return name if name != "frozenset" else "set"
            case ast.Name(id=name):
                return self._around.results.get(name) or _CALLS.get(name) or _by_name(name)
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                return self._around.method_results.get(name) or _by_name(name)
            case ast.Attribute(value=ast.Constant(value=str()), attr=method):
                return _RESULTS.get(method)
            case ast.Attribute(value=value, attr=method):
                known = base(self.of(value)) in ("str", "list", "dict")
                if known or method in STR_METHODS | DICT_METHODS:
                    return _RESULTS.get(method)
                return _by_name(method)
        return None

    def _parameter_types(self, function: ast.FunctionDef) -> None:
        arguments = function.args
        positional = [*arguments.posonlyargs, *arguments.args]
        missing = [None] * (len(positional) - len(arguments.defaults))
        pairs = list(zip(positional, [*missing, *arguments.defaults], strict=True))
        pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        self._stated: dict[str, str | None] = {}
        stated = types_in(function)
        for argument, default in pairs:
            self._parameters.add(argument.arg)
            kind, nilable = of_annotation(argument.annotation)
            if argument.annotation is None and argument.arg in stated:
                kind, nilable = stated[argument.arg]
            if default is not None:
                found = self.of(default)
                nilable = nilable or found == "none"
                kind = kind or (found if found != "none" else None)
            if argument.annotation is None and kind is None:
                kind = _by_name(argument.arg)
            self._stated[argument.arg] = kind
            if nilable:
                self.nilable.add(argument.arg)
        if arguments.kwarg:
            self._stated[arguments.kwarg.arg] = "dict"
            self._parameters.add(arguments.kwarg.arg)
        if arguments.vararg:
            self._stated[arguments.vararg.arg] = "list"
            self._parameters.add(arguments.vararg.arg)

    def _evidence(self) -> dict[str, list[str | None]]:
        """Everything said about each name: None for "something unknown was assigned"."""
        said: dict[str, list[str | None]] = {}

        def note(target: ast.expr, kind: str | None) -> None:
            if isinstance(target, ast.Name):
                said.setdefault(target.id, []).append(kind)
            elif isinstance(target, ast.Tuple | ast.List):
                for part in target.elts:
                    note(part, element(kind) if base(kind) == "list" else None)

        def use(target: ast.expr, kind: str) -> None:
            if isinstance(target, ast.Name):
                said.setdefault(target.id, []).append(f"use {kind}")

        for node in self._nodes:
            match node:
                case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                    if len(names) == len(values):
                        for name, value in zip(names, values, strict=True):
                            note(name, self.of(value))
                case ast.NamedExpr(target=target, value=value):
                    note(target, self.of(value))
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        note(target, self.of(value))
                case ast.AnnAssign(target=target, annotation=annotation):
                    note(target, of_annotation(annotation)[0])
                case ast.AugAssign(target=target, op=op, value=value):
                    kind = self.of(value)
                    if isinstance(op, ARITHMETIC) or kind == "number":
                        use(target, "number")
                    elif isinstance(op, ast.Add) and kind == "str":
                        use(target, "str")
                case (
                    ast.For(target=target, iter=iterated)
                    | ast.comprehension(target=target, iter=iterated)
                ):
                    self._note_loop(target, iterated, note)
                case ast.ExceptHandler(name=str(name)):
                    said.setdefault(name, []).append(None)
                case ast.BinOp(left=left, op=op, right=right):
                    if isinstance(op, ARITHMETIC):
                        for one, other in ((left, right), (right, left)):
                            if self.of(other) == "number":
                                use(one, "number")
                case ast.Compare(left=left, ops=[ast.Lt() | ast.Gt() | ast.LtE() | ast.GtE()],
                                 comparators=[right]):  # fmt: skip
                    for one, other in ((left, right), (right, left)):
                        if self.of(other) in ("number", "str"):
                            use(one, self.of(other))
                case ast.Call(func=ast.Attribute(value=target, attr=method)):
                    for methods, kind in (
                        (STR_METHODS, "str"), (LIST_METHODS, "list"), (DICT_METHODS, "dict"),
                    ):  # fmt: skip
                        if method in methods:
                            use(target, kind)
                case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                    if attribute not in _OF_BUILTIN_TYPES:
                        self.objects.add(name)
                case ast.Call(func=ast.Name(id="range"), args=args):
                    for argument in args:
                        use(argument, "number")
        return said

    def _note_loop(self, target: ast.expr, iterated: ast.expr, note) -> None:
        match iterated, target:
            case ast.Call(func=ast.Name(id="enumerate"), args=[items, *_]), ast.Tuple(elts=[i, x]):
                note(i, "number")
                note(x, element(self.of(items)))
            case _, ast.Name():
                note(target, element(self.of(iterated)))
            case _:
                note(target, None)

    def _agree(
        self, said: dict[str, list[str | None]], hopeful: bool = False
    ) -> dict[str, str | None]:
        """The type of each name that all evidence supports; `hopeful` ignores what is unknown."""
        known: dict[str, str | None] = dict.fromkeys(self._parameters)
        for name in self._parameters | set(said):
            assigned = [kind for kind in said.get(name, []) if not (kind or "").startswith("use ")]
            used = {kind[4:] for kind in said.get(name, []) if (kind or "").startswith("use ")}
            stated = self._stated.get(name)
            if "none" in assigned:
                self.nilable.add(name)
            if used and stated is None and (None in assigned or not assigned):
                self.nilable.add(name)  # only its use tells the type: it may be None elsewhere
            kinds = {kind for kind in assigned if kind != "none"} | ({stated} if stated else set())
            if (
                len({base(kind) for kind in kinds - {None}} | used) != 1
                or None in kinds
                and not used
                and not hopeful
            ):
                known[name] = None
            elif len(kinds - {None}) == 1 and (hopeful or None not in kinds):
                known[name] = (kinds - {None}).pop()
            else:
                known[name] = ({base(kind) for kind in kinds - {None}} | used).pop()
        return known
