"""An oracle for extraction: random notebooks, run before and after, must do the same.

    python tests/refactor/random_programs.py --cells 100000 [--seed 1]

Each program is split into cells; every cell that can be is extracted: alone, some of its lines,
together with the next, with other names for its parameters, and then all cells one after the
other. Both notebooks are executed; what each cell prints and shows, and the values and the aliases
of all names that both have at the end, must be equal.
"""

from __future__ import annotations
import __future__

import argparse
import ast
import asyncio
import contextlib
import inspect
import io
import random
import re
import sys
import types
from collections.abc import Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from nb_refactor.change import Refused
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.refactor.extract_function.choices import Choices, Lines
from nb_refactor.refactor.extract_function.destination import Destination
from nb_refactor.refactor.extract_function.extract import extract

sys.path.insert(0, str(Path(__file__).parent))

from random_constructs import CONSTRUCTS

NUMBERS = ("a", "b", "c", "n", "k")
LISTS = ("xs", "ys", "zs")
DICTS = ("d", "e")
FUNCTIONS = ("f", "g", "h")
NAMES = {"name": NUMBERS, "list": LISTS, "dict": DICTS, "func": FUNCTIONS}


def two_of(r: random.Random, names: tuple[str, ...]) -> tuple[str, str]:
    """Two names to assign to at once. CPython 3.11 before 3.11.4 compiles `a, a = 1, 2` the wrong
    way round in a function, and not at the top of a module: there they are not the same."""
    if (3, 11) <= sys.version_info < (3, 11, 4):
        first, second = r.sample(names, 2)
        return first, second
    return r.choice(names), r.choice(names)


# ---- programs ---------------------------------------------------------------------------------


