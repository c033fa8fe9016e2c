"""Names and order that the person chose, and the cells under a heading."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nb_refactor.change import ChangeSet, Refused
from nb_refactor.notebook import Cell, CellKind, Notebook
from nb_refactor.refactor.extract_function.choices import Choices
from nb_refactor.refactor.extract_function.destination import Destination
from nb_refactor.refactor.extract_function.extract import extract

TO = Destination("proj.steps", "step", "src/proj/steps.py")
NOTEBOOK = Notebook(
    (
        Cell("c0", "xs = [1, 2]\nys = [3]"),
        Cell("c1", "a = sum(xs)\nprint(f'{a}', sorted(ys, key=lambda v: -v))\nb = a + len(ys)"),
        Cell("c2", "print(a, b)"),
    )
)


def test_order_and_names() -> None:
    wish = Choices(
        names={"xs": "values", "b": "total", "nothing": "x"},
        parameters=("ys", "gone"),
        returns=("b", "a"),
    )
    answer = extract(NOTEBOOK, ["c1"], TO, wish)
    assert isinstance(answer, ChangeSet)
    assert answer.function.parameters == ("ys", "values")
    assert answer.function.arguments == ("ys", "xs")
    assert answer.function.returns == ("total", "a")
    assert answer.function.targets == ("b", "a")
    assert answer.cells[0].after == "from proj.steps import step\n\nb, a = step(ys, xs)"
    assert (
        "def step(ys, values):\n"
        "    a = sum(values)\n"
        "    print(f'{a}', sorted(ys, key=lambda v: -v))\n"
        "    total = a + len(ys)\n"
        "    return total, a\n"
    ) in (answer.files[-1].after or "")


def test_one_variable_that_comes_in_and_goes_out_has_one_name() -> None:
    cells = Notebook(
        (
            Cell("c0", "xs = [1]"),
            Cell("c1", "xs = xs + [2]\nn = len(xs)"),
            Cell("c2", "print(xs, n)"),
        )
    )
    answer = extract(cells, ["c1"], TO, Choices(names={"xs": "values", "n": "size"}))
    assert isinstance(answer, ChangeSet)
    assert answer.function.parameters == ("values",)
    assert answer.function.returns == ("values", "size")
    assert answer.cells[0].after == "from proj.steps import step\n\nxs, n = step(xs)"
    assert (
        "def step(values):\n"
        "    values = values + [2]\n"
        "    size = len(values)\n"
        "    return values, size\n"
    ) in (answer.files[-1].after or "")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("xs", "not a name", "name-invalid"),
        ("xs", "class", "name-invalid"),
        ("xs", "ys", "name-clash"),
        ("xs", "sum", "name-clash"),
        ("ys", "v", "name-clash"),
        ("b", "class", "name-invalid"),
        ("b", "list", "name-clash"),
        ("b", "a", "name-clash"),
        ("b", "xs", "name-clash"),
        ("b", "sorted", "name-clash"),
    ],
)
def test_names_that_cannot_be(old: str, new: str, code: str) -> None:
    answer = extract(NOTEBOOK, ["c1"], TO, Choices(names={old: new}))
    assert isinstance(answer, Refused)
    assert [refusal.code for refusal in answer.refusals] == [code]


@pytest.mark.parametrize(
    "line",
    [
        "print(f'{xs=}')",
        "print(df.query('a in @xs'))",
        "print([xs for xs in [1]], xs)",
        "print((lambda xs: xs)(2), xs)",
        "import math as xs\nprint(xs)",
    ],
)
def test_names_that_are_seen_from_elsewhere_stay(line: str) -> None:
    notebook = Notebook((Cell("c0", "xs = [1]\ndf = None"), Cell("c1", line), Cell("c2", "xs")))
    answer = extract(notebook, ["c1"], TO, Choices(names={"xs": "values"}))
    if isinstance(answer, ChangeSet):
        assert "values" not in (answer.files[-1].after or "")
    else:
        assert [refusal.code for refusal in answer.refusals] == ["name-clash"]


def test_keywords_and_attributes_keep_their_names() -> None:
    cell = "d = dict(xs=xs)\nprint(box.xs, f'{xs:>3}', d)"
    notebook = Notebook((Cell("c0", "xs = 1\nbox = None"), Cell("c1", cell)))
    answer = extract(notebook, ["c1"], TO, Choices(names={"xs": "values"}))
    assert isinstance(answer, ChangeSet)
    text = answer.files[-1].after or ""
    assert "d = dict(xs=values)" in text
    assert "print(box.xs, f'{values:>3}', d)" in text


def sections(*cells: tuple[CellKind, str]) -> Notebook:
    return Notebook(tuple(Cell(f"c{i}", source, kind) for i, (kind, source) in enumerate(cells)))


def test_all_cells_under_a_heading() -> None:
    notebook = sections(
        ("code", "x = 1"),
        ("markdown", "# Sums\nIn words"),
        ("code", "y = x + 1"),
        ("markdown", "## Part"),
        ("code", "z = y + 1"),
        ("markdown", "# Next"),
        ("code", "print(z)"),
    )
    answer = extract(notebook, ["c1"], TO)
    assert isinstance(answer, ChangeSet)
    assert [(edit.cell_id, edit.after) for edit in answer.cells] == [
        ("c2", "from proj.steps import step\n\nz = step(x)"),
        ("c4", None),
    ]
    assert '    """Sums."""' in (answer.files[-1].after or "")


def test_a_heading_without_code() -> None:
    answer = extract(sections(("markdown", "# Empty"), ("markdown", "# Next")), ["c0"], TO)
    assert isinstance(answer, Refused)
    assert answer.refusals[0].code == "no-such-cell"


def test_a_loop_variable_that_nobody_reads_again_is_told_to_be_outdated() -> None:
    loop = "for i in xs:\n    total += i"
    cells = Notebook(
        (Cell("c0", f"xs, total = [1][:], 0\n{loop}"), Cell("c1", loop), Cell("c2", "total"))
    )
    answer = extract(cells, ["c1"], TO)
    assert isinstance(answer, ChangeSet)
    assert answer.function.parameters == ("xs", "total")
    assert answer.function.returns == ("total",)
    assert answer.outdated == ("i",)
    assert "`i` keeps the value from before" in answer.warnings[0]


def test_variables_change_their_names_with_each_other() -> None:
    answer = extract(NOTEBOOK, ["c1"], TO, Choices(names={"a": "b", "b": "a"}))
    assert isinstance(answer, ChangeSet)
    assert answer.cells[0].after == "from proj.steps import step\n\na, b = step(xs, ys)"
    assert (
        "    b = sum(xs)\n"
        "    print(f'{b}', sorted(ys, key=lambda v: -v))\n"
        "    a = b + len(ys)\n"
        "    return b, a\n"
    ) in (answer.files[-1].after or "")


PROPOSED = Choices(proposed=True)
MODULE = "def step():\n    return 1\n\n\ndef other():\n    return step_2\n"


def test_a_proposed_name_that_the_module_has_gets_a_number() -> None:
    to = replace(TO, existing=MODULE)
    answer = extract(NOTEBOOK, ["c1"], to, PROPOSED)
    assert isinstance(answer, ChangeSet)
    assert answer.function.name == "step_3"
    assert (answer.cells[0].after or "").startswith(
        "from proj.steps import step_3\n\na, b = step_3(xs, ys)"
    )
    free = extract(NOTEBOOK, ["c1"], TO, PROPOSED)
    assert isinstance(free, ChangeSet)
    assert free.function.name == "step"
    refused = extract(Notebook((Cell("c0", "# Load\nexec(text)"),)), ["c0"], TO, PROPOSED)
    assert isinstance(refused, Refused)
    assert refused.proposed_name == "load"


def test_a_name_that_the_person_chose_is_refused_where_the_module_has_it() -> None:
    answer = extract(NOTEBOOK, ["c1"], replace(TO, existing=MODULE))
    assert isinstance(answer, Refused)
    assert [each.code for each in answer.refusals] == ["name-clash"]
