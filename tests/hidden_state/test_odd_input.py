"""Whatever stands in a cell, every cell is answered for, and what cannot be judged is told with the
reason."""

from __future__ import annotations

import pytest

from nb_refactor.hidden_state.check import check
from nb_refactor.hidden_state.history import Execution
from nb_refactor.notebook import Cell, Notebook, Raised

UNREADABLE = {
    "Python 2": "print 'hello'",
    "half a statement": "def f(:",
    "an open string": "'''",
    "a lone magic sign": "%",
    "half a surrogate pair": "x = '\ud800'",
    "a null character": "x = '\x00'",
    "thousands of operands": "+".join(["x"] * 3000),
    "hundreds of brackets": "(" * 300 + ")" * 300,
}
READABLE = {
    "nothing": "",
    "blanks": "   \n\t",
    "a carriage return": "x = 1\rx",
    "a line feed after it": "x = 1\r\nx",
    "many operands": "y = " + "+".join(["1"] * 120),
    "a function that calls itself": "def f():\n    return f()\nf()",
    "a list that holds itself": "a = []\na.append(a)\na",
    "a class that is its own base": "class A: pass\nclass A(A): pass\nA()",
    "an unknown magic": "%no_such_magic a b",
    "a shell line": "!ls {x} $y",
    "another language": "%%R\nx <- 1",
}


def states(source: str, raised: Raised | None = None) -> list[str]:
    cells = (Cell("a", source, "code", 1, raised), Cell("b", "1 + 1", "code", 2))
    ran = [Execution(source, 1, "a"), Execution("1 + 1", 2, "b"), Execution(source, 3, "c")]
    return [report.state for report in check(Notebook(cells), ran)]


@pytest.mark.parametrize("source", UNREADABLE.values(), ids=UNREADABLE)
def test_a_cell_that_cannot_be_read_is_unknown_and_the_next_is_judged(source: str) -> None:
    assert states(source) == ["unknown", "fresh"]


@pytest.mark.parametrize("source", UNREADABLE.values(), ids=UNREADABLE)
def test_the_reason_is_told_in_a_sentence(source: str) -> None:
    (report,) = check(Notebook((Cell("a", source, "code", 1),)), [Execution(source, 1, "a")])
    (finding,) = report.findings
    assert finding.rule == "not-python"
    assert finding.message.endswith("it cannot be judged.")


@pytest.mark.parametrize("source", READABLE.values(), ids=READABLE)
def test_an_odd_cell_is_judged(source: str) -> None:
    assert states(source)[0] in ("fresh", "hidden")


@pytest.mark.parametrize(
    "raised", [Raised("", None), Raised("NameError", 99, "x"), Raised("NameError", None, "x")]
)
def test_errors_that_say_little(raised: Raised) -> None:
    assert len(states("x = 1\nx", raised)) == 2


@pytest.mark.parametrize("count", [-1, 0, None])
def test_counts_that_no_kernel_gives(count: int | None) -> None:
    notebook = Notebook((Cell("a", "1", "code", count),))
    assert len(check(notebook, [Execution("1", count)])) == 1


def test_functions_that_nobody_follows_are_told_as_such() -> None:
    calls = "".join(f"def f{n}(v): f{n - 1}(v); f{n - 1}(v)\n" for n in range(1, 10))
    cells = (
        Cell("a", f"def f0(v): v.append(1)\n{calls}", "code", 1),
        Cell("b", "f9([])", "code", 3),
        Cell("c", "unused = 1", "code", 2),
    )
    ran = [Execution(cell.source, cell.execution_count or 0, cell.cell_id) for cell in cells]
    ran.sort(key=lambda execution: execution.execution_count or 0)
    _, judged, _ = check(Notebook(cells), ran)
    (finding,) = judged.findings
    assert (judged.state, finding.rule) == ("unknown", "opaque")
    assert "in too many ways" in finding.message