class Writer:
    """Writes random statements that mostly run through."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.functions: set[str] = set()
        self.made = 0

    def number(self, depth: int = 0) -> str:
        r = self.rng
        kind = r.randrange(14 if depth < 2 else 4)
        inner = depth + 1
        match kind:
            case 0 | 1:
                return r.choice(NUMBERS)
            case 2:
                return str(r.randrange(9))
            case 3:
                return f"len({r.choice(LISTS)})"
            case 4 | 5:
                return f"({self.number(inner)} {r.choice('+-*')} {self.number(inner)})"
            case 6:
                return f"sum({self.list_(inner)})"
            case 7:
                return f"{r.choice(DICTS)}.get({self.number(inner)!s}, {self.number(inner)})"
            case 8:
                return f"({self.number(inner)} if {self.test(inner)} else {self.number(inner)})"
            case 9 if self.functions:
                return f"{r.choice(sorted(self.functions))}({self.number(inner)})"
            case 10:
                return f"(lambda v: v + {r.choice(NUMBERS)})({self.number(inner)})"
            case 11:
                return f"max({self.number(inner)}, {self.number(inner)})"
            case 12:
                return f"math.floor({self.number(inner)} / 3)"
            case _:
                return f"({r.choice(NUMBERS)} := {self.number(inner)})" if depth else "n"

    def list_(self, depth: int = 0) -> str:
        r = self.rng
        match r.randrange(6):
            case 0 | 1:
                return r.choice(LISTS)
            case 2:
                return f"[{self.number(depth + 1)}, {self.number(depth + 1)}]"
            case 3:
                return f"[i * {r.choice(NUMBERS)} for i in range({r.randrange(4)})]"
            case 4:
                return f"sorted({r.choice(LISTS)}, key=lambda v: -v * {r.choice(NUMBERS)})"
            case _:
                return f"list(map(lambda v: v % 7, {r.choice(LISTS)}))"

    def test(self, depth: int = 0) -> str:
        return (
            f"{self.number(depth + 1)} {self.rng.choice(['<', '==', '>'])} {self.rng.randrange(9)}"
        )

    def block(self, depth: int, indent: str) -> list[str]:
        lines: list[str] = []
        for _ in range(self.rng.randrange(1, 3)):
            lines += self.statement(depth + 1, indent)
        return lines

    def statement(self, depth: int = 0, indent: str = "") -> list[str]:
        r = self.rng
        if not depth and r.random() < 0.3:
            return self.construct()
        kinds = [*range(16), *range(30, 38)] if depth else [*range(53)]
        match r.choice(kinds):
            case 0 | 1 | 2:
                return [f"{indent}{r.choice(NUMBERS)} = {self.number()}"]
            case 3:
                return [f"{indent}{r.choice(NUMBERS)} {r.choice('+-')}= {self.number()}"]
            case 4:
                return [f"{indent}{r.choice(LISTS)} = {self.list_()}"]
            case 5:
                return [f"{indent}{r.choice(LISTS)} += {self.list_()}[:3]"]
            case 6:
                return [f"{indent}{r.choice(LISTS)}.append({self.number()})"]
            case 7:
                return [f"{indent}{r.choice(DICTS)}[{self.number()}] = {self.number()}"]
            case 8:
                return [f"{indent}print({self.number()}, {r.choice(LISTS)}[:4])"]
            case 9:
                first, second = two_of(r, NUMBERS)
                return [f"{indent}{first}, {second} = {self.number()}, {self.number()}"]
            case 10 if depth < 3:
                lines = [f"{indent}if {self.test()}:", *self.block(depth, indent + "    ")]
                if r.random() < 0.5:
                    lines += [f"{indent}else:", *self.block(depth, indent + "    ")]
                return lines
            case 11 if depth < 3:
                name = r.choice((*NUMBERS, "i"))
                head = r.choice((f"range({r.randrange(3)})", f"{r.choice(LISTS)}[:3]"))
                return [f"{indent}for {name} in {head}:", *self.block(depth, indent + "    ")]
            case 12 if depth < 3:
                return [
                    f"{indent}try:",
                    *self.block(depth, indent + "    "),
                    f"{indent}    {r.choice(NUMBERS)} = 1 // {self.number()}",
                    f"{indent}except ZeroDivisionError as error:",
                    *self.block(depth, indent + "    "),
                ]
            case 13:
                name = r.choice((*LISTS, *DICTS))
                other = r.choice(LISTS if name in LISTS else DICTS)
                return [f"{indent}{name} = {other}"]
            case 14 if depth < 3:
                return [
                    f"{indent}with contextlib.suppress(ZeroDivisionError):",
                    *self.block(depth, indent + "    "),
                    f"{indent}    {r.choice(NUMBERS)} = 3 % {self.number()}",
                ]
            case 15:
                return [f'{indent}print(f"""{{{r.choice(NUMBERS)}}}', '  of"""[:9])']
            case 16 | 17 | 18 | 19:
                return self.function()
            case 20:
                name = r.choice(NUMBERS)
                return [f"del {name}", f"{name} = {r.randrange(5)}"]
            case 21:
                name = r.choice(FUNCTIONS)
                self.functions.add(name)
                return [f"{name} = lambda v: v - {self.number(2)}"]
            case 22:
                return [f"ops = [lambda v: v + {r.choice(NUMBERS)}, abs]"]
            case 23:
                return ["print([op(2) for op in ops])"]
            case 24:
                return [f"import math; {r.choice(NUMBERS)} = {self.number()}  # both"]
            case 25:
                return [f"# about it\n{r.choice(NUMBERS)} = {self.number()}"]
            case 26:
                name = r.choice(NUMBERS)
                return [f"lazy = (v + {name} for v in {r.choice(LISTS)}[:2])"]
            case 27:
                return ["print(list(lazy))"]
            case 28:
                return [
                    "class Box:",
                    f"    size = {r.randrange(5)}",
                    "    def __init__(self, v):",
                    "        self.v = v",
                    "    def get(self):",
                    f"        return self.v + {r.choice((*NUMBERS, 'self.size', '1'))}",
                ]
            case number if number >= 46:
                return self.unsure(number)
            case number if number >= 30:
                return self.rarer(number, depth, indent)
            case _:
                return [f"{indent}box = Box({self.number()})", f"{indent}print(box.get())"]

    def construct(self) -> list[str]:
        """One of the templates with names and values in its places."""
        same: dict[str, str] = {}

        def filled(place: re.Match[str]) -> str:
            kind, number = place[1], place[2]
            if number and place[0] in same:
                return same[place[0]]
            found = self.rng.choice(NAMES[kind]) if kind in NAMES else self.value(kind)
            return same.setdefault(place[0], found) if number else found

        template = self.rng.choice(CONSTRUCTS)
        return [re.sub(r"\$([a-z]+)(\d?)", filled, template).strip("\n")]

    def value(self, kind: str) -> str:
        return self.list_(1) if kind == "items" else self.number(1)

    def rarer(self, kind: int, depth: int, indent: str) -> list[str]:
        r = self.rng
        name, other = r.choice(NUMBERS), r.choice(NUMBERS)
        inner = indent + "    "
        match kind:
            case 30 if depth < 3:
                return [
                    f"{indent}match {self.list_()}:",
                    f"{inner}case [{name}, *zs]:",
                    *self.block(depth + 1, inner + "    "),
                    f"{inner}case []:",
                    f"{inner}    print('none')",
                ]
            case 31 if depth < 3:
                lines = [f"{indent}for {name} in {self.list_()}[:4]:"]
                lines += [
                    f"{inner}if {self.test()}:",
                    f"{inner}    {r.choice(('break', 'continue'))}",
                ]
                lines += self.block(depth, inner)
                return [*lines, f"{indent}else:", *self.block(depth, inner)]
            case 32:
                turn = f"turn{depth}"
                lines = [f"{indent}{turn} = 0", f"{indent}while {turn} < {r.randrange(3)}:"]
                lines += [*self.block(depth, inner), f"{inner}{turn} += 1"]
                return [*lines, f"{inner}if {self.test()}: break"]
            case 33:
                return [f"{indent}{name}, *{r.choice(LISTS)} = [{self.number()}, *{self.list_()}]"]
            case 34:
                return [f"{indent}{r.choice(DICTS)} = {{v: v % 3 for v in {self.list_()}}}"]
            case 35 if depth < 3:
                return [
                    f"{indent}try:",
                    *self.block(depth, inner),
                    f"{indent}finally:",
                    *self.block(depth, inner),
                ]
            case 36:
                return [f"{indent}{name}: int = {self.number()}", f"{indent}{other}: int"]
            case 37:
                return [
                    f"{indent}with io.StringIO('7') as stream:",
                    f"{inner}{name} = int(stream.read())",
                ]
            case 38:
                return [f"del {r.choice(LISTS)}[:{r.randrange(2)}]", f"{r.choice(LISTS)}.sort()"]
            case 39:
                first, second = two_of(r, LISTS)
                return [f"{first}, {second} = {self.list_()}, {self.list_()}"]
            case 40:
                return [f"%matplotlib inline\n{name} = {self.number()}"]
            case 41:
                function = r.choice(FUNCTIONS)
                self.functions.add(function)
                return [
                    f"def {function}(v, w={self.number(2)}):",
                    f"    return [v + i + {other} for i in range(2)][0] + w * {name}",
                ]
            case 42:
                return [f"{name} = sum(v + {other} for v in {self.list_()} if (n := v))"]
            case 43:
                return [f"box.v += {self.number()}", "Box.size = 3", "print(box.get(), Box.size)"]
            case 44:
                return [
                    "from math import floor, sqrt as root",
                    f"{name} = floor(root(abs({other})))",
                ]
            case _:
                return [
                    f"{indent}LIMIT = {r.randrange(9)}",
                    f"{indent}{name} = min({other}, LIMIT)",
                ]

    def unsure(self, kind: int) -> list[str]:
        """What is defined on some paths only, and read where it may be missing; what is special in
        the notebook."""
        r = self.rng
        if kind in (46, 47) or not self.made:
            return self.sometimes_defined(kind)
        place = r.randrange(1, self.made + 1)
        name, number = f"some{place}", r.choice(NUMBERS)
        match kind:
            case 48:
                return [f"if told{place}:", f"    {number} = {name}", f"print({number})"]
            case 49:
                return [
                    "try:",
                    f"    {number} = {name}",
                    f"except {r.choice(('NameError', 'Exception'))}:",
                    f"    {number} = 1",
                ]
            case 50:
                return [f"{number} = {name} + 1 if told{place} else {self.number()}"]
            case 51:
                return [f"if told{place} and {name} > 2:", *self.block(1, "    ")]
            case _:
                return r.choice(
                    (
                        ["if __name__ == '__main__':", f"    print({self.number()})"],
                        ["from math import *", f"{number} = floor(pi * {self.number()}) % 97"],
                        [f"sys.path.append('{number}')", f"{number} = len(sys.path) > 1"],
                    )
                )

    def sometimes_defined(self, kind: int) -> list[str]:
        r = self.rng
        self.made += 1
        name, told = f"some{self.made}", f"told{self.made}"
        if kind == 46 or r.random() < 0.3:
            return [f"{told} = {self.test()}", f"if {told}:", f"    {name} = {self.number()}"]
        rounds = f"rounds{self.made}"
        value, empty = r.choice((("2", "0"), ("1 + 2", "3 - 3"), ("[5, 6]", "[]"), ("'ab'", "''")))
        runs = r.random() < 0.6
        head = rounds if value[0] in "['" else f"range({rounds})"
        lines = [f"{rounds} = {value if runs else empty}"]
        if value[0] == "[" and r.random() < 0.4:
            runs = False
            lines.append(r.choice((f"{rounds}.clear()", f"del {rounds}[:]")))
        lines += [f"{told} = {runs}"]
        return [*lines, f"for turn in {head}:", f"    {name} = {self.number()}"]

    def function(self) -> list[str]:
        r = self.rng
        name = r.choice(FUNCTIONS)
        lines = [f"def {name}(v):"]
        match r.randrange(6):
            case 0:
                lines += ["    return v * 2"]
            case 1:
                lines += [f"    return v + {r.choice(NUMBERS)}"]
            case 2:
                other = r.choice(NUMBERS)
                lines += [f"    global {other}", f"    {other} = v % 5", "    return v"]
            case 3:
                lines += [f"    {r.choice(LISTS)}.append(v)", "    return v"]
            case 4 if self.functions - {name}:
                lines += [f"    return {r.choice(sorted(self.functions - {name}))}(v) % 11"]
            case _:
                lines += ["    '''over", "  lines'''", "    return math.floor(v) % 13"]
        self.functions.add(name)
        return lines

    def cell(self) -> str:
        lines: list[str] = []
        for _ in range(self.rng.randrange(1, 5)):
            lines += self.statement()
        if self.rng.random() < 0.5:
            shown = self.rng.choice((self.number(), self.rng.choice(LISTS), "d", self.number()))
            lines.append(shown + self.rng.choice(("", "", "", ";")))
        if self.rng.random() < 0.08:
            lines.insert(0, "%%time")
        elif self.rng.random() < 0.03:
            future = "from __future__ import annotations"
            lines = [future, f"c: Box = {self.number()}", *lines]
        return "\n".join(lines)


SETUP = """import asyncio
import collections
import contextlib
import dataclasses
import enum
import functools
import io
import math
import random
import sys
a, b, c, n, k = 1, 2, 3, 4, 5
xs, ys, zs = [1, 2], [3], [2, 1, 0]
d, e = {1: 2}, {}
ops = [abs]
lazy = iter([1])
feed, pending = iter([4, 5]), iter(())
rng = random.Random(1)
class Box:
    def __init__(self, v):
        self.v = v
    def get(self):
        return self.v
