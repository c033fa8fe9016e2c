"""The answer of the hidden-state analysis: states of cells, findings and mends."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from nb_refactor.notebook import Span

State = Literal["fresh", "hidden", "affected", "not_run", "unknown"]
Severity = Literal["error", "warning", "info"]
MendKind = Literal["run_cells", "restore_cell", "move_cell", "restart_and_run_to", "edit_cell"]


class Mend(Struct, frozen=True):
    """A way to make the cell fresh. `cells` are the ids it acts on, in order (`run_cells`: run
    them in this order; `move_cell`: move the first to just above the second; `restore_cell`:
    insert `source` as a new code cell above the first; `restart_and_run_to`: restart the kernel
    and run everything down to the first). `edit_cell` has no button: the title is advice."""

    kind: MendKind
    title: str
    cells: tuple[str, ...] = ()
    source: str | None = None


class Finding(Struct, frozen=True):
    """One reason why a cell is not what a fresh run gives, or a hazard. `sources` are the ids of
    the cells it comes from."""

    rule: str
    severity: Severity
    message: str
    name: str | None = None
    at: Span | None = None
    sources: tuple[str, ...] = ()
    mends: tuple[Mend, ...] = ()


class CellReport(Struct, frozen=True):
    """One code cell's state with its findings."""

    cell_id: str
    state: State
    execution_count: int | None
    findings: tuple[Finding, ...]


class NotebookReport(Struct, frozen=True):
    """All code cells of one notebook in document order; `seconds` is the analysis's own time."""

    path: str
    seconds: float
    cells: tuple[CellReport, ...]
