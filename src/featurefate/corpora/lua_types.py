"""What a function says about the types of its variables.

Lua needs to know what Python decides at run time: `a + b` is `+` or `..`, an empty list is true,
indices begin at 1. Types come from annotations, defaults, assignments and the use of methods that
only one type has; evidence that disagrees leaves a type unknown (None). Types are names: number,
str, bool, none, list, dict, set, and `list:str` for a list of strings.
"""

import ast

STR_METHODS = frozenset(
    "capitalize casefold encode endswith isalnum isalpha isdigit islower isspace isupper lower "
    "lstrip partition rpartition rsplit rstrip split splitlines startswith strip swapcase title "
    "upper zfill ljust rjust center removeprefix removesuffix isidentifier isnumeric".split()
)
LIST_METHODS = frozenset(["append", "extend", "reverse", "sort", "insert"])
DICT_METHODS = frozenset(["items", "keys", "values", "setdefault"])

_ANNOTATIONS = {
    "str": "str", "int": "number", "float": "number", "bool": "bool", "list": "list",
    "List": "list", "tuple": "list", "Tuple": "list", "Sequence": "list",
    "Iterable": "list", "Collection": "list", "dict": "dict",
    "Dict": "dict", "Mapping": "dict", "MutableMapping": "dict", "OrderedDict": "dict",
    "set": "set", "Set": "set", "frozenset": "set",
}  # fmt: skip
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
    "format": "str",
}  # fmt: skip
ARITHMETIC = (ast.Sub, ast.Div, ast.FloorDiv, ast.Pow)


def base(kind: str | None) -> str | None:
    """`list:str` → `list`."""
    return kind.partition(":")[0] if kind else None


def element(kind: str | None) -> str | None:
    """What a sequence of this type holds: `list:str` → `str`; a str holds str."""
    if kind == "str":
        return "str"
    return (kind or "").partition(":")[2] or None


