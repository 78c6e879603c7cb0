"""Assignments: where a variable is declared, tuples taken apart, `+=`, `del`."""

import ast

from featurefate.corpora.lua.loops import Loops
from featurefate.corpora.lua.names import Untranslatable
from featurefate.corpora.lua.strength import ATOM
from featurefate.corpora.lua.tables import is_none, is_plain
from featurefate.corpora.lua.tree import nodes_of
from featurefate.corpora.lua.types import base


class Assignments(Loops):
    """Mixed into the function translator."""

    def _assign(self, node: ast.Assign) -> None:
        if len(node.targets) > 1:
            first, *others = node.targets
            if not all(isinstance(t, ast.Name | ast.Attribute) for t in node.targets):
                raise Untranslatable("a = b = value")
            self._assign_one(first, node.value, node)
            same = node.value
            if not isinstance(same, ast.Constant | ast.Name):
                same = ast.parse(ast.unparse(first), mode="eval").body
            for target in others:
                self._assign_one(target, same, node)
            return
        self._assign_one(node.targets[0], node.value, node)

    def _assign_one(self, target: ast.expr, value: ast.expr, node: ast.stmt) -> None:
        if isinstance(target, ast.Tuple):
            self._unpack(target, value, node)
            return
        if isinstance(value, ast.IfExp):
            code = self._strong_choice(value)
            if code is None:
                name = self._target(target)
                if self._is_new(target, node):
                    self.line(f"local {name}")
                self.assign_choice(name, value)
                return
        else:
            code = self.expr(value)
        self._check_nil_field(target, value)
        word = "local " if self._is_new(target, node) else ""
        self.line(f"{word}{self._target(target)} = {code}")

    def _check_nil_field(self, target: ast.expr, value: ast.expr | None) -> None:
        """A field that is nil reads as what the class has of that name."""
        match target:
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                pass
            case _:
                return
        if self.outline is None or name not in self.outline.constants | self.outline.methods.keys():
            return
        known = value is not None and self.types.of(value) not in (None, "none")
        if not known or self.may_be_nil(value):
            raise Untranslatable("a field that may be None beside one of the class")

    def _is_new(self, target: ast.expr, node: ast.stmt) -> bool:
        return isinstance(target, ast.Name) and target.id in self._scopes[-1].at.get(id(node), ())

    def _target(self, target: ast.expr) -> str:
        match target:
            case ast.Name(id=name):
                return self.name(name)
            case ast.Attribute():
                return self.attribute(target)
            case ast.Subscript(slice=ast.Slice()):
                raise Untranslatable("assignment to a slice")
            case ast.Subscript():
                return self.element_at(target)
        raise Untranslatable("an assignment target")

    def _unpack(self, target: ast.Tuple, value: ast.expr, node: ast.stmt) -> None:
        if not all(isinstance(t, ast.Name | ast.Attribute | ast.Subscript) for t in target.elts):
            raise Untranslatable("a nested assignment target")
        if isinstance(value, ast.Tuple):
            if len(value.elts) != len(target.elts):
                raise Untranslatable("*unpacking in an assignment")
            values = ", ".join(self._element(e) if not is_none(e) else "nil" for e in value.elts)
        elif (pair := self.quotient_and_rest(value)) is not None:
            values = pair
        elif isinstance(value, ast.Call) and base(self.types.of(value)) != "list":
            values = self.all_of(value)
        else:
            values = f"table.unpack({self.expr(value)})"
        names = {t.id for t in target.elts if isinstance(t, ast.Name)}
        places = [t for t in target.elts if not isinstance(t, ast.Name)]
        if any(isinstance(n, ast.Name) and n.id in names for t in places for n in nodes_of(t)):
            raise Untranslatable("a place that depends on a name assigned beside it")
        for place in places:
            self._check_nil_field(place, None)
        new = [self._is_new(t, node) for t in target.elts]
        names = ", ".join(self._target(t) for t in target.elts)
        if any(new) and not all(new):
            fresh = [self._target(t) for t, is_new in zip(target.elts, new, strict=True) if is_new]
            self.line(f"local {', '.join(fresh)}")
        self.line(f"{'local ' if all(new) else ''}{names} = {values}")

    def quotient_and_rest(self, value: ast.expr) -> str | None:
        """`divmod(a, b)` as `a // b, a % b`."""
        match value:
            case ast.Call(func=ast.Name(id="divmod"), args=[a, b]) if is_plain(a) and is_plain(b):
                operators = (ast.FloorDiv(), ast.Mod())
                if self.is_builtin("divmod") and "number" in map(self.types.of, (a, b)):
                    return ", ".join(self.expr(ast.BinOp(a, op, b)) for op in operators)
        return None

    def _augmented(self, node: ast.AugAssign) -> None:
        match node.target:
            case ast.Name() | ast.Attribute() | ast.Subscript(value=ast.Name()):
                pass
            case _:
                raise Untranslatable("+= of a longer expression")
        if any(isinstance(n, ast.Call | ast.NamedExpr) for n in nodes_of(node.target)):
            raise Untranslatable("+= of a place that a call finds")
        kind = base(self.types.of(node.target)) or base(self.types.of(node.value))
        if kind == "list" and isinstance(node.op, ast.Add):
            if base(self.types.of(node.value)) != "list":
                raise Untranslatable("+= of a list and an unknown type")
            items, more = self._target(node.target), self.expr(node.value, ATOM)
            if not isinstance(node.value, ast.Name):
                name = self.fresh("more")
                self.line(f"local {name} = {more}")
                more = name
            self.line(f"table.move({more}, 1, #{more}, #{items} + 1, {items})")
            return
        read = ast.parse(ast.unparse(node.target), mode="eval").body
        self.line(
            f"{self._target(node.target)} = {self.expr(ast.BinOp(read, node.op, node.value))}"
        )

    def _delete(self, target: ast.Subscript) -> None:
        kind = base(self.types.of(target.value))
        if (
            kind == "dict"
            or isinstance(target.slice, ast.Constant)
            and isinstance(target.slice.value, str)
        ):
            self.line(f"{self.element_at(target)} = nil")
        elif kind == "list" and not isinstance(target.slice, ast.Slice):
            position = self.index(target.slice)
            owner = self.expr(target.value, ATOM)
            last = position == "-1"
            self.line(f"table.remove({owner}{'' if last else f', {position}'})")
        else:
            raise Untranslatable("del of an unknown type")

    def _strong_choice(self, value: ast.IfExp) -> str | None:
        """`c and a or b` where that is right, else None."""
        before = len(self.lines)
        with self.conditional():
            try:
                return self.expr(value)
            except Untranslatable:
                del self.lines[before:]
                return None

    def assign_choice(self, name: str, node: ast.IfExp) -> None:
        """`name = a if c else b` as an if statement."""
        test = self.test(node.test)[0]
        if ast.unparse(node.body) == name:
            test, node = self.negation(node.test)[0], ast.IfExp(node.test, node.orelse, node.body)
        with self.block(f"if {test} then", ""):
            self.line(f"{name} = {self.expr(node.body)}")
        if ast.unparse(node.orelse) == name:
            self.line("end")
            return
        with self.block("else"):
            self.line(f"{name} = {self.expr(node.orelse)}")
