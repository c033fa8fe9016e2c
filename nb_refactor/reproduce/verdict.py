"""From outcomes of cells to the verdict on the notebook."""

from __future__ import annotations

from collections.abc import Sequence

from nb_refactor.reproduce.report import CellOutcome, RunVerdict
from nb_refactor.text import text


def verdict_of(outcomes: Sequence[CellOutcome], *, has_saved: bool) -> RunVerdict:
    """The verdict of a run that came to its end, or stopped at an error. `has_saved` says
    whether any cell had outputs to compare with."""
    statuses = {outcome.status for outcome in outcomes}
    if "error" in statuses:
        return "error"
    if statuses & {"different", "unstable"}:
        return "different"
    return "reproduced" if has_saved else "no_outputs"


def summary(outcomes: Sequence[CellOutcome]) -> str:
    """A sentence on what the verdict alone does not tell: cells that differ between two fresh
    runs. Empty if there are none."""
    count = sum(outcome.status == "unstable" for outcome in outcomes)
    if not count:
        return ""
    cells = text("One cell differs") if count == 1 else text("{count} cells differ", count=count)
    return text(
        "{cells} between two fresh runs: randomness, time, or something outside the notebook.",
        cells=cells,
    )
