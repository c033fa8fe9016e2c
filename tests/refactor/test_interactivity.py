"""What IPython shows of random cells, before and after their extraction, in each of its modes.

Each notebook is really run by IPython's own shell, which is told the mode as a notebook tells it.
"""

from __future__ import annotations

import random
import subprocess
import sys
from typing import get_args

import msgspec
import pytest

from nb_refactor.change import ChangeSet
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.refactor.extract_function.choices import Choices, Lines
from nb_refactor.refactor.extract_function.destination import Destination
from nb_refactor.refactor.extract_function.extract import extract
from nb_refactor.refactor.extract_function.interactivity import Interactivity

STATEMENTS = [
    "y = x + 1", "n = 7", "x += 1", "y, z = x, 2", "x", "x + 5", "print(x)", "n = 3; n + 1",
    "for i in range(2):\n    i", "for i in range(2):\n    print(i)", "if x > 1:\n    x * 2",
    "def f(a):\n    return a", "d = {'a': x}", "d['a'] = 5", "d", "import math", "k: int = 4",
    "y = 8  # eight", "'words'", "q = r = x", "math.floor(x)", "None",
]  # fmt: skip
START = "import math\nx, n, y, z, d, q = 1, 2, 3, 4, {}, 5"
END = "print(x, n, y, d, q)"
SHOWN = """
import contextlib, io, json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.history_manager.enabled = False
def run(cells, module):
    shell.reset()
    shell.ast_node_interactivity = "last_expr"
    sys.modules["steps"] = type(sys)("steps")
    exec(module, sys.modules["steps"].__dict__)
    found = []
    for cell in cells:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            result = shell.run_cell(cell, store_history=True)
        found.append([out.getvalue(), type(result.error_in_exec).__name__])
    return found
for line in sys.stdin:
    before, after, module = json.loads(line)
    print(json.dumps([run(before, ""), run(after, module)]), file=sys.__stdout__)
"""


def programs(number: int, seed: int) -> list[tuple[list[str], list[str], str]]:
    """Cells before, cells after, and the module."""
    rng = random.Random(seed)
    found: list[tuple[list[str], list[str], str]] = []
    while len(found) < number:
        mode = rng.choice(get_args(Interactivity))
        setting = f"%config InteractiveShell.ast_node_interactivity = {mode!r}"
        lines = rng.choices(STATEMENTS, k=rng.randint(1, 5))
        text = "\n".join(lines) + rng.choice(["", "", ";", "\n# the end"])
        cells = [START, setting, text, END]
        notebook = Notebook(tuple(Cell(f"c{i}", source, "code") for i, source in enumerate(cells)))
        chosen = Choices(lines=Lines(1, rng.randint(1, 3))) if rng.random() < 0.3 else None
        answer = extract(notebook, ["c2"], Destination("steps", "step", "steps.py"), chosen)
        if isinstance(answer, ChangeSet):
            new = {edit.cell_id: edit.after or "" for edit in answer.cells}
            after = [new.get(cell.cell_id, cell.source) for cell in notebook.code_cells]
            found.append((cells, after, answer.files[-1].after or ""))
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_is_shown(seed: int) -> None:
    made = programs(150, seed)
    asked = "".join(msgspec.json.encode(each).decode() + "\n" for each in made)
    done = subprocess.run(
        [sys.executable, "-c", SHOWN], input=asked, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    shown = [msgspec.json.decode(line) for line in done.stdout.splitlines()]
    assert len(shown) == len(made)
    for (before, after, module), (was, now) in zip(made, shown, strict=True):
        assert was == now, "\n\n".join([*before, "-----", *after, "-----", module])


def test_the_modes_differ() -> None:
    """The shell above really runs in the mode that it is told."""
    setting = "%config InteractiveShell.ast_node_interactivity = "
    modes = get_args(Interactivity)
    cells = [["x = 1", f"{setting}{mode!r}", "x\ny = 2\nz = 3"] for mode in modes]
    asked = "".join(msgspec.json.encode((each, each, "")).decode() + "\n" for each in cells)
    done = subprocess.run(
        [sys.executable, "-c", SHOWN], input=asked, capture_output=True, text=True, timeout=60
    )
    shown = [msgspec.json.decode(line)[0][-1][0].strip() for line in done.stdout.splitlines()]
    assert shown == ["", "", "Out[3]: 1", "", "Out[3]: 3"], done.stderr
