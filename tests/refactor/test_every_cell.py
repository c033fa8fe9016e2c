"""All cells of a notebook in one change set, and the names that are proposed for them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from nb_refactor.change import ChangeSet, Refused
from nb_refactor.notebook import Cell, CellKind, Notebook, Raised
from nb_refactor.refactor.extract_function.choices import Lines
from nb_refactor.refactor.extract_function.destination import Destination
from nb_refactor.refactor.extract_function.every_cell import extract_all, is_worth_it
from nb_refactor.refactor.extract_function.proposed_name import as_name, proposed_name

sys.path.insert(0, str(Path(__file__).parent))

from random_programs import difference, run

TO = Destination("proj.steps", "", "src/proj/steps.py")


def notebook(*cells: tuple[CellKind, str]) -> Notebook:
    return Notebook(tuple(Cell(f"c{i}", source, kind) for i, (kind, source) in enumerate(cells)))


STORY = notebook(
    ("code", "import math\nxs = [3, 1, 2]"),
    ("markdown", "## 1. Sort the values"),
    ("code", "ys = sorted(xs)\nn = len(ys)\nroot = math.sqrt(n)\nprint(root)"),
    ("code", "ys"),
    ("code", "def double(v):\n    return v * 2"),
    ("code", "# Sum them up\ntotal = 0\nfor y in ys:\n    total += double(y)\ntotal"),
    ("code", "print(total, n)"),
)


def test_all_that_is_worth_it_in_one_change_set() -> None:
    answer = extract_all(STORY, TO)
    assert isinstance(answer, ChangeSet)
    assert answer.title == "Extract 3 cells to proj.steps"
    assert [function.name for function in answer.functions] == [
        "sort_values",
        "double",
        "sum_them_up",
    ]
    assert answer.function == answer.functions[0]
    assert [edit.cell_id for edit in answer.cells] == ["c2", "c4", "c5"]
    assert [file.path for file in answer.files] == ["src/proj/steps.py"]
    assert answer.files[0].before is None
    new = {edit.cell_id: edit.after or "" for edit in answer.cells}
    sources = [cell.source for cell in STORY.code_cells]
    after = [new.get(cell.cell_id, cell.source) for cell in STORY.code_cells]
    assert difference(run(sources, None), run(after, answer.files[0].after)) is None


def test_cells_that_cannot_be_extracted_are_told_and_stay() -> None:
    cells = Notebook(
        (
            Cell("c0", "for i in range(3):\n    print(i)", raised=Raised("ValueError")),
            Cell("c1", "for j in range(3):\n    print(j)"),
        )
    )
    answer = extract_all(cells, TO)
    assert isinstance(answer, ChangeSet)
    assert [edit.cell_id for edit in answer.cells] == ["c1"]
    assert [(left.cell_id, left.refusals[0].code) for left in answer.left] == [("c0", "raised")]


def test_nothing_that_is_worth_it() -> None:
    answer = extract_all(notebook(("code", "x = 1"), ("code", "x")), TO)
    assert isinstance(answer, Refused)
    assert answer.refusals[0].code == "nothing-to-extract"


@pytest.mark.parametrize(
    ("source", "worth"),
    [
        ("import os\nx = 1\ny = 'a'\nz = 2\nx", False),
        ("df = read('x.csv')\ndf.head()", False),
        ("a = f()\nb = g(a)\nh(b)", True),
        ("if x:\n    y = 1", True),
        ("def f(): pass", True),
        ("%%bash\nls\nls\nls", False),
        ("not python", False),
        ("", False),
    ],
)
def test_what_is_worth_it(source: str, worth: bool) -> None:
    assert is_worth_it(source) is worth


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("## 2.3 Train the model!", "train_model"),
        ("Загрузка данных", None),
        ("Résumé of `df.head()` [here](http://x.y)", "resume"),
        ("The", None),
        ("Let's plot the mean price per district in Paris", "plot_mean_price_per"),
        ("class", None),
        ("Would another alpha be better?", None),
        ("2. Which days are warm", None),
        ("How to load the data", "load_data"),
    ],
)
def test_names_from_headings(text: str, name: str | None) -> None:
    assert as_name(text.lstrip("# ")) == name


def test_names_from_code() -> None:
    cells = notebook(
        ("code", "plt.plot(prices)"), ("code", "a_b = 1\ncounts = f()"), ("code", "f()")
    )
    names = [proposed_name(cells, [cell], frozenset({"make_counts"})) for cell in cells.cells]
    assert names == ["plot_prices", "make_counts_2", "step"]


def test_a_name_that_a_variable_has_says_what_is_done_with_it() -> None:
    cells = notebook(("markdown", "# Features"), ("code", "features = f()"))
    taken = frozenset({"features"})
    assert proposed_name(cells, cells.code_cells, taken) == "make_features"
    assert proposed_name(cells, cells.code_cells, taken | {"make_features"}) == "make_features_2"
    done = notebook(("markdown", "# Features"), ("code", "a = f()"))
    assert proposed_name(done, done.code_cells, taken) == "features_2"


def test_names_of_several_cells_and_of_lines_of_one() -> None:
    cells = notebook(
        ("markdown", "# Load"),
        ("code", "import pandas as pd\nraw = pd.read_csv('a.csv')"),
        ("code", "# Clean it\nclean = raw.dropna()"),
        ("code", "print(clean)"),
    )
    first, second, _ = cells.code_cells
    assert proposed_name(cells, [first, second], frozenset()) == "load"
    assert proposed_name(cells, [first], frozenset(), Lines(2, 2)) == "make_raw"
    assert proposed_name(cells, [second], frozenset(), Lines(1, 2)) == "clean"
    assert proposed_name(cells, [second], frozenset(), Lines(2, 2)) == "make_clean"
    broken = notebook(("code", "x = ("))
    assert proposed_name(broken, broken.code_cells, frozenset()) == "step"
