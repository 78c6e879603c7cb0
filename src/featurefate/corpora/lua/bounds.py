"""What a function says about how small its whole numbers can be.

Lua counts from 1 and has no index from the end, so `x[i]` can only be said where i is known not to
be negative.
"""

import ast

_BINDING = {ast.Assign, ast.AugAssign, ast.For, ast.comprehension, ast.Name}


class Bounds:
    """Lower bounds of one function's variables. Parameters have none."""

    def __init__(
        self, nodes: list[ast.AST], parameters: set[str], outer: "Bounds | None" = None
    ) -> None:
        self._nodes = [n for n in nodes if n.__class__ in _BINDING]
        self._parameters = parameters
        self._outer = outer
        self._lowest: dict[str, float] = {}
        self._lower_bounds()

    def lower(self, node: ast.expr) -> float | None:
        """A number that a whole-number expression never goes below, None where there is none."""
        match node:
            case ast.Constant(value=int(value)):
                return value
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
                return -value
            case ast.Name(id=name):
                found = self._lowest.get(name)
                return self._outer.lower(node) if found is None and self._outer else found
            case ast.Call(func=ast.Name(id="len" | "ord" | "abs")):
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
            case ast.BinOp(op=ast.BitAnd(), right=ast.Constant(value=int(mask))) if mask >= 0:
                return 0
            case ast.BinOp(left=left, op=ast.Mult() | ast.FloorDiv() | ast.Mod(), right=right):
                lows = (self.lower(left), self.lower(right))
                return 0 if all(low is not None and low >= 0 for low in lows) else None
        return None

    def _lower_bounds(self) -> None:
        """Greatest lower bounds that hold for every assignment of a name (a fixed point)."""
        bindings: dict[str, list[ast.expr | float | None]] = {}
        for node in self._nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    bindings.setdefault(name, []).append(value)
                case ast.AugAssign(target=ast.Name(id=name) as target, op=ast.Add(), value=value):
                    bindings.setdefault(name, []).append(ast.BinOp(target, ast.Add(), value))
                case (
                    ast.For(target=target, iter=iterated)
                    | ast.comprehension(target=target, iter=iterated)
                ):
                    self._loop_bounds(target, iterated, bindings)
                case ast.Name(id=name, ctx=ast.Store()):
                    bindings.setdefault(name, [])
        counts: dict[str, int] = {}
        for node in self._nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                counts[node.id] = counts.get(node.id, 0) + 1
        names = [
            n for n in bindings if len(bindings[n]) == counts.get(n) and n not in self._parameters
        ]
        self._lowest = dict.fromkeys(names, float("inf"))
        for _ in range(len(names) + 2):
            before = dict(self._lowest)
            for name in list(self._lowest):
                lows = [b if not isinstance(b, ast.expr) else self.lower(b) for b in bindings[name]]
                if any(low is None for low in lows):
                    del self._lowest[name]
                else:
                    self._lowest[name] = min(self._lowest[name], *lows, float("inf"))
            if before == self._lowest:
                return
        self._lowest = {}

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
