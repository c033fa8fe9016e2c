"""Defaults, annotations and docstring: what the signature says beside the names."""

from __future__ import annotations

import pytest

from nb_refactor.change import ChangeSet
from nb_refactor.notebook import Cell, CellKind, Notebook
from nb_refactor.refactor.extract_function.annotations import annotation
from nb_refactor.refactor.extract_function.choices import Choices
from nb_refactor.refactor.extract_function.destination import Destination
from nb_refactor.refactor.extract_function.extract import extract
from nb_refactor.refactor.module_edit import ImportBinding

TO = Destination("proj.steps", "step", "src/proj/steps.py")


def changes(cells: list[tuple[CellKind, str]], choices: Choices | None = None) -> ChangeSet:
    notebook = Notebook(tuple(Cell(f"c{i}", text, kind) for i, (kind, text) in enumerate(cells)))
    last = max(i for i, (_, text) in enumerate(cells) if "HERE" in text)
    answer = extract(notebook, [f"c{last}"], TO, choices)
    assert isinstance(answer, ChangeSet), answer
    return answer


def function(answer: ChangeSet) -> str:
    text = answer.files[-1].after or ""
    return text[text.index("def step") :]


def test_settings_stand_last_with_their_value_and_the_call_passes_them() -> None:
    answer = changes(
        [
            ("code", "size = 3\nlabel = 'a'\nrows = [1]\nx = 2\nrate = -0.5"),
            ("code", "out = [size * row * x * rate for row in rows]  # HERE\nprint(label, out)"),
        ]
    )
    assert function(answer).startswith('def step(rows, x, size=3, rate=-0.5, label="a"):\n')
    assert answer.cells[0].after == (
        "from proj.steps import step\n\nstep(rows, x, size=size, rate=rate, label=label)"
    )
    assert answer.function.defaults == {"size": "3", "rate": "-0.5", "label": '"a"'}


@pytest.mark.parametrize(
    "cells",
    [
        ["size = 3", "size = 4", "print(size)  # HERE"],
        ["size = 3", "print(size)  # HERE", "size += 1"],
        ["size = 3\nif size:\n    size = 4", "print(size)  # HERE"],
        ["size = [3]", "print(size)  # HERE"],
        ["for size in (1, 2): pass", "print(size)  # HERE"],
        ["size, other = 3, 4", "print(size)  # HERE"],
        ["size = 3\ndef f():\n    global size\n    size = 4", "print(size)  # HERE"],
        ["size = 3", "size += 1  # HERE", "print(size)"],
    ],
)
def test_what_is_no_constant_gets_no_default(cells: list[str]) -> None:
    answer = changes([("code", text) for text in cells])
    assert function(answer).startswith("def step(size):\n")


def test_no_defaults_where_none_are_wanted() -> None:
    cells: list[tuple[CellKind, str]] = [("code", "size = 3"), ("code", "print(size)  # HERE")]
    assert function(changes(cells, Choices(defaults=False))).startswith("def step(size):\n")
    cells = [("code", "size = 3\nrows = []"), ("code", "print(size, rows)  # HERE")]
    answer = changes(cells, Choices(parameters=("size", "rows")))
    assert function(answer).startswith("def step(size, rows):\n")


def test_the_docstring_describes_the_parameters() -> None:
    answer = changes(
        [
            ("code", "size = 3  # rows of a block\n\n# what was measured\nrows = [1]"),
            ("code", "table = dict(a=1)"),
            ("markdown", "### 2. **Sum** the `blocks`"),
            ("code", "rows.append(size)\ntotal = sum(rows) + table['a']\nprint(total)  # HERE"),
        ]
    )
    assert function(answer) == (
        "def step(rows, table, size=3):\n"
        '    """Sum the blocks.\n\n'
        "    Args:\n"
        "        rows: what was measured; changed in place.\n"
        "        table: `dict(a=1)` in the notebook.\n"
        "        size: rows of a block.\n"
        '    """\n'
        "    rows.append(size)\n"
        "    total = sum(rows) + table['a']\n"
        "    print(total)  # HERE\n"
    )


def test_annotations_from_the_kernels_types() -> None:
    types = {
        "df": "pandas.DataFrame",
        "rows": "list[int]",
        "axes": "matplotlib.axes.Axes",
        "total": "numpy.float64",
        "odd": "__main__.Odd",
    }
    answer = changes(
        [
            ("code", "import pandas as pd\ndf = pd.DataFrame()\nrows = [1]\naxes = odd = None"),
            ("code", "total = sum(rows) + len(df) + len(axes)  # HERE\nassert not odd"),
            ("code", "print(total)"),
        ],
        Choices(types=types),
    )
    text = answer.files[-1].after or ""
    assert "import pandas as pd\n" in text
    assert "from matplotlib.axes import Axes\n" in text
    assert "from numpy import float64\n" in text
    assert "def step(rows: list[int], df: pd.DataFrame, axes: Axes, odd) -> float64:\n" in function(
        answer
    )
    assert answer.function.annotations["df"] == "pd.DataFrame"


PANDAS = ImportBinding("pandas", None, "pd")


@pytest.mark.parametrize(
    ("qualified", "text"),
    [
        ("int", "int"),
        ("builtins.list", "list"),
        ("None", "None"),
        ("int | None", "int | None"),
        ("dict[str, pandas.Series]", "dict[str, pd.Series]"),
        ("tuple[int, ...]", "tuple[int, ...]"),
        ("collections.abc.Callable", "Callable"),
        ("sklearn._private.Model", None),
        ("__main__.Model", None),
        ("other.int", None),
        ("x y", None),
        ("__import__('os').system('ls')", None),
        ("unknown", None),
    ],
)
def test_types_in_full_become_annotations(qualified: str, text: str | None) -> None:
    found = annotation(qualified, [PANDAS], frozenset({"taken"}))
    assert (found.text if found else None) == text


@pytest.mark.parametrize(
    ("above", "summary"),
    [
        ("## Step 2. Create the table", '    """Create the table."""\n'),
        ("### Exercise 1.2 - Count them", '    """Count them."""\n'),
        ("Count the rows. There are many.", '    """Count the rows."""\n'),
        ("It's maybe a little small, but that looks right.", ""),
        ("Now what?", ""),
        ("And we get the same results.", ""),
    ],
)
def test_the_docstring_says_what_the_cell_does(above: str, summary: str) -> None:
    answer = changes([("markdown", above), ("code", "rows = [1]  # HERE\nprint(len(rows))")])
    assert function(answer).startswith(f"def step():\n{summary}    rows = [1]")


def test_a_call_of_the_notebook_s_own_function_describes_no_parameter() -> None:
    cells: list[tuple[CellKind, str]] = [
        (
            "code",
            "import json\ndef load():\n    return {}\nfirst = load()\nother = json.loads('[]')",
        ),
        ("markdown", "## Count"),
        ("code", "print(len(first), len(other))  # HERE"),
    ]
    described = function(changes(cells))
    assert "other: `json.loads('[]')` in the notebook." in described
    assert "first:" not in described
