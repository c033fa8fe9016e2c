"""A report with the cause of each cell that does not give what was saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from nb_refactor.reproduce.causes import EXPLAINED, Explained, Setting, Suspicion, causes
from nb_refactor.reproduce.dependencies import Dependencies
from nb_refactor.reproduce.report import Report
from nb_refactor.reproduce.upstream import upstream


def needs_explaining(report: Report) -> bool:
    return any(outcome.status in EXPLAINED for outcome in report.cells)


def explained(
    report: Report,
    sources: Sequence[str],
    suspicions: Mapping[str, tuple[Suspicion, ...]],
    saved_python: str = "",
) -> Report:
    """The report with causes. `sources` are those of its cells, in their order; `suspicions` what
    the analysis says of the cells, by id; `saved_python` the version that saved the outputs."""
    cells = [
        Explained(number, source, outcome, suspicions.get(outcome.cell_id, ()))
        for number, (source, outcome) in enumerate(zip(sources, report.cells, strict=True), 1)
    ]
    setting = Setting(saved_python, report.dependencies or Dependencies(), report.runs)
    told = causes(cells, upstream(sources), setting)
    outcomes = tuple(replace(c, cause=told.get(c.cell_id)) for c in report.cells)
    return replace(report, cells=outcomes)
