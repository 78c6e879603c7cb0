"""Python statements as Lua statements: one function at a time."""

import ast

from featurefate.corpora.lua_classes import ClassOutline, constructor_parts
from featurefate.corpora.lua_expressions import ATOM
from featurefate.corpora.lua_loops import Loops
from featurefate.corpora.lua_names import LUA_GLOBALS, Untranslatable, lua_name
from featurefate.corpora.lua_program import Program
from featurefate.corpora.lua_scopes import Scopes, parameter_names
from featurefate.corpora.lua_types import Types, base

_NEVER_RAISED = frozenset(
    "KeyError IndexError AttributeError TypeError StopIteration ImportError ModuleNotFoundError "
    "ZeroDivisionError OverflowError UnicodeDecodeError UnicodeEncodeError NameError "
    "LookupError ArithmeticError RecursionError".split()
)
_ALL = frozenset(["Exception", "BaseException"])


class FunctionTranslator(Loops):
    """Writes one function. `program` knows the module around it; `comments` its comments."""

    def __init__(
        self, function: ast.FunctionDef, program: Program, outline: ClassOutline | None = None
    ) -> None:
        mentioned = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
        types = Types(function, fields=outline.fields if outline else None)
        super().__init__(types, {lua_name(name) for name in mentioned})
        self.outline = outline
        self.tables_tested: set[str] = set()
        self._program = program
        self._scopes = [Scopes(function)]
        self._locals = [_local_names(function)]
        self._loops: list[str] = []
        self._protected = 0
        self._error_name: list[str] = []
        self._commented = _first_line_of_body(function)

    # -- names ---------------------------------------------------------------------------------

    def is_local(self, name: str) -> bool:
        return any(name in names for names in [*self._locals, *self.bound])

    def is_builtin(self, name: str) -> bool:
        return self._program.is_builtin(name)

    def is_module(self, name: str) -> bool:
        return not self.is_local(name) and self._program.imports_module(name)

    def signature_of(self, name: str) -> list[str] | None:
        return self._program.signature_of(name)

    def name(self, name: str) -> str:
        if self.is_local(name):
            return lua_name(name)
        code, needs = self._program.name(name)
        self.needs |= needs
        return code

    def module_member(self, node: ast.Attribute) -> str | None:
        """`module.name` where a module was imported, else None."""
        if not isinstance(node.value, ast.Name | ast.Attribute):
            return None
        root = node.value
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name) or self.is_local(root.id):
            return None
        found = self._program.member(node)
        if found:
            self.needs |= found[1]
            return found[0]
        return None

    def is_generator(self, node: ast.Call) -> bool:
        return isinstance(node.func, ast.Name) and self._program.is_generator(node.func.id)

    def may_give_several(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute) and (
            not self.is_builtin(getattr(node.func, "id", ""))
            and self.types.of(node) is None
        )

    # -- functions -----------------------------------------------------------------------------

    def function(self, node: ast.FunctionDef, heading: str, method: bool = False) -> None:
        """Write `heading(parameters)`, the body and `end`. A method's `self` is not written."""
        if node.args.kwarg:
            raise Untranslatable("**keywords")
        if any(isinstance(n, ast.YieldFrom | ast.Await) for n in ast.walk(node)):
            raise Untranslatable("yield from")
        returns = [n for n in _own(node) if isinstance(n, ast.Return)]
        several = {isinstance(n.value, ast.Tuple) for n in returns if not _is_none(n.value)}
        if len(several) > 1:
            raise Untranslatable("a function that returns a tuple or something else")
        with self.block(f"{heading}({', '.join(self._parameters(node.args, method))})"):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            if node.name == "__init__":
                body = self._constructor_start(node)
            self._defaults(node.args)
            if any(isinstance(n, ast.Yield) for n in _own(node)):
                with self.block("return coroutine.wrap(function()", "end)"):
                    self.statements(body)
            else:
                self.statements(body)
            if node.name == "__init__":
                self.line("return self")

    def _parameters(self, arguments: ast.arguments, method: bool) -> list[str]:
        positional = [*arguments.posonlyargs, *arguments.args]
        if method != bool(positional and positional[0].arg == "self"):
            raise Untranslatable("a method without self, or self outside a class")
        names = [lua_name(argument.arg) for argument in positional[method:]]
        if arguments.kwonlyargs:
            if arguments.vararg or self.is_local("options"):
                raise Untranslatable("*args with keyword-only parameters")
            names.append("options")
        return [*names, "..."] if arguments.vararg else names

    def _constructor_start(self, node: ast.FunctionDef) -> list[ast.stmt]:
        """The line that makes `self`; gives the statements that are left."""
        call, rest = constructor_parts(node)
        if call is None:
            self.line(f"local self = setmetatable({{}}, {self.outline.name})")
            return rest
        if self.outline.parent is None:
            raise Untranslatable("super without a known parent")
        made = f"{self.expr(self.outline.parent)}.new({self.arguments(call)})"
        self.line(f"local self = setmetatable({made}, {self.outline.name})")
        return rest

    def _defaults(self, arguments: ast.arguments) -> None:
        if arguments.vararg:
            self.line(f"local {lua_name(arguments.vararg.arg)} = {{...}}")
        positional = [*arguments.posonlyargs, *arguments.args]
        start = len(positional) - len(arguments.defaults)
        for argument, default in zip(positional[start:], arguments.defaults, strict=True):
            self._default(lua_name(argument.arg), default)
        if arguments.kwonlyargs:
            self.line("options = options or {}")
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            name = lua_name(argument.arg)
            self.line(f"local {name} = options.{argument.arg}")
            if default is not None:
                self._default(name, default)

    def _default(self, name: str, default: ast.expr) -> None:
        if isinstance(default, ast.Constant) and default.value is None:
            return
        if not isinstance(default, ast.Constant | ast.Name | ast.UnaryOp | ast.Tuple):
            raise Untranslatable("a default that is computed")
        if base(self.types.of(default)) in ("number", "str"):
            self.line(f"{name} = {name} or {self.expr(default)}")
        else:
            self.line(f"if {name} == nil then {name} = {self.expr(default)} end")

    def statements(self, body: list[ast.stmt]) -> None:
        for index, statement in enumerate(body):
            self._comments_before(statement)
            names = [lua_name(n) for n in self._scopes[-1].before.get(id(statement), [])]
            if names:
                self.line(f"local {', '.join(names)}")
            self.statement(statement, last=index == len(body) - 1)

    def _comments_before(self, statement: ast.stmt) -> None:
        for number, text in self._program.comments_between(self._commented, statement.lineno + 1):
            self.line(f"-- {text}" if text else "--")
            self._commented = number + 1

    def statement(self, node: ast.stmt, last: bool) -> None:
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
                self._nested_function(node)
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
            values = ", ".join(self._element(e) if not _is_none(e) else "nil"
                               for e in node.value.elts)  # fmt: skip
        else:
            values = self.expr(node.value) if node.value else ""
        text = f"return {values}".strip()
        self.line(text if last else f"do {text} end")

    def _leave(self, text: str, last: bool) -> None:
        if self._protected or not text:
            raise Untranslatable("break or continue inside try")
        self.line(text)

    def _assign(self, node: ast.Assign) -> None:
        if len(node.targets) > 1:
            simple = isinstance(node.value, ast.Constant | ast.Name)
            if not simple or not all(isinstance(t, ast.Name | ast.Attribute) for t in node.targets):
                raise Untranslatable("a = b = value")
            for target in node.targets:
                self._assign_one(target, node.value, node)
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
        if self.may_give_several(value) and self._returns_several(value):
            raise Untranslatable("several results kept as one tuple")
        word = "local " if self._is_new(target, node) else ""
        self.line(f"{word}{self._target(target)} = {code}")

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
        with self.block(f"if {self.test(node.test)[0]} then", ""):
            self.line(f"{name} = {self.expr(node.body)}")
        with self.block("else"):
            self.line(f"{name} = {self.expr(node.orelse)}")

    def _returns_several(self, node: ast.Call) -> bool:
        return isinstance(node.func, ast.Name) and self._program.returns_several(node.func.id)

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
            values = ", ".join(self._element(e) if not _is_none(e) else "nil" for e in value.elts)
        elif isinstance(value, ast.Call) and base(self.types.of(value)) != "list":
            values = self.expr(value)
        else:
            values = f"table.unpack({self.expr(value)})"
        new = [self._is_new(t, node) for t in target.elts]
        names = ", ".join(self._target(t) for t in target.elts)
        if any(new) and not all(new):
            fresh = [self._target(t) for t, is_new in zip(target.elts, new, strict=True) if is_new]
            self.line(f"local {', '.join(fresh)}")
        self.line(f"{'local ' if all(new) else ''}{names} = {values}")

    def _augmented(self, node: ast.AugAssign) -> None:
        if not isinstance(node.target, ast.Name | ast.Attribute):
            if not isinstance(node.target, ast.Subscript) or not isinstance(
                node.target.value, ast.Name
            ):
                raise Untranslatable("+= of a longer expression")
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

    def _expression_statement(self, value: ast.expr) -> None:
        if not isinstance(value, ast.Call | ast.Yield):
            raise Untranslatable("an expression as a statement")
        code = self.expr(value)
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
        self.loop(node.target, node.iter, node.body, lambda: self._loop_body(node.body))

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
        if protected and any(isinstance(n, ast.Return) for s in body for n in ast.walk(s)):
            raise Untranslatable("return inside try")
        continues = any(isinstance(n, ast.Continue) for s in body for n in _own(s))
        if any(isinstance(n, ast.FunctionDef | ast.Lambda) for s in body for n in ast.walk(s)):
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

    def _raise(self, node: ast.Raise) -> None:
        if node.exc is None:
            if not self._error_name:
                raise Untranslatable("raise outside except")
            self.line(f"error({self._error_name[-1]}, 0)")
            return
        match node.exc:
            case ast.Name(id=name) if not self.is_local(name):
                self.line(f'error("{name}")')
            case ast.Name():
                self.line(f"error({self.expr(node.exc)}, 0)")
            case ast.Call(func=ast.Name(id=kind) | ast.Attribute(attr=kind), args=[], keywords=[]):
                self.line(f'error("{kind}")')
            case ast.Call(func=ast.Name(id=kind) | ast.Attribute(attr=kind), args=[message],
                          keywords=[]):  # fmt: skip
                said = self._message(message)
                opening = 'string.format("' if said.startswith("string.format(") else '"'
                if said.startswith(opening):
                    self.line(f"error({opening}{kind}: {said.removeprefix(opening)})")
                else:
                    self.line(f'error("{kind}: " .. {said})')
            case _:
                raise Untranslatable("an exception with several arguments")

    def _message(self, node: ast.expr) -> str:
        """Text for people: here (and only here) it may show a value as Lua shows it."""
        self.in_message = True
        code = self.expr(node) if self.types.of(node) == "str" else f"tostring({self.expr(node)})"
        self.in_message = False
        return code

    def _try(self, node: ast.Try) -> None:
        if len(node.handlers) > 1 or (node.handlers and node.finalbody) or node.orelse:
            raise Untranslatable("try with several parts")
        if any(isinstance(n, ast.Break | ast.Continue) for s in node.body for n in _own(s)) or any(
            isinstance(n, ast.Yield) for s in node.body for n in ast.walk(s)
        ):
            raise Untranslatable("break or continue inside try")
        handler = node.handlers[0] if node.handlers else None
        caught = _caught(handler.type) if handler else ["Exception"]
        if not set(caught) & _ALL:
            self._check_raised(caught, node.body)
        ok = self.fresh("ok")
        error = lua_name(handler.name) if handler and handler.name else self.fresh("err")
        final = node.body[-1] if isinstance(node.body[-1], ast.Return) else None
        with self.block(f"local {ok}, {error} = pcall(function()", "end)"):
            self._protected += 1
            self.statements(node.body[:-1] if final else node.body)
            self._protected -= 1
            if final:
                self._return(final, last=True)
        if handler is None:
            self.statements(node.finalbody)
            with self.block(f"if not {ok} then"):
                self.line(f"error({error}, 0)")
            if final:
                self.line(f"do return {error} end")
            return
        if final:
            if isinstance(final.value, ast.Tuple):
                raise Untranslatable("several results from inside try")
            with self.block(f"if {ok} then"):
                self.line(f"return {error}")
        self._error_name.append(error)
        self.bound.append({handler.name} if handler.name else set())
        with self.block(f"if not {ok} then"):
            self._handle(caught, error, handler.body)
        self.bound.pop()
        self._error_name.pop()

    def _handle(self, caught: list[str], error: str, body: list[ast.stmt]) -> None:
        if set(caught) & _ALL:
            self.statements(body)
            return
        tests = [f'tostring({error}):find("{name}", 1, true)' for name in caught]
        with self.block(f"if not {' and not '.join(tests)} then"):
            self.line(f"error({error}, 0)")
        self.statements(body)

    def _check_raised(self, caught: list[str], body: list[ast.stmt]) -> None:
        """Only what is raised on purpose is raised in Lua too."""
        if set(caught) & _NEVER_RAISED:
            raise Untranslatable(f"except {sorted(set(caught) & _NEVER_RAISED)[0]}")
        converts = any(
            isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
            and n.func.id in ("int", "float", "next", "open") or isinstance(n, ast.Import)
            or isinstance(n, ast.Attribute) and n.attr in ("index", "remove", "decode", "encode")
            for statement in body for n in ast.walk(statement)
        )  # fmt: skip
        if converts:
            raise Untranslatable("except for an error that Lua does not raise")

    def _delete(self, target: ast.Subscript) -> None:
        kind = base(self.types.of(target.value))
        if kind == "dict" or isinstance(target.slice, ast.Constant) and isinstance(
            target.slice.value, str
        ):
            self.line(f"{self.element_at(target)} = nil")
        elif kind == "list" and not isinstance(target.slice, ast.Slice):
            position = self.index(target.slice)
            owner = self.expr(target.value, ATOM)
            last = position == "-1"
            self.line(f"table.remove({owner}{'' if last else f', {position}'})")
        else:
            raise Untranslatable("del of an unknown type")

    def _nested_function(self, node: ast.FunctionDef) -> None:
        if self._protected or node.decorator_list or node.name in LUA_GLOBALS:
            raise Untranslatable("a function inside try, or with a decorator")
        outer_types, outer_loops = self.types, self._loops
        self.types, self._loops = Types(node, outer_types), []
        self._scopes.append(Scopes(node))
        self._locals.append(_local_names(node))
        word = "" if node.name in {n for s in self._scopes[-2].before.values() for n in s} else "local "
        if word:
            self.function(node, f"local function {lua_name(node.name)}")
        else:
            self.function(node, f"{lua_name(node.name)} = function")
        self._scopes.pop()
        self._locals.pop()
        self.types, self._loops = outer_types, outer_loops


