"""Which cell an execution is joined to, where the browser did not see it run."""

from __future__ import annotations

from nb_refactor.hidden_state.history import Execution, join
from nb_refactor.notebook import Cell, Notebook


def joined(cells: dict[str, tuple[str, int | None]], *ran: str) -> tuple[str | None, ...]:
    """The cell of each execution; the kernel counts them from 1."""
    notebook = Notebook(
        tuple(Cell(name, source, execution_count=count) for name, (source, count) in cells.items())
    )
    return join(notebook, [Execution(source, n) for n, source in enumerate(ran, 1)]).cells


def test_a_cell_that_shows_the_count_of_other_code_was_edited() -> None:
    assert joined({"a": ("x = 2", 1), "b": ("y = x", 2)}, "x = 1", "y = x") == ("a", "b")


def test_a_cell_edited_since_may_have_run_what_another_cell_still_says() -> None:
    cells: dict[str, tuple[str, int | None]] = {"a": ("x = 2", 2), "b": ("x = 1", 1)}
    assert joined(cells, "x = 1", "x = 1") == ("b", "a")


def test_counts_of_an_earlier_session_join_nothing() -> None:
    cells: dict[str, tuple[str, int | None]] = {
        "a": ("x = 1", 1),
        "b": ("y = x", 3),
        "c": ("z = y", 2),
    }
    assert joined(cells, "x = 1", "y = x", "z = y") == ("a", "b", "c")
