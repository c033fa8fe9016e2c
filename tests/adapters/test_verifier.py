"""A changed notebook does what it did, or verifying says where it does not. Real kernels."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from nb_refactor import use_cases
from nb_refactor.adapters.fresh_kernel import local_kernels
from nb_refactor.change import CellEdit, ChangeSet, FileEdit
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.reproduce.verification import Verification

MODULE = "proj.steps"
PATH = "src/proj/steps.py"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "proj"\nversion = "1"\n')
    (tmp_path / "src" / "proj").mkdir(parents=True)
    (tmp_path / "src" / "proj" / "__init__.py").touch()
    (tmp_path / "work").mkdir()
    return tmp_path


def content(sources: Sequence[str]) -> dict[str, Any]:
    cells = [
        {"cell_type": "code", "id": f"c{place}", "metadata": {}, "source": source,
         "outputs": [], "execution_count": None}
        for place, source in enumerate(sources)
    ]  # fmt: skip
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def files(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def verified(
    root: Path,
    sources: Sequence[str],
    edits: dict[str, str | None],
    module: str,
    outdated: tuple[str, ...] = (),
    **options: Any,
) -> Verification:
    """Verify the notebook of these cells with these edits, and a module of this text."""
    cells = tuple(CellEdit(name, sources[int(name[1:])], after) for name, after in edits.items())
    changes = use_cases.Changes(root, MODULE, (FileEdit(PATH, None, module),), cells, outdated)
    before = files(root)
    start = local_kernels(str(root / "work"))
    done = use_cases.verify(content(sources), changes, start, **options)
    answer = asyncio.run(done)
    assert files(root) == before
    return answer


def extracted(root: Path, sources: Sequence[str], *cell_ids: str) -> Verification:
    """Verify what the extraction of these cells gives."""
    notebook = Notebook(tuple(Cell(f"c{place}", text) for place, text in enumerate(sources)))
    answer = use_cases.extract(notebook, cell_ids, root, MODULE, "step")
    assert isinstance(answer, ChangeSet), answer
    edits = {edit.cell_id: edit.after for edit in answer.cells}
    (text,) = (edit.after for edit in answer.files if edit.path == PATH)
    assert text is not None
    return verified(root, sources, edits, text, answer.outdated)


def statuses(answer: Verification) -> dict[str, str]:
    return {each.name: each.status for each in answer.variables if each.kind != "aliasing"}


NUMBERS = ["xs = [3, 1, 2]\nys = xs", "total = 0\nfor x in xs:\n    total += x\nxs.sort()"]


def test_an_extraction_is_the_same_in_all_cells(root: Path) -> None:
    answer = extracted(root, [*NUMBERS, "print(total, ys)"], "c1")
    assert (answer.same, answer.message) == (True, "Same in all 3 cells."), answer
    assert statuses(answer) == {"total": "same", "x": "gone", "xs": "same", "ys": "same"}
    assert "`x`" in " ".join(answer.notes)
    assert "pip install -e" in answer.notes[-1]


def test_a_loop_variable_that_no_cell_reads_may_be_left_behind(root: Path) -> None:
    sources = ["xs = [1, 2]\nfor x in xs[:1]:\n    print(x)", "for x in xs:\n    print(-x)"]
    answer = extracted(root, sources, "c1")
    assert answer.same, answer
    assert statuses(answer) == {"x": "outdated", "xs": "same"}
    assert "`x`" in " ".join(answer.notes)
    edits = {"c1": "from proj.steps import step\nstep(xs)"}
    module = "def step(xs):\n    for x in xs:\n        print(-x)\n"
    assert "`x` was `2`" in verified(root, sources, dict(edits), module).message


def test_an_installed_package_needs_no_help(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(root / "src"))
    answer = extracted(root, [*NUMBERS, "print(total)"], "c1")
    assert answer.same
    assert "pip install" not in " ".join(answer.notes)


def test_cells_that_became_one_are_compared_together(root: Path) -> None:
    sources = ["xs = [1, 2]", "print('a')\ntotal = sum(xs)", "print('b', total)", "print(total)"]
    answer = extracted(root, sources, "c1", "c2")
    assert answer.same, answer
    assert [cell.cell_id for cell in answer.cells] == ["c0", "c1", "c3"]


def test_no_name_is_left_in_the_kernels(root: Path) -> None:
    sources = ["before = set(dir()) | {'before'}", "y = 1", "print(sorted(set(dir()) - before))"]
    answer = verified(root, sources, {"c1": "from proj.steps import f\ny = f()"},
                      "def f():\n    return 1\n")  # fmt: skip
    (differing,) = [cell for cell in answer.cells if cell.status == "different"]
    assert differing.cell_id == "c2"
    assert "'f'" in differing.differences[0].diff


CALL = "from proj.steps import step\n\ntotal = step(xs)"
WRONG = {
    "a lost update": ("def step(xs):\n    return sum(xs)\n", CALL, "Cell 3 (c2) differs"),
    "an alias that is cut": (
        "def step(xs):\n    return sum(xs), sorted(xs)\n",
        "from proj.steps import step\n\ntotal, xs = step(xs)\nys[:] = xs",
        "`xs` and `ys` were one object, and are not any more."),
    "a name too many": (
        "def step(xs):\n    xs.sort()\n    __import__('__main__').extra = 1\n"
        "    return sum(xs)\n", CALL, "`extra` is there now, and was not."),
    "an error": ("def step(xs):\n    return gone\n", CALL, "Cell 2 (c1) differs: It raises now: "
                 "NameError"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_extraction_is_caught(root: Path, case: str) -> None:
    module, call, words = WRONG[case]
    sources = ["xs = [3, 1, 2]\nys = xs", "total = sum(xs)\nxs.sort()", "print(total, ys)"]
    answer = verified(root, sources, {"c1": call}, module)
    assert not answer.same
    assert answer.message.startswith(words)


def test_what_shows_nowhere_is_caught_by_the_variables(root: Path) -> None:
    sources = ["import numpy as np\nimport pandas as pd", "a = np.arange(3)\nb = a[1:]\n"
               "df = pd.DataFrame({'x': [1, 2]})\nt = (1, 2.0)", "kept = 1"]  # fmt: skip
    good = "def f():\n    import numpy as np, pandas as pd\n    a = np.arange(3)\n" \
           "    return a, a[1:], pd.DataFrame({'x': [1, 2]}), (1, 2.0)\n"  # fmt: skip
    call = {"c1": "from proj.steps import f\na, b, df, t = f()"}
    assert verified(root, sources, call, good).same
    bad = good.replace("np.arange(3)", "np.arange(3, dtype='int32')").replace(
        "a[1:]", "a[1:].copy()"
    )
    bad = bad.replace("[1, 2]}", "[1.0, 2.0]}").replace("(1, 2.0)", "[1, 2.0]")
    answer = verified(root, sources, call, bad)
    assert [each.why for each in answer.variables if each.status == "different"] == [
        "`a` (ndarray of shape (3,)) has another value.",
        "`b` (ndarray of shape (2,)) has another value.",
        "`df` (DataFrame of shape (2, 1)) has another value.",
        "`t` was `(1, 2.0)` and is now `[1, 2.0]`.",
        "`a` and `b` were one object, and are not any more.",
    ]


def test_what_differs_from_itself_says_nothing(root: Path) -> None:
    sources = ["import random\nr = random.random()", "print(r)\nlast = 1", "print(last)"]
    answer = extracted(root, sources, "c1")
    assert answer.same, answer
    assert {cell.cell_id: cell.status for cell in answer.cells}["c1"] == "unstable"
    assert statuses(answer)["r"] == "unstable"
    bad = verified(root, sources, {"c1": "from proj.steps import f\nprint(r)\nlast = f()"},
                   "def f():\n    return 2\n")  # fmt: skip
    assert bad.message.startswith("Cell 3 (c2) differs")


def test_opaque_values_are_never_called_equal(root: Path) -> None:
    sources = ["xs = [1, 2]", "g = (x for x in xs)\nn = len(xs)", "print(n, next(g))"]
    answer = verified(root, sources, {"c1": "from proj.steps import f\ng, n = f(xs)"},
                      "def f(xs):\n    return (x for x in xs), len(xs)\n")  # fmt: skip
    assert answer.same
    assert statuses(answer)["g"] == "not_comparable"
    assert any("`g`" in note for note in answer.notes)


def test_an_error_of_the_original_ends_both(root: Path) -> None:
    sources = ["x = 1", "y = x + 1", "print(y)", "1 / 0", "print('never')"]
    answer = extracted(root, sources, "c1")
    assert answer.same
    assert answer.message == "Same in the 4 of 5 cells that can be compared."
    assert "ZeroDivisionError" in answer.notes[0]


def test_a_class_and_a_function_that_move_are_not_called_different(root: Path) -> None:
    definitions = "def area(r):\n    return 3 * r * r\n\nclass P:\n    x = 1\n    def f(self):\n"
    definitions += "        return area(self.x)"
    sources = [definitions, "p = P()\np.x = 2\nprint(p.f(), area(1))"]
    answer = extracted(root, sources, "c0")
    assert answer.same, answer
    assert statuses(answer)["p"] == "same"


def test_notebooks_that_write_are_run_one_after_the_other(root: Path) -> None:
    sources = [
        "import time\nopen('f.txt', 'w').write('1')\ntime.sleep(0.3)",
        "n = 2\ntext = open('f.txt').read()",
        "open('f.txt', 'w').write('2')\nprint(text)",
    ]
    changes = use_cases.Changes(
        root, MODULE, (FileEdit(PATH, None, "def f():\n    return 2, open('f.txt').read()\n"),),
        (CellEdit("c1", sources[1], "from proj.steps import f\nn, text = f()"),))  # fmt: skip
    start = local_kernels(str(root / "work"))
    answer = asyncio.run(use_cases.verify(content(sources), changes, start))
    assert answer.same, answer


def test_a_module_that_is_there_already_is_read_as_it_would_be(root: Path) -> None:
    (root / PATH).write_text("def old():\n    return 1\n")
    sources = [f"import sys\nsys.path.insert(0, {str(root / 'src')!r})",
               "from proj.steps import old\nprint(old())", "n = 2", "print(n)"]  # fmt: skip
    changes = {"c2": "from proj.steps import f\nn = f()"}
    answer = verified(root, sources, changes,
                      "def old():\n    return 1\n\n\ndef f():\n    return 2\n")  # fmt: skip
    assert answer.same, answer
    assert "pip install" not in " ".join(answer.notes)


def test_progress_and_no_kernel_left(root: Path) -> None:
    told: list[tuple[int, int]] = []
    sources = ["x = 1", "y = 2", "print(x, y)"]
    verified(
        root,
        sources,
        {"c1": "from proj.steps import f\ny = f()"},
        "def f():\n    return 2\n",
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert told[-1] == (6, 6)


def test_a_kernel_that_does_not_exist_is_told(root: Path) -> None:
    answer = verified(root, ["x = 1"], {}, "", kernel="none-such")
    assert not answer.same
    assert "none-such" in answer.message