box = Box(1)
def f(v): return v
def g(v): return v + 1
def h(v): return -v"""


def program(rng: random.Random) -> list[str]:
    writer = Writer(rng)
    writer.functions = {"f", "g", "h"}
    return [SETUP, *(writer.cell() for _ in range(rng.randrange(2, 7)))]


# ---- running them -----------------------------------------------------------------------------


@dataclass
class Run:
    """What a notebook did: each cell's output, and the namespace at the end."""

    outputs: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    aliases: frozenset[frozenset[str]] = frozenset()
    error: str | None = None


def run(cells: list[str], module: str | None) -> Run:
    """Executes the cells as IPython does: the value of a last expression is shown. Magics do
    nothing here."""
    names: dict[str, object] = {"__name__": "__main__"}
    for loaded in ("proj", "proj.steps"):
        sys.modules.pop(loaded, None)
    done = Run()
    random.seed(0)
    search_path = list(sys.path)
    try:
        if module is not None:
            sys.modules["proj"] = types.ModuleType("proj")
            steps = types.ModuleType("proj.steps")
            sys.modules["proj.steps"] = steps
            exec(compile(module, "steps.py", "exec", dont_inherit=True), steps.__dict__)
        for cell in cells:
            done.outputs.append(run_cell(cell, names))
    except Exception as error:
        done.error = f"{type(error).__name__}: {error}"
    sys.path[:] = search_path
    done.values = {name: fingerprint(value) for name, value in names.items() if name[0] != "_"}
    holders: dict[int, set[str]] = {}
    for name, value in names.items():
        if isinstance(value, (list, dict)) and name[0] != "_":
            holders.setdefault(id(value), set()).add(name)
    done.aliases = frozenset(map(frozenset, holders.values()))
    _end(names)
    return done


