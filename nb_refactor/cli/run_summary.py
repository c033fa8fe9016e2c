"""The report of one run of `reproduce` as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nb_refactor.reproduce.dependencies import Dependencies, FileRead
from nb_refactor.reproduce.report import CellOutcome, Report

_MOST = 8


def run_summary(report: Report) -> str:
    """The verdict, what differs and why, and what the run depended on that others lack."""
    same = sum(cell.status == "same" for cell in report.cells)
    lines = [f"{report.path}: {report.status.replace('_', ' ')} ({same} cells the same)"]
    if report.message:
        lines.append(f"  {report.message}")
    for number, cell in enumerate(report.cells, start=1):
        lines += _cell_lines(number, cell)
    if report.dependencies is not None:
        lines += [f"  {line}" for line in _dependency_lines(report.dependencies)]
    return "\n".join(lines)


def _cell_lines(number: int, cell: CellOutcome) -> Iterator[str]:
    if cell.status in ("different", "unstable", "error"):
        yield f"  cell #{number} ({cell.cell_id}): {cell.status}"
    if cell.error and cell.status == "error":
        yield f"    {cell.error}"
    if cell.cause:
        yield f"    cause: {cell.cause.message}"
    for difference in cell.differences:
        yield f"    output {difference.output} ({difference.mime}): {difference.why}"
        yield from (f"      {line}" for line in difference.diff.splitlines())


def _dependency_lines(found: Dependencies) -> Iterator[str]:
    """What somebody else would not have, and what the run did to files that were there."""
    data = [file for file in found.files_read if file.found]
    yield from _listed("reads outside the repository", _paths(data, "outside"))
    yield from _listed("reads, not in version control", _paths(data, "untracked", "ignored"))
    changed = [
        f"{file.path} ({file.change})" for file in found.files_written if _is_loss(file.change)
    ]
    yield from _listed("changes files that were there", changed)
    if found.project_files:
        lacking = [p for p in found.packages if p.is_direct and p.declared is None]
        yield from _listed("needs, not declared", [f"{p.name} {p.version}" for p in lacking])
    other = [p for p in found.packages if not p.is_satisfied]
    yield from _listed(
        "has another version than declared",
        [f"{p.name} {p.version} ({p.declared})" for p in other],
    )


def _is_loss(change: str) -> bool:
    return change != "created"


def _paths(files: Sequence[FileRead], *standings: str) -> list[str]:
    return [file.path for file in files if file.standing in standings]


def _listed(what: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        rest = len(items) - _MOST
        more = f" and {rest} more" if rest > 0 else ""
        yield f"{what}: {', '.join(items[:_MOST])}{more}"
