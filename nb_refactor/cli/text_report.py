"""The report of `check` as text for people."""

from __future__ import annotations

from collections.abc import Iterator

from nb_refactor.hidden_state.finding import CellReport, Finding, NotebookReport
from nb_refactor.notebook import Notebook


def text_report(notebook: Notebook, report: NotebookReport) -> str:
    """A line that says how the notebook stands, then its findings by cell."""
    numbers = {cell.cell_id: number for number, cell in enumerate(notebook.code_cells, start=1)}
    lines = [f"{report.path}: {_headline(report)}"]
    for cell in report.cells:
        if cell.findings:
            lines += _cell_lines(cell, numbers.get(cell.cell_id))
    return "\n".join(lines)


def _headline(report: NotebookReport) -> str:
    depending = [cell for cell in report.cells if cell.state in ("hidden", "affected")]
    count = sum(map(_has_reason, depending))
    unknown = sum(cell.state == "unknown" for cell in report.cells)
    notes = sum(len(cell.findings) for cell in report.cells if cell.state == "fresh")
    total = _counted(len(report.cells), "cell")
    if count:
        verb = "depends" if count == 1 else "depend"
        return f"{count} of {total} {verb} on hidden state"
    if depending:
        verb = "depends" if len(depending) == 1 else "depend"
        return f"{len(depending)} of {total} {verb} on hidden state by rules that are off"
    if unknown:
        return f"{unknown} of {total} cannot be judged"
    return f"no hidden state in {total}" + (f", {_counted(notes, 'note')}" if notes else "")


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _has_reason(cell: CellReport) -> bool:
    """Is there a finding that is more than a note? It may have been switched off."""
    return any(finding.severity != "info" for finding in cell.findings)


def _cell_lines(cell: CellReport, number: int | None) -> Iterator[str]:
    count = "" if cell.execution_count is None else f" [{cell.execution_count}]"
    yield f"  cell #{number}{count} ({cell.cell_id}): {cell.state.replace('_', ' ')}"
    for finding in cell.findings:
        yield from _finding_lines(finding)


def _finding_lines(finding: Finding) -> Iterator[str]:
    place = f"{finding.at.line}:{finding.at.column + 1} " if finding.at else ""
    yield f"    {place}{finding.severity} {finding.rule}: {finding.message}"
    for mend in finding.mends:
        yield f"      mend: {mend.title}"
