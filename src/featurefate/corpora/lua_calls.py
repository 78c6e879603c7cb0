"""Calls: Python's builtins and the methods of str, list and dict, in Lua's own idiom.

Everything else that is called keeps its name: `obj.method(x)` is `obj:method(x)`, a class is made
with `Class.new(x)`, and what comes from another module is required from a module of that name.
Keyword arguments become a table at the end, as is usual in Lua.
"""

import ast
import re

from featurefate.corpora.lua_expressions import (
    ADD, AND, ATOM, COMPARE, CONCAT, OR, UNARY, Expressions,
)  # fmt: skip
from featurefate.corpora.lua_names import (
    Untranslatable, is_field_name, lua_pattern, lua_string,
)  # fmt: skip
from featurefate.corpora.lua_types import (
    DICT_METHODS, LIST_METHODS, STR_METHODS, base,
)  # fmt: skip

LONGEST_ARGUMENTS = 64  # characters; longer ones stand on lines of their own
_MATH = {
    "sqrt", "floor", "ceil", "sin", "cos", "tan", "asin", "acos", "atan", "exp", "log", "pi",
    "inf", "fabs", "fmod",
}  # fmt: skip
_IS_ALL = {  # str methods that say what all characters are
    "isdigit": "%d", "isalpha": "%a", "isalnum": "%w", "isspace": "%s",
}  # fmt: skip
_STRIP = {
    "strip": "^%s*(.-)%s*$", "lstrip": "^%s*(.*)$", "rstrip": "^(.-)%s*$",
}  # fmt: skip
_TYPE_TESTS = {
    "str": 'type({}) == "string"', "bool": 'type({}) == "boolean"', "float": 'math.type({}) == "float"',
    "int": 'math.type({}) == "integer"', "list": 'type({}) == "table"', "tuple": 'type({}) == "table"',
    "dict": 'type({}) == "table"', "bytes": None, "type": None, "object": None, "set": None,
    "complex": None, "frozenset": None, "Callable": None,
}  # fmt: skip