def _local_names(function: ast.FunctionDef) -> set[str]:
    """Parameters and every name that the function itself assigns."""
    names = set(parameter_names(function))
    for node in _own(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef) and node is not function:
            names.add(node.name)
    return names


def _first_line_of_body(function: ast.FunctionDef) -> int:
    """The line after the docstring, or of the end of the signature."""
    if ast.get_docstring(function) is not None:
        return function.body[0].end_lineno + 1
    parts = [n.end_lineno for n in ast.walk(function.args) if hasattr(n, "end_lineno")]
    return max([function.lineno, *parts, getattr(function.returns, "end_lineno", 0)]) + 1


def _own(node: ast.AST) -> list[ast.AST]:
    """The nodes below, without the insides of functions defined there."""
    found, waiting = [], [node]
    while waiting:
        current = waiting.pop()
        found.append(current)
        if current is node or not isinstance(current, ast.FunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(current))
    return found


def _caught(node: ast.expr | None) -> list[str]:
    match node:
        case None:
            return ["Exception"]
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return [name]
        case ast.Tuple(elts=elements):
            return [name for element in elements for name in _caught(element)]
    raise Untranslatable("except of a computed class")


def _is_none(node: ast.expr | None) -> bool:
    return node is None or isinstance(node, ast.Constant) and node.value is None


_STATEMENTS = {
    ast.With: "with", ast.AsyncFor: "async", ast.AsyncWith: "async", ast.ClassDef: "a class inside", ast.Match: "match",
    ast.Delete: "del of a variable", ast.TryStar: "except*",
}  # fmt: skip
