"""Every case of the manual, and that extracting does not change what its notebook does."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from nb_refactor.change import ChangeSet, Refused
from nb_refactor.refactor.extract_function.destination import Destination
from nb_refactor.refactor.extract_function.extract import extract
from nb_refactor.refactor.refusal import REFUSALS

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from extraction_case import Case, read_cases  # noqa: E402
from random_programs import difference, run  # noqa: E402

CASES = read_cases(HERE / "cases")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    to = Destination("proj.steps", "step", "src/proj/steps.py", case.module_before)
    answer = extract(case.notebook, [case.cell_id], to)
    if case.refused:
        assert isinstance(answer, Refused)
        codes = [refusal.code for refusal in answer.refusals]
        assert tuple(codes) == case.refused or tuple(dict.fromkeys(codes)) == case.refused
        assert all(refusal.message for refusal in answer.refusals)
        return
    assert isinstance(answer, ChangeSet), answer
    if case.module_after is not None:
        assert answer.files[-1].after == case.module_after
        assert answer.cells[0].after == (case.cell_after or "").rstrip("\n")
        assert tuple(edit.after for edit in answer.cells[1:]) == case.others_after
    if case.executed:
        cells = [(cell.cell_id, cell.source) for cell in case.notebook.code_cells]
        new = {edit.cell_id: edit.after or "" for edit in answer.cells}
        before = run([source for _, source in cells], case.module_before)
        after = run([new.get(cell, source) for cell, source in cells], answer.files[-1].after)
        assert difference(before, after) is None
        assert before.error is None


def test_every_refusal_has_a_case() -> None:
    shown = {code for case in CASES for code in case.refused}
    assert shown <= set(REFUSALS)
