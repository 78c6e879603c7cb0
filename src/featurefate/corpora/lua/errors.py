"""raise and try, by error and pcall.

An error is a text that begins with the name of its class ("ValueError: …"), as Python prints it;
`except ValueError` looks for that name. What Python raises by itself and Lua does not (KeyError,
IndexError, …) cannot be caught, so a function that tries to is skipped.
"""

import ast

from featurefate.corpora.lua.assignments import Assignments
from featurefate.corpora.lua.names import Untranslatable, lua_name
from featurefate.corpora.lua.tree import nodes_of, own_nodes

_NEVER_RAISED_TEXT = """
KeyError IndexError AttributeError TypeError StopIteration ImportError ModuleNotFoundError
ZeroDivisionError OverflowError UnicodeDecodeError UnicodeEncodeError NameError LookupError
ArithmeticError RecursionError
"""
_NEVER_RAISED = frozenset(_NEVER_RAISED_TEXT.split())
_ALL = frozenset(["Exception", "BaseException"])


class Errors(Assignments):
    """Mixed into the function translator."""

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
        if any(
            isinstance(n, ast.Break | ast.Continue) for s in node.body for n in own_nodes(s)
        ) or any(isinstance(n, ast.Yield) for s in node.body for n in nodes_of(s)):
            raise Untranslatable("break or continue inside try")
        handler = node.handlers[0] if node.handlers else None
        caught = _caught(handler.type) if handler else ["Exception"]
        if not set(caught) & _ALL:
            self._check_raised(caught, node.body)
        ok = self.fresh("ok")
        final = node.body[-1] if isinstance(node.body[-1], ast.Return) else None
        error = lua_name(handler.name) if handler and handler.name else self.fresh(
            "result" if final else "err")  # fmt: skip
        with self.block(f"local {ok}, {error} = pcall(function()", "end)"):
            self._protected += 1
            self.tries += 1
            self.statements(node.body[:-1] if final else node.body)
            self._protected -= 1
            if final:
                self._return(final, last=True)
            self.tries -= 1
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
        if final:  # whatever comes now, comes after a failure
            self._handle(caught, error, handler.body)
        else:
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
            and n.func.id in ("next", "open") or isinstance(n, ast.Import)
            or isinstance(n, ast.Attribute) and n.attr in ("index", "remove", "decode", "encode")
            for statement in body for n in nodes_of(statement)
        )  # fmt: skip
        if converts:
            raise Untranslatable("except for an error that Lua does not raise")


def _caught(node: ast.expr | None) -> list[str]:
    match node:
        case None:
            return ["Exception"]
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return [name]
        case ast.Tuple(elts=elements):
            return [name for element in elements for name in _caught(element)]
    raise Untranslatable("except of a computed class")
