"""A check with the memory of earlier checks says what a check without it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import pytest

from nb_refactor.hidden_state.check import check
from nb_refactor.hidden_state.history import Execution
from nb_refactor.hidden_state.memory import Memory
from nb_refactor.notebook import Cell, Notebook, Raised

from .random_code import SETUP, Writer

# What random code seldom has, and a memory could get wrong: what IPython keeps, what is read all at
# once, state of the process, names that come and go, errors.
RARE = (
    "a + 1",
    "_ + 1",
    "_2",
    "Out",
    "len(In)",
    "for _ in range(2):\n    a = a + 1\nelse:\n    b = 2",
    "_ = 3",
    "del _",
    "del a",
    "a = 1",
    "b = a\nrows = [a, b]",
    "rows.append(a)",
    "more = rows",
    "more.append(b)",
    "%reset -f",
    "exec('a = 2')",
    "from math import *",
    "import numpy as np\nnp.random.seed(1)",
    "x = np.random.rand(3)",
    "import pandas as pd\npd.set_option('display.max_rows', 5)\ndf = pd.DataFrame({'a': [1]})",
    "df['a'] = df['a'].fillna(0)\ndf",
    "df = df.dropna()",
    "def f(z):\n    rows.append(z)\n    return rows + [a]",
    "c = f(b)",
    "class C:\n    def __init__(self):\n        self.rows = rows\nc = C()\nc.rows.append(1)",
    "import os\nos.chdir('x')\nos.environ['K'] = 'v'",
    "open('out.txt', 'w').write(str(a))",
    "text = open('out.txt').read()",
    "1 / 0",
    "print(c, b)",
    "",
    "# nothing",
    "a = (",
)


@dataclass
class Desk:
    """A notebook that somebody works on, and the history of its kernel."""

    rng: Random
    writer: Writer
    cells: list[Cell] = field(default_factory=list)
    executions: list[Execution] = field(default_factory=list)
    made: int = 0

    def source(self) -> str:
        return self.rng.choice(RARE) if self.rng.random() < 0.6 else self.writer.cell()

    def place(self) -> int:
        return self.rng.randrange(len(self.cells))

    def insert(self) -> None:
        self.made += 1
        cell = Cell(f"c{self.made}", self.source())
        self.cells.insert(self.rng.randrange(len(self.cells) + 1), cell)

    def insert_several(self) -> None:
        at = self.rng.randrange(len(self.cells) + 1)
        for _ in range(3):
            self.made += 1
            self.cells.insert(at, Cell(f"c{self.made}", self.source()))

    def edit(self) -> None:
        at = self.place()
        old = self.cells[at]
        source = self.rng.choice([self.source(), old.source + "\nz = 1", old.source + "  # note"])
        self.cells[at] = Cell(old.cell_id, source, "code", old.execution_count, old.raised)

    def delete(self) -> None:
        if len(self.cells) > 3:
            del self.cells[self.place()]

    def move(self) -> None:
        cell = self.cells.pop(self.place())
        self.cells.insert(self.rng.randrange(len(self.cells) + 1), cell)

    def run(self) -> None:
        self.run_at(self.place())

    def run_at(self, at: int) -> None:
        cell = self.cells[at]
        count = len(self.executions) + 1
        raised = Raised("E", 1) if "1 / 0" in cell.source or self.rng.random() < 0.05 else None
        self.executions.append(
            Execution(cell.source, count, cell.cell_id, "error" if raised else "ok")
        )
        self.cells[at] = Cell(cell.cell_id, cell.source, "code", count, raised)

    def run_some(self) -> None:
        for at in range(self.place(), len(self.cells)):
            self.run_at(at)

    def clear_output(self) -> None:
        at = self.place()
        cell = self.cells[at]
        self.cells[at] = Cell(cell.cell_id, cell.source, "code", cell.execution_count)

    def restart(self) -> None:
        self.executions.clear()

    def act(self) -> None:
        acts: list[Callable[[], None]] = [
            *(2 * [self.edit, self.run, self.run_some]),
            *(self.insert, self.insert_several, self.delete, self.move, self.clear_output),
        ]
        self.rng.choice(acts if self.rng.random() < 0.97 else [self.restart])()


@pytest.mark.parametrize("seed", range(15))
def test_with_memory_as_without(seed: int) -> None:
    rng = Random(seed)
    desk = Desk(rng, Writer(rng), [Cell("c0", "\n".join(SETUP))])
    memory = Memory()
    for _ in range(5):
        desk.insert()
    desk.run_some()
    for step in range(20):
        desk.act()
        notebook, executions = Notebook(tuple(desk.cells)), tuple(desk.executions)
        with_memory = check(notebook, executions, memory)
        assert with_memory == check(notebook, executions), f"after step {step}"


def test_insertions_at_one_place_find_room() -> None:
    memory = Memory()
    cells = [Cell("first", "a = 1"), Cell("last", "print(a)")]
    executions = (Execution("a = 1", 1, "first", "ok"), Execution("print(a)", 2, "last", "ok"))
    for i in range(150):
        cells.insert(1 + i % 2, Cell(f"c{i}", f"a = {i}"))
        notebook = Notebook(tuple(cells))
        assert check(notebook, executions, memory) == check(notebook, executions)
