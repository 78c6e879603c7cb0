"""Python statements as Lua statements; what needs more room has its own file."""

import ast

from featurefate.corpora.lua.errors import Errors
from featurefate.corpora.lua.names import Untranslatable, lua_name
from featurefate.corpora.lua.tables import is_none
from featurefate.corpora.lua.tree import children, nodes_of


class Statements(Errors):
    """Mixed into the function translator; `statements` is the entrance."""

    def statements(self, body: list[ast.stmt]) -> None:
        for index, statement in enumerate(body):
            self._comments_before(statement)
            names = [lua_name(n) for n in self._scopes[-1].before.get(id(statement), [])]
            if names:
                self.line(f"local {', '.join(names)}")
            self.statement(statement, last=index == len(body) - 1)

    def _comments_before(self, statement: ast.stmt) -> None:
        if not self._comments:
            return
        for number in range(self._commented, statement.lineno + 1):
            if number in self._comments:
                self.line(f"-- {self._comments[number]}")
                self._commented = number + 1

    def statement(self, node: ast.stmt, last: bool) -> None:
        self.begin_statement()
        match node:
            case ast.Return():
                self._return(node, last)
            case ast.Assign():
                self._assign(node)
            case ast.AnnAssign(target=target, value=value):
                if value is not None:
                    self._assign_one(target, value, node)
            case ast.AugAssign():
                self._augmented(node)
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                pass
            case ast.Expr(value=value):
                self._expression_statement(value)
            case ast.If():
                self._if(node)
            case ast.For():
                self._for(node)
            case ast.While():
                self._while(node)
            case ast.Break():
                self._leave("break", last)
            case ast.Continue():
                self._leave(f"goto {self._loops[-1]}" if self._loops else "", last)
            case ast.Raise():
                self._raise(node)
            case ast.Try():
                self._try(node)
            case ast.Assert(test=test, msg=message):
                said = f", {self._message(message)}" if message else ""
                self.line(f"assert({self.test(test)[0]}{said})")
            case ast.Delete(targets=[ast.Subscript() as target]):
                self._delete(target)
            case ast.FunctionDef():
                self.nested_function(node)
            case ast.Nonlocal() | ast.Import() | ast.ImportFrom():
                pass  # what a function imports is required at the top of the module
            case _:
                raise Untranslatable(_STATEMENTS.get(type(node), type(node).__name__))

    def _return(self, node: ast.Return, last: bool) -> None:
        if self._protected:
            raise Untranslatable("return inside try")
        if isinstance(node.value, ast.IfExp) and last:
            with self.block(f"if {self.test(node.value.test)[0]} then", ""):
                self._return(ast.Return(node.value.body), True)
            with self.block("else"):
                self._return(ast.Return(node.value.orelse), True)
            return
        if isinstance(node.value, ast.Tuple) and node.value.elts:
            values = ", ".join(self._element(e) if not is_none(e) else "nil"
                               for e in node.value.elts)  # fmt: skip
        else:
            values = self.all_of(node.value) if node.value else ""
        text = f"return {values}".strip()
        self.line(text if last else f"do {text} end")

    def _leave(self, text: str, last: bool) -> None:
        if self._protected or not text:
            raise Untranslatable("break or continue inside try")
        self.line(text)

    def _expression_statement(self, value: ast.expr) -> None:
        if self.changes_table(value):
            return
        if not isinstance(value, ast.Call | ast.Yield):
            raise Untranslatable("an expression as a statement")
        code = self.all_of(value)
        if code.endswith(")") and not code.startswith("(") or code.startswith("coroutine"):
            self.line(code)
        else:
            raise Untranslatable("a result that nobody uses")

    def _if(self, node: ast.If) -> None:
        self.line(f"if {self.test(node.test)[0]} then")
        while True:
            self._inside(node.body)
            match node.orelse:
                case []:
                    break
                case [ast.If() as node] if not self._scopes[-1].before.get(id(node)):
                    with self.conditional():
                        self.line(f"elseif {self.test(node.test)[0]} then")
                case orelse:
                    self.line("else")
                    self._inside(orelse)
                    break
        self.line("end")

    def _inside(self, body: list[ast.stmt]) -> None:
        self.indent += "  "
        self.statements(body)
        self.indent = self.indent[2:]

    def _for(self, node: ast.For) -> None:
        if node.orelse:
            raise Untranslatable("else of a loop")
        names = {n.id for n in nodes_of(node.target) if isinstance(n, ast.Name)}
        kept = {name: self.fresh(name) for name in sorted(names & self._scopes[-1].leaking)}

        def body() -> None:
            for name, of_loop in kept.items():
                self.line(f"{lua_name(name)} = {self.expr(ast.Name(of_loop, ast.Load()))}")
            self._loop_body(node.body)

        self.loop(_renamed(node.target, kept), node.iter, node.body, body)

    def _while(self, node: ast.While) -> None:
        if node.orelse:
            raise Untranslatable("else of a loop")
        with self.conditional():
            test = self.test(node.test)[0]
        if isinstance(node.test, ast.Constant) and node.test.value == 1:
            test = "true"
        with self.block(f"while {test} do"):
            self._loop_body(node.body)

    def _loop_body(self, body: list[ast.stmt]) -> None:
        label = "continue" if not self._loops else f"continue{len(self._loops) + 1}"
        self._loops.append(label)
        protected, self._protected = self._protected, 0
        if protected and any(isinstance(n, ast.Return) for s in body for n in nodes_of(s)):
            raise Untranslatable("return inside try")
        continues = _continues(body)
        if any(isinstance(n, ast.FunctionDef | ast.Lambda) for s in body for n in nodes_of(s)):
            raise Untranslatable("a function made inside a loop")
        if continues:
            ends = isinstance(body[-1], ast.Return | ast.Break | ast.Continue)
            self.statements(body[:-1] if ends else body)
            if ends:
                self.statement(body[-1], last=False)
            self.line(f"::{label}::")
        else:
            self.statements(body)
        self._protected = protected
        self._loops.pop()


def _continues(nodes: list[ast.AST]) -> bool:
    """True where a `continue` belongs to the loop of this body, not to one inside."""
    return any(
        isinstance(node, ast.Continue)
        or not isinstance(node, ast.For | ast.While | ast.FunctionDef)
        and _continues(children(node))
        for node in nodes
        if isinstance(node, ast.stmt | ast.ExceptHandler)
    )


def _renamed(target: ast.expr, names: dict[str, str]) -> ast.expr:
    """A loop target with other names in it."""
    if isinstance(target, ast.Tuple):
        return ast.Tuple([_renamed(part, names) for part in target.elts], ast.Store())
    if not isinstance(target, ast.Name):
        raise Untranslatable("a loop target that is no name")
    return ast.Name(names.get(target.id, target.id), ast.Store())


_STATEMENTS = {
    ast.With: "with", ast.AsyncFor: "async", ast.AsyncWith: "async",
    ast.ClassDef: "a class inside", ast.Match: "match",
    ast.Delete: "del of a variable", ast.TryStar: "except*",
}  # fmt: skip