class Types:
    """The types of one function's variables; nested functions included, names being distinct."""

    def __init__(
        self,
        function: ast.FunctionDef,
        outer: "Types | None" = None,
        fields: dict[str, str | None] | None = None,
    ) -> None:
        self._outer = outer
        self._fields = fields or (outer._fields if outer else {})  # of `self`
        self.nilable: set[str] = set(outer.nilable if outer else ())
        self._known: dict[str, str | None] = {}
        self.lowest: dict[str, float] = {}
        self._parameters: set[str] = set()
        self._parameter_types(function)
        for _ in range(3):  # types of variables depend on types of variables
            self._known = self._agree(self._evidence(function))
        self._lower_bounds(function)

    def of_name(self, name: str) -> str | None:
        if name in self._known:
            return self._known[name]
        return self._outer.of_name(name) if self._outer else None

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
                return self._fields.get(name)
            case ast.JoinedStr():
                return "str"
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                kinds = {self.of(e) for e in elements}
                only = kinds.pop() if len(kinds) == 1 else None
                return f"list:{only}" if only in ("str", "number") else "list"
            case ast.ListComp(elt=item):
                kind = self.of(item)
                return f"list:{kind}" if kind in ("str", "number") else "list"
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

    def lower(self, node: ast.expr) -> float | None:
        """A number that a whole-number expression never goes below, None where there is none."""
        match node:
            case ast.Constant(value=int(value)):
                return value
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
                return -value
            case ast.Name(id=name):
                found = self.lowest.get(name)
                return self._outer.lower(node) if found is None and self._outer else found
            case ast.Call(func=ast.Name(id="len")):
                return 0
            case ast.Call(func=ast.Name(id="max"), args=[*args]):
                known = [low for low in map(self.lower, args) if low is not None]
                return max(known) if known else None
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
                low = self.lower(left)
                if isinstance(op, ast.Sub):
                    exact = isinstance(right, ast.Constant) and isinstance(right.value, int)
                    return low - right.value if exact and low is not None else None
                other = self.lower(right)
                return None if low is None or other is None else low + other
            case ast.BinOp(left=left, op=ast.Mult() | ast.FloorDiv() | ast.Mod(), right=right):
                lows = (self.lower(left), self.lower(right))
                return 0 if all(low is not None and low >= 0 for low in lows) else None
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
                kind = element(self.of(node.args[0])) if node.args else None
                return f"list:{kind}" if kind else "list"
            case ast.Name(id="min" | "max"):
                kinds = {self.of(argument) for argument in node.args}
                return "number" if kinds == {"number"} and len(node.args) > 1 else None
            case ast.Name(id=name):
                return _CALLS.get(name)
            case ast.Attribute(value=ast.Constant(value=str()), attr=method):
                return _RESULTS.get(method)
            case ast.Attribute(value=value, attr=method):
                known = base(self.of(value)) in ("str", "list", "dict")
                if known or method in STR_METHODS | DICT_METHODS:
                    return _RESULTS.get(method)
        return None

    def _parameter_types(self, function: ast.FunctionDef) -> None:
        arguments = function.args
        positional = [*arguments.posonlyargs, *arguments.args]
        missing = [None] * (len(positional) - len(arguments.defaults))
        pairs = list(zip(positional, [*missing, *arguments.defaults], strict=True))
        pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        self._stated: dict[str, str | None] = {}
        for argument, default in pairs:
            self._parameters.add(argument.arg)
            kind, nilable = self.of_annotation(argument.annotation)
            if default is not None:
                found = self.of(default)
                nilable = nilable or found == "none"
                kind = kind or (found if found != "none" else None)
            self._stated[argument.arg] = kind
            if nilable:
                self.nilable.add(argument.arg)
        if arguments.vararg:
            self._stated[arguments.vararg.arg] = "list"
            self._parameters.add(arguments.vararg.arg)

    def of_annotation(self, node: ast.expr | None) -> tuple[str | None, bool]:
        """(type, whether it may be None) as an annotation states them."""
        match node:
            case ast.Constant(value=str(text)):
                try:
                    return self.of_annotation(ast.parse(text, mode="eval").body)
                except SyntaxError:
                    return None, False
            case ast.Constant(value=None):
                return None, True
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return _ANNOTATIONS.get(name), False
            case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
                return self.of_annotation(inner)[0], True
            case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inner):
                kind = _ANNOTATIONS.get(name)
                if isinstance(inner, ast.Tuple):
                    many = len(inner.elts) == 2 and isinstance(inner.elts[1], ast.Constant)
                    inner = inner.elts[0] if many and kind == "list" else None
                held = self.of_annotation(inner)[0] if inner is not None else None
                simple = kind == "list" and held in ("str", "number")
                return (f"list:{held}" if simple else kind), False
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                one, one_nil = self.of_annotation(left)
                two, two_nil = self.of_annotation(right)
                if one_nil or two_nil:
                    return one or two, True
                return (one if one == two else None), False
        return None, False

    def _evidence(self, function: ast.FunctionDef) -> dict[str, list[str | None]]:
        """Everything said about each name: None for "something unknown was assigned"."""
        said: dict[str, list[str | None]] = {}

        def note(target: ast.expr, kind: str | None) -> None:
            if isinstance(target, ast.Name):
                said.setdefault(target.id, []).append(kind)
            elif isinstance(target, ast.Tuple | ast.List):
                for part in target.elts:
                    note(part, None)

        def use(target: ast.expr, kind: str) -> None:
            if isinstance(target, ast.Name):
                said.setdefault(target.id, []).append(f"use {kind}")

        for node in ast.walk(function):
            match node:
                case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                    if len(names) == len(values):
                        for name, value in zip(names, values, strict=True):
                            note(name, self.of(value))
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        note(target, self.of(value))
                case ast.AnnAssign(target=target, annotation=annotation):
                    note(target, self.of_annotation(annotation)[0])
                case ast.AugAssign(target=target, op=op, value=value):
                    kind = self.of(value)
                    if isinstance(op, ARITHMETIC) or kind == "number":
                        use(target, "number")
                    elif isinstance(op, ast.Add) and kind == "str":
                        use(target, "str")
                case ast.For(target=target, iter=iterated) | ast.comprehension(
                    target=target, iter=iterated
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

    def _agree(self, said: dict[str, list[str | None]]) -> dict[str, str | None]:
        known: dict[str, str | None] = dict.fromkeys(self._parameters)
        for name in self._parameters | set(said):
            assigned = [kind for kind in said.get(name, []) if not (kind or "").startswith("use ")]
            used = {kind[4:] for kind in said.get(name, []) if (kind or "").startswith("use ")}
            stated = self._stated.get(name)
            if "none" in assigned:
                self.nilable.add(name)
            kinds = {kind for kind in assigned if kind != "none"} | ({stated} if stated else set())
            if len({base(kind) for kind in kinds - {None}} | used) != 1:
                known[name] = None
            elif None in kinds and not used:
                known[name] = None
            elif len(kinds) == 1 and None not in kinds:
                known[name] = kinds.pop()
            else:
                known[name] = ({base(kind) for kind in kinds - {None}} | used).pop()
        return known

    def _lower_bounds(self, function: ast.FunctionDef) -> None:
        """Greatest lower bounds that hold for every assignment of a name (a fixed point)."""
        bindings: dict[str, list[ast.expr | float | None]] = {}
        for node in ast.walk(function):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    bindings.setdefault(name, []).append(value)
                case ast.AugAssign(target=ast.Name(id=name) as target, op=ast.Add(), value=value):
                    bindings.setdefault(name, []).append(ast.BinOp(target, ast.Add(), value))
                case ast.For(target=target, iter=iterated) | ast.comprehension(
                    target=target, iter=iterated
                ):
                    self._loop_bounds(target, iterated, bindings)
                case ast.Name(id=name, ctx=ast.Store()):
                    bindings.setdefault(name, [])
        counts: dict[str, int] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                counts[node.id] = counts.get(node.id, 0) + 1
        names = [n for n in bindings if len(bindings[n]) == counts.get(n) and n not in self._stated]
        self.lowest = dict.fromkeys(names, float("inf"))
        for _ in range(len(names) + 2):
            before = dict(self.lowest)
            for name in list(self.lowest):
                lows = [b if not isinstance(b, ast.expr) else self.lower(b) for b in bindings[name]]
                if any(low is None for low in lows):
                    del self.lowest[name]
                else:
                    self.lowest[name] = min(self.lowest[name], *lows, float("inf"))
            if before == self.lowest:
                return
        self.lowest = {}

    def _loop_bounds(self, target: ast.expr, iterated: ast.expr, bindings: dict) -> None:
        match iterated, target:
            case ast.Call(func=ast.Name(id="enumerate"), args=[_]), ast.Tuple(
                elts=[ast.Name(id=name), _]
            ):
                bindings.setdefault(name, []).append(0)
            case ast.Call(func=ast.Name(id="range"), args=[_]), ast.Name(id=name):
                bindings.setdefault(name, []).append(0)
            case ast.Call(func=ast.Name(id="range"), args=[start, _]), ast.Name(id=name):
                bindings.setdefault(name, []).append(start)
            case (
                ast.Call(func=ast.Name(id="range"), args=[start, _, ast.Constant(value=int(s))]),
                ast.Name(id=name),
            ) if s > 0:
                bindings.setdefault(name, []).append(start)
