"""Random cells: small pieces of Python of every kind that the analysis must see through.

Names have types by pool (`a` is a number, `xs` a list of numbers, `m` a list of lists …), so that
most statements run; what they do to shared objects, late reads and process state is random.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

NUMBERS = ("a", "b", "c", "n")
LISTS = ("xs", "ys", "zs")
NESTED = ("m",)
DICTS = ("d", "e")
TABLES = ("t",)  # a dict of lists
TEXTS = ("s", "u")
FUNCTIONS = ("f", "g")
MAKERS = ("grow", "put", "same")  # functions that change, or give back, the list they are given
CLASSES = ("K",)
THINGS = ("p", "q")
EVALUATORS = ("ev",)  # functions that evaluate the text they are given
ITERATORS = ("it",)
DRAWS = ("r",)
MODULES = ("math", "random")

SETUP = (
    "import math",
    "import random\nrandom.seed(5)",
    "a, b, c, n = 3, 5, 7, 2",
    "xs = [3, 1, 2]",
    "ys = [5, 4]",
    "zs = xs",
    "m = [xs, [7]]",
    'd = {"k": 1, "j": 2}',
    'e = {"k": 4}',
    't = {"k": ys, "j": [0]}',
    's, u = "ab", "c"',
    "def f(v):\n    return (v + a) % 97",
    "def g(v, acc=[]):\n    acc.append(v)\n    return len(acc)",
    "def grow(v):\n    v.append(len(v))\n    return v",
    "def put(v):\n    v[:1] = [n]",
    "def same(v):\n    return v",
    "def both(v, w):\n    return w, v",
    "class K:\n    made = []\n    def __init__(self, v):\n        self.v = v\n"
    "        self.rows = [v]\n"
    "    def add(self, v):\n        self.rows.append(v)\n        return self.v + n",
    "p = K(a)",
    "q = p",
    "it = iter(xs)",
    "def ev(text):\n    return eval(text)",
    "r = random.Random(3)",
    "from functools import partial",
    'def fill(v):\n    v["k"] = v["j"] = a\n    v["j"] = v["k"] + 1\n    return v["j"]',
    "add = partial(list.append, xs)",
)


class Writer:
    """Writes random statements, each a text of one or more lines."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def cell(self) -> str:
        statements = [self.statement() for _ in range(self.rng.choice((1, 1, 2, 2, 3, 4)))]
        if self.rng.random() < 0.6:
            statements.append(self.shown())
        return "\n".join(statements)

    def shown(self) -> str:
        kind = self.rng.choice(
            (self.number, self.number, self.list, self.list, self.nested, self.dict, self.text)
        )
        return kind(0)

    def pick(self, *options: Callable[[], str]) -> str:
        return self.rng.choice(options)()

    def one(self, names: tuple[str, ...]) -> str:
        return self.rng.choice(names)

    # ---- expressions -------------------------------------------------------------------------

    def number(self, depth: int = 0) -> str:
        if depth > 2:
            return self.one(NUMBERS)
        inner = depth + 1
        forms: tuple[Callable[[], str], ...] = (
            lambda: self.one(NUMBERS),
            lambda: self.one(NUMBERS),
            lambda: str(self.rng.randrange(9)),
            lambda: f"({self.number(inner)} {self.one(('+', '-', '*'))} {self.number(inner)}) % 97",
            lambda: f"len({self.list(inner)})",
            lambda: f"sum({self.list(inner)})",
            lambda: f'{self.one(DICTS)}.get("{self.key()}", {self.number(inner)})',
            lambda: f"({self.number(inner)} if {self.test(inner)} else {self.number(inner)})",
            lambda: f"{self.one(FUNCTIONS)}({self.number(inner)})",
            lambda: f"(lambda v: v + {self.one(NUMBERS)})({self.number(inner)})",
            lambda: f"({self.one(NUMBERS)} := {self.number(inner)})",
            lambda: f"sum(i for i in {self.list(inner)} if i > {self.one(NUMBERS)})",
            lambda: f"next({self.one(ITERATORS)}, {self.number(inner)})",
            lambda: f"{self.one(DRAWS)}.randrange(9)",
            lambda: "random.randrange(9)",
            lambda: f"{self.one(THINGS)}.v",
            lambda: f"{self.one(THINGS)}.add({self.number(inner)})",
            lambda: f"len({self.text(inner)})",
            lambda: f"max({self.number(inner)}, {self.number(inner)})",
            lambda: f"math.floor({self.number(inner)} / 3)",
            lambda: f"sum({self.one(THINGS)}.rows[:3])",
            lambda: f"len({self.one(CLASSES)}.made)",
            lambda: f"{self.one(LISTS)}[{self.one(('0', '1', '-1'))}]",
            lambda: f"sum({self.one(LISTS)}[{self.one((':1', '1:2', '0:2', '2:4'))}])",
            lambda: f"fill({self.one(DICTS)})",
            lambda: f"len(type({self.one(LISTS + NUMBERS + THINGS)}).__name__)",
            lambda: f"len({self.one(LISTS)})",
            lambda: f"int(isinstance({self.one(THINGS)}, {self.one(CLASSES)}))",
            lambda: f"{self.one(EVALUATORS)}({self.one(NUMBERS)!r})",
        )
        return self.rng.choice(forms)()

    def list(self, depth: int = 0) -> str:
        if depth > 2:
            return self.one(LISTS)
        inner = depth + 1
        forms: tuple[Callable[[], str], ...] = (
            lambda: self.one(LISTS),
            lambda: self.one(LISTS),
            lambda: self.one(LISTS),
            lambda: f"[{self.number(inner)}, {self.number(inner)}]",
            lambda: "[]",
            lambda: f"{self.one(LISTS)}[{self.rng.randrange(2)}:3]",
            lambda: f"[i * {self.one(NUMBERS)} % 97 for i in {self.list(inner)}]",
            lambda: f"[i for i in range(3) if i < {self.number(inner)}]",
            lambda: f"sorted({self.list(inner)})",
            lambda: f"list({self.list(inner)})",
            lambda: f"{self.one(NESTED)}[0]",
            lambda: f'{self.one(TABLES)}["{self.key()}"]',
            lambda: f"{self.one(THINGS)}.rows",
            lambda: f"{self.one(CLASSES)}.made",
            lambda: f"({self.list(inner)} or {self.list(inner)})",
            lambda: f"({self.list(inner)} if {self.test(inner)} else {self.list(inner)})",
            lambda: f"same({self.list(inner)})",
            lambda: f"grow({self.list(inner)})",
            lambda: f"list({self.one(ITERATORS)})",
            lambda: f"[*{self.list(inner)}[:2], {self.number(inner)}]",
            lambda: f"list(map({self.one(FUNCTIONS)}, {self.list(inner)}[:3]))",
            lambda: f"[(({self.one(NUMBERS)} := i) + 1) for i in {self.list(inner)}[:2]]",
            lambda: f"{self.one(TABLES)}.get('{self.key()}', {self.list(inner)})",
            lambda: f"{self.one(TABLES)}.setdefault('{self.key()}', {self.list(inner)})",
            lambda: f"({self.list(inner)} + {self.list(inner)})[:4]",
            lambda: f"random.sample(range(9), {self.rng.randrange(3)})",
        )
        return self.rng.choice(forms)()

    def nested(self, depth: int = 0) -> str:
        forms: tuple[Callable[[], str], ...] = (
            lambda: self.one(NESTED),
            lambda: f"[{self.list(1)}, {self.list(1)}]",
            lambda: f"{self.one(NESTED)}[:2]",
            lambda: f"[{self.one(LISTS)} for _ in range(2)]",
            lambda: f"[list(v) for v in {self.one(NESTED)}]",
            lambda: f"list({self.one(NESTED)})",
            lambda: f"[v for v in {self.one(NESTED)}] + [{self.list(1)}]",
            lambda: f"list({self.one(TABLES)}.values())",
            lambda: f"{self.one(NESTED)}.copy()",
            lambda: f"[v for v, _ in zip({self.one(NESTED)}, range(2))]",
            lambda: f"[*both({self.list(1)}, {self.list(1)})]",
        )
        return self.rng.choice(forms)()

    def dict(self, depth: int = 0) -> str:
        forms: tuple[Callable[[], str], ...] = (
            lambda: self.one(DICTS),
            lambda: f'{{"{self.key()}": {self.number(1)}}}',
            lambda: f'{{**{self.one(DICTS)}, "{self.key()}": {self.number(1)}}}',
            lambda: f"dict({self.one(DICTS)})",
            lambda: f'{{k: i for k, i in zip("jk", {self.list(1)})}}',
        )
        return self.rng.choice(forms)()

    def table(self) -> str:
        return self.pick(
            lambda: self.one(TABLES),
            lambda: f'{{"k": {self.list(1)}, "j": {self.list(1)}}}',
            lambda: f"dict({self.one(TABLES)})",
            lambda: f'{{i: {self.one(LISTS)} for i in "jk"}}',
        )

    def text(self, depth: int = 0) -> str:
        inner = depth + 1
        if depth > 2:
            return self.one(TEXTS)
        forms: tuple[Callable[[], str], ...] = (
            lambda: self.one(TEXTS),
            lambda: f'"{self.one(("x", "yy"))}"',
            lambda: f'f"{{{self.one(NUMBERS)}}}-{{{self.one(LISTS)}}}"[:9]',
            lambda: f"({self.text(inner)} + {self.text(inner)})[:8]",
            lambda: f"{self.text(inner)}.upper()",
            lambda: f"str({self.number(inner)})",
            lambda: f'"{{}}".format({self.number(inner)})',
        )
        return self.rng.choice(forms)()

    def test(self, depth: int = 0) -> str:
        return self.pick(
            lambda: f"{self.one(NUMBERS)} > {self.rng.randrange(9)}",
            lambda: f"{self.one(NUMBERS)} % 2",
            lambda: f"{self.number(depth + 1)} in {self.one(LISTS)}",
            lambda: f"{self.number(depth + 1)} in {self.one(ITERATORS)}",
            lambda: f"not {self.one(LISTS)}",
            lambda: f'"{self.key()}" in {self.one(DICTS)}',
            lambda: f"len({self.one(LISTS)}) > {self.rng.randrange(5)}",
        )

    def key(self) -> str:
        return self.rng.choice("jk")

    # ---- statements --------------------------------------------------------------------------

    def statement(self, depth: int = 0) -> str:
        if depth < 2 and self.rng.random() < 0.2:
            return self.compound(depth)
        forms = (
            *([self.assign] * 7),
            *([self.change] * 8),
            *([self.augment] * 3),
            self.swap,
            self.call,
            self.call,
            self.prints,
            self.thing,
            self.iterator,
            self.drawing,
            self.delete,
            *([self.define] * (2 if depth == 0 else 0)),
            *([self.dynamic] * (self.rng.random() < 0.2)),
        )
        return self.rng.choice(forms)()

    def assign(self) -> str:
        return self.pick(
            lambda: f"{self.one(NUMBERS)} = {self.number()}",
            lambda: f"{self.one(NUMBERS)} = {self.number()}",
            lambda: f"{self.one(LISTS)} = {self.list()}",
            lambda: f"{self.one(LISTS)} = {self.list()}",
            lambda: f"{self.one(DICTS)} = {self.dict()}",
            lambda: f"{self.one(NESTED)} = {self.nested()}",
            lambda: f"{self.one(TABLES)} = {self.table()}",
            lambda: f"{self.one(TEXTS)} = {self.text()}",
            lambda: f"{self.one(LISTS)} = {self.one(LISTS)} = {self.list()}",
            lambda: self.again(lambda name: f"{name} = {name}[:2]"),
            lambda: self.again(lambda name: f"{name} = sorted({name})"),
        )

    def again(self, written: Callable[[str], str]) -> str:
        """A statement that gives a name something made of its own value."""
        return written(self.one(LISTS))

    def change(self) -> str:
        return self.pick(
            lambda: f"{self.list(1)}.append({self.number(1)})",
            lambda: f"{self.one(LISTS)}.append({self.number(1)})",
            lambda: f"{self.one(LISTS)}.insert(0, {self.number(1)})",
            lambda: f"{self.one(LISTS)}.extend({self.list(1)}[:2])",
            lambda: f"{self.one(LISTS)}.sort()",
            lambda: f"{self.one(LISTS)}.clear()",
            lambda: f"{self.one(LISTS)}[{self.rng.randrange(2)}:2] = {self.list(1)}[:2]",
            lambda: f"{self.one(LISTS)}[:1] = [{self.number(1)}]",
            lambda: f"{self.one(LISTS)}[{self.rng.choice((0, 0, 1, -1))}] = {self.number(1)}",
            lambda: f"{self.one(NESTED)}[0][{self.rng.randrange(2)}] = {self.number(1)}",
            lambda: f"del {self.one(LISTS)}[:1]",
            lambda: f"{self.one(NESTED)}.append({self.list(1)})",
            lambda: f"{self.one(NESTED)}[0].append({self.number(1)})",
            lambda: f"{self.one(NESTED)}[0] = {self.list(1)}",
            lambda: f'{self.one(DICTS)}["{self.key()}"] = {self.number(1)}',
            lambda: f"{self.one(DICTS)}.update({self.one(DICTS)})",
            lambda: f'{self.one(DICTS)}.pop("{self.key()}", None)',
            lambda: f'{self.one(TABLES)}["{self.key()}"] = {self.list(1)}',
            lambda: f'{self.one(TABLES)}["{self.key()}"].append({self.number(1)})',
            lambda: f"{self.one(THINGS)}.v = {self.number(1)}",
            lambda: f"{self.one(THINGS)}.rows = {self.list(1)}",
            lambda: f"{self.one(THINGS)}.rows.append({self.number(1)})",
            lambda: f"{self.one(CLASSES)}.made.append({self.number(1)})",
            lambda: f"for v in {self.one(NESTED)}: v.append({self.number(1)})",
            lambda: f"[v.append({self.number(1)}) for v in {self.one(NESTED)}]",
            lambda: f"w = {self.one(LISTS)}.append; w({self.number(1)})",
            lambda: f"list.append({self.one(LISTS)}, {self.number(1)})",
            lambda: f"getattr({self.one(LISTS)}, 'append')({self.number(1)})",
            lambda: f"list(map({self.one(LISTS)}.append, {self.list(1)}[:2]))",
            lambda: f"{self.one(THINGS)}.rows[:1] = [{self.number(1)}]",
            lambda: f"for i, v in enumerate({self.one(NESTED)}): v.append(i)",
            lambda: f"partial(list.append, {self.one(LISTS)})({self.number(1)})",
            lambda: f"add({self.number(1)})",
            lambda: f"fill({self.one(DICTS)})",
            lambda: f"{self.one(LISTS)}.reverse()",
            lambda: f"for i in range({self.one(NUMBERS)} % 3): {self.one(LISTS)}.append(i)",
        )

    def augment(self) -> str:
        return self.pick(
            lambda: f"{self.one(NUMBERS)} += {self.number(1)}",
            lambda: f"{self.one(NUMBERS)} -= {self.number(1)}",
            lambda: f"{self.one(LISTS)} += {self.list(1)}[:2]",
            lambda: f'{self.one(DICTS)}["{self.key()}"] += {self.number(1)}',
            lambda: f"{self.one(NESTED)}[0] += [{self.number(1)}]",
            lambda: f"{self.one(THINGS)}.v += {self.number(1)}",
            lambda: f"{self.one(TEXTS)} += {self.text(2)}[:2]",
            lambda: f"{self.one(THINGS)}.rows += {self.list(1)}[:1]",
        )

    def swap(self) -> str:
        return self.pick(
            lambda: f"a, {self.one(NUMBERS)} = {self.number(1)}, {self.one(NUMBERS)}",
            lambda: f"{self.one(LISTS)}, {self.one(LISTS)} = {self.one(LISTS)}, {self.one(LISTS)}",
            lambda: f"{self.one(NUMBERS)}, *{self.one(LISTS)} = {self.number(1)}, *{self.list(1)}",
            lambda: f"{self.one(LISTS)}[:1], {self.one(NUMBERS)} = [{self.number(1)}], 3",
            lambda: f"{self.one(LISTS)}, {self.one(LISTS)} = {self.one(NESTED)}[0], []",
            lambda: (
                f"{self.one(LISTS)}, {self.one(LISTS)} = both({self.one(LISTS)}, {self.list(1)})"
            ),
        )

    def call(self) -> str:
        return self.pick(
            lambda: f"grow({self.list(1)})",
            lambda: f"put({self.list(1)})",
            lambda: f"{self.one(FUNCTIONS)}({self.number(1)})",
            lambda: f"{self.one(THINGS)}.add({self.number(1)})",
            lambda: f"{self.one(LISTS)} = same({self.list(1)})",
        )

    def prints(self) -> str:
        return self.pick(
            lambda: f"print({self.number(1)}, {self.list(1)})",
            lambda: f"print({self.list(1)})",
            lambda: f'print(f"{{{self.one(NUMBERS)}}}")',
        )

    def thing(self) -> str:
        return self.pick(
            lambda: f"{self.one(THINGS)} = {self.one(CLASSES)}({self.number(1)})",
            lambda: f"{self.one(THINGS)} = {self.one(THINGS)}",
        )

    def iterator(self) -> str:
        return self.pick(
            lambda: f"it = iter({self.list(1)})",
            lambda: f"it = (i + {self.one(NUMBERS)} for i in {self.list(1)}[:4])",
            lambda: f"it = iter(zip({self.list(1)}, range(3)))\nit = (i for i, _ in it)",
            lambda: f"it = map({self.one(FUNCTIONS)}, {self.list(1)}[:3])",
            lambda: (
                "def walk():\n    i = 0\n    while i < 4:\n        yield i + a\n        i += 1"
                "\nit = walk()"
            ),
            lambda: f"{self.one(NUMBERS)} = next(it, 0)",
            lambda: "for v in it:\n    break",
        )

    def drawing(self) -> str:
        return self.pick(
            lambda: f"random.seed({self.rng.randrange(3)})",
            lambda: f"r = random.Random({self.rng.randrange(3)})",
            lambda: f"r.shuffle({self.one(LISTS)})",
            lambda: f"random.shuffle({self.one(LISTS)})",
            lambda: f"{self.one(NUMBERS)} = r.randrange(9)",
        )

    def delete(self) -> str:
        names = NUMBERS + LISTS + DICTS + TEXTS
        return self.pick(
            lambda: f"del {self.one(names)}",
            lambda: f'if "{self.key()}" in d:\n    del d["{self.key()}"]',
        )

    def dynamic(self) -> str:
        return self.pick(
            lambda: f'exec("{self.one(NUMBERS)} = {self.rng.randrange(9)}")',
            lambda: f'globals()["{self.one(NUMBERS)}"] = {self.rng.randrange(9)}',
            lambda: f'globals()["{self.one(LISTS)}"].append({self.number(1)})',
            lambda: f'for i in "ab": globals()[i] = {self.number(1)}',
            lambda: f'{self.one(NUMBERS)} = eval("{self.one(NUMBERS)} + 1")',
        )

    def define(self) -> str:
        name = self.one(FUNCTIONS)
        number, lists = self.one(NUMBERS), self.one(LISTS)
        return self.pick(
            lambda: f"def {name}(v):\n    return (v + {number}) % 97",
            lambda: f"def {name}(v):\n    {lists}.append(v)\n    return len({lists})",
            lambda: f"def {name}(v):\n    global {number}\n    {number} = v\n    return {number}",
            lambda: f"def {name}(v):\n    return {self.one(MAKERS)}({lists}) and v or v",
            lambda: f"def {name}(v, acc=[{number}]):\n    acc.append(v)\n    return sum(acc) % 97",
            lambda: f"def {name}(v, w={number}):\n    return v + w",
            lambda: f"{name} = lambda v: v + {number}",
            lambda: f'def fill(v):\n    v["k"] = {number}\n    return v["k"]',
            lambda: f'def fill(v):\n    v["k"] = v["j"] + {number}\n    return {lists}',
            lambda: f'def fill(v):\n    if v["k"] > {number}:\n        v["j"] = 3\n    return 1',
            lambda: f"add = partial({self.one((*FUNCTIONS, 'grow'))})",
            lambda: f"add = partial({lists}.insert, 0)",
            lambda: (
                f"def make():\n    count = {number}\n    def step(v):\n        nonlocal count\n"
                f"        count += v\n        return count % 97\n    return step\n{name} = make()"
            ),
            lambda: (
                f"def pair():\n    count = {number}\n    def step(v):\n        nonlocal count\n"
                "        count += v\n        return count % 97\n    def look(v):\n"
                "        return count % 97 + v\n    return step, look\nf, g = pair()"
            ),
            lambda: (
                f"def keeper(rows):\n    def step(v):\n        rows.append(v)\n"
                f"        return len(rows)\n    return step\n{name} = keeper({lists})"
            ),
            lambda: (
                "def keeper():\n    seen = []\n    def step(v):\n        seen.append(v)\n"
                "        return sum(seen) % 97\n    def look(v):\n        return len(seen) + v\n"
                "    return step, look\nf, g = keeper()"
            ),
            lambda: f"def {name}(v):\n    for i in it:\n        return i + v\n    return v",
            lambda: f"def {name}(v):\n    return len([i for i in it if i > v])",
            lambda: f"def {name}(v):\n    add = {lists}.append\n    add(v)\n    return v",
            lambda: "def both(v, w):\n    return [(v, w)][0]",
            lambda: f"def both(v, w):\n    w.append({number})\n    return v, w",
            lambda: "def both(v, w):\n    return [x for _, x in enumerate((v, w))]",
            lambda: f"def grow(v):\n    w = v\n    w.append({number})\n    return w",
            lambda: (
                f"def grow(v):\n    for i in range({number} % 3):\n        v.append(i)\n"
                "    return v[:]"
            ),
            lambda: f"def put(v):\n    {self.one(NESTED)}.append(v)",
            lambda: f"def put(v):\n    e['j'] = len(v)\n    {self.one(THINGS)}.rows = v",
            lambda: "def same(v):\n    return [v][0]",
            lambda: f"def same(v):\n    return v or {lists}",
            lambda: "def same(v):\n    return {'k': v}['k']",
            lambda: (
                f"class K:\n    made = {lists}\n    def __init__(self, v):\n"
                "        self.v = v\n        self.rows = []\n        K.made.append(v)\n"
                f"    def add(self, v):\n        self.v += {number}\n        return self.v"
            ),
            lambda: (
                "class Base:\n    def add(self, v):\n        self.rows.append(v)\n"
                f"        return v + {number}\nclass K(Base):\n    made = []\n"
                "    def __init__(self, v):\n        self.v, self.rows = v, [v]"
            ),
            lambda: (
                f"def twice(h):\n    def inner(v):\n        return h(h(v))\n    return inner\n"
                f"@twice\ndef {name}(v):\n    return (v + {number}) % 97"
            ),
            lambda: f"{name} = {self.one(FUNCTIONS)}",
        )

    def compound(self, depth: int) -> str:
        def block() -> str:
            lines = [self.statement(depth + 1) for _ in range(self.rng.choice((1, 1, 2)))]
            return indented("\n".join(lines))

        number, number2, lists = self.one(NUMBERS), self.one(NUMBERS), self.one(LISTS)
        return self.pick(
            lambda: f"if {self.test()}:\n{block()}",
            lambda: f"if {self.test()}:\n{block()}\nelse:\n{block()}",
            lambda: f"for i in range({self.number(2)} % 4):\n{block()}",
            lambda: f"for {number} in {self.list(1)}[:3]:\n{block()}",
            lambda: f"for {number}, {number2} in zip({self.list(1)}, range(3)):\n{block()}",
            lambda: f"for v in {self.nested()}[:3]:\n    v.append({number})\n{block()}",
            lambda: (
                f"for {number}, v in enumerate({self.nested()}[:3]):\n"
                f"    v.append({number})\n{block()}"
            ),
            lambda: (
                f"for v, w in zip({self.nested()}[:2], {self.nested()}):\n"
                f"    {self.one(('v', 'w'))}.append({number})\n{block()}"
            ),
            lambda: (
                f"for i in range(3):\n    if {self.test()}:\n        break\n{block()}\n"
                f"else:\n{block()}"
            ),
            lambda: f"i = 0\nwhile i < {self.number(2)} % 4:\n    i += 1\n{block()}",
            lambda: f"i = 0\nwhile True:\n    i += 1\n    if i > 2:\n        break\n{block()}",
            lambda: (
                f"try:\n    {number} = {self.number(2)} // ({self.number(2)} % 3)\n{block()}\n"
                f"except ZeroDivisionError as err:\n{block()}"
            ),
            lambda: (
                f"try:\n    {number} = {lists}[2]\nexcept IndexError:\n{block()}\n"
                f"else:\n{block()}\nfinally:\n    {number2} = 1"
            ),
            lambda: (
                "from contextlib import suppress\n"
                f"with suppress(IndexError):\n    {number} = {lists}[1]\n{block()}"
            ),
            lambda: (
                f"match {self.list(1)}:\n    case [{number}, *{lists}]:\n        pass\n"
                f"    case []:\n        {number} = 0"
            ),
            lambda: (
                f"match {self.number(1)} % 3:\n    case 0:\n{indented(block())}\n"
                f"    case {number}:\n{indented(block())}"
            ),
        )


def indented(block: str) -> str:
    return "\n".join("    " + line for line in block.split("\n"))
