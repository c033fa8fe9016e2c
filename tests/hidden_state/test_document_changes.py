"""What happens to cells and kernels between a run and a check, and what is then said of each cell.

Executions know their cell, as the browser records them, unless they say otherwise.
"""

from __future__ import annotations

import pytest

from nb_refactor.hidden_state.check import check
from nb_refactor.hidden_state.finding import State
from nb_refactor.hidden_state.history import Execution, Status
from nb_refactor.notebook import Cell, Notebook, Raised

Written = dict[str, tuple[str, int | None]]
SHOWS_X = "print(x)"


def ran(cell: str | None, source: str, count: int | None, status: Status = "ok") -> Execution:
    return Execution(source, count, cell, status)


def judged(
    written: Written, *executions: Execution, raised: dict[str, Raised] | None = None
) -> dict[str, tuple[State, list[str]]]:
    """The state of each cell, and the rules that tell why."""
    cells = tuple(
        Cell(name, source, execution_count=count, raised=(raised or {}).get(name))
        for name, (source, count) in written.items()
    )
    reports = check(Notebook(cells), executions)
    return {r.cell_id: (r.state, [f.rule for f in r.findings]) for r in reports}


def states(written: Written, *executions: Execution) -> dict[str, State]:
    return {name: state for name, (state, _) in judged(written, *executions).items()}


WHOLE = ran("a", "x = 1\ny = x + 1", 1)
SHOWN = ran("b", "print(y)", 2)


@pytest.mark.parametrize("kept", ["upper", "lower"])
def test_a_split_cell_has_not_run_as_it_stands(kept: str) -> None:
    """Whichever half keeps the id. What the whole made is what the halves make."""
    halves = {"upper": ("a", "new"), "lower": ("new", "a")}[kept]
    found = judged(
        {halves[0]: ("x = 1", None), halves[1]: ("y = x + 1", None), "b": ("print(y)", 2)},
        WHOLE,
        SHOWN,
    )
    assert found["a"] == ("hidden", ["edited"])
    assert found["new"] == ("not_run", [])
    assert found["b"] == ("fresh", [])


def test_a_split_cell_whose_halves_ran_again_is_fresh() -> None:
    assert set(
        states(
            {"a": ("x = 1", 3), "new": ("y = x + 1", 4), "b": ("print(y)", 5)},
            WHOLE,
            SHOWN,
            ran("a", "x = 1", 3),
            ran("new", "y = x + 1", 4),
            ran("b", "print(y)", 5),
        ).values()
    ) == {"fresh"}


def test_a_split_that_was_undone_is_as_before() -> None:
    assert states({"a": (WHOLE.source, 1), "b": ("print(y)", 2)}, WHOLE, SHOWN) == {
        "a": "fresh",
        "b": "fresh",
    }


def test_a_merged_cell_has_not_run_as_it_stands() -> None:
    found = judged(
        {"a": ("x = 1\ny = x + 1", None), "b": ("print(y)", 3)},
        ran("a", "x = 1", 1),
        ran("gone", "y = x + 1", 2),
        ran("b", "print(y)", 3),
    )
    assert found == {"a": ("hidden", ["edited"]), "b": ("fresh", [])}


def test_a_moved_cell_keeps_its_runs() -> None:
    executions = ran("a", "x = 1", 1), ran("b", SHOWS_X, 2)
    found = judged({"b": (SHOWS_X, 2), "a": ("x = 1", 1)}, *executions)
    assert found == {"b": ("hidden", ["defined-below"]), "a": ("fresh", [])}
    assert set(states({"a": ("x = 1", 1), "b": (SHOWS_X, 2)}, *executions).values()) == {"fresh"}


def test_a_copy_has_not_run() -> None:
    found = judged(
        {"a": ("x = 1", 1), "copy": ("x = 1", None), "b": (SHOWS_X, 2)},
        ran("a", "x = 1", 1),
        ran("b", SHOWS_X, 2),
    )
    assert found["a"][0] == "fresh"
    assert found["copy"] == ("not_run", [])


def test_a_deleted_cell_is_told_and_forgotten_when_the_deletion_is_undone() -> None:
    executions = ran("a", "x = 1", 1), ran("b", SHOWS_X, 2)
    assert judged({"b": (SHOWS_X, 2)}, *executions) == {"b": ("hidden", ["deleted-cell"])}
    assert set(states({"a": ("x = 1", 1), "b": (SHOWS_X, 2)}, *executions).values()) == {"fresh"}