def _end(names: dict[str, object]) -> None:
    """Lets the values go, the last one first. What an object says when it ends is said here, and
    not in the middle of the next run, where the collector of cycles would come upon it."""
    with contextlib.redirect_stdout(io.StringIO()):
        while names:
            names.popitem()


def run_cell(source: str, names: dict[str, object]) -> str:
    lines = ["" if line.startswith("%") else line for line in source.split("\n")]
    # As in a session, what a cell takes from the future holds for the cells below it.
    if "from __future__ import annotations" in source:
        names["__future__"] = __future__.annotations.compiler_flag
    coming = names.get("__future__", 0)
    assert isinstance(coming, int)
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | coming
    tree = compile("\n".join(lines), "cell", "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not source.rstrip().endswith(";"):
        last = ast.Expression(tree.body.pop().value)  # type: ignore[attr-defined]
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        _run_code(compile(tree, "cell", "exec", flags, dont_inherit=True), names)
        value = (
            _run_code(compile(last, "cell", "eval", flags, dont_inherit=True), names)
            if last is not None
            else None
        )
    return out.getvalue() + ("" if value is None else f"Out: {fingerprint(value)}")


def _run_code(code: types.CodeType, names: dict[str, object]) -> object:
    found = eval(code, names)
    return asyncio.run(found) if code.co_flags & inspect.CO_COROUTINE else found


def fingerprint(value: object) -> str:
    if isinstance(value, types.FunctionType):
        # Not its code: a function may have got a parameter for what it read of the notebook.
        # Nor where a lambda was made, which nothing can tell but its own text.
        return f"function {'<lambda>' if '<lambda>' in value.__qualname__ else value.__qualname__}"
    if isinstance(value, types.ModuleType):
        return f"module {value.__name__}"
    if isinstance(value, type):
        methods = [
            fingerprint(m) for m in vars(value).values() if isinstance(m, types.FunctionType)
        ]
        return f"class {value.__qualname__} {methods}"
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__}{[fingerprint(v) for v in value]}"
    if type(value).__name__ == "Box":
        return f"Box {vars(value)}"
    if isinstance(value, (int, float, str, dict, type(None))):
        return repr(value)
    return f"opaque {type(value).__name__}"


