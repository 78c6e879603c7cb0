"""What counts as true, and the values that `and`, `or` and `if … else` give.

Lua takes 0, "" and the empty table for true; Python does not. Where the type is known, the test is
written out (`#items > 0`); a value known to be a boolean stands for itself; anything else goes
through `support.truthy`, which asks as Python does.
"""

import ast

from featurefate.corpora.lua.names import Untranslatable
from featurefate.corpora.lua.strength import AND, ATOM, COMPARE, OR, UNARY
from featurefate.corpora.lua.types import base
from featurefate.corpora.lua.writer import NAME, Writer


class Truth(Writer):
    """Mixed into the function translator; `test` is the entrance."""

    def test(self, node: ast.expr, at_least: int = 0) -> tuple[str, int]:
        """The expression as a condition: what Python takes for true, Lua must take for true."""
        code, strength = self._test(node)
        return (f"({code})", ATOM) if strength < at_least else (code, strength)

    def _test(self, node: ast.expr) -> tuple[str, int]:
        match node:
            case ast.BoolOp(op=op, values=values):
                word, strength = ("or", OR) if isinstance(op, ast.Or) else ("and", AND)
                return self._joined_by(
                    values, word, strength, lambda value, least: self.test(value, least)[0]
                )
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.negation(operand)
            case ast.Call(func=ast.Name(id="bool"), args=[value]):
                return self.test(value)
        if isinstance(node, ast.NamedExpr):
            self._strong(node)
            node = ast.Name(node.target.id, ast.Load())
        own = self.outline if isinstance(node, ast.Name) and node.id == "self" else None
        if own is not None and {"__len__", "__bool__"} & own.methods.keys():
            raise Untranslatable("the truth of an object with __len__ or __bool__")
        kind = base(self.types.of(node))
        if kind in ("bool", "none") or self.is_known_object(node):
            return self._strong(node) if not self.strictly else self._strictly(node, kind)
        code = self.expr(node, ATOM)
        nilable = self.may_be_nil(node)
        full = {
            "number": f"{code} ~= 0", "str": f'{code} ~= ""', "list": f"#{code} > 0",
            "dict": f"next({code}) ~= nil", "set": f"next({code}) ~= nil",
        }.get(kind)  # fmt: skip
        if full is None or nilable and not isinstance(node, ast.Name | ast.Attribute):
            return f"{self.support('truthy')}({self.expr(node)})", ATOM
        there = f"{code} ~= nil" if self.strictly else code
        return (f"{there} and {full}", AND) if nilable else (full, COMPARE)

    def boolean(self, node: ast.expr) -> tuple[str, int]:
        """The condition as a value that is true or false, never nil."""
        self.strictly, before = True, self.strictly
        result = self.test(node)
        self.strictly = before
        return result

    def _strictly(self, node: ast.expr, kind: str | None) -> tuple[str, int]:
        if isinstance(node, ast.Compare | ast.Constant):
            return self._strong(node)
        tested = "true" if kind == "bool" else "nil"
        return f"{self.expr(node, ATOM)} {'==' if kind == 'bool' else '~='} {tested}", COMPARE

    def negation(self, node: ast.expr) -> tuple[str, int]:
        """`not node`, said the short way where there is one."""
        code, strength = self._test(node)
        absent, found, full = code.partition(" and ")
        if found and self.may_be_nil(node) and full.startswith((f"{absent} ", f"#{absent} ")):
            return f"{absent} == nil or {_opposite(full)}", OR
        if strength == COMPARE and not isinstance(node, ast.Compare) and _opposite(code) != code:
            return _opposite(code), COMPARE
        return f"not {code if strength >= UNARY else f'({code})'}", UNARY

    def may_be_nil(self, node: ast.expr) -> bool:
        """True for a variable or field of known type that may also be None."""
        match node:
            case ast.Name(id=name):
                return name in self.types.nilable
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                return self.outline is not None and name in self.outline.nilable
            case ast.Subscript(value=value):
                return base(self.types.of(value)) not in ("str", "list")
            case ast.Call(func=ast.Attribute(attr="get"), args=[_]):
                return True
        return False

    def is_known_object(self, node: ast.expr) -> bool:
        """True for what is an object or None, never 0 or "": a variable whose attributes are used,
        and what a search gives."""
        match node:
            case ast.Call(func=ast.Attribute(attr="match" | "search" | "fullmatch")):
                return self.types.of(node) is None
        named = isinstance(node, ast.Name) and self.types.of(node) is None
        return named and node.id in self.types.objects

    def _bool_value(self, node: ast.BoolOp) -> tuple[str, int]:
        """`a or b` as a value. What is false differs, so the left sides must be truly boolean,
        or be tested by `truthy`."""
        is_or = isinstance(node.op, ast.Or)
        word, strength = ("or", OR) if is_or else ("and", AND)
        if all(self.types.of(value) == "bool" for value in node.values[:-1]):
            return self._joined_by(node.values, word, strength, self.expr)
        if not is_or:
            raise Untranslatable("the value of `and`")
        parts = []
        for value in node.values[:-1]:
            if self.may_act(value) and self.types.of(value) != "bool":
                self.hoist(after=NAME)
                value = self.kept(value, "value")
            tested = self.test(value)[0]
            code = self.expr(value, AND)
            parts.append(code if tested == code else f"{self.test(value, AND)[0]} and {code}")
        with self.conditional():
            return f" {word} ".join([*parts, self.expr(node.values[-1], strength + 1)]), strength

    def _joined_by(self, values, word: str, strength: int, write) -> tuple[str, int]:
        parts = [write(values[0], strength)]
        with self.conditional():
            parts += [write(value, strength + 1) for value in values[1:]]
        return f" {word} ".join(parts), strength

    def _choice(self, node: ast.IfExp) -> tuple[str, int]:
        """`c and a or b`, where a is never false; else a variable and an if statement."""
        sure = base(self.types.of(node.body)) in ("number", "str", "list", "dict", "set")
        sure = sure and not self.may_be_nil(node.body)
        if sure:
            test = self.test(node.test, AND)[0]
            with self.conditional():
                body, other = self.expr(node.body, AND + 1), self.expr(node.orelse, OR + 1)
            return f"{test} and {body} or {other}", OR
        name = self.fresh("value")
        self.hoist()
        self.line(f"local {name}")
        self.assign_choice(name, node)
        return name, ATOM


def _opposite(code: str) -> str:
    """A test of being full as one of being empty."""
    for one, other in ((" ~= 0", " == 0"), (' ~= ""', ' == ""'), (" > 0", " == 0"),
                       (" ~= nil", " == nil")):  # fmt: skip
        if code.endswith(one):
            return code.removesuffix(one) + other
    return code
