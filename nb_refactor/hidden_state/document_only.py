"""What the saved file alone shows, where there is no kernel's history to compare with.

A name that a top-to-bottom run never defines is certain. The order of the saved execution counts
proves something only where it is whole: if the counts are 1 to n, each once, then these n runs
are the history, and it can be compared like any other. With a gap in the counts something ran
that the file does not show, and counts out of order are a hint and no more.
"""

from __future__ import annotations

from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.hidden_state.difference import Comparison, Judgement, compare
from nb_refactor.hidden_state.evidence import binds
from nb_refactor.hidden_state.finding import CellReport, Finding, State
from nb_refactor.hidden_state.history import Execution, History
from nb_refactor.hidden_state.memory import Memory
from nb_refactor.notebook import Cell, Notebook, Span
from nb_refactor.text import text


def judge_document(notebook: Notebook, memory: Memory | None = None) -> tuple[CellReport, ...]:
    """The state of every code cell as far as the file alone shows it."""
    ran = sorted(
        (c for c in notebook.code_cells if c.execution_count is not None),
        key=lambda cell: cell.execution_count or 0,
    )
    history = History(
        tuple(Execution(c.source, c.execution_count, c.cell_id) for c in ran),
        tuple(c.cell_id for c in ran),
        {c.cell_id: i for i, c in enumerate(ran)},
    )
    comparison = compare(notebook, history, memory)
    whole = [c.execution_count for c in ran] == list(range(1, len(ran) + 1))
    stopped = _stopped_upstream(comparison)
    return tuple(_report(comparison, j, whole, stopped) for j in comparison.judgements)


def _report(
    comparison: Comparison, judgement: Judgement, whole: bool, stopped: dict[str, str]
) -> CellReport:
    state, findings = _judged(comparison, judgement, whole, stopped)
    return CellReport(
        judgement.cell.cell_id, state, judgement.cell.execution_count, tuple(findings)
    )


def _judged(
    comparison: Comparison, judgement: Judgement, whole: bool, stopped: dict[str, str]
) -> tuple[State, list[Finding]]:
    cell = judgement.cell
    if judgement.problem is not None:
        message = text("{problem}: it cannot be judged.", problem=judgement.problem)
        return "unknown", [Finding("not-python", "info", message)]
    findings: list[Finding] = []
    name = judgement.stopped_by
    fails = name is not None and not (cell.raised is not None and cell.raised.name == "NameError")
    if name is not None and fails:
        findings.append(_unbound(comparison, judgement, name, stopped))
    if cell.execution_count is None:
        return "not_run", findings
    if fails:
        inherited = name in stopped and not _bound_below(comparison, judgement, name)
        return ("affected" if inherited else "hidden"), findings
    above = None if judgement.equal else _later_run_above(comparison.notebook, cell)
    if above is not None:
        findings.append(_contradiction(cell, above, judgement))
        return ("hidden" if whole else "unknown"), findings
    return "fresh", findings


def _unbound(
    comparison: Comparison, judgement: Judgement, name: str, stopped: dict[str, str]
) -> Finding:
    at = _place(judgement, name)
    below = _bound_below(comparison, judgement, name)
    if below is not None:
        message = text(
            "`{name}` is defined further down only: a fresh run has not got there yet "
            "and stops here.",
            name=name,
        )
        return Finding("defined-below", "error", message, name, at, (below.cell_id,))
    if name in stopped:
        message = text(
            "`{name}` is defined by a cell in which a fresh run stops before.", name=name
        )
        return Finding("inherited", "warning", message, name, at, (stopped[name],))
    message = text("Nothing in the notebook defines `{name}`: a fresh run stops here.", name=name)
    return Finding("undefined-name", "error", message, name, at)


def _place(judgement: Judgement, name: str) -> Span | None:
    uses = cell_effects(judgement.cell.source).whole.uses
    return next((use.at for use in uses if use.name == name), None)


def _bound_below(comparison: Comparison, judgement: Judgement, name: str | None) -> Cell | None:
    if name is None:
        return None
    for later in comparison.judgements[judgement.index + 1 :]:
        if binds(later.cell.source, name):
            return later.cell
    return None


def _stopped_upstream(comparison: Comparison) -> dict[str, str]:
    """The names that cells would define if a fresh run did not stop in them."""
    stopped: dict[str, str] = {}
    for judgement in comparison.judgements:
        if judgement.stopped_by is not None:
            for definition in cell_effects(judgement.cell.source).whole.definitions:
                stopped.setdefault(definition.name, judgement.cell.cell_id)
    return stopped


def _later_run_above(notebook: Notebook, cell: Cell) -> Cell | None:
    """The nearest cell above that ran after this one, by the saved counts."""
    found = None
    for each in notebook.code_cells:
        if each.cell_id == cell.cell_id:
            return found
        if (each.execution_count or 0) > (cell.execution_count or 0):
            found = each
    return found


def _contradiction(cell: Cell, above: Cell, judgement: Judgement) -> Finding:
    first = judgement.disagreements[0] if judgement.disagreements else None
    name = first.name if first is not None and not first.name.startswith("@") else None
    reads = text(" and reads `{name}`", name=name) if name is not None else ""
    message = text(
        "Ran as [{own}]{reads}, before [{above}] above it "
        "ran: a run from top to bottom may give something else.",
        own=cell.execution_count,
        reads=reads,
        above=above.execution_count,
    )
    at = first.at if first is not None else None
    return Finding("out-of-order", "warning", message, name, at, (above.cell_id,))
