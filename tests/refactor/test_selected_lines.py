"""Selected statements of a cell become a function; the rest of the cell stays as it was."""

from __future__ import annotations

import pytest

from nb_refactor.change import ChangeSet, Refused
from nb_refactor.notebook import Cell, Notebook, Raised
from nb_refactor.refactor.extract_function.choices import Choices, Lines
from nb_refactor.refactor.extract_function.destination import Destination
from nb_refactor.refactor.extract_function.extract import extract

TO = Destination("proj.steps", "step", "src/proj/steps.py")


def cells(*sources: str) -> Notebook:
    return Notebook(tuple(Cell(f"c{i}", source) for i, source in enumerate(sources)))


def select(notebook: Notebook, cell_id: str, first: int, last: int) -> ChangeSet | Refused:
    return extract(notebook, [cell_id], TO, Choices(lines=Lines(first, last)))


def after(answer: ChangeSet | Refused) -> str:
    assert isinstance(answer, ChangeSet), answer
    assert len(answer.cells) == 1
    return answer.cells[0].after or ""


def test_the_middle_of_a_cell() -> None:
    cell = "import math\n\na = 1\n\n# the sum\nb = a + 2\nc = b * 3\n\nprint(a, c)  # shown\n"
    answer = select(cells("x = 1", cell), "c1", 5, 7)
    assert after(answer) == (
        "import math\nfrom proj.steps import step\n\na = 1\n\nc = step(a)\n\nprint(a, c)  # shown"
    )
    assert isinstance(answer, ChangeSet)
    text = answer.files[-1].after or ""
    assert "def step(a):\n    # the sum\n    b = a + 2\n    c = b * 3\n    return c\n" in text


def test_a_value_in_the_middle_is_not_shown() -> None:
    answer = select(cells("xs = [1]", "n = len(xs)\nsorted(xs)\nprint(n)"), "c1", 2, 2)
    assert after(answer) == "from proj.steps import step\n\nn = len(xs)\nstep(xs)\nprint(n)"
    assert isinstance(answer, ChangeSet)
    assert answer.function.returns == ()
    assert "return" not in (answer.files[-1].after or "")


def test_a_value_at_the_end_is_shown() -> None:
    answer = select(cells("xs = [1]", "n = len(xs)\nm = n + 1\nm * 2"), "c1", 2, 3)
    assert after(answer) == "from proj.steps import step\n\nn = len(xs)\nstep(n)"


def test_a_name_that_the_rest_of_the_cell_reads_is_returned() -> None:
    answer = select(cells("a = 1\nfor i in range(3):\n    a += i\nprint(a, i)"), "c0", 2, 3)
    assert after(answer) == "from proj.steps import step\n\na = 1\ni, a = step(a)\nprint(a, i)"


def test_a_name_that_the_rest_of_the_cell_reads_and_that_a_loop_may_not_give() -> None:
    answer = select(cells("a = 1\nfor i in range(a):\n    a += i\nprint(a, i)"), "c0", 2, 3)
    assert isinstance(answer, Refused)
    assert [refusal.code for refusal in answer.refusals] == ["conditional-definition"]
    assert "(line 2)" in answer.refusals[0].message


def test_statements_on_one_line_go_together() -> None:
    answer = select(cells("a = 1; b = a + 1\nprint(b)"), "c0", 1, 1)
    assert after(answer) == "from proj.steps import step\n\nb = step()\nprint(b)"


def test_a_statement_of_several_lines_goes_whole() -> None:
    cell = "xs = [\n    1,\n    2,\n]\nn = len(xs)\nprint(n, xs)"
    answer = select(cells(cell), "c0", 2, 2)
    assert after(answer) == "from proj.steps import step\n\nxs = step()\nn = len(xs)\nprint(n, xs)"


def test_all_lines_are_the_whole_cell() -> None:
    notebook = cells("a = 1", "b = a + 1\nprint(b)")
    assert select(notebook, "c1", 1, 2) == extract(notebook, ["c1"], TO)


def test_lines_without_code() -> None:
    answer = select(cells("a = 1\n\n# nothing\n\nb = 2"), "c0", 2, 3)
    assert isinstance(answer, Refused)
    assert answer.refusals[0].code == "nothing-to-extract"


def test_the_import_stays_below_what_makes_it_possible() -> None:
    cell = "import sys\nsys.path.insert(0, '..')\na = 1\nb = a + 1\nprint(b)"
    answer = select(cells(cell), "c0", 4, 4)
    assert after(answer) == (
        "import sys\nsys.path.insert(0, '..')\na = 1\n"
        "from proj.steps import step\n\nb = step(a)\nprint(b)"
    )


def test_under_an_opening_magic() -> None:
    answer = select(cells("a = 1", "%%time\nb = a + 1\nc = b * 2\nprint(c)"), "c1", 2, 3)
    assert after(answer) == "%%time\nfrom proj.steps import step\n\nc = step(a)\nprint(c)"


def test_a_magic_that_runs_its_cell_in_one_piece() -> None:
    answer = select(cells("a = 1", "%%timeit\nb = a + 1\nc = b * 2"), "c1", 2, 2)
    assert isinstance(answer, Refused)
    assert answer.refusals[0].code == "own-scope"


@pytest.mark.parametrize(("line", "refused"), [(3, False), (2, True), (None, True)])
def test_a_cell_that_raised_below_the_selection(line: int | None, refused: bool) -> None:
    source = "a = 1\nb = a + 1\nprint(b)\n"
    notebook = Notebook((Cell("c0", source, raised=Raised("ValueError", line)),))
    answer = select(notebook, "c0", 2, 2)
    assert isinstance(answer, Refused) is refused


def test_lines_of_several_cells() -> None:
    notebook = cells("a = 1", "b = 2")
    answer = extract(notebook, ["c0", "c1"], TO, Choices(lines=Lines(1, 1)))
    assert isinstance(answer, Refused)


def test_the_import_of_a_definition_stays_in_its_place() -> None:
    notebook = cells("def g(v): return 1\ndef f(v): return g(v)", "x = f(2)\ndef g(v): return v\nx")
    answer = select(notebook, "c1", 2, 2)
    assert after(answer) == "x = f(2)\nfrom proj.steps import g\nx"