def test_a_notebook_reopened_on_a_live_kernel_knows_its_cells_by_their_counts() -> None:
    unseen = Execution("x = 1", 1), Execution(SHOWS_X, 2)
    assert set(states({"a": ("x = 1", 1), "b": (SHOWS_X, 2)}, *unseen).values()) == {"fresh"}
    found = judged({"a": ("x = 5", 1), "b": (SHOWS_X, 2)}, *unseen)
    assert found == {"a": ("hidden", ["edited"]), "b": ("affected", ["inherited"])}


def test_after_a_restart_the_counts_that_cells_still_show_are_of_no_run() -> None:
    written: Written = {"a": ("x = 1", 1), "b": ("y = 2", 2), "c": ("z = 3", 3)}
    assert states(written, ran("c", "z = 3", 1)) == {"a": "not_run", "b": "not_run", "c": "fresh"}


def test_another_client_runs_no_cell_of_this_document() -> None:
    """A console's run has a count, and cells still show counts of an earlier kernel."""
    written: Written = {"a": ("x = 1", 2), "b": (SHOWS_X, 3), "c": ("y = 2", 1), "d": ("z", 9)}
    found = judged(written, ran(None, "w = 0", 1), ran("a", "x = 1", 2), ran("b", SHOWS_X, 3))
    assert found["c"] == ("not_run", [])
    assert found["a"][0] == found["b"][0] == "fresh"


def test_what_another_client_changes_is_seen() -> None:
    found = judged(
        {"a": ("x = 1", 1), "b": (SHOWS_X, 3)},
        ran("a", "x = 1", 1),
        ran(None, "x = 2", 2),
        ran("b", SHOWS_X, 3),
    )
    assert found == {"a": ("fresh", []), "b": ("hidden", ["deleted-cell"])}


def test_a_cell_that_another_person_ran_and_edited_is_edited() -> None:
    """Their run shows its count in the shared document."""
    found = judged(
        {"a": ("x = 2", 1), "b": (SHOWS_X, 2)}, ran(None, "x = 1", 1), ran("b", SHOWS_X, 2)
    )
    assert found["a"] == ("hidden", ["edited"])


def test_an_aborted_run_is_none() -> None:
    raising = ran("a", "1 / 0", 1, "error")
    stopped = Execution("y = 9", None, "s", "aborted")
    written: Written = {"a": ("1 / 0", 1), "s": ("y = 9", None)}
    assert states(written, raising, stopped)["s"] == "not_run"
    assert states(written, ran("s", "y = 9", 1), raising, stopped)["s"] == "fresh"
    assert states(written, raising, stopped, ran("s", "y = 9", 2))["s"] == "fresh"


def test_a_run_that_raised_made_what_stands_above_the_line() -> None:
    source = "x = 1\n1 / 0\nx = 2"
    executions = ran("a", source, 1, "error"), ran("b", SHOWS_X, 2)
    found = judged(
        {"a": (source, 1), "b": (SHOWS_X, 2)},
        *executions,
        raised={"a": Raised("ZeroDivisionError", 2)},
    )
    assert found == {"a": ("fresh", []), "b": ("fresh", [])}


def test_a_cell_edited_while_it_runs_did_not_run_as_it_stands() -> None:
    """What was sent counts, whatever stood there when the reply came."""
    found = judged(
        {"a": ("x = 2", 1), "b": (SHOWS_X, 2)}, ran("a", "x = 1", 1), ran("b", SHOWS_X, 2)
    )
    assert found == {"a": ("hidden", ["edited"]), "b": ("affected", ["inherited"])}


def test_running_twice_is_harmless_where_nothing_adds_up() -> None:
    once = ran("a", "x = 1", 1), ran("b", "rows = []", 2)
    written: Written = {"a": ("x = 1", 3), "b": ("rows = []", 2), "c": ("rows.append(x)", 5)}
    again = ran("a", "x = 1", 3), ran("c", "rows.append(x)", 4), ran("c", "rows.append(x)", 5)
    found = judged(written, *once, *again)
    assert found["a"] == found["b"] == ("fresh", [])
    assert found["c"][0] == "hidden"
