"""Which names flow from which cell to which."""

from nb_refactor.dataflow.notebook_map import NotebookMap, notebook_map
from nb_refactor.notebook import Cell, Notebook


def drawn(*sources: str, modules: tuple[str, ...] = ()) -> NotebookMap:
    cells = tuple(Cell(str(n), source) for n, source in enumerate(sources, start=1))
    return notebook_map(Notebook(cells), modules)


def flows(*sources: str) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(flow.source, flow.target, flow.names) for flow in drawn(*sources).flows}


def test_a_name_flows_from_its_last_binding() -> None:
    assert flows("x = 1", "x = 2\ny = 3", "print(x, y)") == {("2", "3", ("x", "y"))}


def test_a_change_in_place_is_a_station() -> None:
    assert flows("rows = []", "rows.append(1)", "len(rows)") == {
        ("1", "2", ("rows",)),
        ("2", "3", ("rows",)),
    }


def test_a_binding_that_need_not_happen_lets_the_earlier_one_through() -> None:
    assert flows("x = 1\nc = True", "if c:\n    x = 2", "print(x)") == {
        ("1", "2", ("c",)),
        ("1", "3", ("x",)),
        ("2", "3", ("x",)),
    }


def test_a_function_carries_what_it_reads_when_it_is_called() -> None:
    assert ("1", "3", ("k",)) in flows("k = 1", "def f():\n    return k", "print(f())")


def test_imports_flow_nowhere_but_own_modules_are_told() -> None:
    whole = drawn(
        "import numpy as np\nfrom bikes.days import is_weekend",
        "x = np.arange(3)",
        "y = is_weekend(x)",
        modules=("bikes", "bikes.days"),
    )
    assert {(flow.source, flow.target) for flow in whole.flows} == {("2", "3")}
    assert [cell.modules for cell in whole.cells] == [("bikes.days",), (), ("bikes.days",)]


def test_an_import_that_is_bound_again_is_a_name_like_others() -> None:
    assert flows("import json", "json = {}", "print(json)") == {("2", "3", ("json",))}


def test_the_end_of_a_name_ends_its_flow() -> None:
    assert flows("x = 1", "del x", "try:\n    x\nexcept NameError:\n    pass") == {
        ("1", "2", ("x",))
    }


def test_cells_that_cannot_be_read_stand_alone() -> None:
    whole = drawn("x = 1", "def f(:", "x")
    assert len(whole.cells) == 3
    assert {(flow.source, flow.target) for flow in whole.flows} == {("1", "3")}
