"""Loops, and what Python says in one expression and Lua in a loop: comprehensions, any, sum."""

import ast
from collections.abc import Callable

from featurefate.corpora.lua.calls import Calls
from featurefate.corpora.lua.names import Untranslatable, lua_name
from featurefate.corpora.lua.strength import ADD
from featurefate.corpora.lua.tree import children, nodes_of
from featurefate.corpora.lua.types import base


class Loops(Calls):
    """Mixed into the function translator."""

    def loop(
        self, target: ast.expr, iterated: ast.expr, body: list[ast.AST], write: Callable[[], None]
    ) -> None:
        """A `for` loop over what Python iterates; `write` writes its body."""
        names = {n.id for n in nodes_of(target) if isinstance(n, ast.Name)}
        self.bound.append(names)
        hidden = self.shifted & names
        self.shifted -= names
        header, first_lines = self._header(target, iterated, body)
        with self.block(header):
            for line in first_lines:
                self.line(line)
            write()
        self.shifted = (self.shifted - names) | hidden
        self.bound.pop()

    def _header(
        self, target: ast.expr, iterated: ast.expr, body: list[ast.AST]
    ) -> tuple[str, list[str]]:
        match iterated, target:
            case ast.Call(func=ast.Name(id="range"), args=args), ast.Name(id=name):
                return self._range(name, args, body), []
            case ast.Call(func=ast.Name(id="enumerate"), args=[items, *start]), ast.Tuple(
                elts=[ast.Name(id=name), item]
            ):
                return self._enumerate(name, item, items, start)
            case ast.Call(func=ast.Name(id="zip"), args=[one, other]), ast.Tuple(elts=[a, b]):
                return self._zip(a, b, one, other)
            case ast.Call(func=ast.Name(id="reversed"), args=[items]), ast.Name():
                return self._reversed(target, items)
            case (
                ast.Call(func=ast.Attribute(value=owner, attr="items"), args=[]),
                ast.Tuple(elts=[ast.Name(id=key), value]),
            ):
                names, lines = self._loop_target(value, "value")
                return f"for {lua_name(key)}, {names} in pairs({self.expr(owner)}) do", lines
            case ast.Call(func=ast.Attribute(value=owner, attr="keys"), args=[]), _:
                names, lines = self._loop_target(target, "key")
                return f"for {names} in pairs({self.expr(owner)}) do", lines
            case ast.Call(func=ast.Attribute(value=owner, attr="values"), args=[]), _:
                names, lines = self._loop_target(target, "value")
                return f"for _, {names} in pairs({self.expr(owner)}) do", lines
        kind = base(self.types.of(iterated))
        names, lines = self._loop_target(target, "item")
        if kind == "str":
            return f'for {names} in {self.receiver(iterated)}:gmatch(".") do', lines
        if kind in ("dict", "set"):
            return f"for {names} in pairs({self.expr(iterated)}) do", lines
        if kind == "list":
            return f"for _, {names} in ipairs({self.expr(iterated)}) do", lines
        if isinstance(iterated, ast.Call) and self.is_generator(iterated):
            return f"for {names} in {self.expr(iterated)} do", lines
        raise Untranslatable("a loop over an unknown type")

    def _loop_target(self, target: ast.expr, hint: str) -> tuple[str, list[str]]:
        """One loop variable, and the lines that take it apart where Python does."""
        if isinstance(target, ast.Name):
            return lua_name(target.id), []
        if isinstance(target, ast.Tuple) and all(isinstance(e, ast.Name) for e in target.elts):
            name = self.fresh(hint)
            parts = ", ".join(lua_name(part.id) for part in target.elts)
            return name, [f"local {parts} = table.unpack({name})"]
        raise Untranslatable("a nested loop target")

    def _range(self, name: str, args: list[ast.expr], body: list[ast.AST]) -> str:
        start = args[0] if len(args) > 1 else ast.Constant(0)
        stop = args[0] if len(args) == 1 else args[1]
        step = args[2] if len(args) == 3 else ast.Constant(1)
        match step:
            case ast.Constant(value=int(by)) if by > 0:
                pass
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))) if value > 0:
                by = -value
            case _:
                raise Untranslatable("range with a step of unknown sign")
        shift = by == 1 and self.types.bounds.lower(start) is not None and _mostly_index(name, body)
        first = self.offset(start, 1 if shift else 0)[0]
        if shift:
            last = self.expr(stop)
        else:
            last = self.offset(stop, -1 if by > 0 else 1)[0]
        if shift:
            self.shifted.add(name)
        tail = f", {by}" if by != 1 else ""
        return f"for {lua_name(name)} = {first}, {last}{tail} do"

    def _enumerate(
        self, name: str, item: ast.expr, items: ast.expr, start: list[ast.expr]
    ) -> tuple[str, list[str]]:
        if start and not (isinstance(start[0], ast.Constant) and start[0].value == 1):
            raise Untranslatable("enumerate from another start")
        if base(self.types.of(items)) != "list":
            raise Untranslatable("enumerate of an unknown type")
        names, lines = self._loop_target(item, "item")
        sequence = self.expr(items)
        if not start:
            self.shifted.add(name)
        return f"for {lua_name(name)}, {names} in ipairs({sequence}) do", lines

    def _zip(
        self, a: ast.expr, b: ast.expr, one: ast.expr, other: ast.expr
    ) -> tuple[str, list[str]]:
        lists = all(base(self.types.of(items)) == "list" for items in (one, other))
        plain = isinstance(one, ast.Name) and isinstance(other, ast.Name)
        if not lists or not plain or not isinstance(a, ast.Name) or not isinstance(b, ast.Name):
            raise Untranslatable("zip of unknown types")
        first, second = self.expr(one), self.expr(other)
        i = self.fresh("i")
        pair = f"local {lua_name(a.id)}, {lua_name(b.id)} = {first}[{i}], {second}[{i}]"
        return f"for {i} = 1, math.min(#{first}, #{second}) do", [pair]

    def _reversed(self, target: ast.Name, items: ast.expr) -> tuple[str, list[str]]:
        if base(self.types.of(items)) != "list" or not isinstance(items, ast.Name):
            raise Untranslatable("reversed of an unknown type")
        i, sequence = self.fresh("i"), self.expr(items)
        item = f"local {lua_name(target.id)} = {sequence}[{i}]"
        return f"for {i} = #{sequence}, 1, -1 do", [item]

    def nested(
        self, generators: list[ast.comprehension], results: list[ast.expr],
        write: Callable[[], None],
    ) -> None:  # fmt: skip
        """The loops and conditions of a comprehension around what it does with each item."""
        first, rest = generators[0], generators[1:]
        if first.is_async:
            raise Untranslatable("async")
        if any(map(_keeps_function, results)):
            raise Untranslatable("a function made inside a loop")

        def inside() -> None:
            if not first.ifs:
                return self.nested(rest, results, write) if rest else write()
            every = first.ifs[0] if len(first.ifs) == 1 else ast.BoolOp(ast.And(), first.ifs)
            with self.block(f"if {self.test(every)[0]} then"):
                if rest:
                    self.nested(rest, results, write)
                else:
                    write()

        self.loop(first.target, first.iter, [*first.ifs, *results], inside)

    def comprehension(self, node: ast.expr) -> str:
        """A list, set or dict built in a loop before the statement; gives its name."""
        self.hoist()
        name = self.fresh("set" if isinstance(node, ast.SetComp) else "result")
        self.line(f"local {name} = {{}}")
        if isinstance(node, ast.DictComp):
            self.nested(
                node.generators, [node.key, node.value],
                lambda: self.line(f"{name}[{self.expr(node.key)}] = {self.expr(node.value)}"),
            )  # fmt: skip
        elif isinstance(node, ast.SetComp):
            self.nested(
                node.generators, [node.elt],
                lambda: self.line(f"{name}[{self.expr(node.elt)}] = true"),
            )  # fmt: skip
        else:
            if isinstance(node.elt, ast.Constant) and node.elt.value is None:
                raise Untranslatable("None inside a dict or list")
            self.nested(
                node.generators, [node.elt],
                lambda: self.line(f"{name}[#{name} + 1] = {self.expr(node.elt)}"),
            )  # fmt: skip
        return name

    def quantified(self, node: ast.GeneratorExp, is_any: bool) -> str:
        """any() and all(): a flag and a loop that stops early."""
        if len(node.generators) != 1:
            raise Untranslatable("any or all over nested loops")
        self.hoist()
        name = self.fresh("found" if is_any else "every")
        self.line(f"local {name} = {'false' if is_any else 'true'}")

        def write() -> None:
            test = self.test(node.elt)[0] if is_any else self.negation(node.elt)[0]
            with self.block(f"if {test} then"):
                self.line(f"{name} = {'true' if is_any else 'false'}")
                self.line("break")

        self.nested(node.generators, [node.elt], write)
        return name

    def total(self, item: ast.expr, generators: list[ast.comprehension]) -> str:
        """sum(): an accumulator."""
        self.hoist()
        name = self.fresh("total")
        self.line(f"local {name} = 0")
        if self.types.of(item) == "bool":
            raise Untranslatable("sum of truth values")
        self.nested(
            generators, [item], lambda: self.line(f"{name} = {name} + {self.expr(item, ADD + 1)}")
        )
        return name


def _keeps_function(node: ast.AST) -> bool:
    """True where a lambda may outlive a turn of the loop: one that sorts does not."""
    if isinstance(node, ast.Lambda):
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sorted":
        return any(map(_keeps_function, node.args))
    return any(map(_keeps_function, children(node)))


def _mostly_index(name: str, body: list[ast.AST]) -> bool:
    """True where a counter serves as an index at least as often as otherwise."""
    as_index = uses = 0
    for part in body:
        for node in nodes_of(part):
            if isinstance(node, ast.Name) and node.id == name:
                uses += 1
            elif isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
                as_index += any(
                    isinstance(n, ast.Name) and n.id == name for n in nodes_of(node.slice)
                )
    return as_index > 0 and 2 * as_index >= uses