# ---- the comparison ---------------------------------------------------------------------------


def difference(before: Run, after: Run, outdated: Set[str] = frozenset()) -> str | None:
    """The first thing that the second run does otherwise; `None` where they are the same. The
    values of `outdated` names are not asked for."""
    if before.error != after.error:
        return f"error {before.error} -> {after.error}"
    for number, (one, other) in enumerate(zip(before.outputs, after.outputs, strict=False)):
        if one != other:
            return f"cell {number}: {one!r} -> {other!r}"
    both = (before.values.keys() & after.values.keys()) - outdated
    for name in sorted(both):
        if before.values[name] != after.values[name]:
            return f"variable {name}: {before.values[name]} -> {after.values[name]}"
    restricted = [
        {names & both for names in run.aliases if names & both} for run in (before, after)
    ]
    if restricted[0] != restricted[1]:
        return f"aliases {restricted[0]} -> {restricted[1]}"
    return None


@dataclass
class Tried:
    """The figures of a trial, and the first wrong answer in words."""

    extracted: int = 0
    refused: int = 0
    wrong: str | None = None


def try_program(cells: list[str], tried: Tried, choose: random.Random | None = None) -> None:
    """Extracts each cell alone, then all of them one after the other. With `choose` also some of
    its lines, the cell together with the next, and the cell under other names."""
    before = run(cells, None)
    if before.error:
        return
    together, module = list(cells), None
    outdated: set[str] = set()
    for place in range(1, len(cells)):
        for ask in [Asked(place), *(_asked(cells, place, choose) if choose else [])]:
            known: set[str] = set()
            alone = _extracted(cells, ask, None, tried, known)
            if alone and (wrong := difference(_joined(before, ask), run(*alone), known)):
                tried.wrong = _story(cells, ask, alone, wrong)
                return
        step = _extracted(together, Asked(place), module, tried, outdated)
        if step:
            together, module = step
    if module and (wrong := difference(before, run(together, module), outdated)):
        tried.wrong = _story(cells, None, (together, module), wrong)


