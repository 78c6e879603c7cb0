"""raise and try, by error and pcall.

An error is a text: where it was raised, the name of its class, and what Python would print
("file.lua:18: ValueError: bad"). `except ValueError` asks `support.raised` for that name, or that
of a builtin class below it. Skipped are functions that try to catch what Python raises by itself
and Lua does not (KeyError, IndexError, …) or a class that the module derives others from, that use
the caught error for anything but raising, and that raise what `except Exception` lets pass.
"""

import ast
import builtins

from featurefate.corpora.lua.assignments import Assignments
from featurefate.corpora.lua.names import Untranslatable, lua_name
from featurefate.corpora.lua.tree import nodes_of, own_nodes
from featurefate.corpora.python_builtins import PYTHON_BUILTINS

_NEVER_RAISED_TEXT = """
KeyError IndexError AttributeError TypeError StopIteration ImportError ModuleNotFoundError
ZeroDivisionError OverflowError UnicodeDecodeError UnicodeEncodeError NameError LookupError
ArithmeticError RecursionError AssertionError
"""
_NEVER_RAISED = frozenset(_NEVER_RAISED_TEXT.split())
_ALL = frozenset(["Exception", "BaseException"])
_UNCAUGHT = frozenset(["BaseException", "SystemExit", "KeyboardInterrupt", "GeneratorExit"])


class Errors(Assignments):
    """Mixed into the function translator."""

    def _raise(self, node: ast.Raise) -> None:
        if node.exc is None:
            if not self._error_name:
                raise Untranslatable("raise outside except")
            self.line(f"error({self._error_name[-1]}, 0)")
            return
        match node.exc:
            case (
                ast.Name(id=name) | ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name))
            ) if name in _UNCAUGHT:
                raise Untranslatable(f"raise {name}")
            case ast.Name(id=name) if not self.is_local(name):
                self.line(f'error("{_class_name(name)}")')
            case ast.Name():
                self.line(f"error({self.expr(node.exc)}, 0)")
            case ast.Call(func=ast.Name(id=kind) | ast.Attribute(attr=kind), args=[], keywords=[]):
                self.line(f'error("{_class_name(kind)}")')
            case ast.Call(func=ast.Name(id=kind) | ast.Attribute(attr=kind), args=[message],
                          keywords=[]):  # fmt: skip
                kind, said = _class_name(kind), self._message(message)
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
        if handler and handler.name and _is_used(handler):
            raise Untranslatable("an error that is used for more than raising")
        ok = self.fresh("ok")
        final = node.body[-1] if isinstance(node.body[-1], ast.Return) else None
        if final and (isinstance(final.value, ast.Tuple) or self.gives_several(final.value)):
            raise Untranslatable("several results from inside try")
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
        names = ", ".join(f'"{name}"' for name in caught)
        with self.block(f"if not {self.support('raised')}({error}, {names}) then"):
            self.line(f"error({error}, 0)")
        self.statements(body)

    def _check_raised(self, caught: list[str], body: list[ast.stmt]) -> None:
        """Only what is raised on purpose is raised in Lua too."""
        if _class_names(self._program.parents) & set(caught):
            raise Untranslatable("except for a class that others derive from")
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
            return [_class_name(name)]
        case ast.Tuple(elts=elements):
            return [name for element in elements for name in _caught(element)]
    raise Untranslatable("except of a computed class")


def _is_used(handler: ast.ExceptHandler) -> bool:
    """True where the caught error is looked at elsewhere than in a `raise`."""
    raised = {
        inner
        for statement in handler.body
        for node in nodes_of(statement)
        if isinstance(node, ast.Raise)
        for inner in nodes_of(node)
    }
    return any(
        isinstance(node, ast.Name) and node.id == handler.name and node not in raised
        for statement in handler.body
        for node in nodes_of(statement)
    )


def _class_name(name: str) -> str:
    """The name that a builtin class of errors goes by: OSError is IOError too."""
    return _builtin_class(name).__name__ if _builtin_class(name) else name


def _class_names(names: set[str]) -> set[str]:
    """The classes of these names, and the builtin ones above them."""
    found = [one for one in map(_builtin_class, names) if one is not None]
    return names.union(*([above.__name__ for above in one.mro()] for one in found))


def _builtin_class(name: str) -> type[BaseException] | None:
    found = getattr(builtins, name, None) if name in PYTHON_BUILTINS else None
    return found if isinstance(found, type) and issubclass(found, BaseException) else None
