"""Helpers come along from other cells, and these import them from the module."""

from __future__ import annotations

import pytest

from nb_refactor.change import ChangeSet
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.refactor.extract_function.destination import Destination
from nb_refactor.refactor.extract_function.extract import extract

TO = Destination("proj.steps", "doubled", "src/proj/steps.py", "def old(x):\n    return x\n")
HELPERS = """
def first(x):
    return x + 1

def second(x):
    return first(x) * 2
print(first(1), old(3))"""


@pytest.mark.parametrize(
    ("above", "imports"),
    [
        ("old", "from proj.steps import old, first, second"),
        (
            "old  # kept",
            "from proj.steps import old  # kept\n\nfrom proj.steps import first, second",
        ),
        ("(old)", "from proj.steps import (old)\n\nfrom proj.steps import first, second"),
        ("old; n = 1", "from proj.steps import old; n = 1\n\nfrom proj.steps import first, second"),
    ],
)
def test_an_import_that_somebody_wrote_is_joined_only_where_it_is_plain(
    above: str, imports: str
) -> None:
    cells = Notebook(
        (
            Cell("helpers", f"from proj.steps import {above}\n{HELPERS}"),
            Cell("chosen", "def doubled(x):\n    return second(x) + 1"),
            Cell("later", "print(doubled(2), second(3))"),
        )
    )
    answer = extract(cells, ["chosen"], TO)
    assert isinstance(answer, ChangeSet)
    after = {edit.cell_id: edit.after for edit in answer.cells}
    assert (after["helpers"] or "").startswith(imports + "\n")


def test_a_loop_variable_that_no_cell_reads_is_told_where_helpers_come_along() -> None:
    cells = Notebook(
        (
            Cell("rows", "rows = [1]\nfor row in rows[:3]:\n    pass"),
            Cell("helper", "def twice(x):\n    return x * 2"),
            Cell("chosen", "for row in rows[:2]:\n    print(twice(row))"),
        )
    )
    answer = extract(cells, ["chosen"], TO)
    assert isinstance(answer, ChangeSet)
    assert answer.files[-1].after is not None
    assert "def twice" in answer.files[-1].after
    assert answer.outdated == ("row",)


def test_imports_that_only_the_helpers_needed_leave_with_them() -> None:
    cells = Notebook(
        (
            Cell(
                "helpers",
                "import numpy as np\nimport re, json\nimport string\nimport math  # for later\n\n"
                "def area(r):\n    return np.pi * math.sqrt(len(string.digits + re.escape('')))\n",
            ),
            Cell("chosen", "total = area(3)\nprint(total)"),
            Cell("below", "%timeit string.capwords('a b')"),
        )
    )
    answer = extract(cells, ["chosen"], TO)
    assert isinstance(answer, ChangeSet)
    (helpers,) = [edit.after for edit in answer.cells if edit.cell_id == "helpers"]
    assert helpers == (
        "import re, json\nimport string\nimport math  # for later\n\nfrom proj.steps import area"
    )