AS_PROPOSED = Choices()


@dataclass(frozen=True)
class Asked:
    """What is extracted: `count` cells from `place` on, as chosen."""

    place: int
    count: int = 1
    choices: Choices = AS_PROPOSED


def _asked(cells: list[str], place: int, choose: random.Random) -> list[Asked]:
    length = cells[place].count("\n") + 1
    first = choose.randrange(1, length + 1)
    some = Lines(first, choose.randrange(first, length + 1))
    found = [Asked(place, choices=Choices(lines=some))]
    names = [*NUMBERS, *LISTS, *DICTS]
    choose.shuffle(names)
    other = {name: f"new_{name}" for name in names[:6]}
    found.append(Asked(place, choices=Choices(None, other, tuple(names), tuple(names[::-1]))))
    if place + 1 < len(cells):
        found.append(Asked(place, 2))
    return found


def _joined(before: Run, asked: Asked) -> Run:
    """What the notebook did, with the outputs of the cells that become one as one."""
    first, end = asked.place, asked.place + asked.count
    outputs = [*before.outputs[:first], "".join(before.outputs[first:end]), *before.outputs[end:]]
    return replace(before, outputs=outputs)


def _extracted(
    cells: list[str], asked: Asked, module: str | None, tried: Tried, outdated: set[str]
) -> tuple[list[str], str] | None:
    """The cells and the module afterwards; `outdated` gets the names that are told to be so."""
    notebook = Notebook(tuple(Cell(f"c{i}", cell) for i, cell in enumerate(cells)))
    to = Destination("proj.steps", f"step_{asked.place}", "src/proj/steps.py", module)
    chosen = [f"c{i}" for i in range(asked.place, asked.place + asked.count)]
    answer = extract(notebook, chosen, to, asked.choices)
    if isinstance(answer, Refused):
        tried.refused += 1
        return None
    tried.extracted += 1
    outdated.update(answer.outdated)
    new = {edit.cell_id: edit.after for edit in answer.cells}
    after = answer.files[-1].after
    assert after is not None
    changed = [new.get(f"c{i}", cell) for i, cell in enumerate(cells)]
    return [cell for cell in changed if cell is not None], after


def _story(cells: list[str], asked: Asked | None, after: tuple[list[str], str], wrong: str) -> str:
    rule = "\n" + "-" * 40 + "\n"
    return rule.join(
        [wrong, f"extracted: {asked}", *cells, "=== after", *after[0], "=== module", after[1]]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cells", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    tried, seed = Tried(), asked.seed
    while tried.extracted + tried.refused < asked.cells and not tried.wrong:
        try_program(program(random.Random(seed)), tried, random.Random(seed))
        seed += 1
    print(f"{tried.extracted} extracted, {tried.refused} refused, seeds {asked.seed} to {seed - 1}")
    if tried.wrong:
        print(tried.wrong)
    return 1 if tried.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
