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
