"""Small functions that a careless translation gets wrong (see test_lua_faithful).

Each is (source text of a module, name of the function, calls). A call is the text of its arguments.
"""

PAIR = "def pair(x: int):\n    y = x + 1\n    return x, y\n\n"
BAD = """
class Failure(Exception):
    pass

class Worse(Failure):
    pass

def bad(x: int):
    if x == 1:
        raise FileNotFoundError("gone")
    if x == 2:
        raise Worse("worse")
    if x == 3:
        raise NotImplementedError("later")
    if x == 4:
        raise UnicodeError("letters")
    raise ValueError("bad: " + str(x))

"""
TRICKY = [
    # Names that collide, or that a local hides.
    ("from os import path\ndef f(s: str, path: str):\n    return path + s", "f", ["'a', 'b'"]),
    ("import os.path\ndef f(s: str):\n    path = os.path.join(s, 'x')\n    return path + s",
     "f", []),
    ("def f(split: str):\n    parts = split.split(',')\n    return parts", "f", ["'a,b'"]),
    ("def f(end: int, end_: int):\n    x = end - end_\n    return x", "f", ["7, 2"]),
    ("def f(type: str, n: int):\n    type_ = type.lower()\n    return type + type_",
     "f", ["'AB', 1"]),
    ("def f(value: dict, other: dict):\n    value.update(other)\n    return value", "f",
     ["{'a': 1}, {'b': 2}"]),
    ("def f(item: set, other: list):\n    item.update(other)\n    return item",
     "f", ["{1}, [2, 3]"]),
    ("def helper(x: int):\n    return x + 1\ndef f(x: int, helper=helper):\n    y = helper(x)\n"
     "    return y", "f", ["1"]),
    ("def helper(x: int):\n    y = x + 1\n    return y\n"
     "def f(M: int):\n    y = helper(M)\n    return y",
     "f", ["1"]),
    ("x = 5\ndef f(a: int, x=x):\n    y = a + x\n    return y", "f", ["1", "1, 2"]),
    # Tuples are several values in Lua.
    (PAIR + "def f():\n    x = [pair(1)]\n    return x", "f", [""]),
    (PAIR + "def f(xs: list):\n    xs.append(pair(1))\n    return xs", "f", ["[]"]),
    (PAIR + "def f(x: int):\n    y = [x, pair(x)]\n    return y", "f", ["1"]),
    (PAIR + "def again(x: int):\n    y = x + 1\n    return pair(y)\n"
     "def f(x: int):\n    y = [again(x)]\n    return y", "f", ["1"]),
    (PAIR + "def f(xs: list):\n    ys = list(map(pair, xs))\n    return ys", "f", ["[1, 2]"]),
    (PAIR + "def f(x: int):\n    try:\n        return pair(x)\n    except ValueError:\n"
     "        return 0, 0", "f", ["1"]),
    ("def f(a: int, b: int):\n    try:\n        return a, b\n    finally:\n        a = 2",
     "f", ["1, 2"]),
    (PAIR + "def f(x: int):\n    a, b = pair(x)\n    return a + b", "f", ["1"]),
    (PAIR + "def f(x: int):\n    y = x\n    return pair(y)", "f", ["1"]),
    ("def f(x: int):\n    def both():\n        return x, 2\n    return [both()]", "f", ["1"]),
    # Builtins that round, convert and insert.
    ("def f(xs: list):\n    n = len(xs) - 1\n    return int(n / 2)", "f", ["[]", "[1, 2, 3, 4]"]),
    ("def f(xs: list, k: int):\n    n = len(xs)\n    return int(n / k)", "f", ["[1, 2, 3], -2"]),
    ("def f(s: str):\n    n = int(s)\n    return n", "f", ["'0x10'", "'1e2'", "'x'", "' 7 '"]),
    ("def f(s: str):\n    n = float(s)\n    return n", "f", ["'0x10'", "'1e2'", "'x'"]),
    ("def f(x: float):\n    y = round(x, 0)\n    return 'v' + str(y)", "f", ["2.5", "3.5"]),
    ("def f(xs: list, v: int):\n    xs.insert(5, v)\n    return xs", "f", ["[1], 9"]),
    ("def f(xs: list, v: int):\n    xs.insert(0, v)\n    return xs", "f", ["[1], 9"]),
    # Functions made in a loop see its variable.
    ("def f(n: int):\n    fs = [lambda: i for i in range(n)]\n    return [g() for g in fs]",
     "f", ["3"]),
    ("def f(n: int):\n    fs = []\n    for i in range(n):\n        fs.append(lambda: i)\n"
     "    return [g() for g in fs]", "f", ["3"]),
    # Order and number of evaluations.
    ("def f(x: list):\n    y = x.pop() + sum(v for v in x)\n    return y", "f", ["[5, 6]"]),
    ("def f(d: dict):\n    y = [d['a'], d.pop('a')]\n    return y", "f", ["{'a': 1}"]),
    ("def f(d: dict, k: str):\n    k, d[k] = 'a', 1\n    return d", "f", ["{}, 'k'"]),
    ("def f(d: dict, xs: list):\n    d[xs.pop()] += 1\n    return d",
     "f", ["{1: 5, 2: 7}, [1, 2]"]),
    ("def f(d: dict, xs: list):\n    d.setdefault('k', xs.pop())\n    return xs", "f",
     ["{'k': 1}, [1, 2]", "{}, [1, 2]"]),
    ("def f(xs: list):\n    def take():\n        return xs.pop()\n"
     "    y = take() or 5\n    return [y, len(xs)]",
     "f", ["[1, 2, 3]"]),
    ("def f(xs: list, n: int):\n    y = n + (n := 2)\n    return y", "f", ["[], 1"]),
    # Exceptions.
    *[(BAD + f"def f(x: int):\n    try:\n        bad(x)\n    except {kind}:\n        return -1\n"
       "    return x", "f", ["1", "2", "3", "4", "5"])
      for kind in ("Failure", "Worse", "OSError", "IOError", "RuntimeError", "ValueError", "Error",
                   "(OSError, ValueError)", "Exception", "UnicodeError", "KeyError")],
    (BAD + "def f(x: int):\n    try:\n        bad(x)\n    except ValueError as e:\n"
     "        return str(e)\n    return ''", "f", ["5"]),
    (BAD + "def f(x: int):\n    try:\n        bad(x)\n    except ValueError as e:\n"
     "        raise RuntimeError('x') from e\n    return ''", "f", ["5"]),
    ("def f(x: int):\n    try:\n        assert x > 3, 'small'\n        y = 1\n"
     "    except AssertionError:\n        y = 0\n    return y", "f", ["1", "5"]),
    ("def f(x: int):\n    try:\n        if x > 3:\n            raise KeyboardInterrupt('no')\n"
     "        y = x\n    except Exception:\n        y = -1\n    return y", "f", ["1", "5"]),
    # Equality, membership and size of what is not known.
    ("def f(xs: list, x):\n    if x in xs:\n        return 1\n    return 0", "f",
     ["[[1]], [1]", "[1], 1", "[1], 2"]),
    ("def f(d):\n    n = len(d)\n    return n", "f", ["{'a': 1}", "[1, 2]", "'abc'", "{}"]),
    ("def f(flag: bool):\n    if flag == 1:\n        return 1\n    return 0",
     "f", ["True", "False"]),
    ("def f(xs: list):\n    ys = sorted(xs, key=len)\n    return ys", "f",
     ["[[1, 2], [3]]", "['abc', 'a']"]),
    # None where a parameter has a default.
    ("def f(x=True):\n    if x is None:\n        return 1\n    return 2", "f", ["None", "True"]),
    ("def f(x=5):\n    if x is None:\n        return 1\n    return x", "f", ["None", "3"]),
    # Generators end at nil.
    ("def gen(xs: list):\n    for x in xs:\n        if x:\n            yield x\n        else:\n"
     "            yield None\ndef f(xs: list):\n    n = 0\n    for x in gen(xs):\n        n += 1\n"
     "    return n", "f", ["[1, 0, 2]"]),
]  # fmt: skip

