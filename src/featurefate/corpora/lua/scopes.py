"""Where Lua must declare the variables of a Python function.

A Python variable belongs to the whole function, a Lua local to its block. Each variable is
declared in the smallest block that holds every mention of it: by its first assignment where that
is a statement of this very block, else by a `local` line of its own before the first mention
(outside of all loops, so that its value outlives a turn).
"""

import ast
from collections import defaultdict

from featurefate.corpora.lua.names import Untranslatable
from featurefate.corpora.lua.tree import children, nodes_of

_LOOPS = (ast.For, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
Path = tuple[tuple[int, int], ...]  # (block, statement in it) from the outside to the inside


def parameter_names(function: ast.FunctionDef | ast.Lambda) -> list[str]:
    """All parameters, in order."""
    a = function.args
    names = [x.arg for x in (*a.posonlyargs, *a.args, *a.kwonlyargs)]
    return names + [x.arg for x in (a.vararg, a.kwarg) if x]


class Scopes:
    """For one function: `at` names the variables that a statement declares by assigning them,
    `before` those to be declared on a line of their own before a statement (keys: id(stmt)).
    `leaking` are the loop variables that are assigned to, or used outside their loop: Lua's are
    constants of one turn, so these need a variable beside."""

    def __init__(self, function: ast.FunctionDef) -> None:
        self.leaking: frozenset[str] = frozenset()
        self._read(function)
        self.leaking = frozenset(
            self._loop_bound & (self._foreign | set(self._mentions)) | self._reassigned
        )
        if self.leaking:
            self._read(function)
        if self._reassigned:
            raise Untranslatable("a name of `except` or a comprehension that is assigned to")
        for name in sorted(self._stored - self._foreign):
            self._declare(name)

    def _read(self, function: ast.FunctionDef) -> None:
        self.at: dict[int, set[str]] = defaultdict(set)
        self.before: dict[int, list[str]] = defaultdict(list)
        self._blocks: list[list[ast.stmt]] = []
        self._mentions: dict[str, list[tuple[Path, ast.stmt, bool]]] = defaultdict(list)
        self._stored: set[str] = set()
        self._loop_bound: set[str] = set()
        self._reassigned: set[str] = set()
        self._foreign: set[str] = set(parameter_names(function))
        self._block(function.body, (), frozenset())

    def _block(self, block: list[ast.stmt], path: Path, bound: frozenset[str]) -> None:
        number = len(self._blocks)
        self._blocks.append(block)
        for index, statement in enumerate(block):
            self._statement(statement, (*path, (number, index)), bound)

    def _statement(self, node: ast.stmt, path: Path, bound: frozenset[str]) -> None:
        match node:
            case ast.Global():
                raise Untranslatable("global")
            case ast.Nonlocal(names=names):
                self._foreign.update(names)
            case ast.For(target=target, iter=iterated, body=body, orelse=orelse):
                self._expression(iterated, path, node, bound)
                names = {n.id for n in nodes_of(target) if isinstance(n, ast.Name)}
                for name in sorted(names & self.leaking):
                    self._mention(name, path, node, True, bound)
                names -= self.leaking
                self._loop_bound |= names
                self._block(body, path, bound | names)
                self._block(orelse, path, bound)
            case ast.FunctionDef(name=name):
                self._mention(name, path, node, True, bound)
                inner = set(parameter_names(node))
                outer = {n for s in nodes_of(node) if isinstance(s, ast.Nonlocal) for n in s.names}
                names = [n for n in nodes_of(node) if isinstance(n, ast.Name)]
                inner |= {n.id for n in names if isinstance(n.ctx, ast.Store)} - outer
                for child in names:
                    if child.id not in inner:
                        self._mention(child.id, path, node, False, bound)
            case _:
                for name, value in ast.iter_fields(node):
                    if name in ("body", "orelse", "finalbody") and isinstance(value, list):
                        self._block(value, path, bound)
                    elif name == "handlers":
                        for handler in value:
                            named = {handler.name} if handler.name else set()
                            self._block(handler.body, path, bound | named)
                    elif isinstance(value, ast.expr):
                        self._expression(value, path, node, bound)
                    elif isinstance(value, list):
                        for item in value:
                            if isinstance(item, ast.AST):
                                self._expression(item, path, node, bound)

    def _expression(self, node: ast.AST, path: Path, of: ast.stmt, bound: frozenset[str]) -> None:
        if isinstance(node, ast.Lambda):
            bound = bound | set(parameter_names(node))
        elif isinstance(node, _COMPREHENSIONS):
            bound = bound | {
                n.id for g in node.generators for n in nodes_of(g.target) if isinstance(n, ast.Name)
            }
        elif isinstance(node, ast.Name):
            self._mention(node.id, path, of, isinstance(node.ctx, ast.Store), bound)
        for child in children(node):
            if isinstance(node, ast.comprehension) and child is node.target:
                continue
            self._expression(child, path, of, bound)

    def _mention(
        self, name: str, path: Path, node: ast.stmt, stored: bool, bound: frozenset[str]
    ) -> None:
        if name in bound:
            if stored:
                self._reassigned.add(name)
            return
        if stored:
            self._stored.add(name)
        self._mentions[name].append((path, node, stored))

    def _declare(self, name: str) -> None:
        mentions = self._mentions[name]
        paths = [path for path, _, _ in mentions]
        shared = 0
        while all(len(p) > shared for p in paths) and len({p[shared][0] for p in paths}) == 1:
            shared += 1
            if len({p[shared - 1] for p in paths}) > 1:
                break
        block, index = min(p[shared - 1] for p in paths)
        first = self._blocks[block][index]
        here = [(node, stored) for path, node, stored in mentions if path[shared - 1][1] == index]
        if self._is_declaration(first, name) and all(node is first for node, _ in here):
            self.at[id(first)].add(name)
            return
        for outer_block, outer_index in min(paths)[:shared]:
            statement = self._blocks[outer_block][outer_index]
            if isinstance(statement, _LOOPS) or (outer_block, outer_index) == (block, index):
                self.before[id(statement)].append(name)
                return

    @staticmethod
    def _is_declaration(statement: ast.stmt, name: str) -> bool:
        """True for an assignment to the name that does not read it."""
        match statement:
            case ast.FunctionDef(name=own):
                return own == name
            case ast.Assign(targets=[target], value=value):
                pass
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                pass
            case _:
                return False
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        assigned = any(isinstance(part, ast.Name) and part.id == name for part in names)
        read = any(isinstance(n, ast.Name) and n.id == name for n in nodes_of(value))
        return assigned and not read
