"""Several cells become one function; where a cell between them ends is not lost."""

from __future__ import annotations

import pytest

from nb_refactor.change import ChangeSet, Refused
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.refactor.extract_function.destination import Destination
from nb_refactor.refactor.extract_function.extract import extract

TO = Destination("proj.steps", "step", "src/proj/steps.py")


def notebook(*sources: str) -> Notebook:
    return Notebook(tuple(Cell(f"c{i}", source) for i, source in enumerate(sources)))


def test_the_first_cell_takes_the_call_and_the_others_go() -> None:
    cells = notebook("x = 1", "y = x + 1", "z = y * 2", "print(z)")
    answer = extract(cells, ["c2", "c1"], TO)
    assert isinstance(answer, ChangeSet)
    assert [(edit.cell_id, edit.after) for edit in answer.cells] == [
        ("c1", "from proj.steps import step\n\nz = step(x)"),
        ("c2", None),
    ]
    assert [edit.before for edit in answer.cells] == ["y = x + 1", "z = y * 2"]


def test_cells_with_other_code_between_them() -> None:
    answer = extract(notebook("x = 1", "y = 2", "z = 3"), ["c0", "c2"], TO)
    assert isinstance(answer, Refused)
    assert answer.refusals[0].code == "not-contiguous"


def test_a_value_that_a_cell_in_between_shows() -> None:
    answer = extract(notebook("x = 1\nx", "y = x"), ["c0", "c1"], TO)
    assert isinstance(answer, Refused)
    assert answer.refusals[0].code == "own-scope"
    assert "display(x)" in answer.refusals[0].message


def test_a_value_that_a_cell_in_between_shows_by_assigning_it() -> None:
    setting = "%config InteractiveShell.ast_node_interactivity = 'last_expr_or_assign'"
    cells = ["x = 1\ny = 2", "z = x + y"]
    answer = extract(notebook(setting, *cells), ["c1", "c2"], TO)
    assert isinstance(answer, Refused)
    assert "`y` is shown" in answer.refusals[0].message
    assert isinstance(extract(notebook(*cells), ["c0", "c1"], TO), ChangeSet)


@pytest.mark.parametrize("counting", ["Out[1]", "_1 + 1", "print(In[2])", "len(_i3)"])
def test_a_cell_below_that_counts_the_cells_above_it(counting: str) -> None:
    answer = extract(notebook("x = 1", "y = x", "z = y", counting), ["c1", "c2"], TO)
    assert isinstance(answer, Refused)
    assert answer.refusals[0].code == "session-name"
    assert counting in answer.refusals[0].message


@pytest.mark.parametrize("own", ["_1 = 4\n_1 + 1", "Out = [2]\nOut[0]", "for _ in []: pass"])
def test_a_cell_below_that_gives_such_a_name_its_own_meaning(own: str) -> None:
    answer = extract(notebook("x = 1", "y = x", "z = y", own), ["c1", "c2"], TO)
    assert isinstance(answer, ChangeSet)


def test_a_cell_that_is_not_there() -> None:
    answer = extract(notebook("x = 1"), ["gone"], TO)
    assert isinstance(answer, Refused)
    assert answer.refusals[0].code == "no-such-cell"


def test_a_notebook_in_another_language() -> None:
    cells = Notebook((Cell("c0", "x <- 1"),), language="R")
    answer = extract(cells, ["c0"], TO)
    assert isinstance(answer, Refused)
    assert answer.refusals[0].code == "not-python"


def test_calls_in_other_cells_pass_what_a_moved_function_read() -> None:
    cells = notebook(
        "rates = [1, 2]",
        "def total(v):\n    return sum(v * rate for rate in rates)",
        "first = total(2)",
        "print(first, total(3))",
    )
    answer = extract(cells, ["c1", "c2"], TO)
    assert isinstance(answer, ChangeSet)
    assert [(edit.cell_id, edit.after) for edit in answer.cells] == [
        ("c1", "from proj.steps import total, step\n\nfirst = step(rates)"),
        ("c2", None),
        ("c3", "print(first, total(3, rates))"),
    ]


def test_a_future_that_a_cell_behind_the_first_takes() -> None:
    future = "from __future__ import annotations\nprint(x)"
    answer = extract(notebook("x = 1", future), ["c0", "c1"], TO)
    assert isinstance(answer, Refused)
    assert answer.refusals[0].code == "own-scope"
    assert "beginning" in answer.refusals[0].message
    assert isinstance(extract(notebook("x = 1", future, "y = x"), ["c1", "c2"], TO), ChangeSet)


@pytest.mark.parametrize("last", ["x = (", "y = 'a' b''", "def"])
def test_a_last_cell_that_is_not_python(last: str) -> None:
    answer = extract(notebook("x = 1", last), ["c0", "c1"], TO)
    assert isinstance(answer, Refused)
    assert "syntax-error" in [refusal.code for refusal in answer.refusals]