class Calls(Expressions):
    """Mixed into the function translator; `call` is the entrance."""

    def call(self, node: ast.Call) -> tuple[str, int]:
        if any(isinstance(argument, ast.Starred) for argument in node.args[:-1]):
            raise Untranslatable("*unpacking in a call")
        match node.func:
            case ast.Name(id=name) if not self.is_local(name) and self.is_builtin(name):
                return self._builtin(name, node)
            case ast.Name(id=name):
                return self._plain_call(name, node), ATOM
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=name):
                return self._parent_call(name, node), ATOM
            case ast.Attribute(value=ast.Name(id="math"), attr=name) if self.is_module("math"):
                return self._math(name, node), ATOM
            case ast.Attribute():
                return self._method(node)
        return f"{self.expr(node.func, ATOM)}({self.arguments(node)})", ATOM

    def arguments(self, node: ast.Call) -> str:
        """The arguments of a call; keyword arguments become a last table."""
        parts = []
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                parts.append(f"table.unpack({self.expr(argument.value)})")
            else:
                parts.append(self.expr(argument))
        if node.keywords:
            if node.args and isinstance(node.args[-1], ast.Starred):
                raise Untranslatable("*unpacking in a call")
            fields = []
            for keyword in node.keywords:
                if keyword.arg is None:
                    raise Untranslatable("**keywords in a call")
                name = keyword.arg if is_field_name(keyword.arg) else f'["{keyword.arg}"]'
                fields.append(f"{name} = {self.expr(keyword.value)}")
            options = self.table(fields)
            room = LONGEST_ARGUMENTS - len(", ".join([*parts, self.indent]))
            parts.append(options if len(options) < room else self.table(fields, long=True))
        line = ", ".join(parts)
        if len(parts) < 2 or len(line) + len(self.indent) < LONGEST_ARGUMENTS or "\n" in line:
            return line
        inner = self.indent + "  "
        return f"\n{inner}" + f",\n{inner}".join(parts) + f"\n{self.indent}"

    def _plain_call(self, name: str, node: ast.Call) -> str:
        signature = None if self.is_local(name) else self.signature_of(name)
        if signature is not None:
            node = _in_order(node, signature)
        if name[:1].isupper() and not self.is_local(name):
            return f"{self.name(name)}.new({self.arguments(node)})"
        return f"{self.name(name)}({self.arguments(node)})"

    def _parent_call(self, name: str, node: ast.Call) -> str:
        """`super().name(x)` as `Parent.name(self, x)`."""
        if self.outline is None or self.outline.parent is None or not is_field_name(name):
            raise Untranslatable("super without a known parent")
        if name.startswith("__"):
            raise Untranslatable("super of a special method")
        arguments = self.arguments(node)
        joined = f"self, {arguments}" if arguments else "self"
        return f"{self.expr(self.outline.parent)}.{name}({joined})"

    def _math(self, name: str, node: ast.Call) -> str:
        if name not in _MATH or node.keywords:
            raise Untranslatable("a part of Python's math that Lua lacks")
        return f"math.{ {'fabs': 'abs'}.get(name, name) }({self.arguments(node)})"

    def _builtin(self, name: str, node: ast.Call) -> tuple[str, int]:
        args = node.args
        if node.keywords and name not in ("print", "dict", "sorted"):
            raise Untranslatable(f"{name}() with keywords")
        kinds = [base(self.types.of(argument)) for argument in args]
        match name, args:
            case "len", [value]:
                if kinds[0] in ("dict", "set"):
                    raise Untranslatable("len of a dict or set")
                if isinstance(value, ast.Constant):
                    raise Untranslatable("len of a constant")
                return f"#{self.expr(value, ATOM)}", UNARY
            case "str", [value]:
                return f"tostring({self.expr(value)})", ATOM
            case "repr", [value] if self.in_message:
                return f"tostring({self.expr(value)})", ATOM
            case "int", [value] if kinds[0] == "str":
                return f"math.tointeger(tonumber({self.expr(value)}))", ATOM
            case "int", [ast.BinOp(op=ast.Div())] if self.types.lower(args[0].left) is not None:
                return self.expr(ast.BinOp(args[0].left, ast.FloorDiv(), args[0].right), ATOM), ATOM
            case "float", [value] if kinds[0] in ("str", "number"):
                return f"tonumber({self.expr(value)})", ATOM
            case "float", [ast.Constant(value="inf")]:
                return "math.huge", ATOM
            case "abs", [value]:
                return f"math.abs({self.expr(value)})", ATOM
            case "min" | "max", [_, _, *_]:
                if any(kind in ("list", "str", "dict", "set") for kind in kinds):
                    raise Untranslatable(f"{name} of something other than numbers")
                return f"math.{name}({self.arguments(node)})", ATOM
            case "min" | "max", [value] if self.types.of(value) == "list:number":
                return f"math.{name}(table.unpack({self.expr(value)}))", ATOM
            case "ord", [value]:
                return f"{self.expr(value, ATOM)}:byte()", ATOM
            case "chr", [value]:
                return f"string.char({self.expr(value)})", ATOM
            case "print", _:
                return self._print(node), ATOM
            case "isinstance", [value, classes]:
                return self._is_instance(value, classes)
            case "callable", [value]:
                return f'type({self.expr(value)}) == "function"', COMPARE
            case "bool", [value]:
                return self.test(value)
            case "getattr", [owner, ast.Constant(value=str(field))] if is_field_name(field):
                return f"{self.expr(owner, ATOM)}.{field}", ATOM
            case "getattr", [owner, key, ast.Constant(value=None)] | [owner, key]:
                return f"{self.expr(owner, ATOM)}[{self.expr(key)}]", ATOM
            case "setattr", [owner, key, value]:
                raise Untranslatable("setattr")
            case "hasattr", [owner, ast.Constant(value=str(field))] if is_field_name(field):
                return f"{self.expr(owner, ATOM)}.{field} ~= nil", COMPARE
            case "list" | "tuple" | "dict" | "set", []:
                return self.table([f"{k.arg} = {self.expr(k.value)}" for k in node.keywords
                                   if k.arg or _no_mapping()]), ATOM  # fmt: skip
            case "list" | "tuple", [ast.GeneratorExp() as generator]:
                return self.comprehension(generator), ATOM
            case "list" | "tuple", [value] if kinds[0] == "list":
                items = self.expr(value, ATOM)
                return f"table.move({items}, 1, #{items}, 1, {{}})", ATOM
            case "set", [ast.GeneratorExp() as generator]:
                return self.comprehension(ast.SetComp(generator.elt, generator.generators)), ATOM
            case "any" | "all", [ast.GeneratorExp() as generator]:
                return self.quantified(generator, name == "any"), ATOM
            case "sum", [ast.GeneratorExp() | ast.ListComp() as generator]:
                return self.total(generator.elt, generator.generators), ATOM
            case "sum", [value] if kinds[0] == "list":
                item = ast.Name("value", ast.Load())
                loop = ast.comprehension(ast.Name("value", ast.Store()), value, [], 0)
                return self.total(item, [loop]), ATOM
            case "sorted", [value]:
                return self._sorted(value, node), ATOM
            case "next", [value]:
                return f"{self.expr(value, ATOM)}()", ATOM
            case "type", [value]:
                return f"getmetatable({self.expr(value)})", ATOM
        raise Untranslatable(f"{name}()")

    def _print(self, node: ast.Call) -> str:
        if node.keywords:
            raise Untranslatable("print with keywords")
        if len(node.args) <= 1:
            return f"print({self.arguments(node)})"
        return "print(" + ' .. " " .. '.join(self.shown(a) for a in node.args) + ")"

    def _is_instance(self, value: ast.expr, classes: ast.expr) -> tuple[str, int]:
        several = classes.elts if isinstance(classes, ast.Tuple) else [classes]
        code = self.expr(value)
        names = [one.id for one in several if isinstance(one, ast.Name)]
        if {"int", "float"} <= set(names):
            several = [one for one in several if ast.unparse(one) not in ("int", "float")]
            tests = [f'type({code}) == "number"']
        else:
            tests = []
        if len(self.tables_tested | ({"dict"} & set(names)) | ({"list"} if {"list", "tuple"}
               & set(names) else set())) > 1:  # fmt: skip
            raise Untranslatable("isinstance that tells lists from dicts")
        self.tables_tested |= {"dict"} & set(names)
        self.tables_tested |= {"list"} if {"list", "tuple"} & set(names) else set()
        for one in several:
            form = _TYPE_TESTS.get(one.id, "") if isinstance(one, ast.Name) else ""
            if form is None:
                raise Untranslatable("isinstance of a type that Lua lacks")
            test = form.format(code) or f"{self.support('is_a')}({code}, {self.expr(one)})"
            if test not in tests:
                tests.append(test)
        if len(tests) == 1:
            return tests[0], COMPARE
        return " or ".join(tests), OR

    def _sorted(self, value: ast.expr, node: ast.Call) -> str:
        if node.keywords or base(self.types.of(value)) != "list":
            raise Untranslatable("sorted with a key, or of an unknown type")
        self.hoist()
        name, items = self.fresh("sorted"), self.expr(value, ATOM)
        self.line(f"local {name} = table.move({items}, 1, #{items}, 1, {{}})")
        self.line(f"table.sort({name})")
        return name

    def _method(self, node: ast.Call) -> tuple[str, int]:
        owner, name = node.func.value, node.func.attr
        if self.module_member(node.func):
            made = ".new" if name[:1].isupper() else ""
            return f"{self.attribute(node.func)}{made}({self.arguments(node)})", ATOM
        kind = "object" if self.is_object(owner) else base(self.types.of(owner))
        if kind == "str" or (kind is None and name in STR_METHODS):
            return self._str_method(owner, name, node.args, node.keywords)
        if kind == "dict" or (kind is None and name == "get" and len(node.args) in (1, 2)):
            return self._dict_method(owner, name, node)
        if kind == "list" or (kind is None and name in LIST_METHODS | DICT_METHODS):
            return self._list_method(owner, name, node.args)
        if kind == "set":
            return self._set_method(owner, name, node.args)
        if kind != "object" and name in ("join", "pop", "update", "index", "remove", "count", "copy", "clear", "add",
                    "format", "replace", "find", "discard", "encode", "union"):  # fmt: skip
            raise Untranslatable(f".{name}() of an unknown type")
        if name.startswith("__"):
            raise Untranslatable("a name with double underscores")
        if not is_field_name(name):
            raise Untranslatable("a method whose name Lua reserves")
        if kind == "object" and owner.id != "self" and not self.is_local(owner.id):
            return f"{self.expr(owner)}.{name}({self.arguments(node)})", ATOM
        return f"{self.expr(owner, ATOM)}:{name}({self.arguments(node)})", ATOM

    def receiver(self, owner: ast.expr) -> str:
        """A text before `:method`, in parentheses where it is a literal."""
        code = self.expr(owner, ATOM)
        return f"({code})" if code.startswith('"') else code

    def _str_method(
        self, owner: ast.expr, name: str, args: list[ast.expr], keywords: list
    ) -> tuple[str, int]:
        if keywords:
            raise Untranslatable(f"str.{name} with keywords")
        constant = args and isinstance(args[0], ast.Constant) and isinstance(args[0].value, str)
        literal = args[0].value if constant else None
        if name == "join" and len(args) == 1:
            return self._join(owner, args[0]), ATOM
        if name == "format":
            return self.brace_format(owner, args), ATOM
        text = self.receiver(owner)
        match name, args:
            case "upper" | "lower", []:
                return f"{text}:{name}()", ATOM
            case "strip" | "lstrip" | "rstrip", []:
                return f'{text}:match("{_STRIP[name]}")', ATOM
            case "strip" | "lstrip" | "rstrip", [_] if literal:
                letters = "[" + re.sub(r"([\^\]%\-])", r"%\1", literal) + "]"
                pattern = _STRIP[name].replace("%s", letters)
                return f"{text}:match({lua_string(pattern)})", ATOM
            case "startswith", [_] if literal:
                return f"{text}:sub(1, {len(literal)}) == {lua_string(literal)}", COMPARE
            case "endswith", [_] if literal:
                return f"{text}:sub(-{len(literal)}) == {lua_string(literal)}", COMPARE
            case "startswith", [ast.Name() as part] if self.types.of(part) == "str":
                start = self.expr(part)
                return f"{text}:sub(1, #{start}) == {start}", COMPARE
            case "endswith", [ast.Name() as part] if self.types.of(part) == "str":
                end = self.expr(part)
                return f'{end} == "" or {text}:sub(-#{end}) == {end}', OR
            case "replace", [_, new] if literal:
                if isinstance(new, ast.Constant):
                    put = lua_string(new.value.replace("%", "%%"))
                    return f"({text}:gsub({lua_string(lua_pattern(literal))}, {put}))", ATOM
                return f"{self.support('replace')}({text}, {self.expr(args[0])}, {self.expr(new)})", ATOM
            case "split", []:
                return f"{self.support('split')}({text})", ATOM
            case "split", [separator] if not (constant and not literal):
                if isinstance(separator, ast.Constant) and separator.value is None:
                    return f"{self.support('split')}({text})", ATOM
                return f"{self.support('split')}({text}, {self.expr(separator)})", ATOM
            case "find", [part]:
                return f"({text}:find({self.expr(part)}, 1, true) or 0) - 1", ADD
            case "removeprefix" | "removesuffix", [_] if literal:
                pattern = lua_pattern(literal)
                pattern = f"^{pattern}" if name == "removeprefix" else f"{pattern}$"
                return f'({text}:gsub({lua_string(pattern)}, ""))', ATOM
            case ("isdigit" | "isalpha" | "isalnum" | "isspace"), []:
                return f'{text}:match("^{_IS_ALL[name]}+$") ~= nil', COMPARE
            case "capitalize", []:
                if isinstance(owner, ast.Name):
                    return f"{text}:sub(1, 1):upper() .. {text}:sub(2):lower()", CONCAT
        raise Untranslatable(f"str.{name}")

    def _join(self, separator: ast.expr, items: ast.expr) -> str:
        if isinstance(items, ast.GeneratorExp):
            listed = self.comprehension(items)
        elif base(self.types.of(items)) == "list":
            listed = self.expr(items)
        else:
            raise Untranslatable("join of an unknown type")
        if isinstance(separator, ast.Constant) and separator.value == "":
            return f"table.concat({listed})"
        return f"table.concat({listed}, {self.expr(separator)})"

    def _dict_method(self, owner: ast.expr, name: str, node: ast.Call) -> tuple[str, int]:
        args = node.args
        if node.keywords:
            raise Untranslatable(f"dict.{name} with keywords")
        table = self.expr(owner, ATOM)
        if name == "get" and args:
            key = args[0]
            plain = isinstance(key, ast.Constant) and isinstance(key.value, str)
            found = f"{table}.{key.value}" if plain and is_field_name(key.value) else (
                f"{table}[{self.expr(key)}]")  # fmt: skip
            if len(args) == 1 or (isinstance(args[1], ast.Constant) and args[1].value is None):
                return found, ATOM
            if isinstance(args[1], ast.Constant) and args[1].value is False:
                return f"{found} or false", OR
            if base(self.types.of(args[1])) in ("number", "str", "list", "dict"):
                with self.conditional():
                    return f"{found} or {self.expr(args[1], OR + 1)}", OR
        raise Untranslatable(f"dict.{name}")

    def _list_method(self, owner: ast.expr, name: str, args: list[ast.expr]) -> tuple[str, int]:
        items = self.expr(owner, ATOM)
        match name, args:
            case "append", [value]:
                return f"table.insert({items}, {self._single(value)})", ATOM
            case "insert", [place, value]:
                return f"table.insert({items}, {self.index(place)}, {self._single(value)})", ATOM
            case "pop", []:
                return f"table.remove({items})", ATOM
            case "pop", [place]:
                position = self.index(place)
                if position == "-1":
                    return f"table.remove({items})", ATOM
                if not position.startswith("-"):
                    return f"table.remove({items}, {position})", ATOM
            case "sort", []:
                return f"table.sort({items})", ATOM
            case "extend", [more] if base(self.types.of(more)) == "list":
                added = self.expr(more, ATOM)
                if isinstance(more, ast.Name):
                    return f"table.move({added}, 1, #{added}, #{items} + 1, {items})", ATOM
            case "copy", []:
                return f"table.move({items}, 1, #{items}, 1, {{}})", ATOM
        raise Untranslatable(f"list.{name}")

    def _single(self, value: ast.expr) -> str:
        """A call as a last argument gives all its values; only the first is meant here."""
        if isinstance(value, ast.Constant) and value.value is None:
            raise Untranslatable("None inside a dict or list")
        code = self.expr(value)
        return f"({code})" if self.may_give_several(value) else code

    def _set_method(self, owner: ast.expr, name: str, args: list[ast.expr]) -> tuple[str, int]:
        raise Untranslatable(f"set.{name}")

    def membership(self, left: ast.expr, right: ast.expr, inside: bool) -> tuple[str, int]:
        """`left in right`, by what `right` is."""
        kind = base(self.types.of(right))
        sign = "~=" if inside else "=="
        if kind == "str":
            return f"{self.receiver(right)}:find({self.expr(left)}, 1, true) {sign} nil", COMPARE
        if kind in ("dict", "set") and not isinstance(right, ast.Set):
            return f"{self.expr(right, ATOM)}[{self.expr(left)}] {sign} nil", COMPARE
        if isinstance(right, ast.Tuple | ast.List | ast.Set) and right.elts:
            plain = isinstance(left, ast.Name | ast.Attribute) and len(right.elts) <= 6
            if plain and all(isinstance(e, ast.Constant) for e in right.elts):
                tested, equal = self.expr(left, COMPARE + 1), "==" if inside else "~="
                tests = [f"{tested} {equal} {self.expr(e)}" for e in right.elts]
                word, strength = ("or", OR) if inside else ("and", AND)
                return f" {word} ".join(tests), strength if len(tests) > 1 else COMPARE
        if kind == "list":
            code = f"{self.support('contains')}({self.expr(right)}, {self.expr(left)})"
            return (code, ATOM) if inside else (f"not {code}", UNARY)
        raise Untranslatable("`in` something of unknown type")

    def slice(self, value: ast.expr, part: ast.Slice, kind: str | None) -> str:
        """`value[a:b]` of a string or list."""
        if part.step is not None:
            backwards = ast.unparse(part.step) == "-1" and not part.lower and not part.upper
            if backwards and kind == "str":
                return f"{self.receiver(value)}:reverse()"
            raise Untranslatable("a slice with a step")
        first = self.index(part.lower) if part.lower else "1"
        if kind == "str":
            last = self._slice_end(part.upper)
            return f"{self.receiver(value)}:sub({first}{f', {last}' if last else ''})"
        if kind == "list" and isinstance(value, ast.Name | ast.Attribute):
            items = self.expr(value, ATOM)
            last = self._slice_end(part.upper) or f"#{items}"
            if first.startswith("-"):
                raise Untranslatable("a list slice from the end")
            if last.startswith("-"):
                last = f"#{items} - {int(last[1:]) - 1}"
            return f"{{table.unpack({items}, {first}, {last})}}"
        raise Untranslatable("a slice of unknown type")

    def _slice_end(self, end: ast.expr | None) -> str:
        """Python ends before `end`, Lua at the one before it."""
        if end is None:
            return ""
        if isinstance(end, ast.UnaryOp):
            return f"-{int(self.index(end)[1:]) + 1}"
        low = self.types.lower(end)
        if low is None or low < 0:
            raise Untranslatable("a slice whose end may be negative")
        return self.offset(end, 0)[0]

    def concatenated(self, left: ast.expr, right: ast.expr) -> str:
        """`a + b` of two lists, as a new table."""
        if base(self.types.of(left)) != "list" or base(self.types.of(right)) != "list":
            raise Untranslatable("+ of a list and an unknown type")
        self.hoist()
        first, second = self.expr(left, ATOM), self.expr(right, ATOM)
        name = self.fresh("joined")
        self.line(f"local {name} = {{table.unpack({first})}}")
        self.line(f"table.move({second}, 1, #{second}, #{name} + 1, {name})")
        return name

    # -- text from parts ---------------------------------------------------------------------

    def formatted(self, node: ast.JoinedStr) -> str:
        """An f-string with format codes, by string.format."""
        form, values = "", []
        for value in node.values:
            if isinstance(value, ast.Constant):
                form += value.value.replace("%", "%%")
                continue
            code = ast.unparse(value.format_spec)[2:-1] if value.format_spec else ""
            form += _format_code(code)
            values.append(self.expr(value.value))
        return f"string.format({', '.join([lua_string(form), *values])})"

    def percent_format(self, node: ast.BinOp) -> str:
        """`"..." % values`, by string.format."""
        if not isinstance(node.left, ast.Constant):
            raise Untranslatable("% of a text that is not written out")
        form = node.left.value
        codes = re.findall(r"%(.?[^a-zA-Z%]*[a-zA-Z%])", form)
        if any(not re.fullmatch(r"[-0 ]*\d*(\.\d+)?[sdifgexXc%]", code) for code in codes):
            if not (self.in_message and all(re.fullmatch(r"[srd%]", code) for code in codes)):
                raise Untranslatable("a % format that Lua lacks")
            form = form.replace("%r", "%s")
        several = isinstance(node.right, ast.Tuple)
        values = node.right.elts if several else [node.right]
        if not several and not (self.types.of(node.right) in ("str", "number") or self.in_message):
            raise Untranslatable("% with an unknown type")
        if len(values) != sum(not code.endswith("%") for code in codes):
            raise Untranslatable("% with another number of values")
        return f"string.format({', '.join([lua_string(form), *map(self.expr, values)])})"

    def brace_format(self, owner: ast.expr, args: list[ast.expr]) -> str:
        """`"{} {}".format(a, b)`, by string.format."""
        if not isinstance(owner, ast.Constant):
            raise Untranslatable("format of a text that is not written out")
        form = owner.value.replace("%", "%%").replace("{{", "\0").replace("}}", "\1")
        fields = re.findall(r"\{([^}]*)\}", form)
        order = [re.match(r"\d*", field)[0] for field in fields]
        if any(order) and order != [str(n) for n in range(len(order))]:
            raise Untranslatable("format with names or another order")
        rest = [field[len(number) :] for field, number in zip(fields, order, strict=True)]
        if len(fields) != len(args) or any(r and r[0] not in ":!" for r in rest):
            raise Untranslatable("format with names or another order")
        for field, code in zip(fields, rest, strict=True):
            if code == "!r" and not self.in_message:
                raise Untranslatable("repr outside an error message")
            code = "" if code in ("!r", "!s") else code.removeprefix(":")
            form = form.replace("{" + field + "}", _format_code(code), 1)
        form = form.replace("\0", "{").replace("\1", "}")
        return f"string.format({', '.join([lua_string(form), *map(self.expr, args)])})"


def _format_code(code: str) -> str:
    """A Python format code as one of C's."""
    found = re.fullmatch(r"([<>]?)(0?\d*)(\.\d+)?([sdfgexX]?)", code)
    if not found:
        raise Untranslatable("a format code that Lua lacks")
    side, width, digits, kind = found.groups()
    if not kind and (digits or width.startswith("0")):
        raise Untranslatable("a format code that Lua lacks")
    if width and not side and not kind:
        raise Untranslatable("a format code that Lua lacks")
    return f"%{'-' if side == '<' and width else ''}{width}{digits or ''}{kind or 's'}"


def _in_order(node: ast.Call, signature: list[str]) -> ast.Call:
    """A call of a function of the same module, with keywords where their parameters stand."""
    if not node.keywords:
        return node
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    if None in given or any(isinstance(a, ast.Starred) for a in node.args):
        raise Untranslatable("**keywords in a call")
    args = list(node.args)
    for name in signature[len(args) :]:
        if not given:
            break
        args.append(given.pop(name, ast.Constant(None)))
    if given:
        raise Untranslatable("a keyword that the function does not name")
    return ast.Call(node.func, args, [])


def _no_mapping() -> bool:
    raise Untranslatable("**mapping")