CLASSES = """
class Base:
    timeout = 10
    scale = 3

    def __init__(self, items: list, n: int):
        self.items = items
        self.n = n

    def __len__(self):
        n = len(self.items)
        return n

    def __eq__(self, other):
        same = self.items == other.items
        return same

    def __call__(self, x: int):
        y = x + self.n
        return y

    def __str__(self):
        n = str(self.n)
        return "Base " + n

    def clear(self):
        self.timeout = None
        return self.timeout

    def enlarge(self):
        self.scale = 4
        return self.scale

    def next(self):
        self.n += 1
        return self.n

    def count(self, d: dict):
        d[self.next()] += 1
        return d

    def pairs(self):
        n = self.n
        return n, n + 1

    def stored(self):
        x = self.pairs()
        return [x]

    def has_any(self):
        if self:
            return True
        return False

    def called(self):
        y = self(5)
        return y

    def shown(self):
        y = str(self)
        return y + "!"

    def like(self, items: list):
        other = Base(items, 1)
        return [self == other, self.n]


class Derived(Base):
    def more(self, x: int):
        y = self(x)
        return y

    def told(self):
        y = str(self)
        return y + "?"
"""
METHODS = [
    ("clear", []), ("enlarge", []), ("count", [{5: 1, 6: 10, 7: 20}]), ("stored", []),
    ("has_any", []), ("called", []), ("shown", []), ("more", [2]), ("told", []),
    ("like", [[1, 2]]), ("like", [[3]]), ("pairs", []),
]  # fmt: skip
