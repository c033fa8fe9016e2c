"""What the kernel ran, in kernel order, and which cell each execution was of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from nb_refactor.dataflow.exposure import cell_effects
from nb_refactor.notebook import Cell, Notebook

Status = Literal["ok", "error", "aborted", "unknown"]


class Execution(Struct, frozen=True):
    """One run of one version. `cell_id` is known when the browser saw the run; the kernel's own
    history knows neither the cell nor how the run ended."""

    source: str
    execution_count: int | None = None
    cell_id: str | None = None
    status: Status = "unknown"


@dataclass(frozen=True, slots=True)
class History:
    """Executions in kernel order, the cell that each was of where that can be told (`cells`), and
    for each cell of the document the position of its last execution (`last`). `seen` are all that
    there was, aborted ones too, if the browser saw every one of them."""

    executions: tuple[Execution, ...]
    cells: tuple[str | None, ...]
    last: dict[str, int]
    seen: tuple[Execution, ...] | None = None


def join(notebook: Notebook, executions: Sequence[Execution]) -> History:
    """Join what ran to the cells of the document.

    An execution that the browser saw knows its cell. The others are joined by the execution count
    that the cell still shows; the earlier ones, whose counts no cell shows any more, by having run
    a cell's very version. An execution that no cell fits was of a deleted cell, of an edited
    cell's earlier version, or of a console.
    """
    ran = tuple(e for e in executions if e.status != "aborted")
    joined = {i: e.cell_id for i, e in enumerate(ran) if e.cell_id is not None}
    if len(joined) == len(ran):
        return _seen(notebook, tuple(executions), ran)
    joined.update(_by_count(notebook, ran))
    present = {cell.cell_id for cell in notebook.code_cells}
    last = {cell_id: i for i, cell_id in sorted(joined.items()) if cell_id in present}
    versions = _versions(notebook)
    cells = tuple(
        joined[i] if i in joined else versions.get(version(e.source)) for i, e in enumerate(ran)
    )
    return History(ran, cells, last)


def _seen(
    notebook: Notebook, executions: tuple[Execution, ...], ran: tuple[Execution, ...]
) -> History:
    """The history where each execution knows its cell."""
    present = {cell.cell_id for cell in notebook.code_cells}
    cells = tuple(execution.cell_id for execution in ran)
    last = {cell_id: i for i, cell_id in enumerate(cells) if cell_id in present and cell_id}
    return History(ran, cells, last, executions)


def version(source: str) -> bytes:
    """Two sources are one version when their syntax trees are equal."""
    return cell_effects(source).digest


def _by_count(notebook: Notebook, executions: Sequence[Execution]) -> dict[int, str]:
    """For each execution whose count a cell shows: that cell. Where several cells show one count
    (a kernel was restarted), the one that has the version that ran.

    Where none of them has it, the cell was edited since; unless a cell has it whose own count
    tells nothing: then the counts in the file are those of an earlier session. So they are where a
    cell shows a higher one than the kernel has reached: then what another client was seen to run
    (a console, say) is of none of these cells."""
    shown: dict[int, list[Cell]] = {}
    for cell in notebook.code_cells:
        if cell.execution_count is not None:
            shown.setdefault(cell.execution_count, []).append(cell)
    reached = max((e.execution_count or 0 for e in executions), default=0)
    outdated = max(shown, default=0) > reached
    joined: dict[int, str] = {}
    edited: dict[int, str] = {}
    for position, execution in enumerate(executions):
        if execution.cell_id is not None or execution.execution_count is None:
            continue
        candidates = shown.get(execution.execution_count, [])
        exact = [c for c in candidates if version(c.source) == version(execution.source)]
        if exact:
            joined[position] = exact[0].cell_id
        elif len(candidates) == 1 and not (outdated and execution.status != "unknown"):
            edited[position] = candidates[0].cell_id
    told = {*joined.values(), *(e.cell_id for e in executions)}
    untold = {
        version(cell.source)
        for cell in notebook.code_cells
        if cell.execution_count is not None and cell.cell_id not in told
    }
    for position, cell_id in edited.items():
        if version(executions[position].source) not in untold:
            joined[position] = cell_id
    return joined


def _versions(notebook: Notebook) -> dict[bytes, str]:
    """The cell that has each version now; the first of several."""
    versions: dict[bytes, str] = {}
    for cell in notebook.code_cells:
        versions.setdefault(version(cell.source), cell.cell_id)
    return versions
