"""The whole judgement of one notebook: every code cell with its state and its findings."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from nb_refactor.dataflow.effects import Opaque
from nb_refactor.hidden_state.difference import Comparison, Judgement, compare
from nb_refactor.hidden_state.document_only import judge_document
from nb_refactor.hidden_state.evidence import Evidence
from nb_refactor.hidden_state.finding import CellReport, Finding, State
from nb_refactor.hidden_state.hazards import hazards
from nb_refactor.hidden_state.history import Execution, History, join
from nb_refactor.hidden_state.memory import Memory
from nb_refactor.hidden_state.mend import mends, mends_of_edit
from nb_refactor.hidden_state.rules import RULES
from nb_refactor.hidden_state.rules.rule import Explanation
from nb_refactor.notebook import Cell, Notebook
from nb_refactor.text import text


def check(
    notebook: Notebook, executions: Sequence[Execution] | None, memory: Memory | None = None
) -> tuple[CellReport, ...]:
    """The state of every code cell, in document order. `executions` is what the kernel ran, in
    its order; `None` where there is no kernel to ask, and only the document can be judged. The
    `memory` of earlier checks of the same notebook saves the work that has not changed."""
    if notebook.language != "python":
        return tuple(_not_python(cell, notebook.language) for cell in notebook.code_cells)
    memory = memory or Memory(once=True)
    notebook = memory.familiar_notebook(notebook)
    found = hazards(notebook, memory.hazards)
    if executions is None:
        reports = judge_document(notebook, memory)
        return tuple(_with_hazards(report, found[report.cell_id]) for report in reports)
    history = _joined(notebook, memory.familiar_executions(executions), memory)
    comparison = compare(notebook, history, memory)
    told = [_report(comparison, j, found[j.cell.cell_id], memory) for j in comparison.judgements]
    memory.reported = {report.cell_id: (j, h, report) for j, h, report in told}
    return tuple(report for _, _, report in told)


def _joined(notebook: Notebook, executions: tuple[Execution, ...], memory: Memory) -> History:
    """The history; where the browser saw all of it, it is what it was as long as the cells are
    the same, whatever is written in them."""
    ids = tuple(cell.cell_id for cell in notebook.code_cells)
    if memory.joined is not None:
        known_ids, history = memory.joined
        if known_ids == ids and history.seen is executions:
            return history
    history = join(notebook, executions)
    memory.joined = (ids, history) if history.seen is executions else None
    return history


def _not_python(cell: Cell, language: str) -> CellReport:
    message = text("The notebook is in {language}: only Python can be judged.", language=language)
    finding = Finding("not-python", "info", message)
    return CellReport(cell.cell_id, "unknown", cell.execution_count, (finding,))


def _report(
    comparison: Comparison, judgement: Judgement, found: tuple[Finding, ...], memory: Memory
) -> tuple[Judgement, tuple[Finding, ...], CellReport]:
    """What is said of one cell, with what it is made of. The cells that are not fresh are told
    of others, which may have changed: they are told anew each time."""
    cell = judgement.cell
    known = memory.reported.get(cell.cell_id)
    if known is not None and known[0] is judgement and known[1] is found:
        settled = judgement.equal or judgement.execution is None or judgement.problem is not None
        if settled:
            return known
    state, findings = _judged(comparison, judgement)
    report = CellReport(cell.cell_id, state, cell.execution_count, (*findings, *found))
    return judgement, found, report


def _with_hazards(report: CellReport, found: tuple[Finding, ...]) -> CellReport:
    return replace(report, findings=(*report.findings, *found)) if found else report


def _judged(comparison: Comparison, judgement: Judgement) -> tuple[State, tuple[Finding, ...]]:
    if judgement.problem is not None:
        message = text("{problem}: it cannot be judged.", problem=judgement.problem)
        return "unknown", (Finding("not-python", "info", message),)
    if judgement.execution is None:
        return "not_run", ()
    if judgement.equal:
        return "fresh", ()
    if judgement.stops_alike:
        return "unknown", (_stopped(judgement),)
    findings: list[Finding] = []
    root = judgement.edited
    if root:
        findings.append(_edited(comparison, judgement))
    roots, inherited = _explained(comparison, judgement)
    findings += roots + inherited
    if not findings:
        return _unexplained(comparison, judgement)
    return ("hidden" if root or roots else "affected"), tuple(findings)


def _stopped(judgement: Judgement) -> Finding:
    """It has no result that could depend on anything, only the name of what is missing."""
    message = text(
        "It stopped for want of a name, and so does a fresh run, which stops here for want of "
        "{name}: there is no result to compare.",
        name=f"`{judgement.stopped_by}`",
    )
    return Finding("undefined-name", "info", message, judgement.stopped_by)


def _edited(comparison: Comparison, judgement: Judgement) -> Finding:
    return Finding(
        "edited",
        "error",
        text(
            "Edited since it ran: what it shows, and what it defined, come from the "
            "earlier version."
        ),
        sources=(judgement.cell.cell_id,),
        mends=mends_of_edit(comparison, judgement),
    )


def _explained(comparison: Comparison, judgement: Judgement) -> tuple[list[Finding], list[Finding]]:
    """The findings whose cause is in this cell, and those that it inherited. Mends are of the
    cell, so they are offered once: by the first finding."""
    found: tuple[list[Finding], list[Finding]] = ([], [])
    for disagreement in judgement.disagreements:
        if judgement.edited and disagreement.at is None:
            continue  # of course it writes something else
        evidence = Evidence(comparison, judgement, disagreement)
        finding, explanation = _finding(evidence)
        group = found[explanation.inherited]
        if all(finding.message != other.message for other in group):
            group.append(finding)
    offering = next((group for group in found if group), None)
    if offering is not None and not judgement.edited:
        first = offering[0]
        offering[0] = replace(first, mends=mends(comparison, judgement, first))
    return found


def _finding(evidence: Evidence) -> tuple[Finding, Explanation]:
    """What the first rule that knows the reason says."""
    for rule in RULES:
        explanation = rule.explain(evidence)
        if explanation is not None:
            finding = Finding(
                rule.code,
                rule.severity,
                explanation.message,
                evidence.name,
                evidence.disagreement.at,
                _in_document_order(evidence.comparison, explanation.sources),
            )
            return finding, explanation
    raise AssertionError("the last rule explains everything")


def _in_document_order(comparison: Comparison, cell_ids: tuple[str, ...]) -> tuple[str, ...]:
    judged = comparison.by_id
    return tuple(sorted(cell_ids, key=lambda i: judged[i].index if i in judged else len(judged)))


def _unexplained(comparison: Comparison, judgement: Judgement) -> tuple[State, tuple[Finding, ...]]:
    if judgement.opaque:
        return "unknown", (_opaque(judgement.opaque[0]),)
    message = text("A fresh run may give something else here.")
    offered = mends_of_edit(comparison, judgement)
    return "hidden", (Finding("other-value", "warning", message, mends=offered),)


def _opaque(opaque: Opaque) -> Finding:
    if opaque.unfollowed:
        message = text(
            "The functions that this cell calls call each other in too many ways to follow them "
            "all: this cell cannot be judged."
        )
    else:
        message = text(
            "`{what}` may read or define anything: this cell cannot be judged.", what=opaque.what
        )
    return Finding("opaque", "info", message, at=opaque.at)
