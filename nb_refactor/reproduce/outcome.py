"""One cell of a fresh run, judged by what was saved with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from msgspec.structs import replace

from nb_refactor.reproduce.comparators.comparison import shortened
from nb_refactor.reproduce.compare import (
    compare_cell,
    is_free_to_differ,
    may_raise,
    shows_something,
)
from nb_refactor.reproduce.output import ANSI_CODE
from nb_refactor.reproduce.report import CellOutcome, CellStatus, Difference
from nb_refactor.reproduce.tolerance import Tolerance
from nb_refactor.text import text

FREE = text("Its outputs are marked as free to differ.")
SKIPPED = text("It is marked as not to be run.")
UNSTABLE = text("It differs between two fresh runs.")


@dataclass(frozen=True)
class SavedCell:
    """A code cell of the document with what was saved: `outputs` is its nbformat JSON."""

    cell_id: str
    source: str
    tags: tuple[str, ...]
    outputs: tuple[Mapping[str, Any], ...]
    execution_count: int | None


@dataclass(frozen=True)
class Stop:
    """Why the run could not go on past a cell, as a verdict and a sentence."""

    verdict: Literal["error", "timeout", "died"]
    message: str


@dataclass(frozen=True)
class CellRun:
    """What a cell did in the fresh run: its outputs (nbformat JSON), how long it took, the class
    and message of the error it raised, how many bytes of its outputs were dropped."""

    outputs: tuple[Mapping[str, Any], ...] = ()
    seconds: float = 0.0
    raised: tuple[str, str] | None = None
    dropped: int = 0
    stop: Stop | None = None


def stop_after(cell: SavedCell, run: CellRun) -> Stop | None:
    """Whether the run ends here: at an error that the author does not show on purpose, later
    cells would rest on a cell that only half ran."""
    if run.stop is not None:
        return run.stop
    if run.raised is None or may_raise(cell.source, cell.tags, cell.outputs):
        return None
    return Stop(
        "error",
        text("The run stopped at an error: {error}", error=_error_line(run.raised)),
    )


def judge(cell: SavedCell, run: CellRun, tolerance: Tolerance, *, has_saved: bool) -> CellOutcome:
    """The outcome of a cell that was started. `has_saved` says whether the notebook holds any
    outputs at all; where it does, a cell that was run and shows nothing promises nothing."""
    error = _error_line(run.raised) if run.raised else None
    outcome = CellOutcome(cell.cell_id, "same", run.seconds, error=error)
    if run.stop is not None:
        return replace(outcome, status="error", error=run.stop.message)
    if is_free_to_differ(cell.source, cell.tags) and stop_after(cell, run) is None:
        return replace(outcome, notes=(FREE,))
    if not shows_something(cell.outputs) and shows_something(run.outputs):
        is_saved = has_saved and cell.execution_count is not None
        if not is_saved and stop_after(cell, run) is None:
            return replace(outcome, status="no_saved_output")
    match = compare_cell(cell.outputs, run.outputs, tolerance)
    differences = match.differences + _flood(cell, run)
    status: CellStatus = "different" if differences else "same"
    if stop_after(cell, run) is not None:
        status = "error"
    return replace(outcome, status=status, differences=differences, notes=match.notes)


def judge_again(
    outcome: CellOutcome, first: CellRun, second: CellRun, tolerance: Tolerance
) -> CellOutcome:
    """The outcome of a cell that differs, in the light of a second fresh run: `unstable` when
    the two runs do not agree with each other either."""
    if outcome.status != "different" or second.stop is not None:
        return outcome
    if not compare_cell(first.outputs, second.outputs, tolerance).differences:
        return outcome
    return replace(outcome, status="unstable", notes=(*outcome.notes, UNSTABLE))


def not_run(cell: SavedCell, *notes: str) -> CellOutcome:
    """The outcome of a cell that the run has not reached, or passes over."""
    return CellOutcome(cell.cell_id, "not_run", notes=notes)


def _error_line(raised: tuple[str, str]) -> str:
    name, message = raised
    lines = ANSI_CODE.sub("", message).strip().splitlines()
    return shortened(f"{name}: {lines[0]}" if lines else name)


def _flood(cell: SavedCell, run: CellRun) -> tuple[Difference, ...]:
    if not run.dropped:
        return ()
    why = text(
        "The cell wrote {megabytes:,.1f} MB more than is kept of one cell; only what "
        "came first is compared.",
        megabytes=run.dropped / 1e6,
    )
    return (Difference(len(cell.outputs), "text/plain", why),)
