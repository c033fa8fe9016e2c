"""The whole judgement of one notebook: every code cell with its state and its findings."""

from __future__ import annotations

from collections.abc import Sequence

from nb_refactor.hidden_state.difference import Comparison, Judgement, compare
from nb_refactor.hidden_state.finding import CellReport, Finding, State
from nb_refactor.hidden_state.history import Execution, join
from nb_refactor.notebook import Notebook


def check(notebook: Notebook, executions: Sequence[Execution] | None) -> tuple[CellReport, ...]:
    comparison = compare(notebook, join(notebook, executions or ()))
    out = []
    for j in comparison.judgements:
        state = "not_run" if j.execution is None else "unknown" if j.problem else "fresh" if j.equal else "hidden"
        out.append(CellReport(j.cell.cell_id, state, j.cell.execution_count, ()))
    return tuple(out)
